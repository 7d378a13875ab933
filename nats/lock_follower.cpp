// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_follower.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/server_reply.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds heartbeat{5};
constexpr std::chrono::seconds silence_max{12};  // Two heartbeats and a little.

struct Delivered {
  std::string_view consumer{};
  std::uint64_t stream_sequence = 0, consumer_sequence = 0;
};

// Of "$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>", which
// has "<domain>.<account>." before the stream on servers that say so. Nothing: not of a consumer.
std::optional<Delivered> delivered(std::string_view reply_to) {
  if (!reply_to.starts_with("$JS.ACK.")) return std::nullopt;
  std::vector<std::string_view> tokens;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t dot = reply_to.find('.', at);
    tokens.push_back(reply_to.substr(at, dot == std::string_view::npos ? dot : dot - at));
    at = dot == std::string_view::npos ? dot : dot + 1;
  }
  const std::size_t first = tokens.size() == 9 ? 5 : 7;
  if (tokens.size() < first + 2) return std::nullopt;
  Delivered found{.consumer = tokens[first - 2]};
  for (const auto& [token, into] : {std::pair(tokens[first], &found.stream_sequence),
                                    std::pair(tokens[first + 1], &found.consumer_sequence)})
    if (std::from_chars(token.data(), token.data() + token.size(), *into).ec != std::errc())
      return std::nullopt;
  return found;
}

}  // namespace

LockFollower::LockFollower(StreamApi api, std::string wait_subject, Clock& clock)
    : api_(std::move(api)),
      wait_subject_(std::move(wait_subject)),
      deliver_subject_(api_.connection->own_subject("follow")),
      clock_(clock) {}

// To the very subject on which a consumer delivers: the server delivers nothing where only a wildcard fits
// it.
Result<void> LockFollower::listen() {
  if (heard_) return {};
  auto heard = api_.connection->subscribe({deliver_subject_, wait_subject_});
  if (!heard) return std::unexpected(heard.error());
  heard_.emplace(*std::move(heard));
  return {};
}

// The subscription would keep an earlier consumer alive, whose heartbeats hide that the next one is silent.
Result<void> LockFollower::drop_consumer(const Wait& wait) {
  if (consumer_.empty()) return {};
  const auto reply = api_.connection->request(
      fmt::format("{}.CONSUMER.DELETE.{}.{}", api_.prefix, api_.stream, consumer_), "", wait);
  if (!reply) return std::unexpected(reply.error());
  consumer_.clear();  // Whatever was said: a stream without a leader has no consumers either.
  return {};
}

// An ordered consumer: each message as it was stored, counted, from the last one on.
Result<void> LockFollower::follow(const Wait& wait) {
  if (auto listening = listen(); !listening) return listening;
  if (auto dropped = drop_consumer(wait); !dropped) return dropped;
  const json config{{"deliver_subject", deliver_subject_},
                    {"deliver_policy", "last"},
                    {"ack_policy", "none"},
                    {"max_deliver", 1},
                    {"replay_policy", "instant"},
                    {"idle_heartbeat", std::chrono::nanoseconds(heartbeat).count()},
                    {"mem_storage", true},
                    {"num_replicas", 1}};
  const json request{{"stream_name", api_.stream}, {"config", config}};
  const auto made = api_.ask("CONSUMER.CREATE", request.dump(), wait);
  if (!made) return std::unexpected(made.error());
  consumer_ = text_member(made->body, "name");
  if (consumer_.empty())
    return nats::fail(ErrorKind::unreachable,
                      fmt::format("the stream {} cannot be followed: {}", api_.stream, made->error));
  // After it: the consumer of a stream that is made anew meanwhile delivers nothing more.
  auto created = api_.creation(wait);
  if (!created) return std::unexpected(created.error());
  created_ = *std::move(created);
  is_following_ = true;
  followed_ = 0;
  heard_at_ = clock_.now();
  return {};
}

Result<LockNews> LockFollower::next(const Wait& wait) {
  if (!is_following_)
    if (auto made = follow({std::max(wait.until, clock_.now() + setup_max), wait.stop}); !made)
      return std::unexpected(made.error());
  for (;;) {
    const SteadyTime silent_at = heard_at_ + silence_max;
    auto message = heard_->next({std::min(wait.until, silent_at), wait.stop});
    if (!message) return std::unexpected(message.error());
    if (!*message && clock_.now() < silent_at) return LockNews();
    if (!*message) return end_following("nothing comes any more");
    if ((*message)->subject == wait_subject_) return LockNews(Announced{std::move((*message)->body)});
    const auto number = delivered((*message)->reply_to);
    const bool is_heartbeat = (*message)->subject == deliver_subject_;
    if (!is_heartbeat && (!number || number->consumer != consumer_)) continue;  // An earlier one's.
    heard_at_ = clock_.now();
    if (is_heartbeat) continue;
    if (number->consumer_sequence != ++followed_) return end_following("a message was missed");
    return LockNews(LockEntry{
        .created = created_, .sequence = number->stream_sequence, .bytes = std::move((*message)->body)});
  }
}

std::unexpected<Error> LockFollower::end_following(std::string_view why) {
  is_following_ = false;
  return nats::fail(ErrorKind::unreachable, fmt::format("the stream {}: {}", api_.stream, why));
}

}  // namespace ghboot::nats
