// SPDX-License-Identifier: Apache-2.0
// Pull requests between branches of one repository. Merging is left to git.
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "standin/answer_headers.h"
#include "standin/commit_input.h"
#include "standin/event.h"
#include "standin/git_routes.h"
#include "standin/json_member.h"
#include "standin/page.h"
#include "standin/shape.h"
#include "standin/state.h"
#include "standin/text.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr Rule pulls_read{.subject = Subject::repository,
                          .permission = "pull_requests",
                          .scopes = "repo",
                          .scopes_if_private = true};
constexpr Rule pulls_write{Subject::repository, "pull_requests", Level::write, Level::read,
                           "repo, public_repo"};

Json side_view(const Call& call, const std::string& branch) {
  const auto sha = call.git.ref(call.repository->id, "heads/" + branch);
  return {{"label", fmt::format("{}:{}", call.owner->login, branch)},
          {"ref", branch},
          {"sha", sha ? Json(*sha) : Json(nullptr)},
          {"user", owner_view(*call.owner, call.request.api())},
          {"repo", repository_view(call.state, *call.repository, call.request.api())}};
}

Json pull_view(const Call& call, const Pull& pull) {
  const std::string name = full_name(call.state, *call.repository);
  Json view{{"url", fmt::format("{}/pulls/{}", repository_url(call), pull.number)},
            {"id", pull.id},
            {"html_url", fmt::format("https://github.com/{}/pull/{}", name, pull.number)},
            {"number", pull.number},
            {"state", pull.open ? "open" : "closed"},
            {"locked", false},
            {"title", pull.title},
            {"user", login_view(call.state, pull.author, call.request.api())},
            {"body", pull.body.empty() ? Json(nullptr) : Json(pull.body)},
            {"created_at", iso_time(pull.created_at)},
            {"updated_at", iso_time(pull.updated_at)},
            {"closed_at", pull.open ? Json(nullptr) : Json(iso_time(pull.updated_at))},
            {"merged_at", nullptr},
            {"draft", pull.draft},
            {"head", side_view(call, pull.head)},
            {"base", side_view(call, pull.base)}};
  add_pull_members(view, repository_url(call));
  if (api_version(call.request) == default_version)
    view["merge_commit_sha"] = nullptr;  // Gone in the newer one.
  return view;
}

Response refuse_pull(std::string_view message) {
  return validation_failed(
      Json::array({{{"resource", "PullRequest"}, {"code", "custom"}, {"message", message}}}));
}
Response refuse_field(std::string_view field) {
  return validation_failed(
      Json::array({{{"resource", "PullRequest"}, {"field", field}, {"code", "invalid"}}}));
}

// "owner:branch" or "branch"; empty: another owner's.
std::string branch_in(const Call& call, const std::string& head) {
  const std::size_t colon = head.find(':');
  if (colon == std::string::npos) return head;
  return same_word(head.substr(0, colon), call.owner->login) ? head.substr(colon + 1) : "";
}

void tell(Call& call, const Pull& pull, const std::string& action) {
  call.changed = true;
  emit(call, call.owner, call.repository,
       {.name = "pull_request",
        .action = action,
        .payload = {{"number", pull.number}, {"pull_request", pull_view(call, pull)}}});
}

Id next_number(const Call& call) {
  Id last = 0;
  for (const auto& [id, pull] : call.state.pulls) {
    if (pull.repository_id == call.repository->id) last = std::max(last, pull.number);
  }
  return last + 1;
}

std::optional<Response> refuse_new(const Call& call, const Pull& pull) {
  const Id id = call.repository->id;
  if (pull.title.empty()) return invalid_request("\"title\" wasn't supplied.");
  const auto head = call.git.ref(id, "heads/" + pull.head), base = call.git.ref(id, "heads/" + pull.base);
  if (!head || pull.head.empty()) return refuse_field("head");
  if (!base) return refuse_field("base");
  if (call.git.is_ancestor(id, *head, *base))
    return refuse_pull(fmt::format("No commits between {} and {}", pull.base, pull.head));
  for (const auto& [other_id, other] : call.state.pulls) {
    if (other.repository_id == id && other.open && other.head == pull.head && other.base == pull.base)
      return refuse_pull(
          fmt::format("A pull request already exists for {}:{}.", call.owner->login, pull.head));
  }
  return std::nullopt;
}

Response make_pull(Call& call) {
  Pull pull{.title = text_member(call.body, "title"),
            .body = text_member(call.body, "body"),
            .head = branch_in(call, text_member(call.body, "head")),
            .base = text_member(call.body, "base")};
  take(call.body, "draft", pull.draft);
  if (auto refused = refuse_new(call, pull)) return *refused;
  pull.id = call.state.take_id();
  pull.repository_id = call.repository->id;
  pull.number = next_number(call);
  pull.author = call.actor.user != nullptr ? call.actor.user->login : call.actor.app->slug + "[bot]";
  pull.created_at = pull.updated_at = call.now;
  const Pull& kept = call.state.pulls.emplace(pull.id, pull).first->second;
  tell(call, kept, "opened");
  Json view = pull_view(call, kept);
  Response response = json_response(201, view);
  response.set("Location", view["url"].get<std::string>());
  return response;
}

bool wanted(const Call& call, const Pull& pull) {
  const std::string state(call.request.parameter("state").empty() ? "open" : call.request.parameter("state"));
  const std::string head(call.request.parameter("head")), base(call.request.parameter("base"));
  // A `head` without its owner is not looked at.
  const bool head_fits = !head.contains(':') || branch_in(call, head) == pull.head;
  return pull.repository_id == call.repository->id && head_fits && (base.empty() || base == pull.base) &&
         (state == "all" || (state == "open") == pull.open);
}

Response list_pulls(Call& call) {
  std::vector<Json> views;
  for (const auto& [id, pull] : std::views::reverse(call.state.pulls)) {
    if (wanted(call, pull)) views.push_back(pull_view(call, pull));
  }
  return page_response(call, views);
}

Pull* pull_of(Call& call) {
  for (auto& [id, pull] : call.state.pulls) {
    if (pull.repository_id == call.repository->id && pull.number == call.id_part("number")) return &pull;
  }
  return nullptr;
}

Response get_pull(Call& call) {
  const Pull* pull = pull_of(call);
  return pull == nullptr ? not_found() : json_response(200, pull_view(call, *pull));
}

Response change_pull(Call& call) {
  Pull* pull = pull_of(call);
  if (pull == nullptr) return not_found();
  const std::string state = text_member(call.body, "state", pull->open ? "open" : "closed");
  if (state != "open" && state != "closed") return refuse_field("state");
  const std::string base = text_member(call.body, "base", pull->base);
  if (!call.git.ref(call.repository->id, "heads/" + base)) return refuse_field("base");
  const bool was_open = pull->open;
  take(call.body, "title", pull->title);
  take(call.body, "body", pull->body);
  pull->base = base;
  pull->open = state == "open";
  pull->updated_at = call.now;
  tell(call, *pull, was_open == pull->open ? "edited" : pull->open ? "reopened" : "closed");
  return json_response(200, pull_view(call, *pull));
}

constexpr std::array routes{Route{"POST", "/repos/{owner}/{repo}/pulls", make_pull, pulls_write},
                            Route{"GET", "/repos/{owner}/{repo}/pulls", list_pulls, pulls_read},
                            Route{"GET", "/repos/{owner}/{repo}/pulls/{number}", get_pull, pulls_read},
                            Route{"PATCH", "/repos/{owner}/{repo}/pulls/{number}", change_pull, pulls_write}};

}  // namespace

std::span<const Route> pull_routes() { return routes; }

}  // namespace ghboot::standin
