// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_frame.h"

#include <gtest/gtest.h>

namespace ghboot::acceptance {
namespace {

NatsFrame only_frame(std::string text) {
  auto frame = take_frame(text);
  EXPECT_TRUE(frame.has_value());
  EXPECT_TRUE(text.empty()) << text;
  return frame.value_or(NatsFrame{});
}

TEST(NatsFrame, TakesWholeFramesOnly) {
  std::string buffer = "PING\r\nPUB a.b _INBOX.1 5\r\nhel";
  EXPECT_EQ(take_frame(buffer)->line, "PING");
  EXPECT_FALSE(take_frame(buffer));
  buffer += "lo\r";
  EXPECT_FALSE(take_frame(buffer));
  buffer += "\nPO";
  auto frame = take_frame(buffer);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->payload, "hello");
  EXPECT_EQ(buffer, "PO");
}

TEST(NatsFrame, KeepsAPayloadThatLooksLikeALine) {
  EXPECT_EQ(only_frame("PUB a 6\r\nPI\r\nNG\r\n").payload, "PI\r\nNG");
}

TEST(NatsFrame, KnowsSubjectAndReplyOfEachForm) {
  auto expect = [](const char* text, const char* subject, const char* reply_to) {
    NatsFrame frame = only_frame(text);
    EXPECT_EQ(frame.subject(), subject) << text;
    EXPECT_EQ(frame.reply_to(), reply_to) << text;
    EXPECT_EQ(frame.text(), text);
  };
  expect("PUB a 2\r\nhi\r\n", "a", "");
  expect("PUB a r 2\r\nhi\r\n", "a", "r");
  expect("HPUB a 1 2\r\nhi\r\n", "a", "");
  expect("HPUB a r 1 2\r\nhi\r\n", "a", "r");
  expect("MSG a 9 2\r\nhi\r\n", "a", "");
  expect("MSG a 9 r 2\r\nhi\r\n", "a", "r");
  expect("HMSG a 9 1 2\r\nhi\r\n", "a", "");
  expect("HMSG a 9 r 1 2\r\nhi\r\n", "a", "r");
  expect("SUB a 9\r\n", "", "");
  expect("INFO {\"a\":1}\r\n", "", "");
}

TEST(NatsFrame, ChangesABody) {
  EXPECT_EQ(only_frame("MSG a 9 2\r\nhi\r\n").with_body("other").text(), "MSG a 9 5\r\nother\r\n");
  EXPECT_EQ(only_frame("HMSG a 9 r 1 2\r\nhi\r\n").with_body("").text(), "MSG a 9 r 0\r\n\r\n");
}

}  // namespace
}  // namespace ghboot::acceptance
