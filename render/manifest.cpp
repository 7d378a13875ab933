// SPDX-License-Identifier: Apache-2.0
#include "render/manifest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::render {
namespace {

using nlohmann::json;

constexpr int manifest_version = 2, setless_version = 1;

std::unexpected<nats::Error> no_manifest(std::string_view why) {
  return fail(
      ErrorKind::invalid,
      fmt::format("{} is not as ghboot writes it: {}. Was it edited or merged by hand? Nothing is changed: "
                  "take it from an earlier commit; or delete it, and what ghboot made before stays for good",
                  manifest_path, why));
}

Result<Paths> read_paths(const json& list) {
  Paths paths;
  for (const auto& path : list) {
    if (!path.is_string()) return no_manifest("a path in it is no string");
    const auto& text = path.get_ref<const std::string&>();
    if (const auto wrong = path_problem(text))
      return no_manifest(fmt::format("{} in it {}", shown(text), *wrong));
    paths.insert(text);
  }
  return paths;
}

Result<Manifest> read_sets(const json& sets) {
  Manifest out;
  for (const auto& [name, list] : sets.items()) {
    if (!is_set_name(name))
      return no_manifest(fmt::format("{} in it is no name of a set: {}", shown(name), set_name_words));
    if (!list.is_array()) return no_manifest(fmt::format("\"{}\" in it is no list", name));
    auto paths = read_paths(list);
    if (!paths) return std::unexpected(paths.error());
    if (!paths->empty()) out.emplace(name, *std::move(paths));
  }
  return out;
}

}  // namespace

bool is_set_name(std::string_view name) {
  constexpr std::size_t size_max = 64;
  return !name.empty() && name.size() <= size_max && name.find_first_of("._-") != 0 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

std::string manifest_text(const Manifest& manifest) {
  const nlohmann::ordered_json text{{"version", manifest_version}, {"sets", json(manifest)}};
  return text.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Manifest> read_manifest(std::string_view text) {
  const auto manifest = json::parse(text, nullptr, false);
  if (manifest.is_discarded()) return no_manifest("it is no JSON");
  if (!manifest.is_object() || !manifest.contains("version") || !manifest["version"].is_number_integer())
    return no_manifest("it has no \"version\"");
  const bool has_sets = manifest["version"] != setless_version;
  if (has_sets && manifest["version"] != manifest_version)
    return fail(ErrorKind::invalid,
                fmt::format("{} is of version {}, and this ghboot knows {} and {}: use the ghboot that wrote "
                            "it, or a later one",
                            manifest_path, manifest["version"].dump(), setless_version, manifest_version));
  if (has_sets) {
    if (!manifest.contains("sets") || !manifest["sets"].is_object())
      return no_manifest("it has no object \"sets\"");
    return read_sets(manifest["sets"]);
  }
  if (!manifest.contains("files") || !manifest["files"].is_array())
    return no_manifest("it has no list \"files\"");
  return read_sets(json{{default_set, manifest["files"]}});
}

Manifest without_paths(Manifest manifest, std::string_view name, const Paths& paths) {
  const auto set = manifest.find(name);
  if (set == manifest.end()) return manifest;
  for (const std::string& path : paths) set->second.erase(path);
  if (set->second.empty()) manifest.erase(set);
  return manifest;
}

Paths without_theirs(Paths paths, const Manifest& others) {
  for (const auto& [name, theirs] : others)
    for (const std::string& path : theirs) paths.erase(path);
  return paths;
}

Manifest others_of(Manifest manifest, const SetTerms& ours) {
  manifest.erase(ours.name);
  for (const std::string& name : ours.names_before)
    manifest = without_paths(std::move(manifest), name, ours.made_before);
  return manifest;
}

Paths ours_of(const Manifest& manifest, const SetTerms& ours) {
  Paths out = ours.made_before;
  if (const auto set = manifest.find(ours.name); set != manifest.end())
    out.insert(set->second.begin(), set->second.end());
  return without_theirs(std::move(out), others_of(manifest, ours));
}

std::string Taken::problem() const {
  return fmt::format(
      "{} is made by the templates of the set {}{}, as {} has it: rename one; or take it out of those "
      "templates, and apply them first (`-target`, where one configuration has both); where nothing makes "
      "the set {} any more, call yours so",
      path, set, path == their_path ? "" : fmt::format(", as {}, which differs by case only", their_path),
      manifest_path, set);
}

std::vector<Taken> taken_of(const Paths& wanted, const Manifest& others) {
  std::map<std::string, const std::string*> by_folded;
  for (const std::string& path : wanted) by_folded.emplace(folded(path), &path);
  std::vector<Taken> out;
  for (const auto& [name, paths] : others)
    for (const std::string& path : paths)
      if (const auto found = by_folded.find(folded(path)); found != by_folded.end())
        out.push_back({.path = *found->second, .their_path = path, .set = name});
  std::ranges::sort(out, {}, &Taken::path);
  return out;
}

}  // namespace ghboot::render
