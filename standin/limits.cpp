// SPDX-License-Identifier: Apache-2.0
#include "standin/limits.h"

#include <algorithm>

#include <fmt/format.h>

namespace ghboot::standin {

namespace {

constexpr std::int64_t window_seconds = 3600;
constexpr std::string_view about = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api";
constexpr std::string_view about_secondary =
    "https://docs.github.com/free-pro-team@latest/rest/overview/"
    "rate-limits-for-the-rest-api#about-secondary-rate-limits";

bool is_write(const Request& request) {
  return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

std::string text(std::int64_t number) { return fmt::format("{}", number); }

std::string exceeded_text(const Actor& actor) {
  if (actor.kind == Actor::Kind::anonymous)
    return "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a "
           "higher rate "
           "limit. Check out the documentation for more details.)";
  return fmt::format("API rate limit exceeded for {}.",
                     actor.user != nullptr ? fmt::format("user ID {}", actor.user->id) : "installation");
}

}  // namespace

Limits::Usage& Limits::usage_of(const Actor& actor, std::int64_t now) {
  Usage& usage = used_[actor.name];
  if (usage.reset <= now) usage = {.reset = now + window_seconds};
  usage.limit = actor.kind == Actor::Kind::anonymous ? settings.anonymous
                : actor.kind == Actor::Kind::user    ? settings.user
                                                     : settings.installation;
  return usage;
}

Limits::Usage Limits::usage(const Actor& actor, std::int64_t now) { return usage_of(actor, now); }

std::optional<Response> Limits::count(const Actor& actor, const Request& request, std::int64_t now) {
  if (over_secondary(actor, request, now)) {
    Response response = error_response(
        settings.exceeded_status,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        about_secondary);
    if (settings.retry_after > 0) response.set("Retry-After", text(settings.retry_after));
    return response;
  }
  Usage& usage = usage_of(actor, now);
  if (usage.used >= usage.limit) return error_response(settings.exceeded_status, exceeded_text(actor), about);
  ++usage.used;
  return std::nullopt;
}

bool Limits::over_secondary(const Actor& actor, const Request& request, std::int64_t now) {
  if (settings.writes_per_minute == 0 && settings.points_per_minute == 0) return false;
  auto& spent = spent_[actor.name];
  while (!spent.empty() && spent.front().at <= now - 60) spent.pop_front();
  const bool writes = is_write(request);
  const std::int64_t points = writes ? 5 : 1;
  std::int64_t points_spent = points, write_count = writes ? 1 : 0;
  for (const Spent& one : spent) {
    points_spent += one.points;
    write_count += one.is_write ? 1 : 0;
  }
  if ((settings.points_per_minute > 0 && points_spent > settings.points_per_minute) ||
      (settings.writes_per_minute > 0 && writes && write_count > settings.writes_per_minute))
    return true;
  spent.push_back({now, points, writes});
  return false;
}

std::optional<Response> Limits::count_bad(std::int64_t now) {
  while (!bad_.empty() && bad_.front() <= now - 300) bad_.pop_front();
  bad_.push_back(now);
  if (static_cast<std::int64_t>(bad_.size()) <= settings.bad_credentials_max) return std::nullopt;
  return error_response(403, "Maximum number of login attempts exceeded. Please try again later.");
}

void Limits::give_back(const Actor& actor) {
  const auto found = used_.find(actor.name);
  if (found != used_.end() && found->second.used > 0) --found->second.used;
}

void Limits::set_used(const std::string& actor, std::int64_t used, std::int64_t reset) {
  used_[actor] = {.used = used, .reset = reset};
}

void Limits::add_headers(const Actor& actor, std::int64_t now, Response& response) {
  const Usage& usage = usage_of(actor, now);
  response.set("X-RateLimit-Limit", text(usage.limit));
  response.set("X-RateLimit-Remaining", text(usage.remaining()));
  response.set("X-RateLimit-Used", text(usage.used));
  response.set("X-RateLimit-Reset", text(usage.reset));
  response.set("X-RateLimit-Resource", "core");
}

Json usage_view(const Limits::Usage& usage, std::string_view resource) {
  Json view{
      {"limit", usage.limit}, {"used", usage.used}, {"remaining", usage.remaining()}, {"reset", usage.reset}};
  if (!resource.empty()) view["resource"] = resource;
  return view;
}

}  // namespace ghboot::standin
