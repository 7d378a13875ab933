#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 to a verified system: installs what is missing, builds the two programs, and hands over to
# `ghboot bootstrap`, which does everything else. What cannot be done is said before anything is touched.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
for file in platform packages parts; do
  # shellcheck disable=SC1090
  . "scripts/$file.sh"
done
program=$PWD/build/bin/ghboot

# An empty value counts as not set; a flag wins over the environment.
mode=${BOOTSTRAP_MODE:-auto}
type=${NATS_DEPLOYMENT_TYPE:-self_hosted}
backend=${TERRAFORM_BACKEND:-local}
dry_run=no
help=no

read_flags() {
  while [ $# -gt 0 ]; do
    case $1 in
      --mode | --nats-type | --terraform-backend)
        [ $# -gt 1 ] || fail 2 "$1 needs a value; see ./bootstrap.sh --help"
        take_flag "$1" "$2"
        shift
        ;;
      --mode=* | --nats-type=* | --terraform-backend=*) take_flag "${1%%=*}" "${1#*=}" ;;
      --dry-run) dry_run=yes ;;
      --org | --data-dir)
        [ $# -gt 1 ] || fail 2 "$1 needs a value; see ./bootstrap.sh --help"
        shift
        ;;
      --org=* | --data-dir=*) ;;
      --help | -h) help=yes ;;
      *) fail 2 "unknown option \"$1\"; see ./bootstrap.sh --help" ;;
    esac
    shift
  done
}

take_flag() {
  [ -n "$2" ] || return 0
  case $1 in
    --mode) mode=$2 ;;
    --nats-type) type=$2 ;;
    --terraform-backend) backend=$2 ;;
  esac
}

# check_name WHAT VALUE "built names" "names known but not built yet": an unknown name ends the script, one that is not
# built yet is added to cannot_run.
cannot_run=()
check_name() {
  case " $3 " in *" $2 "*) return ;; esac
  case " $4 " in
    *" $2 "*) cannot_run+=("$1 $2: not built yet") ;;
    *) fail 2 "unknown $1 \"$2\": it is one of ${3// /, }, ${4// /, }" ;;
  esac
}

print_help() {
  echo "usage: ./bootstrap.sh [--dry-run] [options of ghboot bootstrap]"
  echo
  echo "Installs what is missing, builds ghboot, and sets up a verified system. Exit: 0 done, 1 failed, 2 wrong use,"
  echo "3 cannot run here or not built yet. A flag wins over the environment, the environment over the default."
  echo
  sed -n '/^| variable/,/^$/p' docs/bootstrap.md
}

tell_plan() {
  local missing
  mapfile -t missing < <(missing_packages "${build_packages[@]}")
  say "dry run: nothing is installed, built or started"
  say "mode $mode, NATS $type, state in $backend"
  if [ ${#missing[@]} -gt 0 ]; then say "would install: ${missing[*]}"; else say "every Debian package is here"; fi
  command -v terraform >/dev/null || command -v tofu >/dev/null || say "would get Terraform $terraform_version"
  command -v nats-server >/dev/null || say "would put a nats-server into $parts"
  if [ -x "$program" ]; then say "would bring build/bin up to date"; else say "would build ghboot into build/bin"; fi
  local line
  for line in ${cannot_run[@]+"${cannot_run[@]}"}; do say "cannot run here: $line"; done
}

# Tests are built by test.sh alone; what it set in the cache stays, so that neither script undoes the other's work.
build() {
  local tests=(-DGHBOOT_TESTS=OFF)
  [ ! -e build/CMakeCache.txt ] || tests=()
  say "builds terraform-provider-ghboot and ghboot into build/bin"
  mkdir -p build
  cmake --preset release ${tests[@]+"${tests[@]}"} >build/bootstrap.log 2>&1 &&
    cmake --build build --target ghboot terraform-provider-ghboot >>build/bootstrap.log 2>&1 ||
    { tail -n 40 build/bootstrap.log >&2; fail 1 "the build failed: build/bootstrap.log has all of it"; }
}

read_flags "$@"
[ $help = no ] || { print_help; exit 0; }
check_name mode "$mode" "auto dev" "docker kubernetes"
check_name "NATS type" "$type" "self_hosted self_hosted_single self_hosted_cluster" "synadia_cloud hybrid"
check_name "state backend" "$backend" "local" "s3 gcs"
if [ $dry_run = yes ]; then
  tell_plan
  exit 0
fi
[ ${#cannot_run[@]} = 0 ] || fail 3 "$(printf '%s; ' "${cannot_run[@]}")nothing was changed"
require_platform
install_packages "${build_packages[@]}"
provide_terraform
provide_nats_server
build
export PATH=$PATH:$parts/bin
exec "$program" bootstrap "$@"
