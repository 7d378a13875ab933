// SPDX-License-Identifier: Apache-2.0
#include "nats/jetstream_event_stream.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/append_answer.h"
#include "nats/base64.h"
#include "nats/server_reply.h"
#include "nats/stream_api.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::uint64_t sequence_not_found = 10043;

}  // namespace

struct JetStreamEventStream::Session {
  StreamApi api;
  Subscription answers;
  std::uint64_t publications = 0;
};

JetStreamEventStream::JetStreamEventStream(std::string stream, Connector& connector, Clock& clock,
                                           std::string domain)
    : stream_(std::move(stream)), domain_(std::move(domain)), connector_(connector), clock_(clock) {}
JetStreamEventStream::~JetStreamEventStream() = default;

Result<JetStreamEventStream::Session*> JetStreamEventStream::session(const Wait& wait) {
  if (session_ && session_->api.connection->alive()) return session_.get();
  session_.reset();
  auto connection = connector_.get(wait);
  if (!connection) return std::unexpected(connection.error());
  // Two streams share a connection, and so have answers of their own.
  auto answers = (*connection)->subscribe({(*connection)->own_subject(fmt::format("{}.*", stream_))});
  if (!answers) return std::unexpected(answers.error());
  session_ = std::make_unique<Session>(
      Session{.api = {.connection = *std::move(connection),
                      .prefix = domain_.empty() ? "$JS.API" : fmt::format("$JS.{}.API", domain_),
                      .stream = stream_},
              .answers = *std::move(answers)});
  return session_.get();
}

Result<StreamState> JetStreamEventStream::state(const Wait& wait) {
  const Wait patience = wait.at_most(clock_.now(), answer_max);
  const auto open = session(patience);
  if (!open) return std::unexpected(open.error());
  const auto info = (*open)->api.ask("STREAM.INFO", "", patience);
  if (!info) return std::unexpected(info.error());
  if (!info->error.empty())
    return nats::fail(StreamApi::kind_of(info->code), fmt::format("the stream {}: {}", stream_, info->error));
  const json& state = member(info->body, "state");
  StreamState found{.created = text_member(info->body, "created"),
                    .first = count_member(state, "first_seq"),
                    .last = count_member(state, "last_seq")};
  if (found.created.empty() || !state.is_object())
    return nats::fail(ErrorKind::unreachable, fmt::format("the stream {}: its answer says nothing", stream_));
  return found;
}

Result<std::optional<EventEntry>> JetStreamEventStream::get(const std::string& request,
                                                            std::string_view which, const Wait& wait) {
  const Wait patience = wait.at_most(clock_.now(), answer_max);
  const auto open = session(patience);
  if (!open) return std::unexpected(open.error());
  const auto answer = (*open)->api.ask("STREAM.MSG.GET", request, patience);
  if (!answer) return std::unexpected(answer.error());
  if (answer->code == StreamApi::no_message_found || answer->code == sequence_not_found)
    return std::optional<EventEntry>();
  const json& message = member(answer->body, "message");
  auto bytes = decode_base64(text_member(message, "data"));
  const std::uint64_t sequence = count_member(message, "seq");
  if (!answer->error.empty() || !bytes || sequence == 0)
    return nats::fail(ErrorKind::unreachable,
                      fmt::format("{} of {}: {}", which, stream_,
                                  answer->error.empty() ? "its answer says nothing" : answer->error));
  return std::optional(EventEntry{
      .sequence = sequence, .subject = text_member(message, "subject"), .bytes = *std::move(bytes)});
}

Result<std::optional<EventEntry>> JetStreamEventStream::at(std::uint64_t sequence, const Wait& wait) {
  auto found = get(json{{"seq", sequence}}.dump(), fmt::format("message {}", sequence), wait);
  if (found && *found && (*found)->sequence != sequence)
    return nats::fail(ErrorKind::unreachable,
                      fmt::format("message {} of {}: its answer is of another", sequence, stream_));
  return found;
}

Result<std::optional<EventEntry>> JetStreamEventStream::last_on(std::string_view subject, const Wait& wait) {
  return get(json{{"last_by_subj", subject}}.dump(), fmt::format("the last message on {}", subject), wait);
}

Appended JetStreamEventStream::publish(const Publication& publication, const Wait& wait) {
  const Wait patience = wait.at_most(clock_.now(), answer_max);
  const auto open = session(patience);
  if (!open) return {.text = open.error().message};
  Session& session = **open;
  Connection& connection = *session.api.connection;
  session.answers.take();  // They come too late.
  const std::string reply_to = connection.own_subject(fmt::format("{}.{}", stream_, ++session.publications));
  Outgoing message{.subject = publication.subject,
                   .body = publication.bytes,
                   .reply_to = reply_to,
                   .headers = {{"Nats-Msg-Id", publication.id}, {"Nats-Expected-Stream", stream_}}};
  if (publication.expected_last)
    message.headers.emplace_back("Nats-Expected-Last-Sequence", std::to_string(*publication.expected_last));
  if (const auto sent = connection.publish(message); !sent) return {.text = sent.error().message};
  for (;;) {
    const auto answer = session.answers.next(patience);
    if (!answer) return {.text = answer.error().message};
    if (!*answer && !connection.may_publish(publication.subject))
      return {.fate = Fate::denied,
              .text = fmt::format("the user has no right to publish on {}: give it that right",
                                  publication.subject)};
    if (!*answer) return {.text = fmt::format("{} did not answer in time", connection.url())};
    if ((*answer)->subject == reply_to) return decode_append_answer((*answer)->body, stream_);
  }
}

}  // namespace ghboot::nats
