// SPDX-License-Identifier: Apache-2.0
#include "standin/rights.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/app_jwt.h"
#include "standin/crypto.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

// What a scope brings along. Source: docs.github.com, "Scopes for OAuth apps".
struct Includes {
  std::string_view scope, part;
};
constexpr std::array includes{Includes{"repo", "public_repo"},
                              Includes{"repo", "repo:status"},
                              Includes{"admin:repo_hook", "write:repo_hook"},
                              Includes{"admin:repo_hook", "read:repo_hook"},
                              Includes{"write:repo_hook", "read:repo_hook"},
                              Includes{"admin:org", "write:org"},
                              Includes{"admin:org", "read:org"},
                              Includes{"write:org", "read:org"},
                              Includes{"user", "read:user"}};

std::vector<std::string_view> words(std::string_view list) {
  std::vector<std::string_view> found;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view word = list.substr(0, end);
    list.remove_prefix(std::min(list.size(), end + 1));
    while (word.starts_with(' ')) word.remove_prefix(1);
    if (!word.empty()) found.push_back(word);
  }
  return found;
}

bool has(const std::vector<std::string>& logins, std::string_view login) {
  return std::ranges::any_of(logins, [&](const std::string& one) { return same_word(one, login); });
}

Level level_of(std::string_view text) {
  return text == "admin"   ? Level::admin
         : text == "write" ? Level::write
         : text == "read"  ? Level::read
                           : Level::none;
}
std::string_view text_of(Level level) {
  return level == Level::admin ? "admin" : level == Level::write ? "write" : "read";
}

const Permissions& permissions_of(const Actor& actor) { return actor.token->permissions; }

// Of fine-grained tokens and installations: whether its owner's repository is among those that it was given.
bool given(const Actor& actor, const Repository& repository) {
  const Token& token = *actor.token;
  const Id owner = actor.installation != nullptr ? actor.installation->owner_id
                   : token.owner_id != 0         ? token.owner_id
                   : actor.user != nullptr       ? actor.user->id
                                                 : 0;
  return repository.owner_id == owner &&
         (token.all_repositories ||
          std::ranges::find(token.repositories, repository.id) != token.repositories.end());
}

bool given(const Actor& actor, const Owner& owner) {
  return (actor.installation != nullptr ? actor.installation->owner_id : actor.token->owner_id) == owner.id;
}

std::expected<Actor, Response> bad_credentials() {
  return std::unexpected(error_response(401, "Bad credentials"));
}

std::string_view token_in(const Request& request) {
  std::string_view value = request.header("authorization");
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string scheme = lower(value.substr(0, space));
  return scheme == "bearer" || scheme == "token" ? value.substr(space + 1) : std::string_view();
}

// git sends NAME:TOKEN in Basic.
std::string basic_password(const Request& request) {
  const std::string_view value = request.header("authorization");
  if (!same_word(value.substr(0, 6), "basic ")) return {};
  const auto text = nats::decode_base64(value.substr(6));
  return text && text->contains(':') ? text->substr(text->find(':') + 1) : "";
}

std::expected<Actor, Response> actor_of(const Token& token, const State& state, std::int64_t now) {
  if (token.expires_at != 0 && token.expires_at <= now) return bad_credentials();
  Actor actor{.kind = Actor::Kind::user, .token = &token};
  if (token.kind == "installation") {
    const auto installation = state.installations.find(token.installation_id);
    if (installation == state.installations.end()) return bad_credentials();
    const auto app = state.apps.find(installation->second.app_id);
    if (app == state.apps.end()) return bad_credentials();
    if (installation->second.suspended)
      return std::unexpected(error_response(403, "This installation has been suspended"));
    actor.kind = Actor::Kind::installation;
    actor.installation = &installation->second;
    actor.app = &app->second;
    actor.name = fmt::format("installation {}", token.installation_id);
    return actor;
  }
  for (const auto& [id, owner] : state.owners) {
    if (same_word(owner.login, token.login)) actor.user = &owner;
  }
  if (actor.user == nullptr) return bad_credentials();
  actor.name = fmt::format("user {}", actor.user->id);
  return actor;
}

std::optional<Response> refuse_classic(const Call& call, const Rule& rule) {
  const bool needs_scope = !rule.scopes.empty() && !(rule.scopes_if_private && call.repository != nullptr &&
                                                     !call.repository->is_private);
  if (needs_scope && !has_scope(*call.actor.token, rule.scopes)) return not_found();
  return std::nullopt;
}

std::optional<Response> refuse_granted(const Call& call, const Rule& rule) {
  const bool within =
      call.repository != nullptr ? given(call.actor, *call.repository) : given(call.actor, *call.owner);
  if (rule.permission.empty() && (within || rule.level == Level::read)) return std::nullopt;
  const bool public_read = call.repository != nullptr && !call.repository->is_private &&
                           rule.level == Level::read && rule.role == Level::read;
  if (!within && public_read) return std::nullopt;
  const auto found = permissions_of(call.actor).find(std::string(rule.permission));
  const Level granted = found == permissions_of(call.actor).end() ? Level::none : level_of(found->second);
  if (within && granted >= rule.level) return std::nullopt;
  return not_accessible(call.actor, fmt::format("{}={}", rule.permission, text_of(rule.level)));
}

Level role_of(const Call& call) {
  return call.repository != nullptr ? role_in(call.state, call.actor, *call.repository)
                                    : role_in(call.actor, *call.owner);
}

}  // namespace

std::expected<Actor, Response> find_actor(const Request& request, const State& state, std::int64_t now) {
  if (request.header("authorization").empty()) return Actor{};
  std::string text(token_in(request));
  if (text.empty()) text = basic_password(request);
  if (text.empty()) return bad_credentials();
  const auto token = state.tokens.find(sha256_hex(text));
  if (token != state.tokens.end()) return actor_of(token->second, state, now);
  return std::ranges::count(text, '.') == 2 && !text.starts_with("ghs_") ? read_app_jwt(text, state, now)
                                                                         : bad_credentials();
}

Level role_in(const State& state, const Actor& actor, const Repository& repository) {
  const Level anyone = repository.is_private ? Level::none : Level::read;
  if (actor.user == nullptr) return actor.installation != nullptr ? Level::admin : anyone;
  const Owner& owner = owner_of(state, repository);
  const std::string& login = actor.user->login;
  if (owner.id == actor.user->id || role_in(actor, owner) == Level::admin || has(repository.admins, login))
    return Level::admin;
  if (has(repository.writers, login)) return Level::write;
  return has(repository.readers, login) || has(owner.members, login) ? Level::read : anyone;
}

Level role_in(const Actor& actor, const Owner& organization) {
  if (actor.installation != nullptr) return Level::admin;
  if (actor.user == nullptr) return Level::none;
  if (actor.user->is_site_admin || has(organization.admins, actor.user->login)) return Level::admin;
  return has(organization.members, actor.user->login) ? Level::read : Level::none;
}

bool has_scope(const Token& token, std::string_view wanted) {
  for (const std::string_view want : words(wanted)) {
    for (const std::string& scope : token.scopes) {
      if (scope == want || std::ranges::any_of(includes, [&](const Includes& one) {
            return one.scope == scope && one.part == want;
          }))
        return true;
    }
  }
  return false;
}

bool sees(const State& state, const Actor& actor, const Repository& repository) {
  if (!repository.is_private) return true;
  if (actor.kind == Actor::Kind::anonymous || actor.kind == Actor::Kind::app) return false;
  if (role_in(state, actor, repository) == Level::none) return false;
  // A classic token needs `repo` for what is private, but one for hooks alone sees hooks.
  return actor.is_classic()
             ? has_scope(*actor.token, "repo, admin:repo_hook, write:repo_hook, read:repo_hook")
             : given(actor, repository);
}

std::optional<Response> refuse(const Call& call, const Rule& rule) {
  if (rule.subject == Subject::none) return std::nullopt;
  if (call.repository != nullptr && !sees(call.state, call.actor, *call.repository)) return not_found();
  const bool anyone_reads = rule.level == Level::read && rule.role == Level::read;
  if (call.actor.token == nullptr) {
    if (anyone_reads) return std::nullopt;
    return call.actor.kind == Actor::Kind::anonymous
               ? error_response(401, "Requires authentication")
               : error_response(403, "Resource not accessible by integration");
  }
  if (call.actor.is_classic()) {
    if (auto refused = refuse_classic(call, rule)) return refused;
    const bool enough =
        call.repository == nullptr && rule.role == Level::read ? true : role_of(call) >= rule.role;
    if (!enough) return not_found();
    return std::nullopt;
  }
  if (auto refused = refuse_granted(call, rule)) return refused;
  const bool user_may = call.actor.user == nullptr || anyone_reads || role_of(call) >= rule.role;
  return user_may ? std::nullopt : std::optional(not_found());
}

Response not_accessible(const Actor& actor, std::string_view permission) {
  Response response =
      error_response(403, actor.installation != nullptr ? "Resource not accessible by integration"
                                                        : "Resource not accessible by personal access token");
  response.set("X-Accepted-GitHub-Permissions", std::string(permission));
  return response;
}

void add_scope_headers(const Actor& actor, const Rule& rule, Response& response) {
  if (!actor.is_classic()) return;
  std::string scopes;
  for (const std::string& scope : actor.token->scopes) scopes += (scopes.empty() ? "" : ", ") + scope;
  response.set("X-OAuth-Scopes", scopes);
  response.set("X-Accepted-OAuth-Scopes", std::string(rule.scopes));
}

}  // namespace ghboot::standin
