// SPDX-License-Identifier: Apache-2.0
#include "github/answer.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/text_parts.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

std::string header_of(const Headers& headers, std::string_view name) {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : shown(found->second);
}

// Parses without exceptions; discarded where it is no JSON.
json body_of(const HttpAnswer& answer) {
  return answer.body.empty() ? json(nullptr) : json::parse(answer.body, nullptr, false);
}

void add_field_errors(const json& body, Error& error) {
  const auto found = body.is_object() ? body.find("errors") : body.end();
  if (!body.is_object() || found == body.end()) return;
  const json& all = *found;
  for (const json& one : all.is_array() ? all : json::array({all})) {
    if (error.errors.size() == 20) return;  // Enough for people.
    if (one.is_string()) error.errors.push_back({.message = shown(one.get<std::string>())});
    if (!one.is_object()) continue;  // `value` is left out: it may be the secret that was sent.
    error.errors.push_back({shown(text_in(one, "resource")), shown(text_in(one, "field")),
                            shown(text_in(one, "code")), shown(text_in(one, "message"))});
  }
}

std::string words(const FieldError& error) {
  std::string out;
  for (const std::string* part : {&error.resource, &error.field, &error.code, &error.message}) {
    if (!part->empty()) out += (out.empty() ? "" : part == &error.message ? ": " : " ") + *part;
  }
  return out;
}

bool exists_already(const Error& error) {
  return std::ranges::any_of(error.errors, [](const FieldError& one) {
    return one.code == "already_exists" || one.message.contains("already exists");
  });
}

ErrorKind kind_of(const Asked& asked, const Error& error) {
  switch (error.status) {
    case 401:
    case 403:
    case 451:
      return ErrorKind::refused;
    case 404:
    case 410:
      return ErrorKind::missing;
    case 409:
    case 412:
      return ErrorKind::conflict;
    case 422:
      return exists_already(error) ? ErrorKind::conflict : ErrorKind::invalid;
    case 429:
      return ErrorKind::unreachable;
    default:
      if (error.status < 500) return ErrorKind::invalid;
      return asked.is_write ? ErrorKind::unknown : ErrorKind::unreachable;
  }
}

// Whether the token has one of the scopes that the endpoint takes; true where GitHub does not say.
bool scopes_suffice(const Rights& rights) {
  const auto has = nats::listed_in(rights.token_scopes, ',');
  const auto takes = nats::listed_in(rights.accepted_scopes, ',');
  return takes.empty() || std::ranges::any_of(takes, [&](const std::string& one) {
           return std::ranges::find(has, one) != has.end();
         });
}

std::string rights_advice(const Rights& rights, int status) {
  std::string out;
  if (!rights.accepted_permissions.empty()) {
    out = fmt::format(" The endpoint takes the permission {}", rights.accepted_permissions);
    out += rights.token_permissions.empty()
               ? "; give it to the token."
               : fmt::format("; the installation has {}.", rights.token_permissions);
  } else if (!rights.accepted_scopes.empty() && !scopes_suffice(rights)) {
    out = fmt::format(" The token has the scopes `{}`; the endpoint takes one of `{}`: add it to the token.",
                      rights.token_scopes, rights.accepted_scopes);
  }
  if (status == 404) out += " GitHub answers 404 also where the token must not see what is there.";
  return out;
}

std::string advice(const Error& error, const HttpAnswer& answer) {
  if (const std::string sso = header_of(answer.headers, "x-github-sso"); !sso.empty() && error.status == 403)
    return fmt::format(" The organisation asks for single sign-on: authorise the token for it ({}).", sso);
  if (error.status == 401)
    return " GitHub does not know the token: it is wrong, revoked or expired; make a new one.";
  if (error.status == 403 || error.status == 404) return rights_advice(error.rights, error.status);
  if (error.kind == ErrorKind::unknown)
    return " It may have happened all the same: look it up before doing it again.";
  if (error.status >= 500) return " Nothing was changed: try again later.";
  return "";
}

Error error_of(const Asked& asked, const HttpAnswer& answer) {
  const json body = body_of(answer);
  Error error{.status = answer.status,
              .github_message = shown(text_in(body, "message")),
              .documentation_url = shown(text_in(body, "documentation_url")),
              .request_id = header_of(answer.headers, "x-github-request-id")};
  error.rights = {header_of(answer.headers, "x-accepted-github-permissions"),
                  header_of(answer.headers, "x-accepted-oauth-scopes"),
                  header_of(answer.headers, "x-oauth-scopes"), asked.token_permissions};
  add_field_errors(body, error);
  error.kind = kind_of(asked, error);
  error.message = fmt::format("GitHub answered {} to {} {}", answer.status, asked.method, asked.url);
  if (!error.github_message.empty()) error.message += fmt::format(": \"{}\"", error.github_message);
  if (body.is_discarded()) error.message += ", with a body that is no JSON";
  for (const FieldError& one : error.errors) error.message += fmt::format(" [{}]", words(one));
  error.message += '.';
  error.message += advice(error, answer);
  if (!error.documentation_url.empty()) error.message += fmt::format(" See {}.", error.documentation_url);
  if (!error.request_id.empty()) error.message += fmt::format(" (x-github-request-id {})", error.request_id);
  return error;
}

// GitHub, and every GitHub Enterprise Server, puts both headers on each answer; where a proxy takes them
// away, the body of an error still says where it is explained.
bool is_github(const HttpAnswer& answer, const json& body) {
  return answer.headers.contains("x-github-request-id") || answer.headers.contains("x-github-media-type") ||
         !text_in(body, "documentation_url").empty();
}

Error not_github(const Asked& asked, const HttpAnswer& answer) {
  const std::string type = header_of(answer.headers, "content-type");
  return {.kind = ErrorKind::invalid,
          .message = fmt::format(
              "What answers {} is not GitHub's API: status {}, a body of type {}, and no sign of GitHub "
              "(x-github-request-id, x-github-media-type, documentation_url). Expected is "
              "https://api.github.com or https://HOST/api/v3: look at the base URL (base_url, "
              "GITHUB_BASE_URL), and at proxies on the way.",
              asked.url, answer.status, type.empty() ? "unknown" : type)};
}

Error unreadable(const Asked& asked, const HttpAnswer& answer) {
  return {.kind = asked.is_write ? ErrorKind::unknown : ErrorKind::unreachable,
          .message = fmt::format(
              "GitHub answered {} to {} {}, and its body {} ({} bytes). {}", answer.status, asked.method,
              asked.url, answer.is_whole ? "is no whole JSON" : "broke off", answer.body.size(),
              asked.is_write ? "It has most likely happened: look it up before doing it again."
                             : "Try again later."),
          .status = answer.status,
          .request_id = header_of(answer.headers, "x-github-request-id")};
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t most = 500;
  std::string out(text.substr(0, most));
  std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  // Not in the middle of a character of UTF-8.
  if (text.size() > most) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0U) == 0x80U) out.pop_back();
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0U) out.pop_back();
    out += "…";
  }
  return out;
}

Result<Response> read_answer(const Asked& asked, HttpAnswer answer) {
  json body = body_of(answer);
  const bool is_error = answer.status >= 300 && answer.status != 304;
  if ((body.is_discarded() || is_error) && answer.is_whole && !is_github(answer, body) && answer.status < 500)
    return std::unexpected(not_github(asked, answer));
  if (is_error) return std::unexpected(error_of(asked, answer));
  if (!answer.is_whole || body.is_discarded()) return std::unexpected(unreadable(asked, answer));
  return Response{.status = answer.status,
                  .headers = std::move(answer.headers),
                  .json = std::make_shared<const json>(std::move(body))};
}

}  // namespace ghboot::github
