// SPDX-License-Identifier: Apache-2.0
#include "standin/app_jwt.h"

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/crypto.h"

namespace ghboot::standin {

namespace {

constexpr std::int64_t lifetime_max = 600;
constexpr std::int64_t clock_drift_max = 5;  // Of `iat`; GitHub advises to put it a minute back.
constexpr std::string_view could_not_decode = "A JSON web token could not be decoded";

std::unexpected<Response> refuse(std::string_view message) {
  return std::unexpected(error_response(401, message));
}

Json decoded(std::string_view part) {
  const auto text = nats::decode_base64url(part);
  return text ? Json::parse(*text, nullptr, false) : Json(Json::value_t::discarded);
}

const App* issuer(const State& state, const Json& claims) {
  const auto found = claims.find("iss");
  if (found == claims.end()) return nullptr;
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  for (const auto& [id, app] : state.apps) {
    if (fmt::format("{}", id) == text || app.client_id == text) return &app;
  }
  return nullptr;
}

// A fraction is no time for GitHub.
const std::int64_t* time_claim(const Json& claims, const char* name, std::int64_t& into) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number_integer()) return nullptr;
  into = found->get<std::int64_t>();
  return &into;
}

}  // namespace

std::expected<Actor, Response> read_app_jwt(std::string_view jwt, const State& state, std::int64_t now) {
  const std::size_t first = jwt.find('.'), last = jwt.rfind('.');
  const Json header = decoded(jwt.substr(0, first));
  const Json claims = decoded(jwt.substr(first + 1, last - first - 1));
  const auto signature = nats::decode_base64url(jwt.substr(last + 1));
  if (!header.is_object() || !claims.is_object() || !signature || header.value("alg", Json()) != "RS256")
    return refuse(could_not_decode);
  const App* app = issuer(state, claims);
  if (app == nullptr)
    return refuse("'Issuer' claim ('iss') must be an Integer that is the ID of an App, or its client ID");
  if (!verify_rs256(app->public_key, jwt.substr(0, last), *signature)) return refuse(could_not_decode);
  std::int64_t issued_at = 0, expires_at = 0;
  if (time_claim(claims, "exp", expires_at) == nullptr || expires_at <= now)
    return refuse(
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the "
        "assertion expires");
  if (expires_at > now + lifetime_max)
    return refuse("'Expiration time' claim ('exp') is too far in the future");
  if (time_claim(claims, "iat", issued_at) == nullptr || issued_at > now + clock_drift_max)
    return refuse(
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  return Actor{.kind = Actor::Kind::app, .app = app, .name = fmt::format("app {}", app->id)};
}

}  // namespace ghboot::standin
