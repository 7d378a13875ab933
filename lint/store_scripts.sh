#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The scripts of examples/store speak the protocol of docs/store.md, and give no secret to vault or aws as an argument.
# Both are stand-ins here, which keep files and note their arguments.
set -uo pipefail
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/kept" "$folder/deleted"
export STANDIN=$folder
cat >"$folder/bin/vault" <<'END'
#!/bin/bash
echo "$@" >>"$STANDIN/arguments"
[ ! -e "$STANDIN/sealed" ] || { echo "Code: 503. Errors: * Vault is sealed" >&2; exit 2; }
file() { printf '%s/kept/%s' "$STANDIN" "${1//\//_}"; }
case "$1 $2 $3" in
"kv put -mount=secret") cat >"$(file "$4")" ;;
"kv get -mount=secret")
  [ -e "$(file "$5")" ] || { echo "No value found at secret/data/$5" >&2; exit 2; }
  jq -c '{data: {data: .}}' "$(file "$5")" ;;
"kv delete -mount=secret") rm -f "$(file "$4")" ;;
"kv list -mount=secret")
  cd "$STANDIN/kept" && ls "${5//\//_}"_* >/dev/null 2>&1 || { echo "No value found" >&2; exit 2; }
  printf '%s\n' "${5//\//_}"_* | sed "s/.*_//" | jq -R . | jq -cs . ;;
*) echo "unexpected: $*" >&2; exit 3 ;;
esac
END
cat >"$folder/bin/aws" <<'END'
#!/bin/bash
echo "$@" >>"$STANDIN/arguments"
[ ! -e "$STANDIN/sealed" ] || { echo "An error occurred (AccessDeniedException): no" >&2; exit 254; }
file() { printf '%s/%s/%s' "$STANDIN" "$1" "${2//\//_}"; }
case "$2" in
create-secret)
  [ ! -e "$(file kept "$4")" ] || { echo "An error occurred (ResourceExistsException)" >&2; exit 254; }
  [ ! -e "$(file deleted "$4")" ] || { echo "(InvalidRequestException) already scheduled for deletion" >&2; exit 254; }
  cat "${6#file://}" >"$(file kept "$4")" ;;
put-secret-value) cat "${6#file://}" >"$(file kept "$4")" ;;
restore-secret) [ ! -e "$(file deleted "$4")" ] || mv "$(file deleted "$4")" "$(file kept "$4")" ;;
get-secret-value) cat "$(file kept "$4")" 2>/dev/null || { echo "(ResourceNotFoundException)" >&2; exit 254; } ;;
delete-secret)
  mv "$(file kept "$4")" "$(file deleted "$4")" 2>/dev/null || { echo "(ResourceNotFoundException)" >&2; exit 254; } ;;
list-secrets) (cd "$STANDIN/kept" && printf '%s\n' * | tr _ / | jq -R . | jq -cs .) ;;
*) echo "unexpected: $*" >&2; exit 3 ;;
esac
END
chmod +x "$folder"/bin/*
export PATH="$folder/bin:$PATH"
failures=0
# expect SCRIPT WORD INPUT CODE OUTPUT
expect() {
  local out
  out=$(printf '%s' "$3" | "examples/store/$1" "$2" 2>/dev/null)
  local code=$?
  [ "$code" = "$4" ] && [[ $out == *"$5"* ]] && return
  echo "FAILED: $1 $2: exit $code for $4, \"$5\" expected in: $out"
  failures=$((failures + 1))
}
name=ghboot/keys/AB creds=ghboot/creds/UB
entry() { printf '{"Secret":"SA-%s","ServerURL":"%s","Username":"made by ghboot, account"}' "$1" "$2"; }
for script in ghboot-store-vault ghboot-store-aws; do
  rm -f "$folder"/kept/* "$folder"/deleted/* "$folder/arguments"
  expect $script get $name 1 "credentials not found"
  expect $script list unused 0 "{"
  expect $script store "$(entry first $name)" 0 ""
  expect $script store "$(entry second $name)" 0 ""
  expect $script store "$(entry third $creds)" 0 ""
  expect $script get $name 0 '"Secret":"SA-second"'
  expect $script get $name 0 '"Username":"made by ghboot, account"'
  expect $script list unused 0 "\"$name\":"
  expect $script list unused 0 "\"$creds\":"
  expect $script erase $name 0 ""
  expect $script get $name 1 "credentials not found"
  expect $script store "$(entry fourth $name)" 0 ""
  expect $script get $name 0 '"Secret":"SA-fourth"'
  touch "$folder/sealed"
  expect $script store "$(entry fifth $name)" 1 ""
  expect $script list unused 1 ""
  expect $script erase $name 1 ""
  out=$(printf %s $name | "examples/store/$script" get 2>&1)
  [[ $out == *not\ found* || $out != *sealed* && $out != *AccessDenied* ]] &&
    { echo "FAILED: $script: a refusal is not \"not found\": $out"; failures=$((failures + 1)); }
  rm "$folder/sealed"
  grep -e SA- "$folder/arguments" &&
    { echo "FAILED: $script gave a secret as an argument"; failures=$((failures + 1)); }
done
[ $failures = 0 ] && echo "all as expected"
