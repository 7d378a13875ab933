// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_message.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "proto/ghboot/v1/lock.pb.h"

namespace ghboot::nats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

const LockMessage full{.generation = 18'446'744'073'709'551'615U,
                       .state = LockState::revoked,
                       .holder = "ci",
                       .host = "h\"1",
                       .pid = 4'294'967'295U,
                       .reason = "templates ä",
                       .nonce = "aa/7",
                       .prev = "bb/1",
                       .lease = 30'250ms,
                       .next = {"cc", "dd"},
                       .attempt_deadline = 1'795'680'000,
                       .by = "eve",
                       .why = "dead",
                       .forced = true,
                       .acquired = 18'446'744'073'709'551'614U,
                       .acquired_at = 1'795'676'400};

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

TEST(LockMessageTest, IsWhatProtobufWritesAndReads) {
  expect_same<v1::LockMessage>(full.encode());
  expect_same<v1::LockMessage>(LockMessage{.nonce = "a/1"}.encode());
  LockMessage held = full;
  held.state = LockState::held;
  held.lease = 15s;
  expect_same<v1::LockMessage>(held.encode());
  expect_same<v1::LockWaiter>(LockWaiter{.id = "a", .holder = "b", .waited = 1ms}.encode());
}

TEST(LockMessageTest, ComesBackWhole) {
  const auto read = LockMessage::decode(full.encode());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->encode(), full.encode());
  const auto waiter = LockWaiter::decode(LockWaiter{.id = "a", .holder = "b", .waited = 61s}.encode());
  ASSERT_TRUE(waiter);
  EXPECT_EQ(waiter->waited, 61s);
  EXPECT_EQ(contender_of("aa/7"), "aa");
}

TEST(LockMessageTest, LeavesOutWhatItDoesNotKnow) {
  const auto read =
      LockMessage::decode(R"({"generation":3,"state":"free","nonce":"a/1","later":{"x":[1]},"by":null})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->generation, 3U);
}

TEST(LockMessageTest, ALeaseIsReadAsNoShorterThanItIs) {
  const auto read =
      LockMessage::decode(R"({"generation":"3","state":"held","nonce":"a/1","lease":"15.000000001s"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->lease, 15'001ms);
}

TEST(LockMessageTest, SaysWhatIsWrong) {
  const auto problem = [](std::string_view bytes) {
    const auto read = LockMessage::decode(bytes);
    return read ? "nothing" : read.error().message;
  };
  EXPECT_THAT(problem(""), HasSubstr("no JSON object"));
  EXPECT_THAT(problem("[1]"), HasSubstr("no JSON object"));
  EXPECT_THAT(problem("\xff{}"), HasSubstr("no JSON object"));
  EXPECT_THAT(problem(std::string(70'000, ' ') + "{}"), HasSubstr("70002 bytes are too many"));
  EXPECT_THAT(problem(R"({"nonce":"a","generation":1})"), HasSubstr("it has no \"state\""));
  EXPECT_THAT(problem(R"({"state":"taken"})"), HasSubstr("its \"state\" is not free, held or revoked"));
  EXPECT_THAT(problem(R"({"state":2})"), HasSubstr("its \"state\" is not"));
  EXPECT_THAT(problem(R"({"state":"free"})"), HasSubstr("its \"generation\" is 0"));
  EXPECT_THAT(problem(R"({"state":"free","generation":-1})"), HasSubstr("its \"generation\" is not a whole"));
  EXPECT_THAT(problem(R"({"state":"free","generation":1.5})"),
              HasSubstr("its \"generation\" is not a whole"));
  EXPECT_THAT(problem(R"({"state":"free","generation":"18446744073709551616"})"), HasSubstr("that fits"));
  EXPECT_THAT(problem(R"({"state":"free","generation":1})"), HasSubstr("it has no \"nonce\""));
  EXPECT_THAT(problem(R"({"state":"held","generation":1,"nonce":"a"})"), HasSubstr("it has no \"lease\""));
  EXPECT_THAT(problem(R"({"state":"held","generation":1,"nonce":"a","lease":"25h"})"), HasSubstr("duration"));
  EXPECT_THAT(problem(R"({"state":"held","generation":1,"nonce":"a","lease":"86401s"})"),
              HasSubstr("above 24 h"));
  EXPECT_THAT(problem(R"({"state":"free","nonce":7})"), HasSubstr("its \"nonce\" is not a string"));
  EXPECT_THAT(problem(R"({"state":"free","next":"a"})"), HasSubstr("its \"next\" is not a list of strings"));
  EXPECT_THAT(problem(R"({"state":"free","next":[1]})"), HasSubstr("its \"next\" is not a list of strings"));
  EXPECT_THAT(problem(R"({"state":"free","pid":"x"})"), HasSubstr("its \"pid\" is not a whole number"));
  EXPECT_THAT(problem(R"({"state":"free","attemptDeadline":"soon"})"), HasSubstr("is not a time"));
  EXPECT_THAT(problem(R"({"state":"free","forced":1})"), HasSubstr("is not true or false"));
  EXPECT_THAT(LockWaiter::decode(R"({"waited":"1s"})").error().message, HasSubstr("it has no \"id\""));
  EXPECT_THAT(LockWaiter::decode(R"({"id":"a","waited":1})").error().message, HasSubstr("duration"));
}

TEST(LockMessageTest, SurvivesDepthAndBytesThatAreNoText) {
  EXPECT_TRUE(LockMessage::decode(R"({"state":"free","generation":1,"nonce":"a","x":)" +
                                  std::string(20'000, '[') + std::string(20'000, ']') + "}"));
  LockMessage message{.holder = "\xff", .nonce = "a/1"};
  EXPECT_TRUE(LockMessage::decode(message.encode()));
}

TEST(LockMessageTest, ReadsNoMoreThan16WhoWait) {
  LockMessage message{.nonce = "a/1", .next = std::vector<std::string>(40, "w")};
  EXPECT_THAT(LockMessage::decode(message.encode())->next, SizeIs(lock_next_max));
}

}  // namespace
}  // namespace ghboot::nats
