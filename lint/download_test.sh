#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A release of Terraform is taken when its checksum is right, and otherwise leaves nothing behind.
set -uo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GHBOOT_PARTS=$folder/parts
for file in platform packages parts; do
  # shellcheck disable=SC1090
  . "scripts/$file.sh"
done
download() { download_terraform "file://$folder/releases" $terraform_version "$parts/bin/terraform"; }
# The releases here are made below: HashiCorp did not sign them.
verify_signature() { true; }
release=$folder/releases/$terraform_version
zip=terraform_${terraform_version}_linux_$(dpkg --print-architecture).zip
mkdir -p "$release"
printf '#!/bin/sh\necho made here\n' >"$folder/terraform"
python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").write(sys.argv[2], "terraform")' \
  "$release/$zip" "$folder/terraform"
sums=$release/terraform_${terraform_version}_SHA256SUMS

(cd "$release" && sha256sum "$zip" >"$sums")
sed -i 's/^./x/' "$sums"
! download 2>/dev/null || { echo "FAILED: a wrong checksum was taken"; exit 1; }
: >"$sums"
! download 2>/dev/null || { echo "FAILED: no checksum at all was taken"; exit 1; }
[ ! -e "$parts/bin/terraform" ] || { echo "FAILED: a refused release was put in place"; exit 1; }
(cd "$release" && sha256sum "$zip" >"$sums")
download && [ "$("$parts/bin/terraform")" = "made here" ] ||
  { echo "FAILED: the right release was not taken"; exit 1; }
echo "all as expected"
