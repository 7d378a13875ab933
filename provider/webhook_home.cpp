// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_home.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/lower.h"
#include "nats/text_parts.h"

namespace ghboot::provider {
namespace {

using github::ErrorKind;
using github::HookHome;
using nlohmann::json;

std::string path_of(const HookHome& home) {
  return home.repository.empty()
             ? "/orgs/" + github::encoded(home.owner)
             : fmt::format("/repos/{}/{}", github::encoded(home.owner), github::encoded(home.repository));
}

bool has_scope(const github::Rights& rights, std::string_view scope) {
  const auto scopes = nats::listed_in(rights.token_scopes, ',');
  return std::ranges::find(scopes, scope) != scopes.end();
}

// Whether the asker would see every repository of that owner, private ones too: a classic token with `repo`
// of the owner itself, or of an owner of the organisation.
bool sees_all_of(github::Client& client, const std::string& owner, const github::Error& not_found,
                 const github::Wait& wait) {
  if (!has_scope(not_found.rights, "repo")) return false;
  if (const auto user = client.send({.path = "/user"}, wait);
      user && github::lower(github::text_in(*user->json, "login")) == github::lower(owner))
    return true;
  const auto member = client.send({.path = "/user/memberships/orgs/" + github::encoded(owner)}, wait);
  return member && github::text_in(*member->json, "role") == "admin" &&
         github::text_in(*member->json, "state") == "active";
}

bool is_admin(const json& repository) {
  if (!repository.is_object() || !repository.contains("permissions")) return false;
  const json& rights = repository["permissions"];
  return rights.is_object() && rights.contains("admin") && rights["admin"] == json(true);
}

std::unexpected<github::Error> missing_right(const HookHome& home, const github::Error& not_found,
                                             std::string_view role) {
  github::Error error = not_found;
  error.kind = ErrorKind::refused;
  error.message = fmt::format(
      "GitHub has the {0} and does not show its webhooks to this token. {1} {2} {3}", described(home), role,
      home.repository.empty()
          ? "A classic token needs the scope admin:org_hook, every other one the organisation's permission "
            "\"Webhooks\" (organization_hooks)."
          : "A classic token needs the scope admin:repo_hook or repo, every other one the repository's "
            "permission \"Webhooks\" (repository_hooks).",
      not_found.message);
  return std::unexpected(std::move(error));
}

}  // namespace

std::string shown_name(const HookHome& home) {
  return home.repository.empty() ? home.owner : home.owner + "/" + home.repository;
}
std::string lower_name(const HookHome& home) { return github::lower(shown_name(home)); }
std::string described(const HookHome& home) {
  return fmt::format("{} {}", home.repository.empty() ? "organisation" : "repository", shown_name(home));
}

github::Result<bool> is_gone(github::Client& client, const HookHome& home, const github::Error& not_found,
                             std::string_view advice, const github::Wait& wait) {
  const auto there = client.send({.path = path_of(home)}, wait);
  if (there) {
    if (home.repository.empty()) return missing_right(home, not_found, "Its user has to be an owner of it.");
    return missing_right(home, not_found,
                         is_admin(*there->json)
                             ? "Its user is an admin of it, so that the token lacks a scope."
                             : "Its user has to be an admin of it, and is none.");
  }
  if (there.error().kind != ErrorKind::missing) return std::unexpected(there.error());
  // Everybody sees that there is an organisation; of a repository that is so with enough rights only, and
  // where GitHub does not lead on to another place.
  const bool has_moved = !not_found.moved_to.empty() || !there.error().moved_to.empty();
  if (home.repository.empty() || (!has_moved && sees_all_of(client, home.owner, there.error(), wait)))
    return true;
  github::Error error = there.error();
  error.kind = ErrorKind::refused;
  error.message = fmt::format(
      "GitHub shows neither the {0} nor its webhooks to this token, and it cannot be told whether it is gone "
      "or hidden: that takes a classic token with the scopes repo and read:org of an owner of {1}. {2} {3}",
      described(home), home.owner, advice, there.error().message);
  return std::unexpected(std::move(error));
}

github::Result<HookHome> present_name(github::Client& client, const HookHome& home,
                                      const github::Wait& wait) {
  const auto answer = client.send({.path = path_of(home)}, wait);
  if (!answer) return std::unexpected(answer.error());
  const std::string full_name = github::text_in(*answer->json, "full_name");
  const auto slash = full_name.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == full_name.size())
    return github::failure(ErrorKind::unreachable,
                           fmt::format("GitHub's answer about the {} holds no full_name.", described(home)));
  return HookHome{.owner = full_name.substr(0, slash), .repository = full_name.substr(slash + 1)};
}

}  // namespace ghboot::provider
