// SPDX-License-Identifier: Apache-2.0
#include "faults/servers.h"

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "acceptance/nats_manager.h"
#include "faults/contender.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lock_hand.h"
#include "nats/lock_message.h"

namespace ghboot::faults {

using acceptance::within;
using nlohmann::json;
using std::chrono::seconds;

namespace {

constexpr seconds answer_max{2};
constexpr std::uint64_t log_max = 8;  // Messages that the stream keeps.

acceptance::NatsOptions options_of(const Shape& shape) {
  acceptance::NatsOptions options;
  options.servers = shape.servers;
  options.has_relays = shape.servers > 1;
  return options;
}

void copy_over(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

json parsed(const std::optional<std::string>& text) {
  return text ? json::parse(*text, nullptr, false) : json();
}

// What a person has at hand: a connection of its own.
struct Hand {
  Hand(const acceptance::LockPlace& place, const nats::ConnectOptions& options)
      : connector(options, nats::system_clock()),
        stream(place.names, connector, nats::system_clock()),
        writer(stream, nats::system_clock(), nats::system_lock_clock(), nats::system_random()) {}

  nats::Connector connector;
  nats::JetStreamLockStream stream;
  nats::LockWriter writer;
};

}  // namespace

Servers::Servers(const Shape& shape) : shape_(shape), place_(options_of(shape), shape.replicas) {
  // A frozen one takes connections and never says a word: the next is to be tried within answer_max.
  place_.options.try_max = seconds(1);
}

std::vector<std::uint16_t> Servers::ports() const {
  std::vector<std::uint16_t> ports;
  for (std::size_t index = 0; index < count(); ++index) ports.push_back(place_.server.port(index));
  return ports;
}

std::optional<std::string> Servers::ask(const std::string& what, const std::string& body) {
  const auto connection =
      nats::Connection::open(place_.options, nats::system_clock(), within(answer_max * 2));
  if (!connection) return std::nullopt;
  auto reply = (*connection)->request("$JS.API." + what, body, within(answer_max));
  if (!reply) return std::nullopt;
  return std::move(reply->body);
}

std::optional<std::size_t> Servers::leader() {
  const json info = parsed(ask("STREAM.INFO." + place_.names.stream));
  if (!info.is_object()) return std::nullopt;
  const std::string name = info.value("/cluster/leader"_json_pointer, "");
  for (std::size_t index = 0; index < count(); ++index)
    if (name == fmt::format("n{}", index + 1)) return index;
  return std::nullopt;
}

bool Servers::step_down(std::optional<std::size_t> to) {
  const std::string body = to ? fmt::format(R"({{"placement":{{"preferred":"n{}"}}}})", *to + 1) : "";
  return ask("STREAM.LEADER.STEPDOWN." + place_.names.stream, body).has_value();
}

bool Servers::revoke() {
  Hand hand(place_, place_.options);
  const auto last = hand.stream.last(within(answer_max));
  return last && *last &&
         nats::revoke_lock(hand.writer, **last, {.by = "driver", .why = "a test"}, within(answer_max));
}

bool Servers::make_anew() {
  Hand hand(place_, place_.options);
  const auto last = hand.stream.last(within(answer_max));
  if (!last || !*last) return false;
  const auto message = nats::LockMessage::decode((*last)->bytes);
  if (!message || !ask("STREAM.DELETE." + place_.names.stream)) return false;
  place_.make_stream();
  auto draft = hand.writer.draft({.generation = message->generation + 1,
                                  .state = nats::LockState::revoked,
                                  .lease = lease_of_contenders,
                                  .by = "driver",
                                  .why = "the stream is another"},
                                 0);
  const auto settled = hand.writer.settle(draft, within());
  if (!settled || settled->verdict != nats::Verdict::mine)
    throw std::runtime_error("a stream that was made anew has no first message");
  return true;
}

bool Servers::append_in_vain(std::size_t index) {
  nats::ConnectOptions options = place_.options;
  options.servers = {place_.server.url(index)};
  Hand hand(place_, options);
  const auto last = hand.stream.last(within(answer_max));
  if (!last || !*last) return false;
  auto message = nats::LockMessage::decode((*last)->bytes).value_or(nats::LockMessage{});
  message.state = nats::LockState::held;
  message.holder = "driver";
  message.lease = lease_of_contenders;
  for (std::uint64_t sequence = (*last)->sequence; sequence < (*last)->sequence + 3; ++sequence) {
    message.prev = message.nonce;
    const auto draft = hand.writer.draft(message, sequence);
    message.nonce = draft.nonce;
    static_cast<void>(hand.stream.append(draft.append, within(std::chrono::milliseconds(200))));
  }
  return true;
}

void Servers::back_up() {
  copy_over(place_.server.jetstream_folder(), backup_.path() / "js");
  has_backup_ = true;
}

void Servers::restore() { copy_over(backup_.path() / "js", place_.server.jetstream_folder()); }

std::optional<std::uint64_t> Servers::generation() {
  Hand hand(place_, place_.options);
  const auto last = hand.stream.last(within(answer_max));
  const auto message = last && *last ? nats::LockMessage::decode((*last)->bytes)
                                     : nats::Result<nats::LockMessage>(nats::LockMessage{.generation = 0});
  if (!message || message->generation == 0) return std::nullopt;
  return message->generation;
}

void Servers::begin_generation(std::uint64_t above) {
  Hand hand(place_, place_.options);
  const nats::LockHand who{.by = "driver", .why = "the log went back"};
  const auto last = [&hand] {
    const auto read = hand.stream.last(within());
    if (!read || !*read) throw std::runtime_error("a log that went back has no last message");
    return **read;
  };
  const auto shown = last();
  // Refused: it is free already.
  if (const auto freed = nats::free_lock_now(hand.writer, shown, who, within());
      !freed && freed.error().error != nats::LeaseError::refused)
    throw std::runtime_error("a log that went back was not freed: " + freed.error().message);
  if (const auto begun =
          nats::raise_generation(hand.writer, last(), above, lease_of_contenders, who, within());
      !begun)
    throw std::runtime_error("a log that went back has its old generation: " + begun.error().message);
}

void Servers::announce_dead() {
  const auto connection = nats::Connection::open(place_.options, nats::system_clock(), within(answer_max));
  if (!connection) return;
  for (std::size_t i = 0; i < nats::lock_next_max; ++i) {
    const nats::LockWaiter dead{
        .id = fmt::format("dead-{}", ++dead_), .holder = "nobody", .waited = std::chrono::hours(1)};
    static_cast<void>((*connection)->publish(place_.names.wait_subject, dead.encode()));
  }
  static_cast<void>(
      (*connection)->request("$JS.API.INFO", "", within(answer_max)));  // They are sent by then.
}

// Direct reads are answered by any server that has a replica, so the others are frozen: whatever comes is
// this one's.
std::string Servers::log_of(std::size_t index, std::uint64_t last) {
  for (std::size_t other = 0; other < count(); ++other)
    if (other != index) place_.server.freeze(other);
  std::string log;
  nats::ConnectOptions options = place_.options;
  options.servers = {place_.server.url(index)};
  const auto connection = nats::Connection::open(options, nats::system_clock(), within(answer_max));
  for (std::uint64_t sequence = last > log_max ? last - log_max + 1 : 1; connection && sequence <= last + 1;
       ++sequence)
    log += fmt::format(" {}:{}", sequence, direct_read(**connection, sequence));
  for (std::size_t other = 0; other < count(); ++other)
    if (other != index) place_.server.thaw(other);
  return log;
}

// Asked again where a frozen one was asked.
std::string Servers::direct_read(nats::Connection& connection, std::uint64_t sequence) const {
  constexpr int tries_max = 20;
  for (int tries = 0; tries < tries_max; ++tries) {
    const auto answer =
        connection.request("$JS.API.DIRECT.GET." + place_.names.stream,
                           fmt::format(R"({{"seq":{}}})", sequence), within(std::chrono::milliseconds(150)));
    if (!answer) continue;
    const auto message = nats::LockMessage::decode(answer->body);
    return message ? message->nonce : "nothing";
  }
  return "no answer";
}

std::string Servers::difference() {
  if (replicas() < 2) return "";
  std::string found;
  const nats::Wait wait = within(seconds(40));
  do {
    const json info = parsed(ask("STREAM.INFO." + place_.names.stream));
    const auto last = info.is_object() ? info.value("/state/last_seq"_json_pointer, std::uint64_t{0}) : 0;
    const std::string first = log_of(0, last);
    found = last == 0 || first.empty() ? "the stream or a server does not say what it has" : "";
    for (std::size_t index = 1; index < count(); ++index)
      if (const std::string other = log_of(index, last); other != first)
        found = fmt::format("n1 has{}, and n{}{}", first, index + 1, other);
    if (found.empty()) return "";
  } while (nats::system_clock().sleep(seconds(1), wait));
  return found;
}

}  // namespace ghboot::faults
