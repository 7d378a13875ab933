// SPDX-License-Identifier: Apache-2.0
#include "nats/event_bus.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/lock_hand.h"
#include "nats/server_reply.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::uint64_t subjects_overlap = 10065;

struct Meaning {
  std::uint64_t code;
  ErrorKind kind;
  std::string_view advice;
};

// nats-server's errors.json. The server's own words stand before the advice.
constexpr Meaning meanings[] = {
    {10002, ErrorKind::refused, "raise the account's limits for JetStream"},
    {10005, ErrorKind::refused, "there are too few servers with JetStream for so many replicas"},
    {10008, ErrorKind::unreachable, "try again"},
    {10009, ErrorKind::unreachable, "JetStream has no leader: try again"},
    {10027, ErrorKind::refused, "raise the account's limit of streams"},
    {10039, ErrorKind::refused, "the account has no JetStream: give it limits for JetStream"},
    {10047, ErrorKind::refused, "raise the account's limit of storage, or the server's"},
    {10052, ErrorKind::invalid, ""},
    {10058, ErrorKind::conflict, "it was made meanwhile: look again"},
    {subjects_overlap, ErrorKind::conflict, "no two streams of an account may store the same subject"},
    {10074, ErrorKind::invalid, "more than 1 replica needs a cluster"},
    {10076, ErrorKind::refused, "JetStream is off on this server"},
    {10113, ErrorKind::refused, "the account's limits demand one of bytes of each stream: take that back"},
};

Error meant(const std::string& what, const JetStreamReply& reply) {
  for (const Meaning& meaning : meanings)
    if (meaning.code == reply.code)
      return {meaning.kind, fmt::format("{}: {}{}{}", what, reply.error, meaning.advice.empty() ? "" : ": ",
                                        meaning.advice)};
  return {ErrorKind::refused, fmt::format("{}: {}", what, reply.error)};
}

Error explained(const Error& error) {
  const bool is_unheard = error.kind == ErrorKind::unreachable && error.message.contains("nobody listens");
  if (is_unheard || error.message.contains("in time"))  // Servers of 2.9 say nothing then.
    return {error.kind, error.message + (is_unheard ? ": JetStream is off there, or has another domain"
                                                    : ": is JetStream on there, in this domain?")};
  return error;
}

Error as_read(Error error) {
  if (error.kind == ErrorKind::unknown) error.kind = ErrorKind::unreachable;
  return error;
}

}  // namespace

EventBus::EventBus(BusSettings settings, Connector& connector, Clock& clock, std::string domain)
    : settings_(std::move(settings)),
      connector_(connector),
      clock_(clock),
      prefix_(domain.empty() ? "$JS.API" : fmt::format("$JS.{}.API", domain)) {}

Result<JetStreamReply> EventBus::ask(std::string_view what, BusStream which, std::string_view body,
                                     const Wait& wait) {
  auto connection = connector_.get(wait);
  if (!connection) return std::unexpected(connection.error());
  const StreamApi api{
      .connection = *std::move(connection), .prefix = prefix_, .stream = settings_.names.stream(which)};
  auto reply = api.ask(what, body, wait.at_most(clock_.now(), answer_max));
  if (!reply) return std::unexpected(explained(reply.error()));
  return reply;
}

// Of a stream that a cluster has just deleted a question may stay unanswered: it is asked twice.
Result<JetStreamReply> EventBus::ask_about(BusStream which, const Wait& wait) {
  constexpr std::chrono::milliseconds first_try{2000};
  auto reply = ask("STREAM.INFO", which, "", wait.at_most(clock_.now(), first_try));
  if (reply || reply.error().kind != ErrorKind::unknown || clock_.now() >= wait.until) return reply;
  return ask("STREAM.INFO", which, "", wait);
}

Result<BusFound> EventBus::read(const Wait& wait) {
  BusFound found;
  for (const BusStream which : bus_streams) {
    const auto reply = ask_about(which, wait);
    if (!reply) return std::unexpected(as_read(reply.error()));
    if (reply->code == StreamApi::stream_not_found) continue;
    const std::string what = fmt::format("the stream {} can't be read", settings_.names.stream(which));
    if (!reply->error.empty()) return std::unexpected(meant(what, *reply));
    found.emplace(which, member(reply->body, "config").dump());
  }
  return found;
}

Result<BusFound> EventBus::read_ours(const Wait& wait) {
  auto found = read(wait);
  if (!found) return found;
  if (auto checked = check_organization(settings_, *found); !checked) return std::unexpected(checked.error());
  return found;
}

Result<void> EventBus::check_settings(const Cluster& cluster, const BusFound& found,
                                      bool makes_missing) const {
  if (const auto wrong = problems(settings_); !wrong.empty()) {
    std::vector<std::string> texts;
    for (const Problem& one : wrong) texts.push_back(one.text);
    return nats::fail(ErrorKind::invalid, fmt::format("{}", fmt::join(texts, "; ")));
  }
  const bool grows = makes_missing || std::ranges::any_of(found, [&](const auto& one) {
                       return replicas_of(one.second) < settings_.replicas;
                     });
  return grows ? check_servers(settings_, cluster) : Result<void>();
}

// " (github.acme.template_changed is stored by GITHUB_OLD)", where it can be found out.
std::string EventBus::stream_on(BusStream which, const Wait& wait) {
  for (const std::string& subject : settings_.names.subjects(which)) {
    const auto connection = connector_.get(wait);
    if (!connection) break;
    const auto reply = (*connection)
                           ->request(prefix_ + ".STREAM.NAMES", json{{"subject", subject}}.dump(),
                                     wait.at_most(clock_.now(), answer_max));
    if (!reply) break;
    const auto body = JetStreamReply::decode(reply->body).body;
    for (const json& name : member(body, "streams"))
      if (name.is_string()) return fmt::format(" ({} is stored by {})", subject, name.get<std::string>());
  }
  return "";
}

Result<void> EventBus::write(std::string_view what, BusStream which, const std::string& config,
                             const Wait& wait) {
  const std::string stream = settings_.names.stream(which);
  const auto reply = ask(what, which, config, wait);
  if (!reply) return std::unexpected(reply.error());
  if (!reply->error.empty()) {
    Error error = meant(fmt::format("the stream {} is refused", stream), *reply);
    if (reply->code == subjects_overlap) error.message += stream_on(which, wait);
    return std::unexpected(std::move(error));
  }
  const auto left = differences(member(reply->body, "config").dump(), wanted_config(settings_, which));
  if (left.empty()) return {};
  return nats::fail(ErrorKind::refused,
                    fmt::format("the server took the stream otherwise than asked, so it is there and not of "
                                "use: {}. Is the server too old?",
                                shown(left)));
}

Result<void> EventBus::create(const Cluster& cluster, LockWriter& lock, std::uint64_t generation,
                              const Wait& wait, std::chrono::milliseconds longest_lease) {
  const auto found = read_ours(wait);
  if (!found) return std::unexpected(found.error());
  if (auto checked = check_settings(cluster, *found, true); !checked) return checked;
  if (const auto other = differences(settings_, *found); !other.empty())
    return nats::fail(
        ErrorKind::conflict,
        fmt::format("streams are there with another configuration, and nothing was made: {}", shown(other)));
  // The lock is made first, and begins at once: where another stream is there, it was.
  const bool is_new =
      std::ranges::all_of(*found, [](const auto& one) { return one.first == BusStream::lock; });
  static_assert(bus_streams.front() == BusStream::lock);
  for (const BusStream which : bus_streams) {
    if (!found->contains(which))
      if (auto made = write("STREAM.CREATE", which, wanted_config(settings_, which), wait); !made)
        return made;
    if (which != BusStream::lock) continue;
    const auto closed_for = is_new ? std::chrono::milliseconds(0) : longest_lease;
    if (auto begun = begin(lock, generation, closed_for, wait); !begun) return begun;
  }
  return {};
}

Result<void> EventBus::begin(LockWriter& lock, std::uint64_t generation, std::chrono::milliseconds closed_for,
                             const Wait& wait) {
  const auto begun = begin_lock(lock, generation, wait.at_most(clock_.now(), answer_max), closed_for);
  if (begun) return {};
  const bool is_unknown = begun.error().error == LeaseError::unknown;
  return nats::fail(is_unknown ? ErrorKind::unknown : ErrorKind::refused, begun.error().message);
}

Result<void> EventBus::update(const Cluster& cluster, const Wait& wait) {
  const auto found = read_ours(wait);
  if (!found) return std::unexpected(found.error());
  if (auto checked = check_settings(cluster, *found, false); !checked) return checked;
  auto other = differences(settings_, *found);
  std::erase_if(other, [](const Difference& one) { return !one.is_fixed; });
  if (!other.empty())
    return nats::fail(ErrorKind::invalid, fmt::format("JetStream can't change this in place, and nothing was "
                                                      "changed: {}. Keep what the stream holds if it is "
                                                      "needed, and remove it",
                                                      shown(other)));
  for (const auto& [which, config] : *found) {
    const std::string wanted = wanted_config(settings_, which);
    const auto differing = differences(config, wanted);
    if (differing.empty()) continue;
    auto written = write("STREAM.UPDATE", which, updated_config(config, wanted), wait);
    if (written) continue;
    written.error().message += fmt::format(" (to be changed: {})", shown(differing));
    return written;
  }
  return {};
}

Result<void> EventBus::remove(const Wait& wait) {
  const auto found = read_ours(wait);
  if (!found) return std::unexpected(found.error());
  for (const auto& [which, config] : *found)
    if (!organization_of(config))
      return nats::fail(ErrorKind::conflict,
                        fmt::format("the stream {} does not say of which GitHub organization it is, so "
                                    "nothing was removed: remove it by hand if it is not needed",
                                    settings_.names.stream(which)));
  for (const BusStream which : bus_streams | std::views::reverse) {
    if (!found->contains(which)) continue;
    const auto reply = ask("STREAM.DELETE", which, "", wait);
    if (!reply) return std::unexpected(reply.error());
    if (!reply->error.empty() && reply->code != StreamApi::stream_not_found)
      return std::unexpected(
          meant(fmt::format("the stream {} can't be removed", settings_.names.stream(which)), *reply));
  }
  return {};
}

}  // namespace ghboot::nats
