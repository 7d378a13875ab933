// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_settings.h"

#include <gmock/gmock.h>

#include "helper/port.h"
#include "helper/test_folder.h"
#include "helper/test_listener.h"

namespace ghboot::helper {
namespace {

using ::testing::HasSubstr;

class DevSettingsTest : public TestFolder {
 protected:
  void write_down(const DevSettings& settings) {
    ASSERT_TRUE(folder_.make());
    ASSERT_TRUE(write_whole(folder_.settings_file(), settings.json()));
  }
};

DevSettings on_ports(std::uint16_t port, std::uint16_t monitoring_port) {
  return {.server_name = "s", .operator_name = "o", .port = port, .monitoring_port = monitoring_port};
}

TEST(DevSettingsFile, IsReadBackAsItWasWritten) {
  const DevSettings settings = on_ports(4333, 8333);
  const auto read = DevSettings::parse(settings.json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, settings);
  EXPECT_EQ(read->url(), "nats://127.0.0.1:4333");
  EXPECT_EQ(read->monitoring_url(), "http://127.0.0.1:8333");
}

TEST(DevSettingsFile, OfAnotherFormOrALaterFormatIsRefused) {
  for (const char* text :
       {"", "[]", "{}", R"({"format": 2})",
        R"({"format":1,"server_name":"s","operator_name":"o","port":0,"monitoring_port":1})",
        R"({"format":1,"server_name":"s","operator_name":"o","port":70000,"monitoring_port":1})",
        R"({"format":1,"server_name":"","operator_name":"o","port":1,"monitoring_port":2})"})
    EXPECT_FALSE(DevSettings::parse(text)) << text;
}

TEST_F(DevSettingsTest, ThatIsBrokenIsNamedWithTheWayOut) {
  ASSERT_TRUE(folder_.make());
  ASSERT_TRUE(write_whole(folder_.settings_file(), "{"));
  const auto loaded = DevSettings::load(folder_);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr(folder_.settings_file().string()));
  EXPECT_THAT(loaded.error().message, HasSubstr("ghboot up --fresh"));
}

TEST_F(DevSettingsTest, WhatIsWrittenDownIsKept) {
  const DevSettings settings = on_ports(free_port(), free_port());
  write_down(settings);
  const auto chosen = choose_settings(folder_, {});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->settings, settings);
  EXPECT_EQ(chosen->note, "");
}

TEST_F(DevSettingsTest, WrittenPortThatIsTakenIsAnErrorThatNamesItsOwner) {
  const TestListener other;
  write_down(on_ports(other.port(), free_port()));
  const auto chosen = choose_settings(folder_, {});
  ASSERT_FALSE(chosen);
  EXPECT_THAT(chosen.error().message, HasSubstr("is taken by helper_test (process "));
}

TEST_F(DevSettingsTest, WantedPortThatIsTakenIsAnErrorOnTheFirstRunToo) {
  const TestListener other;
  EXPECT_FALSE(choose_settings(folder_, {.port = other.port()}));
}

TEST_F(DevSettingsTest, WantedPortWinsOverTheWrittenOne) {
  write_down(on_ports(free_port(), free_port()));
  const std::uint16_t wanted = free_port();
  const auto chosen = choose_settings(folder_, {.port = wanted});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->settings.port, wanted);
}

TEST_F(DevSettingsTest, OnePortCannotServeBoth) {
  const std::uint16_t port = free_port();
  const auto chosen = choose_settings(folder_, {.port = port, .monitoring_port = port});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ExitCode::wrong_use);
}

}  // namespace
}  // namespace ghboot::helper
