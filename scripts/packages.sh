# SPDX-License-Identifier: Apache-2.0
# Sourced after platform.sh: the only place that names Debian packages. What is installed already is asked of dpkg, so
# that a machine that has all is left alone.

build_packages=(
  ca-certificates cmake g++ git ninja-build pkg-config
  libboost-dev libcli11-dev libcurl4-openssl-dev libgrpc++-dev libkainjow-mustache-dev libnats-dev libprotobuf-dev
  libre2-dev libsodium-dev libspdlog-dev libssl-dev libutf8proc-dev nlohmann-json3-dev protobuf-compiler
  protobuf-compiler-grpc
)
test_packages=(
  clang-19 clang-format-19 clang-tidy-19 curl gh libclang-rt-19-dev libgmock-dev libgtest-dev lld-19
  make procps python3 python3-pip unzip
)
model_packages=(gcc libc6-dev python3 spin)

missing_packages() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installs ${#missing[@]} Debian packages and what they need: ${missing[*]}"
  apt_get update || fail 1 "apt-get update failed: see its words above; a package source must be reachable"
  apt_get install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    fail 1 "apt-get could not install ${missing[*]}: see its words above"
}
