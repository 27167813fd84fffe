#!/bin/sh
# Stands in for cargo: what it would build is there, and is run by the scripts that this leaves in its place.
echo "cargo $*" >>"$CALLS"
echo "$* ${CARGO_ENCODED_RUSTFLAGS-}" >>"$CALLS.flags"
verb=$1 target='' profile=debug suffix='' name=''
[ $# -eq 0 ] || shift
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    --bin) name=$2 && shift ;;
    --target) target=/$2 && shift ;;
    --profile) profile=$2 && shift ;;
    --release) profile=release ;;
    *) ;;
  esac
  shift
done
[ $# -eq 0 ] || shift
case $verb in
  run) exec "$BINARIES/$name" "$@" ;;
  build)
    case $target in *windows*) suffix=.exe ;; *) ;; esac
    mkdir -p "target$target/$profile"
    # shellcheck disable=SC2013 # Names of binaries have no blanks.
    for name in $(sed -n 's/^name = "\(patch-[a-z]*\)"$/\1/p' Cargo.toml); do
      binary=target$target/$profile/$name$suffix
      printf '#!/bin/sh\nexec "%s/%s" "$@"\n' "$BINARIES" "$name" >"$binary"
      case " ${LARGE-} " in *" $name "*) head -c "$BYTES" /dev/urandom >>"$binary" ;; *) ;; esac
      chmod 755 "$binary"
    done
    ;;
  "$BREAKS") exit 101 ;;
  *) ;;
esac
