// SPDX-License-Identifier: Apache-2.0
#include "github/git_data.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/branch_name.h"
#include "github/refusal.h"
#include "nats/base64.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

// GitHub breaks base64 after 60 letters.
static_assert(content_size_max / 3 * 4 / 60 * 61 + 4096 < Transport::body_max);

constexpr std::string_view workflow_folder = ".github/workflows/";
constexpr std::string_view file_mode = "100644", mode_of_old = "100664";
constexpr std::string_view contents_write = "the permission Contents: write, or the scope `repo`";

bool is_sha(std::string_view text) {  // SHA-1 or SHA-256; also what keeps a path within its endpoint.
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<void> check_sha(std::string_view sha) {
  if (is_sha(sha)) return {};
  return failure(ErrorKind::invalid, fmt::format("\"{}\" is no SHA of git's, which has 40 hexadecimal digits "
                                                 "in lower case: give one that GitHub named.",
                                                 shown(sha)));
}

std::unexpected<Error> no_object(std::string_view what) {
  return failure(
      ErrorKind::unreachable,
      fmt::format("GitHub's answer is no {}: look at the base URL, and at proxies on the way.", what));
}

Result<std::string> sha_in(const json& object, std::string_view what) {
  std::string sha = text_in(object, "sha");
  if (!is_sha(sha)) return no_object(what);
  return sha;
}

// `inner` is where the message and the tree stand: in the commit itself, or in its member "commit".
Result<GitCommit> read_commit(const json& object, const json& inner) {
  GitCommit commit{.sha = text_in(object, "sha"),
                   .tree = text_in(member_in(inner, "tree"), "sha"),
                   .message = text_in(inner, "message")};
  const json& parents = member_in(object, "parents");
  if (!is_sha(commit.sha) || !is_sha(commit.tree) || !parents.is_array()) return no_object("commit");
  for (const json& parent : parents) commit.parents.push_back(text_in(parent, "sha"));
  return commit;
}

Result<std::vector<TreeItem>> read_tree(const json& body) {
  const json& items = member_in(body, "tree");
  if (!items.is_array()) return no_object("tree");
  if (member_in(body, "truncated") == json(true))
    return failure(
        ErrorKind::refused,
        fmt::format("GitHub cut the tree {} off after {} items: it gives at most 100,000, or 7 MB. "
                    "The repository is too large to be compared by the API.",
                    shown(text_in(body, "sha")), items.size()));
  std::vector<TreeItem> out;
  out.reserve(items.size());
  for (const json& item : items) {
    const json& size = member_in(item, "size");
    std::string mode = text_in(item, "mode");
    out.push_back({.path = text_in(item, "path"),
                   .mode = mode == mode_of_old ? std::string(file_mode) : std::move(mode),
                   .type = text_in(item, "type"),
                   .sha = text_in(item, "sha"),
                   .size = size.is_number_unsigned() ? size.get<std::size_t>() : 0});
    if (out.back().path.empty() || !is_sha(out.back().sha)) return no_object("tree");
  }
  return out;
}

Result<std::string> read_blob(const json& body) {
  if (text_in(body, "encoding") != "base64" || !member_in(body, "content").is_string())
    return no_object("blob");
  auto bytes = nats::decode_base64(text_in(body, "content"));
  if (!bytes) return no_object("blob in base64");
  return *std::move(bytes);
}

Result<void> check_change(const TreeChange& change) {
  const auto wrong = [&](std::string_view why) {
    return failure(ErrorKind::invalid,
                   fmt::format("The file {} cannot be changed: {}.", shown(change.path), why));
  };
  if (change.path.empty() || !is_utf8(change.path)) return wrong("its path is empty, or no UTF-8");
  if (change.sha && change.text) return wrong("it is given as a blob and as text: give one of them");
  if (change.sha && !is_sha(*change.sha)) return wrong("the SHA of its blob is none of git's");
  if (change.text && !is_utf8(*change.text)) return wrong("its text is no UTF-8: make a blob of it");
  return {};
}

Result<void> check_changes(const std::vector<TreeChange>& changes) {
  if (changes.empty()) return failure(ErrorKind::invalid, "A tree is to be made without a change.");
  std::size_t size = 0;
  for (const TreeChange& change : changes) size += change.text ? change.text->size() : 0;
  if (size > content_size_max)
    return failure(ErrorKind::invalid,
                   fmt::format("The texts of a tree are {} bytes together, and {} at most: make blobs of the "
                               "large ones.",
                               size, content_size_max));
  for (const TreeChange& change : changes)
    if (const auto checked = check_change(change); !checked) return checked;
  return {};
}

json change_view(const TreeChange& change) {
  json view{{"path", change.path},
            {"mode", change.mode.empty() ? std::string(file_mode) : change.mode},
            {"type", "blob"}};
  if (change.text) {
    view["content"] = *change.text;
  } else {
    view["sha"] = change.sha ? json(*change.sha) : json(nullptr);
  }
  return view;
}

bool has_workflow(const std::vector<TreeChange>& changes) {
  return std::ranges::any_of(
      changes, [](const TreeChange& change) { return change.path.starts_with(workflow_folder); });
}

// A token that may not change workflows gets no other answer than one that may not write at all.
std::string tree_rights(const std::vector<TreeChange>& changes) {
  if (!has_workflow(changes)) return std::string(contents_write);
  return fmt::format("for the files below .github/workflows {}, beside Contents: write", workflow_rights);
}

json person_view(const GitPerson& person) { return {{"name", person.name}, {"email", person.email}}; }

Error of_ref(const Write& write, Error error) {
  const int status = error.status;
  error = refusal(write, std::move(error));
  if (status != 422 || error.kind != ErrorKind::invalid) return error;
  // "cannot be updated" is also said where two move it at once.
  if (says(error, "not a fast forward") || says(error, "reference already exists") ||
      says(error, "reference cannot be updated"))
    error.kind = ErrorKind::conflict;
  if (says(error, "reference does not exist")) error.kind = ErrorKind::missing;
  return error;
}

}  // namespace

GitData::GitData(Client& client, RepositoryName repository)
    : client_(client), repository_(std::move(repository)) {}

std::string GitData::at(std::string_view rest) const {
  return fmt::format("/repos/{}/{}/{}", encoded(repository_.owner), encoded(repository_.name), rest);
}

std::string GitData::name() const { return fmt::format("{}/{}", repository_.owner, repository_.name); }

Result<std::string> GitData::default_branch(const Wait& wait) {
  const auto answer = client_.send(
      {.path = fmt::format("/repos/{}/{}", encoded(repository_.owner), encoded(repository_.name))}, wait);
  if (!answer) return std::unexpected(answer.error());
  std::string branch = text_in(*answer->json, "default_branch");
  if (!branch.empty()) return branch;
  return failure(ErrorKind::missing,
                 fmt::format("GitHub names no default branch of {}: name the branch.", this->name()));
}

Result<std::string> GitData::branch(std::string_view name, const Wait& wait) {
  const auto path = branch_path(name);
  if (!path) return std::unexpected(path.error());
  const auto answer = client_.send({.path = at("git/ref/heads/" + *path)}, wait);
  if (answer) return sha_in(member_in(*answer->json, "object"), "branch");
  if (answer.error().kind == ErrorKind::missing)
    return std::unexpected(
        told(fmt::format("There is no branch {} in {}.", name, this->name()), answer.error()));
  if (answer.error().kind == ErrorKind::conflict)
    return std::unexpected(told(
        fmt::format("{} is empty: make its first commit, a README for example, on GitHub.", this->name()),
        answer.error()));
  return std::unexpected(answer.error());
}

Result<GitCommit> GitData::commit(std::string_view sha, const Wait& wait) {
  if (const auto checked = check_sha(sha); !checked) return std::unexpected(checked.error());
  const auto answer = client_.send({.path = at(fmt::format("git/commits/{}", sha))}, wait);
  if (!answer) return std::unexpected(answer.error());
  return read_commit(*answer->json, *answer->json);
}

Result<std::vector<TreeItem>> GitData::tree(std::string_view sha, const Wait& wait) {
  if (const auto checked = check_sha(sha); !checked) return std::unexpected(checked.error());
  const auto answer = client_.send({.path = at(fmt::format("git/trees/{}?recursive=1", sha))}, wait);
  if (!answer) return std::unexpected(answer.error());
  return read_tree(*answer->json);
}

Result<std::string> GitData::blob(std::string_view sha, const Wait& wait) {
  if (const auto checked = check_sha(sha); !checked) return std::unexpected(checked.error());
  const auto answer = client_.send({.path = at(fmt::format("git/blobs/{}", sha))}, wait);
  if (!answer) return std::unexpected(answer.error());
  return read_blob(*answer->json);
}

Result<std::vector<GitCommit>> GitData::recent_commits(std::string_view branch, const Wait& wait) {
  if (const auto checked = branch_path(branch); !checked) return std::unexpected(checked.error());
  const auto answer =
      client_.send({.path = at(fmt::format("commits?sha={}&per_page=100", encoded(branch)))}, wait);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->json->is_array()) return no_object("list of commits");
  std::vector<GitCommit> out;
  for (const json& one : *answer->json) {
    auto commit = read_commit(one, member_in(one, "commit"));
    if (!commit) return std::unexpected(commit.error());
    out.push_back(*std::move(commit));
  }
  return out;
}

Result<std::string> GitData::make_object(std::string_view kind, const std::string& body,
                                         const std::string& permission, const Wait& wait) {
  const auto answer = client_.send(
      {.method = "POST", .path = at(fmt::format("git/{}s", kind)), .body = body, .changes_nothing = true},
      wait);
  if (answer) return sha_in(*answer->json, kind);
  return std::unexpected(
      refusal({fmt::format("No {} was made in {}", kind, name()), permission}, answer.error()));
}

Result<std::string> GitData::make_blob(std::string_view bytes, const Wait& wait) {
  if (bytes.size() > content_size_max)
    return failure(
        ErrorKind::invalid,
        fmt::format(
            "A blob of {} bytes is larger than {}, the most that is sent to GitHub's API: leave the file "
            "out, or commit it with git.",
            bytes.size(), content_size_max));
  const json body{{"content", nats::encode_base64(bytes)}, {"encoding", "base64"}};
  return make_object("blob", body_text(body), std::string(contents_write), wait);
}

Result<std::string> GitData::make_tree(std::string_view base_tree, const std::vector<TreeChange>& changes,
                                       const Wait& wait) {
  if (const auto checked = check_changes(changes); !checked) return std::unexpected(checked.error());
  json body{{"tree", json::array()}};
  if (!base_tree.empty()) body["base_tree"] = base_tree;
  for (const TreeChange& change : changes) body["tree"].push_back(change_view(change));
  auto made = make_object("tree", body_text(body), tree_rights(changes), wait);
  // What GitHub says of a file that is to be removed and is not there says nothing to people.
  if (!made && says(made.error(), "badobjectstate"))
    made.error() =
        told("A file that is to be removed is not in the tree that this one is based on.", made.error());
  return made;
}

Result<std::string> GitData::make_commit(const CommitInput& input, const Wait& wait) {
  json body{{"message", input.message}, {"tree", input.tree}, {"parents", input.parents}};
  if (input.author) body["author"] = person_view(*input.author);
  // A commit whose tree changes workflows is refused so too.
  const std::string rights =
      fmt::format("{}; where files below .github/workflows change also {}", contents_write, workflow_rights);
  return make_object("commit", body_text(body), rights, wait);
}

Result<void> GitData::move_branch(std::string_view name, std::string_view sha, const Wait& wait) {
  const auto path = branch_path(name);
  if (!path) return std::unexpected(path.error());
  const json body{{"sha", sha}, {"force", false}};
  const auto answer =
      client_.send({.method = "PATCH", .path = at("git/refs/heads/" + *path), .body = body_text(body)}, wait);
  if (answer) return {};
  if (answer.error().kind == ErrorKind::unknown) return std::unexpected(answer.error());
  return std::unexpected(of_ref(
      {fmt::format("The branch {} of {} was not moved", name, this->name()), std::string(contents_write)},
      answer.error()));
}

Result<void> GitData::make_branch(std::string_view name, std::string_view sha, const Wait& wait) {
  if (const auto path = branch_path(name); !path) return std::unexpected(path.error());
  const json body{{"ref", fmt::format("refs/heads/{}", name)}, {"sha", sha}};
  const auto answer = client_.send({.method = "POST", .path = at("git/refs"), .body = body_text(body)}, wait);
  if (answer) return {};
  if (answer.error().kind == ErrorKind::unknown) return std::unexpected(answer.error());
  return std::unexpected(of_ref(
      {fmt::format("The branch {} was not made in {}", name, this->name()), std::string(contents_write)},
      answer.error()));
}

}  // namespace ghboot::github
