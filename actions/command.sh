#!/usr/bin/env bash
# Puts the binaries on PATH, and runs the command line of the input 'run', if there is one. It is split into words as a
# POSIX shell does, with quotes and backslashes; nothing in it is expanded or run by a shell.
set -Eeuo pipefail

# shellcheck source=actions/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

set_up
[ -n "${INPUT_RUN-}" ] || exit 0

split_words "$INPUT_RUN" ||
  die "the input 'run' cannot be split into words" "close every quote in it, and put something behind every backslash"
[ "${#words[@]}" -gt 0 ] || die "the input 'run' holds no word" "write a command line, such as 'patch-pick status', or leave it out"

require_binary "${words[0]}"
run_binary "${words[@]}"
