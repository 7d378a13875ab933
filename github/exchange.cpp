// SPDX-License-Identifier: Apache-2.0
#include "github/exchange.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "nats/time_text.h"

namespace ghboot::github {
namespace {

using std::chrono::milliseconds;

constexpr int redirects_max = 5;

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }

std::string_view name_of(const Limited& limited) {
  return limited.secondary ? "secondary rate limit (too many requests at once)" : "hourly rate limit";
}

bool is_sendable(const Request& request) {
  const auto is_plain = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  };
  const bool is_upper = std::ranges::all_of(request.method, [](char c) { return c >= 'A' && c <= 'Z'; });
  return !request.method.empty() && is_upper && request.path.starts_with('/') &&
         !request.path.starts_with("//") && is_plain(request.path) && is_plain(request.etag);
}

std::string_view advice_after(const NoAnswer& failed, bool is_open) {
  if (is_open) return "It may have happened: look it up before doing it again.";
  if (failed.untrusted)
    return "Nothing was sent. Where the server is the right one, name the file of the CA that vouches for it "
           "in CURL_CA_BUNDLE or SSL_CERT_FILE.";
  if (failed.too_large) return "Nothing was changed.";
  return "Nothing was changed. Look at the network and proxies, and try again.";
}

// A server that gives back what it was sent must not bring the token into a log.
void hide(const nats::Secret& authorization, std::string& text) {
  const std::string_view whole = authorization.reveal();
  const std::string_view token = whole.substr(whole.find(' ') + 1);
  if (token.empty()) return;
  for (std::size_t at = text.find(token); at != std::string::npos; at = text.find(token, at))
    text.replace(at, token.size(), "[token]");
}

void hide_in(const nats::Secret& authorization, Error& error) {
  for (std::string* one :
       {&error.message, &error.github_message, &error.documentation_url, &error.request_id})
    hide(authorization, *one);
  for (FieldError& one : error.errors) {
    for (std::string* part : {&one.resource, &one.field, &one.code, &one.message}) hide(authorization, *part);
  }
}

}  // namespace

struct Exchange::Course {
  const Request& request;
  const Identity& identity;
  const Wait& wait;
  std::string path;  // Below the base; that of the request, or where GitHub pointed.
  std::string moved_to{};
  int tries = 1, redirects = 0, limit_waits = 0;
  bool may_have_happened = false;  // An earlier try was sent.

  bool is_read() const { return request.method == "GET" || request.method == "HEAD"; }
  bool leaves_no_trace() const { return is_read() || request.changes_nothing; }
};

Identity bearer(std::string_view token) {
  return {.authorization = nats::Secret(fmt::format("Bearer {}", token))};
}

Exchange::Exchange(BaseUrl base, Pace pace, Log log, Clock& clock, Random& random)
    : base_(std::move(base)),
      pace_(pace),
      log_(std::move(log)),
      clock_(clock),
      random_(random),
      gate_(clock, pace.side_by_side, pace.between_writes),
      transport_(clock) {}

Asked Exchange::asked(const Course& course) const {
  const std::string path = course.path.substr(0, course.path.find('?'));
  return {course.request.method, base_.text() + path, !course.leaves_no_trace(),
          course.identity.token_permissions};
}

HttpRequest Exchange::http_request(const Course& course) const {
  HttpRequest out{
      .method = course.request.method,
      .url = base_.text() + course.path,
      .body = course.request.body,
      .headers = {"Accept: application/vnd.github+json", fmt::format("X-GitHub-Api-Version: {}", api_version),
                  "User-Agent: ghboot/" GHBOOT_VERSION, "Expect:"},
      .authorization = course.identity.authorization};
  if (!out.body.empty()) out.headers.emplace_back("Content-Type: application/json");
  if (!course.request.etag.empty()) out.headers.push_back("If-None-Match: " + course.request.etag);
  return out;
}

Result<Response> Exchange::run(const Request& request, const Identity& identity, const Wait& wait) {
  if (!is_sendable(request))
    return failure(ErrorKind::invalid,
                   "A request to GitHub needs a method, and a path from \"/\" without spaces.");
  Course course{.request = request, .identity = identity, .wait = wait, .path = request.path};
  for (;;) {
    Step end = step(course);
    if (!end) continue;
    if (!*end) hide_in(identity.authorization, end->error());
    return *std::move(end);
  }
}

Exchange::Step Exchange::step(Course& course) {
  const std::string_view resource = limit_resource(std::string_view(course.path));
  if (const auto limited = gate_.closed_by(resource)) return wait_for_limit(course, *limited);
  std::expected<HttpAnswer, NoAnswer> answer;
  {
    const auto pass = gate_.enter(!course.is_read(), course.wait);
    if (!pass) return after_no_answer(course, {false, false, "its time ended before its turn came"});
    answer = transport_.perform(http_request(course), course.wait);
  }
  if (!answer) return after_no_answer(course, answer.error());
  const std::int64_t now = clock_.unix_seconds();
  if (const auto met = limit_met(*answer, now, course.limit_waits)) {
    const Limited limited{met->secondary, now + met->wait_seconds};
    gate_.close(limited, limit_resource(*answer, course.path));
    return wait_for_limit(course, limited);
  }
  if (const auto spent = limit_spent(*answer, now))
    gate_.close({false, now + spent->wait_seconds}, limit_resource(*answer, course.path));
  if (is_redirect(answer->status)) return follow(course, *answer);
  const bool broke = answer->status >= 500 || !answer->is_whole;
  if (broke && may_repeat(course, true)) return std::nullopt;
  auto read = read_answer(asked(course), *std::move(answer));
  (read ? read->moved_to : read.error().moved_to) = course.moved_to;
  return read;
}

Exchange::Step Exchange::wait_for_limit(Course& course, Limited limited) {
  const std::int64_t seconds = std::max<std::int64_t>(limited.until_unix - clock_.unix_seconds(), 1);
  const std::string until = nats::time_text(limited.until_unix);
  const bool fits = clock_.now() + std::chrono::seconds(seconds) <= course.wait.until;
  if (fits && course.limit_waits < pace_.limit_waits_max) {
    ++course.limit_waits;
    log(fmt::format("GitHub's {} is met: {} {} waits {} s, until {}", name_of(limited), course.request.method,
                    asked(course).url, seconds, until));
    if (clock_.sleep(std::chrono::seconds(seconds), course.wait)) return std::nullopt;
  }
  return std::unexpected(
      Error{.kind = ErrorKind::unreachable,
            .message =
                fmt::format("GitHub's {} is met, until {}; {} {} was not done. {}", name_of(limited), until,
                            course.request.method, asked(course).url,
                            fits ? "It was waited for and met again: let other programs with this token rest."
                                 : "That is longer than this operation may take: run it again after that, or "
                                   "raise its timeout."),
            .limited = limited});
}

bool Exchange::may_repeat(Course& course, bool was_sent) {
  course.may_have_happened = course.may_have_happened || (was_sent && !course.leaves_no_trace());
  const bool is_safe = !was_sent || course.leaves_no_trace() || course.request.idempotent;
  if (!is_safe || course.tries >= pace_.tries_max) return false;
  std::array<unsigned char, 2> chance{};
  random_.fill(chance);
  // Half a second, doubled each time, and up to as much again: so that many do not come back together.
  const auto half = milliseconds(500U << static_cast<unsigned>(course.tries - 1));
  const auto pause = half + half * (chance[0] << 8 | chance[1]) / 65'536;
  if (clock_.now() + pause >= course.wait.until || !clock_.sleep(pause, course.wait)) return false;
  ++course.tries;
  return true;
}

Exchange::Step Exchange::after_no_answer(Course& course, const NoAnswer& failed) {
  if (failed.may_pass && may_repeat(course, failed.was_sent)) return std::nullopt;
  const bool is_open = !course.leaves_no_trace() && (failed.was_sent || course.may_have_happened);
  const Asked what = asked(course);
  const ErrorKind otherwise = failed.too_large ? ErrorKind::refused : ErrorKind::unreachable;
  return failure(is_open ? ErrorKind::unknown : otherwise,
                 fmt::format("GitHub did not answer {} {}: {}{}. {}", what.method, what.url, failed.reason,
                             course.tries > 1 ? fmt::format(" ({} tries)", course.tries) : "",
                             advice_after(failed, is_open)));
}

Exchange::Step Exchange::follow(Course& course, const HttpAnswer& answer) {
  const auto location = answer.headers.find("location");
  const Asked what = asked(course);
  if (location == answer.headers.end())
    return failure(ErrorKind::unreachable, fmt::format("GitHub answered {} to {} {} without saying where to.",
                                                       answer.status, what.method, what.url));
  if (++course.redirects > redirects_max)
    return failure(ErrorKind::refused,
                   fmt::format("GitHub redirects {} {} more than {} times: it was given up.", what.method,
                               base_.text() + course.request.path, redirects_max));
  const auto within = base_.within(location->second);
  if (!within) return std::unexpected(within.error());
  course.path = *within;
  course.moved_to = *within;
  log(fmt::format("GitHub has moved {} to {}: followed", what.url, base_.text() + *within));
  return std::nullopt;
}

}  // namespace ghboot::github
