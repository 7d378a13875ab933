// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_message.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "proto/ghboot/v1/regeneration.pb.h"
#include "regen/log_snapshot.h"

namespace ghboot::regen {
namespace {

using testing::HasSubstr;

// With a value in each member that any kind has: an encoder that writes one too many is found by protobuf.
RegenerationEvent full(EventKind kind) {
  return {.kind = kind,
          .nonce = "aa/7",
          .run = "bb",
          .token = "1.7",
          .place = {.created = "2026-11-26T08:00:00.1Z", .sequence = 18'446'744'073'709'551'615U},
          .person = "ci \"ä\"",
          .host = "h",
          .reason = "templates",
          .error = "no such branch",
          .lost = true,
          .parked = true,
          .at = 1'795'680'000};
}

// Protobuf reads ours without leniency, writes it, and that is the same document.
template <class Proto>
void expect_same(const std::string& ours) {
  Proto read;
  const auto status = google::protobuf::util::JsonStringToMessage(ours, &read);
  ASSERT_TRUE(status.ok()) << status.ToString() << ours;
  std::string theirs;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(read, &theirs).ok());
  EXPECT_EQ(nlohmann::json::parse(ours), nlohmann::json::parse(theirs));
}

TEST(RegenerationMessage, IsWhatProtobufWritesAndReads) {
  expect_same<v1::RegenerationStarted>(full(EventKind::started).encode());
  expect_same<v1::RegenerationAsked>(full(EventKind::asked).encode());
  expect_same<v1::RegenerationCompleted>(full(EventKind::completed).encode());
  expect_same<v1::RegenerationFailed>(full(EventKind::failed).encode());
  expect_same<v1::RegenerationRequested>(RegenerationRequest{}.encode());
  expect_same<v1::RegenerationRequested>(
      RegenerationRequest{.nonce = "n", .reason = "r", .asker = "a", .host = "h", .at = 0}.encode());
}

TEST(LogSnapshot, IsWhatProtobufWritesAndReads) {
  LogSnapshot snapshot{.created = "c"};
  const RequestPlace place{.created = "2026-11-26T08:00:00.1Z", .sequence = 7};
  snapshot.take({.sequence = 1, .bytes = "1"}, {.kind = EventKind::started, .nonce = "a", .target = "t"});
  snapshot.take({.sequence = 2, .bytes = "2"}, {.kind = EventKind::completed, .run = "a", .place = place});
  snapshot.take({.sequence = 3, .bytes = "3"}, {.kind = EventKind::started, .nonce = "b", .target = "t"});
  snapshot.take({.sequence = 4, .bytes = "4"}, {.kind = EventKind::started, .nonce = "c", .target = "t"});
  snapshot.take({.sequence = 5, .bytes = "5"},
                {.kind = EventKind::failed, .run = "c", .place = place, .error = "e", .parked = true});
  snapshot.take({.sequence = 6, .bytes = "6"}, {.kind = EventKind::started, .nonce = "d"});
  snapshot.take({.sequence = 7, .bytes = "7"}, {.kind = EventKind::asked});
  expect_same<v1::RegenerationSnapshot>(snapshot.encode());
  const auto read = LogSnapshot::decode(snapshot.encode());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->encode(), snapshot.encode());
  EXPECT_EQ(read->state.targets, snapshot.state.targets);
  EXPECT_EQ(read->run_sequence, 6U);
}

// What earlier ones wrote stays in logs for ever: each form that was ever written, as it was.
TEST(RegenerationMessage, OfAnEarlierFormReads) {
  const auto started = RegenerationEvent::decode(
      EventKind::started,
      R"({"nonce":"5e0f","token":"1795680000.7","through":{"streamCreated":"2026-11-26T08:00:00.1Z",)"
      R"("sequence":"3"},"holder":"ada","host":"build-3","reason":"manual","at":"2026-11-26T08:00:00Z"})");
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(started->target, "") << "of before targets were named";
  EXPECT_EQ(started->place.sequence, 3U);
  const auto failed = RegenerationEvent::decode(
      EventKind::failed,
      R"({"nonce":"5e10","run":"5e0f","through":{"streamCreated":"2026-11-26T08:00:00.1Z","sequence":"3"},)"
      R"("error":"no such branch"})");
  ASSERT_TRUE(failed) << failed.error().message;
  EXPECT_FALSE(failed->lost || failed->parked);
  const auto later = RegenerationEvent::decode(
      EventKind::completed,
      R"({"nonce":"5e11","run":"5e0f","through":{"streamCreated":"2026-11-26T08:00:00.1Z","sequence":3},)"
      R"("sizes":[1,{"a":2}],"at":null})");
  EXPECT_TRUE(later) << "what a later one adds is left out";
}

TEST(RegenerationMessage, ComesBackWhole) {
  for (const EventKind kind :
       {EventKind::started, EventKind::asked, EventKind::completed, EventKind::failed}) {
    const auto read = RegenerationEvent::decode(kind, full(kind).encode());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->encode(), full(kind).encode());
    EXPECT_EQ(read->place, full(kind).place);
  }
  const RegenerationRequest request{.nonce = "n", .reason = "r\xff", .asker = "a", .host = "h", .at = 5};
  const auto read = RegenerationRequest::decode(request.encode());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->encode(), request.encode());
}

TEST(RegenerationMessage, SaysWhatIsWrong) {
  const auto problem = [](EventKind kind, std::string_view bytes) {
    const auto read = RegenerationEvent::decode(kind, bytes);
    return read ? "nothing" : read.error().message;
  };
  EXPECT_THAT(problem(EventKind::started, "hello"),
              HasSubstr("not an event of a regeneration: no JSON object"));
  EXPECT_THAT(problem(EventKind::started, "{}"), HasSubstr("it has no \"nonce\""));
  EXPECT_THAT(problem(EventKind::started, R"({"nonce":"a"})"), HasSubstr("its \"through\" names no request"));
  EXPECT_THAT(problem(EventKind::asked, R"({"nonce":"a","through":{"streamCreated":"x","sequence":1}})"),
              HasSubstr("its \"request\" names no request"));
  EXPECT_THAT(problem(EventKind::asked, R"({"nonce":"a","request":5})"),
              HasSubstr("its \"request\" is not an object"));
  EXPECT_THAT(problem(EventKind::completed, R"({"nonce":"a","through":{"sequence":-1}})"),
              HasSubstr("in its \"through\" its \"sequence\" is not a whole number that fits"));
  EXPECT_THAT(problem(EventKind::failed, R"({"nonce":"a","through":{"streamCreated":"x","sequence":"1"}})"),
              HasSubstr("it has no \"run\""));
  EXPECT_THAT(problem(EventKind::failed, R"({"nonce":"a","lost":1})"), HasSubstr("is not true or false"));
  EXPECT_THAT(RegenerationRequest::decode(R"({"reason":1})").error().message,
              HasSubstr("not a request for a regeneration: its \"reason\" is not a string"));
}

TEST(RegenerationMessage, HasASubjectForEachKind) {
  const auto names = nats::BusNames::make("acme", "github.com").value().regeneration();
  EXPECT_EQ(subject_of(EventKind::asked, names), "github.acme.regeneration_asked");
  EXPECT_EQ(kind_of("github.acme.regeneration_failed", names), EventKind::failed);
  EXPECT_EQ(kind_of("github.other.regeneration_failed", names), std::nullopt);
}

}  // namespace
}  // namespace ghboot::regen
