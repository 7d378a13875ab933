// SPDX-License-Identifier: Apache-2.0
#include "standin/placement.h"

#include <fmt/format.h>

#include "standin/rights.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

std::string rest_of(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string rest;
  for (std::size_t i = from; i < parts.size(); ++i) rest += fmt::format("/{}", parts[i]);
  return rest;
}

Response redirect(const Call& call, const Repository& repository) {
  const std::size_t question = call.request.target.find('?');
  const std::string query = question == std::string::npos ? "" : call.request.target.substr(question);
  const std::string url = fmt::format("{}/repositories/{}{}{}", call.request.api(), repository.id,
                                      rest_of(segments(call.request.path), 3), query);
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  Response response = json_response(
      reads ? 301 : 307,
      {{"message", "Moved Permanently"},
       {"url", url},
       {"documentation_url",
        "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"}});
  response.set("Location", url);
  return response;
}

}  // namespace

std::optional<Request> with_names(const Request& request, const State& state) {
  const auto parts = segments(request.path);
  if (parts.size() < 2 || (parts[0] != "repositories" && parts[0] != "organizations")) return request;
  const Id id = parse_number(parts[1]).value_or(-1);
  Request named = request;
  if (parts[0] == "organizations") {
    const auto owner = state.owners.find(id);
    if (owner == state.owners.end()) return std::nullopt;
    named.path = fmt::format("/orgs/{}{}", owner->second.login, rest_of(parts, 2));
    return named;
  }
  const auto repository = state.repositories.find(id);
  if (repository == state.repositories.end()) return std::nullopt;
  named.path = fmt::format("/repos/{}{}", full_name(state, repository->second), rest_of(parts, 2));
  return named;
}

std::optional<Response> place(Call& call, Subject subject) {
  if (subject == Subject::organization) {
    call.owner = find_owner(call.state, call.part("org"));
    return call.owner == nullptr || !call.owner->is_organization ? std::optional(not_found()) : std::nullopt;
  }
  if (subject != Subject::repository) return std::nullopt;
  call.repository = find_repository(call.state, call.part("owner"), call.part("repo"));
  if (call.repository == nullptr) {
    const Repository* moved = find_moved(call.state, call.part("owner"), call.part("repo"));
    return moved != nullptr && sees(call.state, call.actor, *moved) ? redirect(call, *moved) : not_found();
  }
  call.owner = &call.state.owners.at(call.repository->owner_id);
  return std::nullopt;
}

}  // namespace ghboot::standin
