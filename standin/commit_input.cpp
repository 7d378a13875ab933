// SPDX-License-Identifier: Apache-2.0
#include "standin/commit_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "nats/time_text.h"
#include "standin/event.h"
#include "standin/json_member.h"
#include "standin/rights.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

constexpr std::string_view workflow_folder = ".github/workflows/";
constexpr std::string_view no_commit = "0000000000000000000000000000000000000000";

}  // namespace

Person person_in(const Call& call, const Json& body, const char* name) {
  std::string login = call.actor.user != nullptr ? call.actor.user->login : "ghboot";
  if (call.actor.installation != nullptr) login = call.actor.app->slug + "[bot]";
  Person person{login, login + "@users.noreply.github.com", call.now};
  const auto found = body.find(name);
  if (found == body.end() || !found->is_object()) return person;
  take(*found, "name", person.name);
  take(*found, "email", person.email);
  person.at = nats::parse_time(text_member(*found, "date")).value_or(person.at);
  return person;
}

Json person_view(const Person& person) {
  return {{"name", person.name}, {"email", person.email}, {"date", iso_time(person.at)}};
}

Json commit_view(const Call& call, std::string_view sha, const CommitText& commit) {
  const std::string url = repository_url(call);
  Json parents = Json::array();
  for (const std::string& parent : commit.parents)
    parents.push_back({{"sha", parent},
                       {"url", fmt::format("{}/git/commits/{}", url, parent)},
                       {"html_url", fmt::format("https://github.com/{}/commit/{}",
                                                full_name(call.state, *call.repository), parent)}});
  return {{"sha", sha},
          {"url", fmt::format("{}/git/commits/{}", url, sha)},
          {"node_id", fmt::format("C_{}", sha)},
          {"html_url",
           fmt::format("https://github.com/{}/commit/{}", full_name(call.state, *call.repository), sha)},
          {"author", person_view(commit.author)},
          {"committer", person_view(commit.committer)},
          {"message", commit.message},
          {"tree", {{"sha", commit.tree}, {"url", fmt::format("{}/git/trees/{}", url, commit.tree)}}},
          {"parents", parents},
          {"verification",
           {{"verified", false},
            {"reason", "unsigned"},
            {"signature", nullptr},
            {"payload", nullptr},
            {"verified_at", nullptr}}}};
}

std::optional<Response> refuse_workflow(const Call& call, std::string_view path) {
  if (!path.starts_with(workflow_folder)) return std::nullopt;
  if (call.actor.is_classic())
    return has_scope(*call.actor.token, "workflow") ? std::nullopt : std::optional(not_found());
  const auto found = call.actor.token->permissions.find("workflows");
  if (found != call.actor.token->permissions.end() && found->second == "write") return std::nullopt;
  return not_accessible(call.actor, "contents=write,workflows=write");
}

bool is_protected(const Repository& repository, std::string_view branch) {
  return std::ranges::find(repository.protected_branches, branch) != repository.protected_branches.end();
}

std::optional<Response> refuse_protected(const Call& call, std::string_view branch, unsigned status) {
  if (!is_protected(*call.repository, branch)) return std::nullopt;
  return error_response(
      status, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
}

void tell_push(Call& call, std::string_view name, std::string_view before, std::string_view after) {
  if (before.empty()) before = no_commit;
  if (after.empty()) after = no_commit;
  call.repository->updated_at = call.now;
  call.changed = true;
  emit(call, call.owner, call.repository,
       {.name = "push",
        .action = "",
        .payload = push_payload(*call.repository, fmt::format("refs/heads/{}", name), before, after)});
}

std::string repository_url(const Call& call) {
  return fmt::format("{}/repos/{}", call.request.api(), full_name(call.state, *call.repository));
}

Response conflict_of_empty() { return error_response(409, "Git Repository is empty."); }

}  // namespace ghboot::standin
