// SPDX-License-Identifier: Apache-2.0
#include "render/path.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include <fmt/format.h>

#include "nats/text_parts.h"

namespace ghboot::render {
namespace {

// How many bytes the character has that text begins with; 0: it is none.
std::size_t character_size(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xC0U) != 0x80) return 0;
  const bool is_overlong = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
  const bool is_beyond = (first == 0xED && at(1) > 0x9F) || (first == 0xF4 && at(1) > 0x8F);
  return is_overlong || is_beyond ? 0 : size;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return first < 0x20 || first == 0x7F;
}

// Characters that macOS leaves out of names.
bool is_ignored_by_hfs(std::string_view character) {
  if (character.size() != 3) return false;
  const auto bits = [character](std::size_t i, unsigned mask) {
    return static_cast<unsigned char>(character[i]) & mask;
  };
  const unsigned code = bits(0, 0x0F) << 12U | bits(1, 0x3F) << 6U | bits(2, 0x3F);
  return (code >= 0x200C && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x206A && code <= 0x206F) || code == 0xFEFF;
}

// What git refuses too: the names under which Windows and macOS find the folder .git.
bool is_git_folder(std::string_view part) {
  std::string name;
  while (!part.empty()) {
    const std::size_t size = std::max<std::size_t>(character_size(part), 1);
    if (!is_ignored_by_hfs(part.substr(0, size))) name += part.substr(0, size);
    part.remove_prefix(size);
  }
  name = folded(name.substr(0, name.find(':')));
  while (name.ends_with('.') || name.ends_with(' ')) name.pop_back();
  return name == ".git" || name == "git~1";
}

std::optional<std::string> part_problem(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return "is no file's name: rename it";
  if (is_git_folder(part))
    return "is git's own folder, where nothing is written: templates lie in a folder of their own, beside it";
  if (part.contains('\\')) return "has a backslash, which is no name on Windows: rename it";
  constexpr std::size_t part_size_max = 255;
  if (part.size() > part_size_max)
    return fmt::format("has a name of {} bytes, and file systems take {}: shorten it", part.size(),
                       part_size_max);
  return std::nullopt;
}

struct Place {
  std::string path;
  bool is_folder;
};

class Places {
 public:
  // What can't lie beside what is there already.
  void add(const std::string& path, std::set<std::string>* found) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      add({path.substr(0, slash), true}, path, found);
    add({path, false}, path, found);
  }

 private:
  void add(const Place& place, const std::string& whole, std::set<std::string>* found) {
    const auto [there, is_new] = places_.try_emplace(folded(place.path), place);
    if (is_new || found == nullptr) return;
    const Place& other = there->second;
    if (other.path != place.path)
      found->insert(
          fmt::format("{} and {} differ by upper and lower case only: rename one", other.path, place.path));
    else if (other.is_folder != place.is_folder)
      found->insert(
          place.is_folder
              ? fmt::format("{} is a file, and {} needs a folder there: rename or remove one", other.path,
                            whole)
              : fmt::format("{} is a folder, and a file is to be there: rename or remove one", other.path));
  }

  std::map<std::string, Place, std::less<>> places_;  // By the folded path.
};

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string folded(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string shown(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::size_t size = character_size(name);
    const std::string_view character = name.substr(0, std::max<std::size_t>(size, 1));
    if (size == 0 || is_control(character))
      for (const char c : character) out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    else
      out += character;
    name.remove_prefix(character.size());
  }
  return out;
}

std::optional<std::string> path_problem(std::string_view path) {
  if (!is_utf8(path)) return "is no UTF-8, which a name in a repository has to be: rename it";
  if (shown(path) != path) return "has a control character in its name: rename it";
  for (const std::string_view part : nats::parts_of(path, '/'))
    if (auto problem = part_problem(part)) return problem;
  if (folded(path) == manifest_path)
    return "is where ghboot lists the files that it made: no template makes it";
  return std::nullopt;
}

std::optional<std::string> link_problem(std::string_view path, std::string_view target) {
  const std::string leads = fmt::format("is a symbolic link to {}", shown(target));
  if (target.empty() || target.contains('\0')) return leads + ", which is no path: mend the link";
  if (target.starts_with('/'))
    return leads + ", which is another file on each machine: use a relative one within the folder";
  auto above = std::ranges::count(path, '/');
  bool is_down = false;
  for (const std::string_view part : nats::parts_of(target, '/')) {
    if (is_git_folder(part)) return leads + ", git's own folder: let it lead elsewhere";
    if (part == "..") {
      // Behind the name of what may be a link itself, nobody knows what is above.
      if (is_down) return leads + ", with .. behind a name: write the shortest path to it";
      if (--above < 0) return leads + ", out of the folder: let it lead to a file in it";
    } else if (!part.empty() && part != ".") {
      is_down = true;
    }
  }
  return std::nullopt;
}

std::vector<std::string> clashes(const std::set<std::string>& wanted, const std::set<std::string>& others) {
  Places places;
  for (const std::string& path : others) places.add(path, nullptr);
  std::set<std::string> found;
  for (const std::string& path : wanted) places.add(path, &found);
  return {found.begin(), found.end()};
}

}  // namespace ghboot::render
