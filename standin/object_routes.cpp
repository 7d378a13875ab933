// SPDX-License-Identifier: Apache-2.0
// Blobs, trees and commits.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/commit_input.h"
#include "standin/git_routes.h"
#include "standin/json_member.h"

namespace ghboot::standin {

namespace {

constexpr std::size_t tree_entries_max = 100'000;

Response made(const Json& view) {
  Response response = json_response(201, view);
  response.set("Location", view["url"].get<std::string>());
  return response;
}

std::string url_of(const Call& call, std::string_view kind, std::string_view sha) {
  return fmt::format("{}/git/{}/{}", repository_url(call), kind, sha);
}

Response make_blob(Call& call) {
  if (call.git.is_empty(call.repository->id)) return conflict_of_empty();
  if (!call.body.contains("content") || !call.body["content"].is_string())
    return invalid_request("\"content\" wasn't supplied.");
  std::string bytes = call.body["content"].get<std::string>();
  if (text_member(call.body, "encoding", "utf-8") == "base64") {
    auto decoded = nats::decode_base64(bytes);
    if (!decoded) return error_response(422, "content is not valid Base64");
    bytes = *std::move(decoded);
  }
  const auto sha = call.git.write_blob(call.repository->id, bytes);
  if (!sha) return error_response(500, "git could not store the blob");
  return made({{"sha", *sha}, {"url", url_of(call, "blobs", *sha)}});
}

Response get_blob(Call& call) {
  const std::string sha(call.part("sha"));
  if (call.git.type_of(call.repository->id, sha) != "blob") return not_found();
  const auto bytes = call.git.content(call.repository->id, sha);
  if (!bytes) return not_found();
  return json_response(200, {{"sha", sha},
                             {"node_id", fmt::format("B_{}", sha)},
                             {"url", url_of(call, "blobs", sha)},
                             {"size", bytes->size()},
                             {"content", nats::encode_base64(*bytes)},
                             {"encoding", "base64"}});
}

Json tree_view(const Call& call, const std::string& sha, const std::vector<TreeEntry>& entries) {
  Json list = Json::array();
  for (const TreeEntry& entry : entries) {
    if (list.size() == tree_entries_max) break;
    Json one{{"path", entry.path}, {"mode", entry.mode}, {"type", entry.type}, {"sha", entry.sha}};
    if (entry.size) one["size"] = *entry.size;
    one["url"] = url_of(call, entry.type == "tree" ? "trees" : "blobs", entry.sha);
    list.push_back(std::move(one));
  }
  return {{"sha", sha},
          {"url", url_of(call, "trees", sha)},
          {"tree", list},
          {"truncated", entries.size() > tree_entries_max}};
}

Response get_tree(Call& call) {
  const Id id = call.repository->id;
  if (call.git.is_empty(id)) return conflict_of_empty();
  std::string sha(call.part("sha"));
  if (const auto commit = call.git.commit_of(id, sha)) sha = call.git.commit(id, *commit)->tree;
  const auto entries = call.git.tree(id, sha, call.request.query.contains("recursive"));
  return entries ? json_response(200, tree_view(call, sha, *entries)) : not_found();
}

using Entry = std::expected<TreeEntry, Response>;

std::unexpected<Response> refuse_entry(std::string_view message) {
  return std::unexpected(error_response(422, message));
}

// As the body has it; the sha is empty for what is removed.
Entry read_entry(Call& call, const Json& item) {
  if (!item.is_object()) return refuse_entry("tree is no list of objects");
  TreeEntry entry{.mode = text_member(item, "mode"),
                  .type = text_member(item, "type", "blob"),
                  .path = text_member(item, "path")};
  constexpr std::array<std::string_view, 5> modes{"100644", "100755", "040000", "160000", "120000"};
  if (std::ranges::find(modes, entry.mode) == modes.end())
    return refuse_entry("tree.mode must be one of 100644, 100755, 040000, 160000, 120000");
  if (entry.path.empty() || entry.path.starts_with('/') || entry.path.contains("//") ||
      entry.path.contains(".."))
    return refuse_entry("tree.path contains a malformed path component");
  if (auto refused = refuse_workflow(call, entry.path)) return std::unexpected(*refused);
  if (item.contains("content") && item["content"].is_string()) {
    const auto sha = call.git.write_blob(call.repository->id, item["content"].get<std::string>());
    if (!sha) return refuse_entry("git could not store the blob");
    entry.sha = *sha;
    return entry;
  }
  if (!item.contains("sha")) return refuse_entry("Must supply either tree.sha or tree.content");
  if (item["sha"].is_null()) return entry;
  entry.sha = text_member(item, "sha");
  if (!call.git.type_of(call.repository->id, entry.sha))
    return refuse_entry(fmt::format("tree.sha {} is not a valid {}", entry.sha, entry.type));
  return entry;
}

bool has_path(const std::vector<TreeEntry>& entries, const std::string& path) {
  return std::ranges::any_of(entries, [&](const TreeEntry& one) { return one.path == path; });
}

Response make_tree(Call& call) {
  const Id id = call.repository->id;
  if (call.git.is_empty(id)) return conflict_of_empty();
  if (!call.body.contains("tree") || !call.body["tree"].is_array())
    return invalid_request("\"tree\" wasn't supplied.");
  std::string base = text_member(call.body, "base_tree");
  if (const auto commit = base.empty() ? std::nullopt : call.git.commit_of(id, base))
    base = call.git.commit(id, *commit)->tree;
  const auto before = base.empty() ? std::vector<TreeEntry>{} : call.git.tree(id, base, true);
  if (!before) return error_response(404, "base_tree is not a valid tree");
  std::vector<TreeEntry> entries;
  for (const Json& item : call.body["tree"]) {
    auto entry = read_entry(call, item);
    if (!entry) return entry.error();
    if (entry->sha.empty() && !has_path(*before, entry->path))
      return error_response(422, "GitRPC::BadObjectState");
    entries.push_back(*std::move(entry));
  }
  const auto sha = call.git.write_tree(id, base, entries);
  if (!sha) return error_response(422, "Invalid tree info");
  return made(tree_view(call, *sha, *call.git.tree(id, *sha, false)));
}

Response make_commit(Call& call) {
  const Id id = call.repository->id;
  if (call.git.is_empty(id)) return conflict_of_empty();
  CommitText commit{.tree = text_member(call.body, "tree"), .message = text_member(call.body, "message")};
  if (commit.message.empty()) return invalid_request("\"message\" wasn't supplied.");
  if (call.git.type_of(id, commit.tree) != "tree") return error_response(422, "Tree SHA does not exist");
  take(call.body, "parents", commit.parents);
  for (const std::string& parent : commit.parents) {
    if (call.git.type_of(id, parent) != "commit")
      return error_response(422, "Parent SHA does not exist or is not a commit object");
  }
  commit.author = person_in(call, call.body, "author");
  commit.committer =
      call.body.contains("committer") ? person_in(call, call.body, "committer") : commit.author;
  const auto sha = call.git.write_commit(id, commit);
  if (!sha) return error_response(422, "git refused the commit");
  return made(commit_view(call, *sha, *call.git.commit(id, *sha)));
}

Response get_commit(Call& call) {
  const std::string sha(call.part("sha"));
  if (call.git.type_of(call.repository->id, sha) != "commit") return not_found();
  return json_response(200, commit_view(call, sha, *call.git.commit(call.repository->id, sha)));
}

constexpr std::array routes{
    Route{"POST", "/repos/{owner}/{repo}/git/blobs", make_blob, contents_write},
    Route{"GET", "/repos/{owner}/{repo}/git/blobs/{sha}", get_blob, contents_read},
    Route{"POST", "/repos/{owner}/{repo}/git/trees", make_tree, contents_write},
    Route{"GET", "/repos/{owner}/{repo}/git/trees/{sha*}", get_tree, contents_read},
    Route{"POST", "/repos/{owner}/{repo}/git/commits", make_commit, contents_write},
    Route{"GET", "/repos/{owner}/{repo}/git/commits/{sha}", get_commit, contents_read}};

}  // namespace

std::span<const Route> object_routes() { return routes; }

}  // namespace ghboot::standin
