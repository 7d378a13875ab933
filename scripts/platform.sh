# SPDX-License-Identifier: Apache-2.0
# Sourced by bootstrap.sh and test.sh: what they share in words, and the machine's own limits. Touches nothing.

say() { printf 'ghboot: %s\n' "$*"; }

# fail CODE WORDS: the codes are those of `ghboot`: 1 failed, 2 wrong use, 3 cannot run here or not built yet.
fail() {
  local code=$1
  shift
  printf 'ghboot: %s\n' "$*" >&2
  exit "$code"
}

# Debian's name for this machine, or "other: NAME". $1 is the os-release file, so that a test can hand in another.
platform() {
  local file=${1:-/etc/os-release} ID='' ID_LIKE='' PRETTY_NAME=''
  [ -r "$file" ] || { echo "other: $(uname -s)"; return; }
  # shellcheck disable=SC1090
  . "$file"
  case " $ID $ID_LIKE " in
    *" debian "* | *" ubuntu "*) echo debian ;;
    *) echo "other: ${PRETTY_NAME:-${ID:-$(uname -s)}}" ;;
  esac
}

require_platform() {
  local found
  found=$(platform "${1:-}")
  [ "$found" = debian ] || fail 3 "this script installs Debian's packages and runs on Debian 12 or a current" \
    "Ubuntu; this machine is \"${found#other: }\". Here: run it in a container (docker run -it -v \"\$PWD\":/src -w" \
    "/src debian:12 ./bootstrap.sh), or on Windows in WSL with Debian. Nothing was changed."
}

# Runs its arguments as root: as we are, or by sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail 3 "needs root for: $* - neither root nor sudo is here. Run this script as root, or install sudo"
  fi
}
