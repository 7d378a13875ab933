// SPDX-License-Identifier: Apache-2.0
// A program for a store, as a shell script: docker's credential-helper protocol over files in a folder. It
// notes how it was called, and does wrong on demand. A file "before" beside it, if there is one, is read by
// the shell first, with the protocol's word in $1: what it says there is the fault. Cannot: names with a
// quote in them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::nats {

class TestStoreProgram {
 public:
  explicit TestStoreProgram(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_ / "entries");
    std::ofstream(path()) << script;
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }

  std::filesystem::path path() const { return folder_ / "keep"; }
  std::vector<std::string> command() const { return {path().string(), "a word"}; }
  // From now on each run begins with these commands; "": none.
  void before(std::string_view commands) const {
    std::filesystem::remove(folder_ / "before");
    if (!commands.empty()) std::ofstream(folder_ / "before") << commands << "\n";
  }
  // What it keeps under a name, as it got it; empty: nothing.
  std::string entry(std::string_view name) const {
    std::string file(name);
    for (char& c : file)
      if (c == '/') c = '_';
    return text_of(folder_ / "entries" / file);
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_ / "entries"), {}));
  }
  // The arguments of each run, a line each; and all variables and arguments that it has seen.
  std::string calls() const { return text_of(folder_ / "calls"); }
  std::string seen() const { return text_of(folder_ / "seen"); }

 private:
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static constexpr std::string_view script = R"sh(#!/bin/sh
umask 077
here=$(dirname "$0")
printf '%s\n' "$*" >> "$here/calls"
cat /proc/$$/environ /proc/$$/cmdline >> "$here/seen"
shift
[ -f "$here/before" ] && . "$here/before"
place_of() { printf '%s/entries/%s' "$here" "$(printf %s "$1" | tr / _)"; }
case $1 in
store)
  json=$(cat)
  place=$(place_of "$(printf %s "$json" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/')")
  printf %s "$json" > "$place.new$$" && mv "$place.new$$" "$place"
  ;;
get)
  place=$(place_of "$(cat)")
  [ -f "$place" ] && exec cat "$place"
  echo "credentials not found in native keychain"
  exit 1
  ;;
erase) rm -f "$(place_of "$(cat)")" ;;
list)
  printf '{'
  comma=
  for file in "$here"/entries/*; do
    [ -f "$file" ] || continue
    printf '%s' "$comma"
    sed -e 's/.*\("ServerURL":"[^"]*"\).*\("Username":"[^"]*"\).*/\1 \2/' \
      -e 's/"ServerURL":\(.*\) "Username":/\1:/' "$file"
    comma=,
  done
  printf '}'
  ;;
esac
)sh";

  std::filesystem::path folder_;
};

}  // namespace ghboot::nats
