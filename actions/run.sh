#!/usr/bin/env bash
# Runs one verb of a binary with the inputs of its action. They arrive as environment variables and become arguments one by
# one; nothing of them is read by a shell.
#
# FLAGS says which flags there are, one a line: 'switch NAME', 'value NAME' or 'list NAME'.
set -Eeuo pipefail

# shellcheck source=actions/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

binary=$1
set_up
require_binary "$binary"

[ -n "${INPUT_COMMAND-}" ] || die "the input 'command' is empty" "name a verb of $binary, as the documentation of the action lists them"
case $INPUT_COMMAND in
  *[!a-z-]* | -*) die "'command' is no verb of $binary" "see which there are in the documentation of the action" ;;
esac
arguments=("$INPUT_COMMAND")

# Adds one flag, or none where its input is empty.
add() {
  local kind=$1 name=$2 value=$3 item
  [ -n "$value" ] || return 0
  case $kind in
    switch)
      case $value in
        true) arguments+=("--$name") ;;
        false) ;;
        *) die "the input '$name' is neither true nor false" "write '$name: true', or leave it out" ;;
      esac
      ;;
    value) arguments+=("--$name=$value") ;;
    list)
      while IFS= read -r item || [ -n "$item" ]; do
        item=${item%$'\r'}
        [ -z "$item" ] || arguments+=("--$name=$item")
      done <<<"$value"
      ;;
  esac
}

while read -r kind name; do
  [ -n "$kind" ] || continue
  variable=INPUT_$(printf '%s' "$name" | tr 'a-z-' 'A-Z_')
  add "$kind" "$name" "${!variable-}"
done <<<"$FLAGS"

if [ -n "${INPUT_ARGS-}" ]; then
  arguments+=(--)
  while IFS= read -r item || [ -n "$item" ]; do
    item=${item%$'\r'}
    [ -z "$item" ] || arguments+=("$item")
  done <<<"$INPUT_ARGS"
fi

run_binary "$binary" "${arguments[@]}"
