// SPDX-License-Identifier: Apache-2.0
#include "nats/jetstream_lock_stream.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/append_answer.h"
#include "nats/base64.h"
#include "nats/lock_follower.h"
#include "nats/server_reply.h"
#include "nats/stream_api.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

}  // namespace

struct JetStreamLockStream::Session {
  StreamApi api;
  Subscription answers;
  LockFollower follower;
  std::uint64_t appends = 0;
};

JetStreamLockStream::JetStreamLockStream(LockNames names, Connector& connector, Clock& clock,
                                         std::string domain)
    : names_(std::move(names)), domain_(std::move(domain)), connector_(connector), clock_(clock) {}
JetStreamLockStream::~JetStreamLockStream() = default;

Result<JetStreamLockStream::Session*> JetStreamLockStream::session(const Wait& wait) {
  if (session_ && session_->api.connection->alive()) return session_.get();
  session_.reset();
  auto connection = connector_.get(wait);
  if (!connection) return std::unexpected(connection.error());
  auto answers = (*connection)->subscribe({(*connection)->own_subject("lock.*")});
  if (!answers) return std::unexpected(answers.error());
  const StreamApi api{.connection = *connection,
                      .prefix = domain_.empty() ? "$JS.API" : fmt::format("$JS.{}.API", domain_),
                      .stream = names_.stream};
  session_ = std::make_unique<Session>(
      Session{.api = api, .answers = *std::move(answers), .follower = {api, names_.wait_subject, clock_}});
  return session_.get();
}

Appended JetStreamLockStream::append(const LockAppend& append, const Wait& wait) {
  const auto open = session(wait);
  if (!open) return {.text = open.error().message};
  Session& session = **open;
  Connection& connection = *session.api.connection;
  for (const Message& late : session.answers.take()) note_stranger(late.body);
  if (!stranger_.empty()) return {.fate = Fate::stored, .domain = stranger_};
  const std::string reply_to = connection.own_subject(fmt::format("lock.{}", ++session.appends));
  Outgoing message{.subject = names_.subject,
                   .body = append.bytes,
                   .reply_to = reply_to,
                   .headers = {{"Nats-Expected-Last-Sequence", std::to_string(append.expected_last)},
                               {"Nats-Msg-Id", append.id}}};
  if (!append.expected_last_id.empty())
    message.headers.emplace_back("Nats-Expected-Last-Msg-Id", append.expected_last_id);
  const auto sent = connection.publish(message);
  if (!sent) return {.text = sent.error().message};
  for (;;) {
    const auto answer = session.answers.next(wait);
    if (!answer) return {.text = answer.error().message};
    if (!*answer && !connection.may_publish(names_.subject))
      return {
          .fate = Fate::denied,
          .text = fmt::format("the user has no right to publish on {}: give it that right", names_.subject)};
    if (!*answer) return {.text = fmt::format("{} did not answer in time", connection.url())};
    if ((*answer)->subject == reply_to) return decode_append_answer((*answer)->body, names_.stream);
    note_stranger((*answer)->body);
  }
}

// An answer to an append that has had one, or was given up: it may be that of a second stream.
void JetStreamLockStream::note_stranger(std::string_view body) {
  const Appended late = decode_append_answer(body, names_.stream);
  if (late.fate == Fate::stored && late.domain != domain_) stranger_ = late.domain;
}

Result<std::optional<LockEntry>> JetStreamLockStream::last(const Wait& wait) {
  const auto open = session(wait);
  if (!open) return std::unexpected(open.error());
  const StreamApi& api = (*open)->api;
  auto created = api.creation(wait);
  if (!created) return std::unexpected(created.error());
  const auto answer = api.ask("STREAM.MSG.GET", json{{"last_by_subj", names_.subject}}.dump(), wait);
  if (!answer) return std::unexpected(answer.error());
  if (answer->code == StreamApi::no_message_found) return std::optional<LockEntry>();
  const json& message = member(answer->body, "message");
  auto bytes = decode_base64(text_member(message, "data"));
  const std::uint64_t sequence = count_member(message, "seq");
  if (!answer->error.empty() || !bytes || sequence == 0)
    return nats::fail(ErrorKind::unreachable,
                      fmt::format("the last message of {}: {}", names_.stream, answer->error));
  return std::optional(LockEntry{.created = *std::move(created),
                                 .sequence = sequence,
                                 .bytes = *std::move(bytes),
                                 .stored = text_member(message, "time")});
}

Result<LockNews> JetStreamLockStream::news(const Wait& wait) {
  const auto open = session({std::max(wait.until, clock_.now() + LockFollower::setup_max), wait.stop});
  if (!open) return std::unexpected(open.error());
  return (*open)->follower.next(wait);
}

void JetStreamLockStream::announce(std::string_view bytes) {
  if (session_) static_cast<void>(session_->api.connection->publish(names_.wait_subject, bytes));
}

}  // namespace ghboot::nats
