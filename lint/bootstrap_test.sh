#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bootstrap.sh says what it cannot do before it touches anything. The programs that would touch something are replaced
# by ones that leave a mark.
set -uo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
for name in apt-get sudo cmake curl pip3 go; do
  printf '#!/bin/sh\necho "%s $*" >>%s/touched\nexit 1\n' "$name" "$folder" >"$folder/bin/$name"
  chmod +x "$folder/bin/$name"
done
failures=0

# expect CODE WORDS FACT [VARIABLE=VALUE …] -- ARGUMENTS
expect() {
  local code=$1 words=$2 fact=$3 settings=() out
  shift 3
  while [ "$1" != -- ]; do settings+=("$1"); shift; done
  shift
  out=$(env -u BOOTSTRAP_MODE -u NATS_DEPLOYMENT_TYPE -u TERRAFORM_BACKEND PATH="$folder/bin:$PATH" \
    ${settings[@]+"${settings[@]}"} ./bootstrap.sh "$@" 2>&1 </dev/null)
  local got=$?
  if [ $got = "$code" ] && [[ $out == *"$words"* ]] && [ ! -e "$folder/touched" ]; then return; fi
  echo "FAILED: $fact: exit $got for $code, \"$words\" expected in:"
  echo "$out"
  cat "$folder/touched" 2>/dev/null
  rm -f "$folder/touched"
  failures=$((failures + 1))
}

expect 3 "mode docker: not built yet" "a mode that is not built" -- --mode docker
expect 3 "NATS type synadia_cloud: not built yet" "a type that is not built" -- --nats-type=synadia_cloud
expect 3 "state backend s3: not built yet" "a backend from the environment" TERRAFORM_BACKEND=s3 --
expect 3 "mode kubernetes: not built yet" "the flag wins over the environment" BOOTSTRAP_MODE=dev -- --mode kubernetes
expect 3 "NATS type hybrid: not built yet; state backend gcs: not built yet" "all that is missing at once" -- \
  --nats-type hybrid --terraform-backend gcs
expect 2 'unknown mode "moon"' "an unknown mode" -- --mode moon
expect 2 'unknown mode "moon"' "an unknown mode in a dry run" -- --dry-run --mode moon
expect 2 'unknown option "--moed"' "an unknown option" -- --moed dev
expect 2 "--org needs a value" "a helper's flag without its value" -- --org
expect 2 "--mode needs a value" "a flag without its value" -- --mode
expect 0 "cannot run here: mode docker: not built yet" "a dry run lists what cannot run" -- --mode docker --dry-run
expect 0 "dry run: nothing is installed" "a dry run touches nothing" -- --dry-run
expect 0 "mode auto" "an empty value counts as not set" BOOTSTRAP_MODE= -- --dry-run
expect 0 "GITHUB_ORG" "help prints the table" -- --help

# shellcheck source=scripts/platform.sh
. scripts/platform.sh
printf 'ID=fedora\nPRETTY_NAME="Fedora Linux 40"\n' >"$folder/os-release"
out=$(require_platform "$folder/os-release" 2>&1)
[ $? = 3 ] && [[ $out == *'"Fedora Linux 40"'*container* ]] ||
  { echo "FAILED: another platform is named, with what works there: $out"; failures=$((failures + 1)); }
[ $failures = 0 ] && echo "all as expected"
