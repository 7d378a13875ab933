// SPDX-License-Identifier: Apache-2.0
#include "standin/shape.h"

#include <array>

#include <fmt/format.h>

#include "nats/base64.h"

namespace ghboot::standin {

namespace {

struct Address {
  const char* name;
  std::string_view suffix;
};

constexpr std::array user_addresses{Address{"followers_url", "/followers"},
                                    Address{"following_url", "/following{/other_user}"},
                                    Address{"gists_url", "/gists{/gist_id}"},
                                    Address{"starred_url", "/starred{/owner}{/repo}"},
                                    Address{"subscriptions_url", "/subscriptions"},
                                    Address{"organizations_url", "/orgs"},
                                    Address{"repos_url", "/repos"},
                                    Address{"events_url", "/events{/privacy}"},
                                    Address{"received_events_url", "/received_events"}};

constexpr std::array repository_addresses{
    Address{"archive_url", "/{archive_format}{/ref}"},
    Address{"assignees_url", "/assignees{/user}"},
    Address{"blobs_url", "/git/blobs{/sha}"},
    Address{"branches_url", "/branches{/branch}"},
    Address{"collaborators_url", "/collaborators{/collaborator}"},
    Address{"comments_url", "/comments{/number}"},
    Address{"commits_url", "/commits{/sha}"},
    Address{"compare_url", "/compare/{base}...{head}"},
    Address{"contents_url", "/contents/{+path}"},
    Address{"contributors_url", "/contributors"},
    Address{"deployments_url", "/deployments"},
    Address{"downloads_url", "/downloads"},
    Address{"events_url", "/events"},
    Address{"forks_url", "/forks"},
    Address{"git_commits_url", "/git/commits{/sha}"},
    Address{"git_refs_url", "/git/refs{/sha}"},
    Address{"git_tags_url", "/git/tags{/sha}"},
    Address{"hooks_url", "/hooks"},
    Address{"issue_comment_url", "/issues/comments{/number}"},
    Address{"issue_events_url", "/issues/events{/number}"},
    Address{"issues_url", "/issues{/number}"},
    Address{"keys_url", "/keys{/key_id}"},
    Address{"labels_url", "/labels{/name}"},
    Address{"languages_url", "/languages"},
    Address{"merges_url", "/merges"},
    Address{"milestones_url", "/milestones{/number}"},
    Address{"notifications_url", "/notifications{?since,all,participating}"},
    Address{"pulls_url", "/pulls{/number}"},
    Address{"releases_url", "/releases{/id}"},
    Address{"stargazers_url", "/stargazers"},
    Address{"statuses_url", "/statuses/{sha}"},
    Address{"subscribers_url", "/subscribers"},
    Address{"subscription_url", "/subscription"},
    Address{"tags_url", "/tags"},
    Address{"teams_url", "/teams"},
    Address{"trees_url", "/git/trees{/sha}"}};

template <std::size_t Count>
void add_addresses(Json& view, const std::array<Address, Count>& addresses, const std::string& url) {
  for (const Address& address : addresses) view[address.name] = fmt::format("{}{}", url, address.suffix);
}

// "https://HOST" and "owner/name" of …/repos/OWNER/NAME.
std::pair<std::string, std::string> place_of(const std::string& url) {
  const std::size_t repos = url.find("/repos/");
  std::string host = url.substr(0, repos);
  if (host.ends_with("/api/v3")) host.erase(host.size() - 7);
  return {host, url.substr(repos + 7)};
}

}  // namespace

std::string node_id(std::string_view kind, Id id) {
  return fmt::format("{}_{}", kind, nats::encode_base64url(fmt::format("{}", id)));
}

void add_user_members(Json& view, const std::string& url) {
  view["avatar_url"] = fmt::format("https://avatars.githubusercontent.com/u/{}?v=4", view["id"].get<Id>());
  view["gravatar_id"] = "";
  add_addresses(view, user_addresses, url);
}

void add_account_members(Json& view, const std::string& url) {
  for (const char* name : {"company", "blog", "location", "email", "hireable", "bio"}) view[name] = nullptr;
  view["blog"] = "";
  for (const char* name : {"public_repos", "public_gists", "followers", "following"}) view[name] = 0;
  if (view["type"] != "Organization") return;
  for (const char* name : {"company", "location", "email", "hireable", "bio"}) view.erase(name);
  view["description"] = nullptr;
  view["archived_at"] = nullptr;
  view["has_organization_projects"] = view["has_repository_projects"] = false;
  view["events_url"] = url + "/events";
  view["issues_url"] = url + "/issues";
  view["members_url"] = url + "/members{/member}";
  view["public_members_url"] = url + "/public_members{/member}";
}

void add_repository_members(Json& view, const std::string& url) {
  add_addresses(view, repository_addresses, url);
  const auto [host, name] = place_of(url);
  view["clone_url"] = fmt::format("{}/{}.git", host, name);
  view["git_url"] = fmt::format("git://github.com/{}.git", name);
  view["ssh_url"] = fmt::format("git@github.com:{}.git", name);
  view["svn_url"] = fmt::format("https://github.com/{}", name);
  for (const char* count :
       {"forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers",
        "watchers_count", "network_count", "subscribers_count"})
    view[count] = 0;
  for (const char* flag : {"has_issues", "has_projects", "has_wiki"}) view[flag] = true;
  for (const char* flag : {"has_pages", "has_discussions", "has_downloads"}) view[flag] = false;
  for (const char* nothing : {"homepage", "language", "mirror_url", "license"}) view[nothing] = nullptr;
}

void add_pull_members(Json& view, const std::string& repository_url) {
  const std::string number = fmt::format("{}", view["number"].get<Id>());
  const std::string pull = repository_url + "/pulls/" + number, issue = repository_url + "/issues/" + number;
  const std::string page = view["html_url"].get<std::string>();
  view["node_id"] = node_id("PR", view["id"].get<Id>());
  view["diff_url"] = page + ".diff";
  view["patch_url"] = page + ".patch";
  view["issue_url"] = issue;
  view["commits_url"] = pull + "/commits";
  view["review_comments_url"] = pull + "/comments";
  view["review_comment_url"] = repository_url + "/pulls/comments{/number}";
  view["comments_url"] = issue + "/comments";
  const std::string sha = view["head"]["sha"].is_string() ? view["head"]["sha"].get<std::string>() : "";
  const std::string statuses = repository_url + "/statuses/" + sha;
  view["statuses_url"] = statuses;
  const auto link = [](const std::string& url) { return Json{{"href", url}}; };
  view["_links"] = {{"self", link(pull)},
                    {"html", link(page)},
                    {"issue", link(issue)},
                    {"comments", link(issue + "/comments")},
                    {"review_comments", link(pull + "/comments")},
                    {"review_comment", link(repository_url + "/pulls/comments{/number}")},
                    {"commits", link(pull + "/commits")},
                    {"statuses", link(statuses)}};
  for (const char* list : {"labels", "assignees", "requested_reviewers", "requested_teams"})
    view[list] = Json::array();
  for (const char* nothing : {"assignee", "milestone", "auto_merge", "merged_by", "mergeable"})
    view[nothing] = nullptr;
  for (const char* count :
       {"additions", "changed_files", "comments", "commits", "deletions", "review_comments"})
    view[count] = 0;
  view["author_association"] = "MEMBER";
  view["mergeable_state"] = "unknown";
  view["merged"] = view["maintainer_can_modify"] = false;
}

void add_run_members(Json& view) {
  const std::string url = view["url"].get<std::string>();
  view["node_id"] = node_id("WFR", view["id"].get<Id>());
  view["logs_url"] = url + "/logs";
  view["artifacts_url"] = url + "/artifacts";
  const std::string repository = url.substr(0, url.find("/actions/"));
  view["check_suite_url"] = fmt::format("{}/check-suites/{}", repository, view["id"].get<Id>());
  view["workflow_url"] = fmt::format("{}/actions/workflows/{}", repository, view["workflow_id"].get<Id>());
  view["pull_requests"] = Json::array();
  view["head_commit"] = nullptr;
}

void add_job_members(Json& view) {
  const std::string run = view["run_url"].get<std::string>();
  const std::string repository = run.substr(0, run.find("/actions/"));
  const Id id = view["id"].get<Id>();
  view["node_id"] = node_id("CR", id);
  view["url"] = fmt::format("{}/actions/jobs/{}", repository, id);
  view["html_url"] = fmt::format("https://github.com/{}/actions/runs/{}/job/{}", place_of(repository).second,
                                 view["run_id"].get<Id>(), id);
  view["check_run_url"] = fmt::format("{}/check-runs/{}", repository, id);
  view["labels"] = {"ubuntu-latest"};
  for (const char* nothing : {"runner_id", "runner_name", "runner_group_id", "runner_group_name"})
    view[nothing] = nullptr;
}

Json listed_commit_view(const Json& commit) {
  const std::string sha = commit["sha"].get<std::string>(), url = commit["url"].get<std::string>();
  const std::string repository = url.substr(0, url.find("/git/commits/"));
  Json inner = commit;
  for (const char* name : {"sha", "node_id", "html_url", "parents"}) inner.erase(name);
  inner["comment_count"] = 0;
  return {{"sha", sha},
          {"node_id", commit["node_id"]},
          {"commit", inner},
          {"url", fmt::format("{}/commits/{}", repository, sha)},
          {"html_url", commit["html_url"]},
          {"comments_url", fmt::format("{}/commits/{}/comments", repository, sha)},
          {"author", nullptr},
          {"committer", nullptr},
          {"parents", commit["parents"]}};
}

}  // namespace ghboot::standin
