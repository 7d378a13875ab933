// SPDX-License-Identifier: Apache-2.0
// `--nats-type self_hosted_cluster`: three real servers under one supervisor.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/helper_dev.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t cluster_size = 3;

class HelperCluster : public testing::Test {
 protected:
  void SetUp() override {
    const Outcome up = dev.up({"--nats-type", "self_hosted_cluster"});
    ASSERT_EQ(up.exit_code, 0) << up.text();
  }
  std::set<int> servers() const {
    std::set<int> found;
    for (std::size_t at = 0; at < cluster_size; ++at) found.insert(server_in(dev.state(), at));
    return found;
  }
  std::string urls() const {
    return fmt::format("nats://127.0.0.1:{},nats://127.0.0.1:{},nats://127.0.0.1:{}", dev.port(0),
                       dev.port(1), dev.port(2));
  }
  fs::path of_server(std::size_t at, std::string_view file) const {
    return dev.data() / "nats" / fmt::format("ghboot-dev-{}", at + 1) / file;
  }
  HelperDev dev;
};

TEST_F(HelperCluster, UpReturnsWhenThreeServersHaveFoundOneAnother) {
  const Outcome status = dev.run({"status", "--json"});
  ASSERT_EQ(status.exit_code, 0) << status.text();
  const auto told = nlohmann::json::parse(status.out);
  ASSERT_EQ(told["servers"].size(), cluster_size);
  EXPECT_EQ(told["url"], urls());
  EXPECT_THAT(dev.run({"env"}).out, HasSubstr("export NATS_URL='" + urls() + "'"));
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr("server      ghboot-dev-3, nats-server "));
  // Nothing else than the state says who lives: all three are told apart.
  EXPECT_EQ(servers().size(), cluster_size);
  EXPECT_FALSE(servers().contains(0));
}

TEST_F(HelperCluster, BootstrapStoresTheAccountOnEachByteForByte) {
  const Outcome made = dev.run({"bootstrap", "--mode", "dev", "--org", "acme"});
  ASSERT_EQ(made.exit_code, 0) << made.text();
  EXPECT_THAT(made.out, HasSubstr("3 servers"));
  EXPECT_THAT(made.out, HasSubstr("a message on ghboot.verify.> came back"));
  const auto state = nlohmann::json::parse(read_file(dev.data() / "terraform/dev/terraform.tfstate"));
  const auto& outputs = state["outputs"];
  EXPECT_EQ(outputs["nats_connection_url"]["value"], urls());
  const std::string stored = "jwt/" + outputs["account"]["value"].get<std::string>() + ".jwt";
  for (std::size_t at = 1; at < cluster_size; ++at)
    EXPECT_EQ(read_file(of_server(at, stored)), read_file(of_server(0, stored))) << at;
  const Outcome again =
      dev.run({"bootstrap", "--mode", "dev", "--org", "acme", "--nats-type", "self_hosted_cluster"});
  EXPECT_EQ(again.exit_code, 0) << again.text();
  EXPECT_THAT(again.out, HasSubstr("Nothing was changed"));
}

TEST_F(HelperCluster, AServerThatIsKilledJoinsAgainAndTheOthersStay) {
  const auto before = dev.state();
  kill(server_in(before, 1), SIGKILL);
  const auto after = dev.wait_for_state([&](const nlohmann::json& state) {
    return state.is_object() && server_in(state, 1) != 0 && server_in(state, 1) != server_in(before, 1);
  });
  ASSERT_TRUE(after.is_object()) << "no other server came";
  EXPECT_EQ(server_in(after, 0), server_in(before, 0));
  EXPECT_EQ(server_in(after, 2), server_in(before, 2));
  const Outcome up = dev.run({"up"});
  EXPECT_EQ(up.exit_code, 0) << up.text();
  EXPECT_THAT(up.out, HasSubstr("is running already: " + urls()));
  EXPECT_EQ(dev.run({"status"}).exit_code, 0);
}

TEST_F(HelperCluster, VerifyNamesTheServerThatIsAway) {
  kill(server_in(dev.state(), 2), SIGSTOP);
  const Outcome verified = dev.run({"verify", "nats"});
  EXPECT_EQ(verified.exit_code, 5) << verified.text();
  EXPECT_THAT(verified.out, HasSubstr(fmt::format("nats://127.0.0.1:{}: ", dev.port(2))));
  EXPECT_THAT(verified.out, HasSubstr("logs/ghboot-dev-3.log"));
  kill(server_in(dev.state(), 2), SIGCONT);
}

TEST_F(HelperCluster, DownEndsAllAndUpBringsThemBackOnTheirPorts) {
  const auto settings = dev.settings();
  const auto before = servers();
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  for (const int server : before) EXPECT_TRUE(ends_within(server, std::chrono::seconds(0)));
  const Outcome up = dev.run({"up"});
  ASSERT_EQ(up.exit_code, 0) << up.text();
  EXPECT_EQ(dev.settings(), settings);
}

TEST_F(HelperCluster, AKilledSupervisorTakesAllAlong) {
  const auto before = servers();
  kill(supervisor_in(dev.state()), SIGKILL);
  for (const int server : before) EXPECT_TRUE(ends_within(server, std::chrono::seconds(10)));
}

// Who joins sees the messages of all accounts: any user of the machine could otherwise.
TEST_F(HelperCluster, RoutesWantAPasswordThatOnlyTheConfigurationsHold) {
  const std::string config = read_file(of_server(0, "server.conf"));
  constexpr std::string_view before_it = "password: \"";
  const auto at = config.find(before_it);
  ASSERT_NE(at, std::string::npos);
  const std::string password = config.substr(at + before_it.size(), 32);
  for (const auto& entry : fs::recursive_directory_iterator(dev.data())) {
    if (!entry.is_regular_file() || entry.path().filename() == "server.conf") continue;
    EXPECT_THAT(read_file(entry.path()), Not(HasSubstr(password))) << entry.path();
  }
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  ASSERT_EQ(dev.run({"up"}).exit_code, 0);
  EXPECT_THAT(read_file(of_server(0, "server.conf")), Not(HasSubstr(password)));
}

TEST_F(HelperCluster, AnotherNumberOfServersIsRefused) {
  for (const bool runs : {true, false}) {
    const Outcome up = dev.run({"up", "--nats-type", "self_hosted"});
    EXPECT_EQ(up.exit_code, 2) << up.text();
    EXPECT_THAT(up.err, HasSubstr("was made with 3 servers, and one is wanted: ghboot up --fresh --nats-type "
                                  "self_hosted starts over without its accounts"));
    if (runs) {
      ASSERT_EQ(dev.run({"down"}).exit_code, 0);
    }
  }
  const Outcome fresh = dev.up({"--fresh", "--nats-type", "self_hosted"});
  EXPECT_EQ(fresh.exit_code, 0) << fresh.text();
  EXPECT_EQ(dev.settings()["servers"].size(), 1U);
}

TEST(HelperClusterStart, OfAServerThatCannotStartEndsTheOthersAndTellsWhatItSaid) {
  HelperDev dev;
  ASSERT_EQ(dev.up({"--nats-type", "self_hosted_cluster"}).exit_code, 0);
  const auto before = dev.state();
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  // A file where the server needs a folder.
  fs::remove_all(dev.data() / "nats/ghboot-dev-2/jetstream");
  write_file(dev.data() / "nats/ghboot-dev-2/jetstream", "");
  const Outcome up = dev.run({"up"});
  EXPECT_EQ(up.exit_code, 1) << up.text();
  EXPECT_THAT(up.err, HasSubstr("the servers did not start: ghboot-dev-2 "));
  EXPECT_TRUE(dev.state().is_null());
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr("not running"));
}

TEST(HelperClusterStart, OfATypeThatNobodyKnowsOrThatIsNotBuiltIsRefused) {
  HelperDev dev;
  const Outcome unknown = dev.run({"up", "--nats-type", "moon"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err,
              HasSubstr("unknown NATS type \"moon\": it is one of self_hosted, self_hosted_single, "
                        "self_hosted_cluster, synadia_cloud, hybrid"));
  dev.set("NATS_DEPLOYMENT_TYPE", "hybrid");
  const Outcome later = dev.run({"up"});
  EXPECT_EQ(later.exit_code, 3);
  EXPECT_THAT(later.err, HasSubstr("NATS type hybrid: not built yet"));
  EXPECT_FALSE(fs::exists(dev.data() / "dev.json"));
}

}  // namespace
}  // namespace ghboot::acceptance
