// SPDX-License-Identifier: Apache-2.0
#include "standin/answer_headers.h"

#include <array>
#include <ctime>

#include <fmt/format.h>

#include "standin/crypto.h"

namespace ghboot::standin {

namespace {

std::string date_text(std::int64_t unix_seconds) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(parts.tm_wday)],
                     parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

bool lists(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.contains(etag.substr(etag.find('"')));
}

}  // namespace

std::optional<std::string_view> api_version(const Request& request) {
  const std::string_view asked = request.header("x-github-api-version");
  if (asked.empty() || asked == default_version) return default_version;
  return asked == newer_version ? std::optional(newer_version) : std::nullopt;
}

std::optional<Response> refuse_headers(const Request& request) {
  if (request.header("user-agent").empty()) {
    Response response{.status = 403};
    response.set("Content-Type", "text/plain");
    response.body =
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
        "(https://docs.github.com/rest/overview/resources-in-the-rest-api#user-agent-required).\n";
    return response;
  }
  if (!api_version(request))
    return error_response(400, fmt::format("\"{}\" is not a supported version of the REST API",
                                           request.header("x-github-api-version")));
  return std::nullopt;
}

void add_common_headers(const Call& call, const std::string& request_id, Response& response) {
  response.set("Server", "github.com");
  response.set("Date", date_text(call.now));
  response.set("X-GitHub-Request-Id", request_id);
  response.set("X-GitHub-Media-Type", "github.v3; format=json");
  response.set("X-GitHub-Api-Version-Selected",
               std::string(api_version(call.request).value_or(default_version)));
  response.set("Cache-Control", call.actor.token != nullptr ? "private, max-age=60, s-maxage=60"
                                                            : "public, max-age=60, s-maxage=60");
  response.set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, X-Requested-With");
  if (call.request.enterprise) response.set("X-GitHub-Enterprise-Version", "3.19.0");
}

void make_conditional(const Request& request, Response& response) {
  if ((request.method != "GET" && request.method != "HEAD") || response.status != 200) return;
  const std::string etag = fmt::format(
      "W/\"{}\"", sha256_hex(fmt::format("{}\n{}\n{}\n{}", response.body, response.header("Link"),
                                         request.header("accept"), request.header("authorization"))));
  response.set("ETag", etag);
  if (!lists(request.header("if-none-match"), etag)) return;
  response.status = 304;
  response.body.clear();
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Content-Type"; });
}

}  // namespace ghboot::standin
