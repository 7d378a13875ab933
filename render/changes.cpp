// SPDX-License-Identifier: Apache-2.0
#include "render/changes.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

namespace ghboot::render {
namespace {

Paths paths_of(const std::vector<RenderedFile>& files) {
  Paths paths;
  for (const RenderedFile& file : files) paths.insert(file.path);
  return paths;
}

bool is_as_stored(const RenderedFile& file, const StoredFile& stored) {
  return stored.mode == text_of(file.mode) && stored.sha == blob_sha(file.bytes);
}

class Comparison {
 public:
  Comparison(const StoredFiles& stored, const Manifest& manifest, const SetTerms& ours)
      : stored_(stored), manifest_(others_of(manifest, ours)), ours_(ours_of(manifest, ours)), terms_(ours) {}

  Result<std::vector<Change>> run(const std::vector<RenderedFile>& files) && {
    Paths wanted = paths_of(files);
    Paths listed = wanted, others;
    for (const auto& [path, file] : stored_) {
      if (wanted.contains(path) || path == manifest_path) continue;
      const bool is_ours = ours_.contains(path);
      if (is_ours && terms_.prune) {
        changes_.push_back({.kind = ChangeKind::removed, .file = {.path = path}});
        continue;
      }
      others.insert(path);
      if (is_ours) listed.insert(path);
    }
    for (const Taken& taken : taken_of(wanted, manifest_)) {
      if (is_left_over(taken, stored_, terms_)) {
        manifest_ = without_paths(std::move(manifest_), taken.set, {taken.their_path});
        continue;
      }
      problems_.push_back(taken.problem());
      others.erase(taken.their_path);  // What differs by case is said once.
    }
    for (const RenderedFile& file : files) compare(file);
    if (!listed.empty()) manifest_.insert_or_assign(terms_.name, std::move(listed));
    if (!manifest_.empty()) {
      wanted.insert(std::string(manifest_path));
      compare({.path = std::string(manifest_path), .bytes = manifest_text(manifest_)});
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
  Manifest manifest_;  // Of the others, and of ours once it is known.
  const Paths ours_;
  const SetTerms& terms_;
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

bool is_left_over(const Taken& taken, const StoredFiles& stored, const SetTerms& ours) {
  return ours.names_before.contains(taken.set) && !stored.contains(taken.their_path);
}

bool needs_manifest(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                    const SetTerms& ours) {
  const auto manifest = stored.find(manifest_path);
  return manifest != stored.end() &&
         manifest->second.sha != blob_sha(manifest_text({{ours.name, paths_of(wanted)}}));
}

Result<std::vector<Change>> changes_of(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                                       const Manifest& manifest, const SetTerms& ours) {
  return Comparison(stored, manifest, ours).run(wanted);
}

std::vector<Change> changes_without(const Paths& unwanted, const StoredFiles& stored,
                                    const Manifest& manifest, const SetTerms& ours) {
  const Paths going = without_theirs(unwanted, others_of(manifest, ours));
  std::vector<Change> out;
  for (const std::string& path : going)
    if (stored.contains(path)) out.push_back({.kind = ChangeKind::removed, .file = {.path = path}});
  const Manifest after = without_paths(manifest, ours.name, going);
  if (after == manifest) return out;
  out.push_back(
      {.kind = after.empty() ? ChangeKind::removed : ChangeKind::changed,
       .file = {.path = std::string(manifest_path), .bytes = after.empty() ? "" : manifest_text(after)}});
  return out;
}

}  // namespace ghboot::render
