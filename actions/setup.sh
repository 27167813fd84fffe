# Puts the binaries of exactly this commit on PATH. To be sourced by another script of this folder.
#
# They come from 'bin-dir', from an earlier step of the job, from the release whose sums stand in dist-manifest.json beside the
# action, or, where that is asked for, from the source beside it. What is downloaded is verified before it is unpacked.
# shellcheck shell=bash

actions=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$actions/.." && pwd)
manifest=$root/dist-manifest.json

# Ends the step with an annotation, and with this exit code, which is 2 unless it is given. The texts are ours, apart from what the
# runner and the inputs name. Not to be called within $(…), which would keep the words and let the step go on.
die() {
  local text=$1 hint=$2 code=${3-2}
  text=${text//'%'/%25} text=${text//$'\r'/%0D} text=${text//$'\n'/%0A}
  printf '::error title=backstitch::%s\n' "$text"
  printf 'hint: %s\n' "$hint" >&2
  exit "$code"
}

# Sets 'target' to the target whose binaries run here.
find_target() {
  case "${RUNNER_OS-}/${RUNNER_ARCH-}" in
    Linux/X64) target=x86_64-unknown-linux-musl ;;
    Linux/ARM64) target=aarch64-unknown-linux-musl ;;
    macOS/X64) target=x86_64-apple-darwin ;;
    macOS/ARM64) target=aarch64-apple-darwin ;;
    Windows/X64) target=x86_64-pc-windows-msvc ;;
    *) die "there are no binaries for '${RUNNER_OS-}' on '${RUNNER_ARCH-}'" \
      "give a folder with binaries of your own: bin-dir, or set 'build: true' with Rust installed" ;;
  esac
}

# Prints a path as the system knows it: on Windows, bash has other ones.
native() {
  if command -v cygpath >/dev/null; then cygpath -w "$1"; else printf '%s\n' "$1"; fi
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Prints the file and the sum that the manifest has for a target.
listed() {
  sed -n 's/^ *"'"$1"'": {"file": "\([A-Za-z0-9._-]*\)", "sha256": "\([0-9a-f]\{64\}\)"},\{0,1\}$/\1 \2/p' "$manifest"
}

# Says whether an address is one of this machine: nothing but a scheme, its own name or number, and a port, so that nothing in front of an
# '@' is taken for the host.
is_loopback() {
  local form='^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?/?$'
  [[ $1 =~ $form ]]
}

fetched() {
  local folder=$1 target file sum repository tag server protocols archive
  find_target
  read -r file sum <<<"$(listed "$target")" || true
  if [ -z "${file-}" ]; then
    die "this commit of the action has no binaries for '$target'" \
      "pin the commit of a release, give a folder with binaries: bin-dir, or set 'build: true' with Rust installed"
  fi
  # 'github.action_repository' is that of the outermost action, where somebody's own action calls this one.
  repository=$(sed -n 's/^ *"repository": "\([A-Za-z0-9._-]*\/[A-Za-z0-9._-]*\)",$/\1/p' "$manifest")
  tag=$(sed -n 's/^ *"tag": "\([A-Za-z0-9._-]*\)",$/\1/p' "$manifest")
  if [ -z "$repository" ] || [ -z "$tag" ]; then
    die "the manifest of this commit of the action does not say which release the binaries are of" \
      "pin the commit of a release, or give a folder with binaries: bin-dir"
  fi
  server=${GITHUB_SERVER_URL:-https://github.com}
  if is_loopback "$server"; then protocols='=http'; else protocols='=https'; fi
  archive=$folder/$file
  curl --proto "$protocols" --proto-redir "$protocols" --tlsv1.2 --fail --silent --show-error --location \
    --connect-timeout 20 --max-time 300 --retry 5 --retry-connrefused \
    --output "$archive" "$server/$repository/releases/download/$tag/$file" ||
    die "cannot download '$file' of release '$tag' of '$repository'" "run the job again; offline, give: bin-dir"
  if [ "$(sha256 "$archive")" != "$sum" ]; then
    rm -f "$archive"
    die "'$file' of release '$tag' has another sum than this commit of the action says" \
      "do not use it: tell the maintainers, and pin an earlier commit"
  fi
  if can_attest "$server"; then
    GH_TOKEN=$GITHUB_TOKEN gh attestation verify "$archive" --repo "$repository" >/dev/null ||
      die "the attestation of '$file' of release '$tag' does not verify, or GitHub cannot be asked" \
        "see what gh says above, and run the job again; if it stays so, tell the maintainers"
  fi
  tar -xzf "$archive" -C "$folder"
  rm -f "$archive"
}

# Says whether attestations can be verified: gh asks for a token before anything else, and an enterprise server has none of them.
can_attest() {
  [ "$1" = https://github.com ] || is_loopback "$1" || return 1
  [ -n "${GITHUB_TOKEN-}" ] && command -v gh >/dev/null && gh attestation verify --help >/dev/null 2>&1
}

built() {
  command -v cargo >/dev/null || die "'build: true' needs Rust, and there is no 'cargo'" "install Rust first, or give: bin-dir"
  cargo install --quiet --locked --path "$root" --root "$1"
  mv "$1"/bin/patch-* "$1"
}

# Sets PATH for this step, and for those that follow.
set_up() {
  local folder
  if [ -n "${INPUT_BIN_DIR-}" ]; then
    folder=$INPUT_BIN_DIR
    [ -d "$folder" ] || die "there is no folder '$folder'" "give the folder that holds the binaries: bin-dir"
    folder=$(cd "$folder" && pwd)
  else
    # Two commits of the action in one job each have their own. On Windows the runner's path has a drive, whose colon PATH and
    # tar take for something else; bash has a name without one.
    folder=$(cd "${RUNNER_TEMP:?}" && pwd)/backstitch-$(printf '%s\n' "$root" | cat - "$manifest" | cksum | tr ' ' -)
    if [ ! -e "$folder/ready" ]; then
      rm -rf "$folder"
      mkdir -p "$folder"
      case ${INPUT_BUILD-} in
        true) built "$folder" ;;
        '' | false) fetched "$folder" ;;
        *) die "'build' is neither true nor false" "write 'build: true', or leave it out" ;;
      esac
      : >"$folder/ready"
    fi
  fi
  binaries=$folder
  PATH=$folder:$PATH
  if [ -n "${GITHUB_PATH-}" ]; then native "$folder" >>"$GITHUB_PATH"; fi
}

# Requires that the binary is one of ours, from where it was just put.
require_binary() {
  case $1 in
    patch-*[!a-z-]* | patch-) ;;
    patch-*)
      if [ -x "$binaries/$1" ] || [ -x "$binaries/$1.exe" ]; then return 0; fi
      die "there is no '$1' in '$binaries'" "see which binaries this version has in its README"
      ;;
  esac
  die "what is run has to begin with the name of a binary, such as patch-check" "see the documentation of the action"
}

# Sets 'words' to the words of a command line. They end at blanks, tabs and line ends, and are quoted as in a POSIX shell ("Quoting" in
# "Shell Command Language", XCU 2.2); nothing else in them is special, and nothing is expanded. Fails where a quote is not closed or
# nothing follows a backslash.
split_words() {
  local LC_ALL=C text=$1 word='' begun='' chunk mark special=$' \t\n\'"\\'
  words=()
  while [ -n "$text" ]; do
    chunk=${text%%["$special"]*}
    text=${text:${#chunk}}
    if [ -n "$chunk" ]; then word+=$chunk begun=yes; fi
    mark=${text:0:1} text=${text:1}
    case $mark in
      "'")
        chunk=${text%%\'*}
        [ "$chunk" != "$text" ] || return 1
        word+=$chunk begun=yes text=${text:${#chunk}+1}
        ;;
      '"')
        begun=yes
        while :; do
          chunk=${text%%[\"\\]*}
          [ "$chunk" != "$text" ] || return 1
          word+=$chunk mark=${text:${#chunk}:1} text=${text:${#chunk}+1}
          [ "$mark" != '"' ] || break
          case ${text:0:1} in
            '$' | '`' | '"' | \\) word+=${text:0:1} text=${text:1} ;;
            $'\n') text=${text:1} ;;
            *) word+=\\ ;;
          esac
        done
        ;;
      \\)
        [ -n "$text" ] || return 1
        mark=${text:0:1} text=${text:1}
        if [ "$mark" != $'\n' ]; then word+=$mark begun=yes; fi
        ;;
      *)
        if [ -n "$begun" ]; then words+=("$word"); fi
        word='' begun=''
        ;;
    esac
  done
  if [ -n "$begun" ]; then words+=("$word"); fi
}

# Runs a command line, and hands its exit code on: as an output, and as that of the step unless it is allowed.
run_binary() {
  local code=0 ends binary=$1 allowed=${INPUT_ALLOW_EXIT_CODES-} save=${INPUT_SAVE-}
  shift
  allowed=${allowed//[$'\t\r\n']/ }
  # What is written otherwise would allow nothing, and be found when the code comes.
  case $allowed in
    *[!0-9\ ]*) die "the input 'allow-exit-codes' is no list of exit codes" "separate them by blanks or line ends: '1 3'" ;;
  esac
  # They are arguments by now. The system counts both, and would start no binary with much text.
  unset FLAGS "${!INPUT_@}"
  # On Windows, bash would take arguments that look like its own paths for such, and rewrite them.
  export MSYS2_ARG_CONV_EXCL='*'
  if [ -n "$save" ]; then
    # A file that cannot be written must not pass for an answer of the binary.
    { : >>"$save"; } 2>/dev/null || die "cannot write '$save', which the input 'save' names" "name a file in a folder that is there"
    set +e
    "$binaries/$binary" "$@" | tee -- "$save"
    ends=("${PIPESTATUS[@]}")
    set -e
    code=${ends[0]}
    if [ "${ends[1]}" -ne 0 ]; then
      # What was cut off may have ended within a line, and an annotation begins one.
      echo
      die "cannot write all of '$save', which the input 'save' names" "see why above, make room, and run the job again" 4
    fi
  else
    "$binaries/$binary" "$@" || code=$?
  fi
  if [ -n "${GITHUB_OUTPUT-}" ]; then printf 'exit-code=%d\n' "$code" >>"$GITHUB_OUTPUT"; fi
  case " $allowed " in
    *" $code "*) exit 0 ;;
    *) exit "$code" ;;
  esac
}
