// SPDX-License-Identifier: Apache-2.0
// Files by path, each change a commit of its own, and what lies between two commits.
#include <array>

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/commit_input.h"
#include "standin/git_routes.h"
#include "standin/json_member.h"
#include "standin/shape.h"
#include "standin/state.h"

namespace ghboot::standin {

namespace {

constexpr std::size_t folder_entries_max = 1000;
constexpr std::size_t content_size_max = std::size_t{1} << 20U;  // Above it, only raw is given …
constexpr std::size_t raw_size_max = std::size_t{100} << 20U;    // … and above this nothing.
constexpr std::size_t line_length = 60;                          // Of base64: GitHub's has line breaks.

std::string broken_base64(std::string_view bytes) {
  const std::string whole = nats::encode_base64(bytes);
  std::string lines;
  for (std::size_t i = 0; i < whole.size(); i += line_length) lines += whole.substr(i, line_length) + "\n";
  return lines;
}

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

Json entry_view(const Call& call, const TreeEntry& entry, std::string_view ref) {
  const std::string url = repository_url(call);
  const bool is_folder = entry.type == "tree";
  const std::string kind = is_folder                ? "dir"
                           : entry.type == "commit" ? "submodule"
                           : entry.mode == "120000" ? "symlink"
                                                    : "file";
  const std::string address = fmt::format("{}/contents/{}?ref={}", url, entry.path, ref);
  const std::string git = fmt::format("{}/git/{}/{}", url, is_folder ? "trees" : "blobs", entry.sha);
  const std::string page =
      fmt::format("https://github.com/{}/{}/{}/{}", full_name(call.state, *call.repository),
                  is_folder ? "tree" : "blob", ref, entry.path);
  return {{"name", name_of(entry.path)},
          {"path", entry.path},
          {"sha", entry.sha},
          {"size", entry.size.value_or(0)},
          {"url", address},
          {"html_url", page},
          {"git_url", git},
          {"download_url", is_folder ? Json(nullptr) : Json(page + "?raw=true")},
          {"type", kind},
          {"_links", {{"self", address}, {"git", git}, {"html", page}}}};
}

bool wants_raw(const Request& request) {
  const std::string_view accept = request.header("accept");
  return accept.contains("vnd.github.raw") || accept.contains("vnd.github.v3.raw");
}

Response file_response(const Call& call, const TreeEntry& entry, std::string_view ref) {
  auto bytes = call.git.content(call.repository->id, entry.sha);
  if (!bytes) return not_found();
  if (bytes->size() > raw_size_max)
    return error_response(403, "This API returns blobs up to 100 MB in size.");
  if (wants_raw(call.request)) {
    Response response{.body = *std::move(bytes)};
    response.set("Content-Type", "application/vnd.github.raw; charset=utf-8");
    return response;
  }
  Json view = entry_view(call, entry, ref);
  const bool is_large = bytes->size() > content_size_max;
  view["content"] = is_large ? "" : broken_base64(*bytes);
  view["encoding"] = is_large ? "none" : "base64";
  return json_response(200, view);
}

Response folder_response(const Call& call, const std::string& commit, std::string_view path,
                         std::string_view ref) {
  const std::string place = path.empty() ? commit : fmt::format("{}:{}", commit, path);
  const auto entries = call.git.tree(call.repository->id, place, false);
  if (!entries) return not_found();
  Json list = Json::array();
  for (TreeEntry entry : *entries) {
    if (!path.empty()) entry.path = fmt::format("{}/{}", path, entry.path);
    if (list.size() < folder_entries_max) list.push_back(entry_view(call, entry, ref));
  }
  return json_response(200, list);
}

Response get_contents(Call& call) {
  const Id id = call.repository->id;
  const std::string ref(call.request.parameter("ref").empty() ? call.repository->default_branch
                                                              : call.request.parameter("ref"));
  if (call.git.is_empty(id)) return error_response(404, "This repository is empty.");
  const auto commit = call.git.commit_of(id, ref);
  if (!commit) return error_response(404, fmt::format("No commit found for the ref {}", ref));
  const std::string_view path = call.part("path");
  if (path.empty()) return folder_response(call, *commit, path, ref);
  const auto entry = call.git.entry(id, *commit, path);
  if (!entry) return not_found();
  return entry->type == "tree" ? folder_response(call, *commit, path, ref) : file_response(call, *entry, ref);
}

struct Change {
  std::string path, branch, message, sha;  // `sha`: of the file that is there now, as the client believes.
  std::optional<std::string> before;       // The branch's commit.
  std::optional<TreeEntry> entry;          // What is there.
};

std::expected<Change, Response> read_change(const Call& call, const Json& body) {
  const Id id = call.repository->id;
  Change change{.path = std::string(call.part("path")),
                .branch = text_member(body, "branch", call.repository->default_branch),
                .message = text_member(body, "message"),
                .sha = text_member(body, "sha")};
  if (change.message.empty()) return std::unexpected(invalid_request("\"message\" wasn't supplied."));
  if (change.path.empty() || change.path.contains("..") || change.path.contains("//"))
    return std::unexpected(error_response(422, "path contains a malformed path component"));
  if (auto refused = refuse_workflow(call, change.path)) return std::unexpected(*refused);
  if (auto refused = refuse_protected(call, change.branch, 409)) return std::unexpected(*refused);
  change.before = call.git.ref(id, "heads/" + change.branch);
  if (!change.before && !call.git.is_empty(id))
    return std::unexpected(error_response(404, fmt::format("Branch {} not found", change.branch)));
  if (change.before) change.entry = call.git.entry(id, *change.before, change.path);
  if (change.entry && change.sha.empty()) return std::unexpected(invalid_request("\"sha\" wasn't supplied."));
  if (!change.sha.empty() && (!change.entry || change.entry->sha != change.sha))
    return std::unexpected(error_response(409, fmt::format("{} does not match {}", change.path, change.sha)));
  return change;
}

// The commit that makes the change, with the branch moved to it.
std::expected<Json, Response> commit_change(Call& call, const Json& body, const Change& change,
                                            TreeEntry entry) {
  const Id id = call.repository->id;
  const auto tree = call.git.write_tree(id, change.before.value_or(""), {std::move(entry)});
  if (!tree) return std::unexpected(error_response(422, "path is not one that git takes"));
  CommitText commit{.tree = *tree, .message = change.message};
  if (change.before) commit.parents.push_back(*change.before);
  commit.author = person_in(call, body, "author");
  commit.committer = body.contains("committer") ? person_in(call, body, "committer") : commit.author;
  const auto sha = call.git.write_commit(id, commit);
  if (!sha || !call.git.move_ref(id, "heads/" + change.branch, *sha, change.before.value_or("")))
    return std::unexpected(error_response(
        409, fmt::format("{} is not at {} any more", change.branch, change.before.value_or("its start"))));
  tell_push(call, change.branch, change.before.value_or(""), *sha);
  return commit_view(call, *sha, *call.git.commit(id, *sha));
}

Response put_contents(Call& call) {
  if (!call.body.contains("content")) return invalid_request("\"content\" wasn't supplied.");
  const auto change = read_change(call, call.body);
  if (!change) return change.error();
  const auto bytes = nats::decode_base64(text_member(call.body, "content"));
  if (!bytes) return error_response(422, "content is not valid Base64");
  const auto blob = call.git.write_blob(call.repository->id, *bytes);
  if (!blob) return error_response(500, "git could not store the blob");
  const TreeEntry entry{.mode = change->entry ? change->entry->mode : "100644",
                        .type = "blob",
                        .sha = *blob,
                        .path = change->path,
                        .size = static_cast<std::int64_t>(bytes->size())};
  const auto commit = commit_change(call, call.body, *change, entry);
  if (!commit) return commit.error();
  return json_response(change->entry ? 200 : 201,
                       {{"content", entry_view(call, entry, change->branch)}, {"commit", *commit}});
}

Response delete_contents(Call& call) {
  Json body = call.body;  // Clients that send no body with DELETE use the query.
  for (const char* name : {"message", "sha", "branch"}) {
    if (!body.contains(name) && call.request.query.contains(name))
      body[name] = std::string(call.request.parameter(name));
  }
  if (text_member(body, "sha").empty()) return invalid_request("\"sha\" wasn't supplied.");
  const auto change = read_change(call, body);
  if (!change) return change.error();
  const auto commit = commit_change(call, body, *change, {.mode = "0", .path = change->path});
  if (!commit) return commit.error();
  return json_response(200, {{"content", nullptr}, {"commit", *commit}});
}

std::vector<std::string> lines_of(std::string_view text, char end) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(end), text.size());
    lines.emplace_back(text.substr(0, at));
    text.remove_prefix(std::min(text.size(), at + 1));
  }
  return lines;
}

Json listed(const Call& call, const std::string& sha) {
  return listed_commit_view(commit_view(call, sha, *call.git.commit(call.repository->id, sha)));
}

Json changed_files(const Call& call, const std::string& from, const std::string& to) {
  const auto found =
      call.git.run(call.repository->id, {"diff", "--no-renames", "--name-status", "-z", from, to});
  const auto words = lines_of(found.out, '\0');
  Json files = Json::array();
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string_view status = words[i] == "A" ? "added" : words[i] == "D" ? "removed" : "modified";
    const auto entry = call.git.entry(call.repository->id, status == "removed" ? from : to, words[i + 1]);
    const std::string sha = entry ? entry->sha : "";
    const std::string url = fmt::format("{}/contents/{}", repository_url(call), words[i + 1]);
    files.push_back({{"sha", sha},
                     {"filename", words[i + 1]},
                     {"status", status},
                     {"additions", 0},
                     {"deletions", 0},
                     {"changes", 0},
                     {"blob_url", fmt::format("{}/git/blobs/{}", repository_url(call), sha)},
                     {"raw_url", url},
                     {"contents_url", url}});
  }
  return files;
}

Response compare(Call& call) {
  const Id id = call.repository->id;
  const std::string_view both = call.part("basehead");
  const std::size_t dots = both.find("...");
  if (dots == std::string_view::npos) return not_found();
  const auto base = call.git.commit_of(id, both.substr(0, dots)),
             head = call.git.commit_of(id, both.substr(dots + 3));
  if (!base || !head) return not_found();
  const auto merge_base = call.git.run(id, {"merge-base", *base, *head});
  if (!merge_base.good()) return error_response(404, "No common ancestor between the two");
  const auto ahead = lines_of(call.git.run(id, {"rev-list", "--reverse", *base + ".." + *head}).out, '\n');
  const auto behind = lines_of(call.git.run(id, {"rev-list", *head + ".." + *base}).out, '\n');
  Json commits = Json::array();
  for (const std::string& sha : ahead) commits.push_back(listed(call, sha));
  const std::string_view status = ahead.empty() && behind.empty() ? "identical"
                                  : behind.empty()                ? "ahead"
                                  : ahead.empty()                 ? "behind"
                                                                  : "diverged";
  const std::string url = fmt::format("{}/compare/{}", repository_url(call), both);
  const std::string page =
      fmt::format("https://github.com/{}/compare/{}", full_name(call.state, *call.repository), both);
  return json_response(200, {{"url", url},
                             {"html_url", page},
                             {"permalink_url", page},
                             {"diff_url", page + ".diff"},
                             {"patch_url", page + ".patch"},
                             {"status", status},
                             {"ahead_by", ahead.size()},
                             {"behind_by", behind.size()},
                             {"total_commits", ahead.size()},
                             {"merge_base_commit", listed(call, merge_base.out.substr(0, 40))},
                             {"base_commit", listed(call, *base)},
                             {"commits", commits},
                             {"files", changed_files(call, merge_base.out.substr(0, 40), *head)}});
}

constexpr std::array routes{
    Route{"GET", "/repos/{owner}/{repo}/contents", get_contents, contents_read},
    Route{"GET", "/repos/{owner}/{repo}/contents/{path*}", get_contents, contents_read},
    Route{"PUT", "/repos/{owner}/{repo}/contents/{path*}", put_contents, contents_write},
    Route{"DELETE", "/repos/{owner}/{repo}/contents/{path*}", delete_contents, contents_write},
    Route{"GET", "/repos/{owner}/{repo}/compare/{basehead*}", compare, contents_read}};

}  // namespace

std::span<const Route> contents_routes() { return routes; }

}  // namespace ghboot::standin
