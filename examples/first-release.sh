#!/usr/bin/env bash
# Takes fixes to a release line, on the sample repository of examples/sample-repository.sh: Godel, with the lines 1.9,
# 2.0 and 2.1.
#
# usage: ./examples/first-release.sh [DIRECTORY]
#
# The sample repository is made in DIRECTORY, which must not exist yet, and stays there. Without DIRECTORY it is made in
# a temporary one that goes again.
set -euo pipefail

package=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 1 ]; then
  echo "usage: $0 [DIRECTORY]" >&2
  exit 2
fi
if [ $# -eq 1 ]; then
  mkdir "$1"
  place=$(cd "$1" && pwd)
else
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
fi

# Nothing of the user's own git configuration, so that the sample is the same for everybody.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

heading() { printf '\n== %s\n\n' "$1"; }
say() { printf '%s\n' "$*"; }

# Shows a command, then runs it.
run() {
  local status=0
  printf '$ %s\n' "$*"
  "$@" || status=$?
  printf '\n'
  return "$status"
}

# fix_called TEXT: the commit of main whose subject begins so.
fix_called() { git rev-parse --short "main^{/^$1}"; }

# --- The chain ---------------------------------------------------------------------------------------------------------

heading "Building the tools"
cd "$package"
cargo build --quiet
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
PATH="$target/debug:$PATH"
say "done"

heading "Making the sample: Godel with the lines 1.9, 2.0 and 2.1"
examples/sample-repository.sh "$place/godel"
cd "$place/godel"
security=$(fix_called "Compare session tokens")
crash=$(fix_called "Merge pull request #102")
hole=$(fix_called "Do not offer an empty last page")
regression=$(fix_called "Try again after a lost connection")
git log --first-parent --format='%h %s' v2.1.0..main

heading "Which line misses which fix?"
run patch-pick status

heading "Would the fix for uploads apply? Not on 1.9, which lacks the change it builds on"
code=0
run patch-pick forecast "$regression" --line 1.9 --line 2.0 --line 2.1 || code=$?
if [ "$code" -ne 1 ]; then
  echo "error: the forecast ended with $code, and a conflict is 1" >&2
  exit 1
fi

heading "Plan what goes to 2.0: look, then do exactly that"
run patch-pick plan --line 2.0 "$security" "$crash" "$hole" "$regression" --output "$place/plan.json"

heading "Apply the plan"
run patch-pick apply "$place/plan.json"

heading "Prove it: every commit on the line has its origin on main"
run patch-pick verify --line 2.0
git log --format='%h %s' v2.0.0..release/2.0

heading "Raise the version, in every file that holds it"
git switch --quiet release/2.0
printf '{\n  "name": "godel",\n  "version": "2.0.0"\n}\n' > package.json
git add package.json
git commit --quiet --message "Add the manifest"
run patch-bump next --dry-run
run patch-bump next --commit

heading "Sign the tag, and prove who signed what"
ssh-keygen -q -t ed25519 -N "" -C mia@godel.example -f "$place/mia"
printf 'mia@godel.example %s\n' "$(cat "$place/mia.pub")" > "$place/allowed_signers"
git config gpg.format ssh
git config user.signingKey "$place/mia"
git config gpg.ssh.allowedSignersFile "$place/allowed_signers"
run patch-tag create --line 2.0
run patch-tag verify v2.0.1

if [ $# -eq 1 ]; then
  heading "The sample stays in '$place/godel'"
fi
