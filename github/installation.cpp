// SPDX-License-Identifier: Apache-2.0
#include "github/installation.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/app_jwt.h"
#include "nats/time_text.h"

namespace ghboot::github {
namespace {

std::map<std::string, std::string> levels_in(const nlohmann::json& body) {
  std::map<std::string, std::string> out;
  const auto found = body.find("permissions");
  if (found == body.end() || !found->is_object()) return out;
  for (const auto& [name, level] : found->items())
    if (level.is_string()) out[name] = level.get<std::string>();
  return out;
}

std::string permissions_in(const nlohmann::json& body) {
  std::string out;
  for (const auto& [name, level] : levels_in(body))
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", name, level);
  return shown(out);
}

std::vector<std::string> names_in(const nlohmann::json& body) {
  std::vector<std::string> out;
  const auto found = body.find("repositories");
  if (found == body.end() || !found->is_array()) return out;
  for (const auto& repository : *found) out.push_back(text_in(repository, "name"));
  return out;
}

std::string body_of(const TokenWanted& wanted) {
  nlohmann::json body = nlohmann::json::object();
  if (!wanted.repositories.empty()) body["repositories"] = wanted.repositories;
  if (!wanted.permissions.empty()) body["permissions"] = wanted.permissions;
  return body.empty() ? "" : body_text(body);
}

std::unexpected<Error> no_turn() {
  return failure(ErrorKind::unreachable,
                 "The token of the GitHub App was not there in time; nothing was done.");
}
std::unexpected<Error> no_token() {
  return failure(ErrorKind::unreachable,
                 "GitHub's answer for the App holds no `token` with an `expires_at`.");
}

Error not_minted(Error error, std::string_view app_id, std::int64_t installation_id) {
  if (error.kind == ErrorKind::missing)
    error.message = fmt::format(
        "The GitHub App {} has no installation {}: it was removed, or is another App's. Install it, or name "
        "another installation. ({})",
        app_id, installation_id, error.message);
  if (error.status == 422)
    error.message += fmt::format(
        " A token can have no more than the installation {} of the GitHub App {}: ask for less, or give the "
        "App the permission or the repository. A permission that the App was given later has to be accepted "
        "by the installation's owner first.",
        installation_id, app_id);
  return error;
}

Error explained(Error error, std::int64_t now_unix) {
  if (error.status == 401) {
    error.message += fmt::format(
        " GitHub did not take the JWT of the App: look at the App's id, at its key, and at the "
        "clock of this machine, which says {}.",
        nats::time_text(now_unix));
  }
  return error;
}

}  // namespace

std::optional<Identity> Installation::valid() {
  const std::lock_guard lock(mutex_);
  return current_ && clock_.now() < renew_at_ ? current_ : std::nullopt;
}

Result<Identity> Installation::identity(const Wait& wait) {
  if (auto identity = valid()) return *std::move(identity);
  const SteadyTime until = std::chrono::steady_clock::now() + (wait.until - clock_.now());
  const auto turn = renewing_.take({until, wait.stop});
  if (!turn) return no_turn();
  if (auto identity = valid()) return *std::move(identity);
  return renew(wait);
}

void Installation::forget(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  if (current_ && current_->authorization.reveal() == identity.authorization.reveal()) current_.reset();
}

Result<std::int64_t> Installation::installation_id(const Identity& as_app, const Wait& wait) {
  if (app_.installation_id != 0) return app_.installation_id;
  {
    const std::lock_guard lock(mutex_);
    if (found_id_ != 0) return found_id_;
  }
  auto answer =
      exchange_.run({.path = fmt::format("/orgs/{}/installation", encoded(app_.owner))}, as_app, wait);
  if (!answer && answer.error().kind == ErrorKind::missing)
    answer =
        exchange_.run({.path = fmt::format("/users/{}/installation", encoded(app_.owner))}, as_app, wait);
  if (!answer && answer.error().kind == ErrorKind::missing) {
    answer.error().message = fmt::format(
        "The GitHub App {} is not installed for {}: install it there, or name another "
        "owner. ({})",
        app_.id, app_.owner, answer.error().message);
  }
  if (!answer) return std::unexpected(answer.error());
  const auto id = id_in(*answer->json, "id");
  if (!id) return id;
  const std::lock_guard lock(mutex_);
  return found_id_ = *id;
}

Result<Installation::Minted> Installation::mint(const TokenWanted& wanted, const Wait& wait) {
  const std::int64_t now = clock_.unix_seconds();
  const auto jwt = app_jwt(app_.id, app_.pem, now);
  if (!jwt) return std::unexpected(jwt.error());
  const Identity as_app = bearer(jwt->reveal());
  const auto id = installation_id(as_app, wait);
  if (!id) return std::unexpected(explained(id.error(), now));
  // A token that is made and not seen expires by itself: to ask again does no harm.
  auto answer = exchange_.run({.method = "POST",
                               .path = fmt::format("/app/installations/{}/access_tokens", *id),
                               .body = body_of(wanted),
                               .idempotent = true},
                              as_app, wait);
  if (!answer) return std::unexpected(explained(not_minted(answer.error(), app_.id, *id), now));
  return Minted{.answer = *std::move(answer), .installation_id = *id};
}

Result<AppToken> Installation::make_token(const TokenWanted& wanted, const Wait& wait) {
  const auto minted = mint(wanted, wait);
  if (!minted) return std::unexpected(minted.error());
  const nlohmann::json& body = *minted->answer.json;
  std::string token = text_in(body, "token");
  AppToken out{.token = nats::Secret(token),
               .expires_at = text_in(body, "expires_at"),
               .permissions = levels_in(body),
               .repositories = names_in(body),
               .installation_id = minted->installation_id};
  nats::Secret::wipe(token);
  if (out.token.empty() || !nats::parse_time(out.expires_at)) return no_token();
  return out;
}

Result<Identity> Installation::renew(const Wait& wait) {
  const std::int64_t now = clock_.unix_seconds();
  const auto minted = mint({}, wait);
  if (!minted) return std::unexpected(minted.error());
  const nlohmann::json& body = *minted->answer.json;
  std::string token = text_in(body, "token");
  const auto expires = nats::parse_time(text_in(body, "expires_at"));
  if (token.empty() || !expires) return no_token();
  Identity made = bearer(token);
  nats::Secret::wipe(token);
  made.token_permissions = permissions_in(body);
  const std::int64_t life =
      std::clamp<std::int64_t>(*expires - date_of(minted->answer.headers).value_or(now), 0, 24 * 3600);
  const std::lock_guard lock(mutex_);
  current_ = made;
  renew_at_ = clock_.now() + std::chrono::seconds(std::max(life - 300, life / 2));
  return made;
}

}  // namespace ghboot::github
