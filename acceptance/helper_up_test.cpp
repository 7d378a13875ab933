// SPDX-License-Identifier: Apache-2.0
// `ghboot up`, `down`, `status`, `env` with a real nats-server.
#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/helper_dev.h"
#include "acceptance/nats_program.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

bool has_server(const nlohmann::json& state) { return state.is_object() && server_in(state) != 0; }

TEST(HelperUp, ReturnsWhenTheServerTakesConnections) {
  HelperDev dev;
  const Outcome up = dev.up();
  ASSERT_EQ(up.exit_code, 0) << up.text();
  const Outcome status = dev.run({"status", "--json"});
  ASSERT_EQ(status.exit_code, 0) << status.text();
  const auto told = nlohmann::json::parse(status.out);
  EXPECT_EQ(told["running"], true);
  EXPECT_EQ(told["servers"][0]["pid"], server_in(dev.state()));
  EXPECT_EQ(told["url"], fmt::format("nats://127.0.0.1:{}", dev.port()));
  EXPECT_FALSE(told["servers"][0]["version"].get<std::string>().empty());
}

TEST(HelperUp, ASecondTimeSaysThatItRuns) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto before = dev.state();
  const Outcome again = dev.run({"up"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.out, HasSubstr("is running already"));
  EXPECT_EQ(dev.state(), before);
}

TEST(HelperUp, WithAnotherPortWhileItRunsIsRefused) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const Outcome again = dev.run({"up", "--port", "1"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("ghboot down first"));
}

TEST(HelperUp, DownEndsServerAndSupervisor) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto state = dev.state();
  const Outcome down = dev.run({"down"});
  EXPECT_EQ(down.exit_code, 0);
  EXPECT_THAT(down.out, HasSubstr("stopped"));
  EXPECT_TRUE(ends_within(server_in(state), std::chrono::seconds(0)));
  EXPECT_TRUE(ends_within(github_in(state), std::chrono::seconds(0)));
  EXPECT_TRUE(ends_within(supervisor_in(state), std::chrono::seconds(0)));
  const Outcome status = dev.run({"status"});
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_THAT(status.out, HasSubstr("not running"));
}

TEST(HelperUp, DownWithNothingRunningIsFine) {
  HelperDev dev;
  const Outcome down = dev.run({"down"});
  EXPECT_EQ(down.exit_code, 0);
  EXPECT_THAT(down.out, HasSubstr("nothing is running"));
  EXPECT_FALSE(fs::exists(dev.data()));
}

TEST(HelperUp, AServerThatIsKilledIsStartedAgain) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto before = dev.state();
  kill(server_in(before), SIGKILL);
  const auto after = dev.wait_for_state([&](const nlohmann::json& state) {
    return has_server(state) && server_in(state) != server_in(before);
  });
  ASSERT_TRUE(after.is_object()) << "no other server came";
  EXPECT_EQ(after["restarts"], 1);
  EXPECT_EQ(supervisor_in(after), supervisor_in(before));
  EXPECT_EQ(dev.run({"status"}).exit_code, 0);
}

TEST(HelperUp, AGithubStandinThatIsKilledIsStartedAgainWithWhatItWasTold) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const std::string url = fmt::format("http://127.0.0.1:{}", dev.settings()["github"]["port"].get<int>());
  const auto curl = [&](const std::vector<std::string>& words) {
    std::vector<std::string> argv{"/usr/bin/curl", "-sS", "--fail"};
    argv.insert(argv.end(), words.begin(), words.end());
    return Process({argv, dev.data(), {}}).wait();
  };
  ASSERT_EQ(curl({url + "/_standin/owners", "-d", R"({"login": "acme"})"}).exit_code, 0);
  const auto before = dev.state();
  kill(github_in(before), SIGKILL);
  const auto after = dev.wait_for_state([&](const nlohmann::json& state) {
    return state.is_object() && github_in(state) != 0 && github_in(state) != github_in(before);
  });
  ASSERT_TRUE(after.is_object()) << "no other one came";
  EXPECT_EQ(server_in(after), server_in(before));
  const Outcome asked =
      curl({url + "/orgs/acme", "-H", "Authorization: token " + read_file(dev.data() / "github/token")});
  EXPECT_EQ(asked.exit_code, 0) << asked.text();
}

TEST(HelperUp, AServerThatAlwaysCrashesIsGivenUp) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto first = dev.state();
  nlohmann::json last = first;
  for (int crash = 0; crash < 5; ++crash) {
    kill(server_in(last), SIGKILL);
    last = dev.wait_for_state(
        [&](const nlohmann::json& state) { return has_server(state) && state["restarts"] == crash + 1; });
    ASSERT_TRUE(last.is_object()) << "after crash " << crash;
  }
  kill(server_in(last), SIGKILL);
  EXPECT_TRUE(ends_within(supervisor_in(first), std::chrono::seconds(30)));
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr("not running"));
  EXPECT_THAT(read_file(dev.data() / "logs/supervisor.log"), HasSubstr("gives up"));
}

TEST(HelperUp, AKilledSupervisorTakesTheServerAlong) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto state = dev.state();
  kill(supervisor_in(state), SIGKILL);
  EXPECT_TRUE(ends_within(server_in(state), std::chrono::seconds(10)));
  EXPECT_TRUE(ends_within(github_in(state), std::chrono::seconds(10)));
  EXPECT_TRUE(ends_within(supervisor_in(state), std::chrono::seconds(10)));
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr("not running"));
  EXPECT_EQ(dev.run({"up"}).exit_code, 0);
}

TEST(HelperUp, KeepsPortsAndKeysOverARestart) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto settings = dev.settings();
  const std::string key = read_file(dev.data() / "operator/operator.jwt");
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  ASSERT_EQ(dev.run({"up"}).exit_code, 0);
  EXPECT_EQ(dev.settings(), settings);
  EXPECT_EQ(read_file(dev.data() / "operator/operator.jwt"), key);
}

TEST(HelperUp, FreshStartsOverWithANewOperator) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const std::string key = read_file(dev.data() / "operator/operator.jwt");
  const auto before = dev.state();
  const Outcome fresh = dev.up({"--fresh"});
  ASSERT_EQ(fresh.exit_code, 0) << fresh.text();
  EXPECT_TRUE(ends_within(server_in(before), std::chrono::seconds(0)));
  EXPECT_NE(read_file(dev.data() / "operator/operator.jwt"), key);
}

TEST(HelperUp, ABusyPortIsAnErrorThatNamesItsOwner) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  HelperDev other;
  ASSERT_EQ(
      other.run({"up", "--port", std::to_string(dev.port()), "--monitoring-port", "0", "--github-port", "0"})
          .exit_code,
      0);
  const Outcome up = dev.run({"up"});
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_THAT(up.err, HasSubstr(fmt::format("nats-server (process {})", server_in(other.state()))));
  EXPECT_TRUE(dev.state().is_null());
}

TEST(HelperUp, AFolderWithOtherFilesIsRefused) {
  HelperDev dev;
  write_file(dev.data() / "thesis.txt", "mine");
  for (const char* flag : {"--port=0", "--fresh"}) {
    const Outcome up = dev.run({"up", flag});
    EXPECT_EQ(up.exit_code, 2);
    EXPECT_THAT(up.err, HasSubstr("thesis.txt"));
  }
  EXPECT_EQ(read_file(dev.data() / "thesis.txt"), "mine");
}

TEST(HelperUp, AServerThatDoesNotStartIsAnErrorWithItsWords) {
  HelperDev dev;
  write_file(dev.data().parent_path() / "bin/nats-server",
             "#!/bin/sh\n[ \"$1\" = --version ] && { echo nats-server: v2.10.0; exit 0; }\necho no more disk "
             ">&2\nexit 3\n");
  fs::permissions(dev.data().parent_path() / "bin/nats-server", fs::perms::owner_all);
  dev.set("PATH", (dev.data().parent_path() / "bin").string() + ":/usr/bin:/bin");
  const Outcome up = dev.up();
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_THAT(up.err, HasSubstr("ended with 3"));
  EXPECT_THAT(up.err, HasSubstr("no more disk"));
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr("not running"));
}

// Between the choice of a free port and its use another program may take it.
TEST(HelperUp, OnAnyFreePortsChoosesOthersWhereOneWasTakenMeanwhile) {
  HelperDev dev;
  const fs::path bin = dev.data().parent_path() / "bin", seen = dev.data().parent_path() / "seen";
  const fs::path real = nats_program();
  write_file(
      bin / "nats-server",
      fmt::format("#!/bin/sh\n[ \"$1\" = --version ] && exec {0} --version\nif mkdir {1} 2>/dev/null; "
                  "then\n  echo 'listen tcp 127.0.0.1:1: bind: address already in use' >&2\n  exit 1\nfi\n"
                  "exec {0} \"$@\"\n",
                  real.string(), seen.string()));
  fs::permissions(bin / "nats-server", fs::perms::owner_all);
  dev.set("PATH", bin.string() + ":/usr/bin:/bin");
  const Outcome up = dev.up();
  EXPECT_EQ(up.exit_code, 0) << up.text();
  EXPECT_TRUE(fs::exists(seen));
}

TEST(HelperUp, MakesNothingThatOthersMayRead) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  EXPECT_EQ(fs::status(dev.data()).permissions(), fs::perms::owner_all);
  for (const auto& entry : fs::recursive_directory_iterator(dev.data())) {
    if (entry.path().string().contains("/nats/"))
      continue;  // The server's own, below a folder that is closed.
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
        << entry.path();
  }
}

TEST(HelperEnv, PrintsPathsAndNoSecret) {
  HelperDev dev;
  EXPECT_EQ(dev.run({"env"}).exit_code, 1);
  ASSERT_EQ(dev.up().exit_code, 0);
  const Outcome env = dev.run({"env"});
  ASSERT_EQ(env.exit_code, 0);
  for (const char* name : {"NATS_URL", "GHBOOT_OPERATOR_SEED_FILE", "GHBOOT_SYSTEM_CREDS_FILE",
                           "GHBOOT_STORE_DIR", "TF_CLI_CONFIG_FILE"})
    EXPECT_THAT(env.out, HasSubstr(fmt::format("export {}='", name)));
  EXPECT_THAT(env.out, HasSubstr("export GITHUB_BASE_URL='http://127.0.0.1:"));
  EXPECT_THAT(env.out, HasSubstr("export GITHUB_TOKEN=\"$(cat '"));
  for (const char* file : {"operator/operator.nk", "operator/signing.nk", "operator/system-account.nk",
                           "github/token", "github/webhook.secret"})
    EXPECT_THAT(env.text(), Not(HasSubstr(read_file(dev.data() / file))));
  EXPECT_THAT(env.text(), Not(HasSubstr("-----BEGIN")));
}

}  // namespace
}  // namespace ghboot::acceptance
