#!/usr/bin/env bash
# Makes the sample repository of the examples and of the documentation: Godel, with the lines 1.9, 2.0 and 2.1.
#
# usage: ./examples/sample-repository.sh DIRECTORY
#
# The repository is made in DIRECTORY, which must not exist yet. It has the same commit ids everywhere.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "usage: $0 DIRECTORY" >&2
  exit 2
fi

# Nothing of the user's own git configuration, so that the sample is the same for everybody.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_DEFAULT_HASH

now=1767603600 # 2026-01-05T09:00:00Z, a Monday

# Moves the clock on by an hour.
tick() {
  now=$((now + 3600))
  export GIT_AUTHOR_DATE="$now +0000" GIT_COMMITTER_DATE="$now +0000"
}

# commit AUTHOR MESSAGE: commits everything in the work tree.
commit() {
  tick
  git add --all
  git commit --quiet --author "$1 <${1%% *}@godel.example>" --message "$2"
}

# merge NUMBER BRANCH TITLE: merges a pull request with a merge commit.
merge() {
  tick
  git checkout --quiet main
  git merge --quiet --no-ff --message "Merge pull request #$1 from grace/$2" --message "$3" "$2"
  git branch --quiet --delete "$2"
}

# cut LINE: starts a line where main is, and tags its first release.
cut() {
  tick
  git branch "release/$1"
  git tag --annotate "v$1.0" --message "Godel $1.0"
}

# pick LINE FIX: picks a fix the way maintainers do by hand.
pick() {
  tick
  git checkout --quiet "release/$1"
  git cherry-pick -x "$2" >/dev/null
  git checkout --quiet main
}

# replace FILE TEXT NEW: replaces the one line that holds TEXT.
replace() {
  local before
  before=$(<"$1")
  printf '%s\n' "${before/"$2"/"$3"}" >"$1"
  if git diff --quiet -- "$1"; then
    echo "error: '$1' does not hold '$2'" >&2
    exit 1
  fi
}

write_the_first_version() {
  mkdir src
  cat >src/session.ts <<'FILE'
export function sameToken(given: string, stored: string): boolean {
  return given === stored;
}

export function expires(startedAt: number, hours: number): number {
  return startedAt + hours * 3600;
}
FILE
  cat >src/headers.ts <<'FILE'
export function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon).trim().toLowerCase();
  const value = line.slice(colon + 1).trim();
  return [name, value];
}
FILE
  cat >src/upload.ts <<'FILE'
export async function upload(file: File, send: Send): Promise<Receipt> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(file);
    if (answer.ok) {
      return answer.receipt;
    }
    if (attempt === 3) {
      throw new Error(`upload of '${file.name}' failed: ${answer.reason}`);
    }
  }
}
FILE
  cat >src/search.ts <<'FILE'
const minutesToKeep = 5;

export function pages(results: number, perPage: number): number {
  return Math.floor(results / perPage) + 1;
}

export function isFresh(savedAt: number, now: number): boolean {
  return now - savedAt < minutesToKeep * 60;
}
FILE
  cat >src/report.ts <<'FILE'
export function average(values: number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  return sum / values.length;
}
FILE
  cat >patch.toml <<'FILE'
[project]
name = "Godel"
main = "main"
tag = "v{version}"

[[line]]
name = "2.1"
branch = "release/2.1"
status = "current"

[[line]]
name = "2.0"
branch = "release/2.0"
status = "maintained"

[[line]]
name = "1.9"
branch = "release/1.9"
status = "security-only"
FILE
  printf '# Godel\n\nShared notebooks with search.\n' >README.md
}

# The history up to the point where 2.1 is out: three lines, and a refactoring that 1.9 lacks.
make_lines() {
  write_the_first_version
  commit "Ada Young" "Start Godel"
  cut 1.9

  cat >src/upload.ts <<'FILE'
const mostAttempts = 3;

export async function upload(file: File, send: Send): Promise<Receipt> {
  const answer = await withRetries(() => send(file));
  if (!answer.ok) {
    throw new Error(`upload of '${file.name}' failed: ${answer.reason}`);
  }
  return answer.receipt;
}

async function withRetries(work: () => Promise<Answer>): Promise<Answer> {
  let answer = await work();
  for (let attempt = 2; !answer.ok && attempt <= mostAttempts; attempt++) {
    answer = await work();
  }
  return answer;
}
FILE
  commit "Ada Young" "Move retries into their own function (#95)"
  cut 2.0

  replace README.md "with search" "with search and comments"
  printf 'export interface Comment {\n  author: string;\n  text: string;\n}\n' >src/comments.ts
  commit "Kurt Lang" "Add comments (#98)"
  cut 2.1
}

# What landed on main since, and what maintainers picked by hand already.
land_fixes() {
  replace src/session.ts "given === stored" "timingSafeEqual(Buffer.from(given), Buffer.from(stored))"
  commit "Emmy Sato" "Compare session tokens in constant time (#101)

The time of the comparison told how much of a guessed token was right.

Kind: security"

  git checkout --quiet -b empty-header
  replace src/headers.ts '  const name' '  if (colon < 0) {
    throw new BadRequest("a header needs a colon");
  }
  const name'
  commit "Grace Ito" "Refuse a header without a colon"
  printf 'parseHeader("");\nparseHeader("x");\n' >src/headers.test.ts
  commit "Grace Ito" "Test headers without a colon"
  merge 102 empty-header "Do not crash on an empty header"
  local crash
  crash=$(git rev-parse HEAD)

  replace src/search.ts "Math.floor(results / perPage) + 1" "Math.ceil(results / perPage)"
  commit "Kurt Lang" "Do not offer an empty last page (#103)"
  pick 1.9 "$(git rev-parse HEAD)"
  pick 2.1 "$(git rev-parse HEAD)"

  replace src/headers.ts "colon < 0" "colon <= 0"
  commit "Grace Ito" "Refuse a header without a name as well (#104)

Fixes: ${crash:0:12} (\"Merge pull request #102 from grace/empty-header\")"

  replace src/upload.ts "  let answer = await work();" "  let answer = await work().catch(asAnswer);"
  replace src/upload.ts "    answer = await work();" "    answer = await work().catch(asAnswer);"
  commit "Ada Young" "Try again after a lost connection, as 1.8 did (#105)

Kind: regression"

  printf 'export type Theme = "light" | "dark";\n' >src/theme.ts
  commit "Kurt Lang" "Add a dark theme (#106)"

  replace src/search.ts "minutesToKeep = 5" "minutesToKeep = 60"
  commit "Kurt Lang" "Keep search results for an hour (#107)"
  tick
  git revert --no-edit HEAD >/dev/null

  replace src/report.ts "  const sum" "  if (values.length === 0) {
    return 0;
  }
  const sum"
  commit "Emmy Sato" "Do not print NaN for an empty report (#108)"
  pick 2.1 "$(git rev-parse HEAD)"
}

mkdir "$1"
cd "$1"
git init --quiet --initial-branch main
git config user.name "Mia Maintainer"
git config user.email "mia@godel.example"
git config maintenance.auto false
make_lines
land_fixes
