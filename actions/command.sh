#!/usr/bin/env bash
# Puts the binaries on PATH, and runs the command line of the input 'run', if there is one. It is split into words as xargs(1)
# does, with quotes and backslashes; nothing in it is expanded or run by a shell.
set -Eeuo pipefail

# shellcheck source=actions/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

set_up
[ -n "${INPUT_RUN-}" ] || exit 0

words=()
split=$(printf '%s' "$INPUT_RUN" | xargs -n 1 printf '%s\n') ||
  die "the input 'run' cannot be split into words" "close every quote in it"
while IFS= read -r word; do words+=("$word"); done <<<"$split"

require_binary "${words[0]}"
run_binary "${words[@]}"
