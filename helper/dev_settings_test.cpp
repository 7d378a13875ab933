// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_settings.h"

#include <fmt/format.h>
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
  return {.operator_name = "o",
          .servers = {{"s", port, monitoring_port}},
          .github = DevGithub{free_port(), free_port()}};
}

TEST(DevSettingsFile, IsReadBackAsItWasWritten) {
  const DevSettings settings = on_ports(4333, 8333);
  const auto read = DevSettings::parse(settings.json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, settings);
  EXPECT_EQ(read->url(), "nats://127.0.0.1:4333");
  EXPECT_EQ(read->servers.front().monitoring_url(), "http://127.0.0.1:8333");
}

TEST(DevSettingsFile, OfAClusterHasAllServersWithTheirRoutes) {
  const DevSettings settings{.operator_name = "o", .servers = {{"a", 1, 2, 3}, {"b", 4, 5, 6}}, .github = {}};
  const auto read = DevSettings::parse(settings.json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, settings);
  EXPECT_EQ(read->url(), "nats://127.0.0.1:1,nats://127.0.0.1:4");
}

TEST(DevSettingsFile, OfAnotherFormOrALaterFormatIsRefused) {
  for (
      const char* text :
      {"", "[]", "{}", R"({"format": 3})", R"({"format":2,"operator_name":"o","servers":[]})",
       R"({"format":2,"operator_name":"o","servers":[{"name":"s","port":0,"monitoring_port":1}]})",
       R"({"format":2,"operator_name":"o","servers":[{"name":"s","port":70000,"monitoring_port":1}]})",
       R"({"format":2,"operator_name":"o","servers":[{"name":"","port":1,"monitoring_port":2}]})",
       R"({"format":2,"operator_name":"","servers":[{"name":"s","port":1,"monitoring_port":2}]})",
       R"({"format":2,"operator_name":"o","servers":[{"name":"s","port":1,"monitoring_port":2}],"github":{}})"})
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

TEST_F(DevSettingsTest, WrittenDownBeforeThereWasAGithubStandinGetsPortsForIt) {
  DevSettings settings = on_ports(free_port(), free_port());
  settings.github.reset();
  write_down(settings);
  const auto chosen = choose_settings(folder_, {.count = {}, .github_port = 0});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->settings.servers, settings.servers);
  ASSERT_TRUE(chosen->settings.github);
  EXPECT_NE(chosen->settings.github->port, chosen->settings.github->tls_port);
}

TEST_F(DevSettingsTest, GithubPortThatIsTakenIsAnErrorWithTheWayOut) {
  const TestListener other;
  DevSettings settings = on_ports(free_port(), free_port());
  settings.github->tls_port = other.port();
  write_down(settings);
  const auto chosen = choose_settings(folder_, {});
  ASSERT_FALSE(chosen);
  EXPECT_THAT(chosen.error().message, HasSubstr("ghboot up --github-port 0"));
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
  EXPECT_FALSE(choose_settings(folder_, {.count = {}, .port = other.port()}));
}

TEST_F(DevSettingsTest, WantedPortWinsOverTheWrittenOne) {
  write_down(on_ports(free_port(), free_port()));
  const std::uint16_t wanted = free_port();
  const auto chosen = choose_settings(folder_, {.count = {}, .port = wanted});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->settings.servers.front().port, wanted);
}

TEST_F(DevSettingsTest, AClusterHasThreeServersWithPortsInARow) {
  const auto chosen =
      choose_settings(folder_, {.count = cluster_size, .port = 0, .monitoring_port = 0, .github_port = 0});
  ASSERT_TRUE(chosen) << chosen.error().message;
  const auto& servers = chosen->settings.servers;
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[2].name, "ghboot-dev-3");
  EXPECT_NE(servers[2].route_port, 0);
  // Below those that the kernel hands out; another program may have one all the same.
  std::uint16_t first = 20'000;
  const auto choose_from_first = [&] {
    return choose_settings(folder_,
                           {.count = cluster_size, .port = first, .monitoring_port = 0, .github_port = 0});
  };
  auto in_a_row = choose_from_first();
  for (; !in_a_row && first < 30'000; in_a_row = choose_from_first()) first += 100;
  ASSERT_TRUE(in_a_row) << in_a_row.error().message;
  EXPECT_EQ(in_a_row->settings.urls().front(), fmt::format("nats://127.0.0.1:{}", first));
  EXPECT_EQ(in_a_row->settings.urls().back(), fmt::format("nats://127.0.0.1:{}", first + 2));
}

TEST_F(DevSettingsTest, PortsThatEndBeforeTheLastServerAreWrongUse) {
  const auto chosen = choose_settings(folder_, {.count = cluster_size, .port = 65534});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().message, "3 servers have no ports from 65534 on: the last is 65535");
}

TEST_F(DevSettingsTest, AnotherNumberOfServersThanIsWrittenDownIsWrongUse) {
  write_down(on_ports(free_port(), free_port()));
  const auto chosen = choose_settings(folder_, {.count = cluster_size});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ExitCode::wrong_use);
  EXPECT_THAT(chosen.error().message,
              HasSubstr("was made with one server, and 3 are wanted: ghboot up --fresh --nats-type "
                        "self_hosted_cluster"));
}

TEST_F(DevSettingsTest, OnePortCannotServeBoth) {
  const std::uint16_t port = free_port();
  const auto chosen = choose_settings(folder_, {.count = {}, .port = port, .monitoring_port = port});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ExitCode::wrong_use);
}

}  // namespace
}  // namespace ghboot::helper
