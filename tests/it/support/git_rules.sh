#!/bin/sh
# A proc-receive hook (githooks(5)) that refuses what GitHub refuses to a token, in its words: a branch of 'github.protected', and a
# workflow file that no branch has like that yet. TOKEN_MAY says what the token may do; without one, somebody pushes past GitHub.
export LC_ALL=C

# Takes the next packet; fails where a part ends.
take() {
  size=$(dd bs=1 count=4 2>/dev/null)
  [ "$size" != 0000 ] || return 1
  line=$(dd bs=1 count=$((0x$size - 4)) 2>/dev/null | tr '\0' ' ')
}

give() { printf '%04x%s\n' $((${#1} + 5)) "$1"; }

# Says whether a branch has a file with this content already.
is_there() {
  for branch in $(git for-each-ref --format='%(objectname)' refs/heads); do
    [ "$(git rev-parse --quiet --verify "$branch:$1")" != "$2" ] || return 0
  done
  return 1
}

# Prints why a ref is refused, if it is.
refusal() {
  [ -n "$TOKEN_MAY" ] || return 0
  if git config --get-all github.protected | grep -qxF "$2"; then
    printf 'error: GH006: Protected branch update failed for %s.\nerror: Changes must be made through a pull request.\n' "$2" >&2
    echo 'protected branch hook declined'
    return 0
  fi
  [ "$TOKEN_MAY" != workflows ] || return 0
  git ls-tree -r --name-only "$1" -- .github/workflows | while read -r file; do
    if ! is_there "$file" "$(git rev-parse "$1:$file")"; then
      # shellcheck disable=SC2016 # GitHub's words have these marks.
      printf 'refusing to allow a GitHub App to create or update workflow `%s` without `workflows` permission\n' "$file"
      break
    fi
  done
}

take
case $line in *atomic*) rest='ng atomic push failure' ;; *) rest=ok ;; esac
while take; do :; done
give version=1
printf 0000

answers='' refused=''
while take; do
  # The old object, the new one, and the name.
  # shellcheck disable=SC2086
  set -- $line
  why=$(refusal "$2" "$3")
  [ -z "$why" ] || refused=1
  answers="$answers$3 $why
"
done
printf '%s' "$answers" | while read -r name why; do
  if [ -n "$why" ]; then
    give "ng $name $why"
  elif [ -n "$refused" ] && [ "$rest" != ok ]; then
    give "ng $name ${rest#ng }"
  else
    give "ok $name"
    give 'option fall-through'
  fi
done
printf 0000
