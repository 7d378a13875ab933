#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tidy.sh CLANG_TIDY BUILD changed|all: clang-tidy over the sources that BUILD compiles. "changed" is what differs from
# the merge base with origin/main; on main itself from the last tag, else from the commit before. A source counts as
# changed when a header of its own name did.
set -uo pipefail
tidy=$1 build=$2 what=$3
git=(git -c "safe.directory=$PWD")

base() {
  local head base
  head=$("${git[@]}" rev-parse HEAD) || return
  base=$("${git[@]}" merge-base HEAD origin/main 2>/dev/null)
  [ "$base" != "$head" ] || base=
  [ -n "$base" ] || base=$("${git[@]}" describe --tags --abbrev=0 'HEAD^' 2>/dev/null)
  [ -n "$base" ] || base=$("${git[@]}" rev-parse -q --verify 'HEAD^')
  echo "$base"
}

# Tests are compiled several as one: each by itself for this.
commands=$build/tidy
mkdir -p "$commands"
compiled=$(python3 - "$build" "$commands" <<'END' | sort -u
import json, pathlib, re, sys
build, commands = map(pathlib.Path, sys.argv[1:])
entries = []
for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
    files = [entry["file"]]
    if re.search(r"/unity_\d+_cxx\.cxx$", entry["file"]):
        files = re.findall(r'^#include "(.*)"', pathlib.Path(entry["file"]).read_text(encoding="utf-8"), re.MULTILINE)
    entries += [entry | {"file": file, "command": entry["command"].replace(entry["file"], file)}
                for file in files if not file.startswith(f"{build}/")]
(commands / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
print("\n".join(entry["file"] for entry in entries))
END
)
if [ "$what" = all ]; then
  files=$compiled
else
  from=$(base)
  stems=$("${git[@]}" diff --name-only ${from:+"$from"} -- '*.cpp' '*.h' | sed 's/\.[a-z]*$//' | sort -u)
  files=$(for stem in $stems; do grep -Fx "$PWD/$stem.cpp" <<<"$compiled"; done)
  echo "changed since ${from:-the last commit}: $(wc -w <<<"$files") of $(wc -w <<<"$compiled") sources"
fi
[ -n "$compiled" ] || { echo "$build has compiled nothing: look at its compile_commands.json"; exit 1; }
[ "$what" = all ] || [ -n "$from" ] || { echo "no history here: nothing to compare with"; exit 77; }
[ -n "$files" ] || exit 0
# A finding makes clang-tidy end with 1 and xargs with 123.
# The flags are g++'s, of which clang does not know all.
xargs -n 1 -P "$(nproc)" "$tidy" -p "$commands" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(
  grep -v -e 'warnings\{0,1\} generated' -e '^Suppressed' -e '^Use -header-filter' >&2)
