// SPDX-License-Identifier: Apache-2.0
#include "render/changes.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace ghboot::render {
namespace {

constexpr int manifest_version = 1;
constexpr std::string_view submodule_mode = "160000";

std::set<std::string> paths_of(const std::vector<RenderedFile>& files) {
  std::set<std::string> paths;
  for (const RenderedFile& file : files) paths.insert(file.path);
  return paths;
}

std::unexpected<nats::Error> no_manifest(std::string_view why) {
  return fail(
      ErrorKind::invalid,
      fmt::format("{} is not as ghboot writes it: {}. Was it edited or merged by hand? Nothing is changed: "
                  "take it from an earlier commit; or delete it, and what ghboot made before stays for good",
                  manifest_path, why));
}

bool is_as_stored(const RenderedFile& file, const StoredFile& stored) {
  constexpr std::string_view old_mode = "100664";  // Of git's first years; means 100644.
  const std::string_view mode = stored.mode == old_mode ? text_of(FileMode::regular) : stored.mode;
  return mode == text_of(file.mode) && stored.sha == blob_sha(file.bytes);
}

class Comparison {
 public:
  Comparison(const StoredFiles& stored, const std::set<std::string>& known, bool prune)
      : stored_(stored), known_(known), prune_(prune) {}

  Result<std::vector<Change>> run(const std::vector<RenderedFile>& files) && {
    std::set<std::string> wanted = paths_of(files), others;
    std::set<std::string> listed = wanted;
    for (const auto& [path, file] : stored_) {
      if (wanted.contains(path) || path == manifest_path) continue;
      const bool is_ours = known_.contains(path);
      if (is_ours && prune_) {
        changes_.push_back({.kind = ChangeKind::removed, .file = {.path = path}});
        continue;
      }
      others.insert(path);
      if (is_ours) listed.insert(path);
    }
    for (const RenderedFile& file : files) compare(file);
    if (!listed.empty()) {
      wanted.insert(std::string(manifest_path));
      compare({.path = std::string(manifest_path), .bytes = manifest_text(listed)});
    } else if (stored_.contains(manifest_path)) {
      changes_.push_back({.kind = ChangeKind::removed, .file = {.path = std::string(manifest_path)}});
    }
    for (std::string& clash : clashes(wanted, others)) problems_.push_back(std::move(clash));
    if (!problems_.empty()) return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(problems_, "\n")));
    std::ranges::sort(changes_, {}, [](const Change& change) -> const auto& { return change.file.path; });
    return std::move(changes_);
  }

 private:
  void compare(RenderedFile file) {
    const auto there = stored_.find(file.path);
    if (there == stored_.end()) {
      changes_.push_back({.kind = ChangeKind::added, .file = std::move(file)});
    } else if (there->second.mode == submodule_mode) {
      problems_.push_back(
          fmt::format("{} is a submodule, and a file is to be there: remove or rename one", file.path));
    } else if (!is_as_stored(file, there->second)) {
      changes_.push_back({.kind = ChangeKind::changed, .file = std::move(file)});
    }
  }

  const StoredFiles& stored_;
  const std::set<std::string>& known_;
  const bool prune_;
  std::vector<Change> changes_{};
  std::vector<std::string> problems_{};
};

}  // namespace

std::string_view to_string(ChangeKind kind) {
  constexpr std::string_view words[] = {"added", "changed", "removed"};
  return words[std::to_underlying(kind)];
}

std::string blob_sha(std::string_view bytes) {
  const std::string head = fmt::format("blob {}", bytes.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool is_made = context && EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1 &&
                       EVP_DigestUpdate(context.get(), head.c_str(), head.size() + 1) == 1 &&  // Its \0 too.
                       EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                       EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  if (!is_made) std::abort();
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

std::string manifest_text(const std::set<std::string>& paths) {
  const nlohmann::ordered_json manifest{{"version", manifest_version}, {"files", paths}};
  return manifest.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<std::set<std::string>> read_manifest(std::string_view text) {
  const auto manifest = nlohmann::json::parse(text, nullptr, false);
  if (manifest.is_discarded()) return no_manifest("it is no JSON");
  if (!manifest.is_object() || !manifest.contains("version") || !manifest["version"].is_number_integer())
    return no_manifest("it has no \"version\"");
  if (manifest["version"] != manifest_version)
    return fail(
        ErrorKind::invalid,
        fmt::format("{} is of version {}, and this ghboot knows {}: use the ghboot that wrote it, or a "
                    "later one",
                    manifest_path, manifest["version"].dump(), manifest_version));
  if (!manifest.contains("files") || !manifest["files"].is_array())
    return no_manifest("it has no list \"files\"");
  std::set<std::string> paths;
  for (const auto& path : manifest["files"]) {
    if (!path.is_string()) return no_manifest("a path in it is no string");
    const auto& text_of_path = path.get_ref<const std::string&>();
    if (const auto wrong = path_problem(text_of_path))
      return no_manifest(fmt::format("{} in it {}", shown(text_of_path), *wrong));
    paths.insert(text_of_path);
  }
  return paths;
}

bool needs_manifest(const std::vector<RenderedFile>& wanted, const StoredFiles& stored) {
  const auto manifest = stored.find(manifest_path);
  return manifest != stored.end() && manifest->second.sha != blob_sha(manifest_text(paths_of(wanted)));
}

Result<std::vector<Change>> changes_of(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                                       const std::set<std::string>& known, bool prune) {
  return Comparison(stored, known, prune).run(wanted);
}

}  // namespace ghboot::render
