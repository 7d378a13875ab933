// SPDX-License-Identifier: Apache-2.0
// `ghboot bootstrap` and `ghboot verify nats`: the real terraform, the built provider, a real nats-server.
#include <csignal>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/helper_dev.h"
#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::size_t seed_size = 58;  // Characters; a JWT is longer.

class HelperBootstrap : public testing::Test {
 protected:
  void SetUp() override {  // Bootstrap keeps its free ports.
    const Outcome up = dev.up();
    ASSERT_EQ(up.exit_code, 0) << up.text();
  }
  Outcome bootstrap() { return dev.run({"bootstrap", "--mode", "dev", "--org", "acme"}); }
  nlohmann::json outputs() const {
    return nlohmann::json::parse(read_file(dev.data() / "terraform/dev/terraform.tfstate"))["outputs"];
  }
  HelperDev dev;
};

TEST_F(HelperBootstrap, MakesAnAccountWhoseUserPublishesAndTheSecondRunChangesNothing) {
  const Outcome first = bootstrap();
  ASSERT_EQ(first.exit_code, 0) << first.text();
  EXPECT_THAT(first.out, HasSubstr("terraform applied the example"));
  EXPECT_THAT(first.out, HasSubstr("a message on ghboot.verify.> came back"));
  EXPECT_THAT(first.out, HasSubstr("acme/.github has one, whose deliveries are received"));
  EXPECT_THAT(first.out, HasSubstr("export TF_CLI_CONFIG_FILE="));
  const auto made = outputs();
  EXPECT_EQ(made["nats_connection_url"]["value"], fmt::format("nats://127.0.0.1:{}", dev.port()));
  EXPECT_EQ(made["nats_monitoring_url"]["value"],
            fmt::format("http://127.0.0.1:{}", dev.settings()["servers"][0]["monitoring_port"].get<int>()));

  // What it has regenerated, as a clone has it.
  const std::string token = read_file(dev.data() / "github/token");
  const TempFolder clones;
  const std::string url = fmt::format("http://x:{}@127.0.0.1:{}/acme/.github.git", token,
                                      dev.settings()["github"]["port"].get<int>());
  Process clone({{"git", "clone", "-q", url, clones.path() / "files"},
                 clones.path(),
                 {{"HOME", clones.path().string()}}});
  EXPECT_EQ(clone.wait().exit_code, 0) << clone.output();
  EXPECT_THAT(read_file(clones.path() / "files/.github/workflows/regenerate-github-files.yml"),
              HasSubstr("run-name: Regenerate GitHub files ${{ inputs.ghboot_nonce }}"));
  EXPECT_TRUE(fs::exists(clones.path() / "files/CODEOWNERS"));

  const Outcome second = bootstrap();
  ASSERT_EQ(second.exit_code, 0) << second.text();
  EXPECT_THAT(second.out, HasSubstr("Nothing was changed"));
  EXPECT_EQ(outputs(), made);

  // Another build of the provider: terraform would refuse it for the lock file's checksum.
  const fs::path lock = dev.data() / "terraform/dev/.terraform.lock.hcl";
  const std::string locked = read_file(lock);
  const auto hash = locked.find("h1:");
  ASSERT_NE(hash, std::string::npos);
  write_file(lock, locked.substr(0, hash) + "h1:" + std::string(43, 'A') + "=" +
                       locked.substr(locked.find('"', hash)));
  write_file(dev.data() / "terraform/dev/provider.sha256", "of an earlier build");
  const Outcome third = bootstrap();
  ASSERT_EQ(third.exit_code, 0) << third.text();
  EXPECT_THAT(third.out, HasSubstr("Nothing was changed"));
  EXPECT_EQ(read_file(lock), locked);

  // As `ghboot env` has it.
  dev.set("GHBOOT_STORE_DIR", (dev.data() / "store").string());
  const fs::path creds = dev.data() / "bus.creds";
  ASSERT_EQ(dev.run({"creds", "show", "bus", "--out", creds.string()}).exit_code, 0);
  dev.set("GITHUB_BASE_URL", fmt::format("http://127.0.0.1:{}", dev.settings()["github"]["port"].get<int>()));
  const Outcome shown = dev.run({"lock", "status", "--org", "acme", "--creds", creds.string()});
  EXPECT_EQ(shown.exit_code, 0) << shown.text();
  EXPECT_THAT(shown.out, HasSubstr("free"));
}

TEST_F(HelperBootstrap, VerifyNamesEachBrokenLinkAndTheOneThingToDo) {
  const Outcome before = dev.run({"verify", "nats"});
  EXPECT_EQ(before.exit_code, 1);
  EXPECT_THAT(before.out, HasSubstr("none has been applied yet"));
  EXPECT_THAT(before.out, HasSubstr("to do: run ghboot bootstrap"));
  ASSERT_EQ(bootstrap().exit_code, 0);
  ASSERT_EQ(dev.run({"verify", "nats"}).exit_code, 0);

  fs::remove_all(dev.data() / "store/creds");
  const Outcome without_creds = dev.run({"verify", "nats"});
  EXPECT_EQ(without_creds.exit_code, 1);
  EXPECT_THAT(without_creds.out, HasSubstr("BROKEN  creds"));
  EXPECT_THAT(without_creds.out, HasSubstr("apply -replace=ghboot_nats_user.verify"));

  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  const Outcome without_server = dev.run({"verify", "nats"});
  EXPECT_EQ(without_server.exit_code, 1);
  EXPECT_THAT(without_server.out, HasSubstr("BROKEN  tcp"));
  EXPECT_THAT(without_server.out, HasSubstr("nobody listens there"));
  EXPECT_THAT(without_server.out, HasSubstr("to do: run ghboot up"));

  HelperDev other;
  ASSERT_EQ(
      other.run({"up", "--port", std::to_string(dev.port()), "--monitoring-port", "0", "--github-port", "0"})
          .exit_code,
      0);
  const Outcome with_another = dev.run({"verify", "nats"});
  EXPECT_EQ(with_another.exit_code, 1);
  EXPECT_THAT(with_another.out, HasSubstr("BROKEN  "));
  EXPECT_THAT(with_another.out, HasSubstr("to do: "));
}

TEST_F(HelperBootstrap, VerifyGithubIsAboutTheStandinUnlessATokenOfTheUsersSaysOtherwise) {
  EXPECT_THAT(dev.run({"verify", "github"}).err, HasSubstr("no webhook has been applied"));
  ASSERT_EQ(bootstrap().exit_code, 0);
  const Outcome walked = dev.run({"verify", "github"});
  EXPECT_EQ(walked.exit_code, 0) << walked.text();
  EXPECT_THAT(walked.out, HasSubstr("ok      deliveries             the newest were received"));
  dev.set("GITHUB_TOKEN", read_file(dev.data() / "github/token"));  // As after eval "$(ghboot env)".
  EXPECT_EQ(dev.run({"verify", "github"}).exit_code, 0);
  EXPECT_THAT(bootstrap().out, HasSubstr("Nothing was changed"));

  const Outcome other = dev.run({"bootstrap", "--mode", "dev", "--org", "globex"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("was made for the organisation acme, and not for globex"));
  EXPECT_THAT(dev.run({"verify", "github", "--org", "globex"}).out,
              HasSubstr("to do: run ghboot bootstrap --org globex"));
  dev.set("WEBHOOK_URL", "hooks.example");
  EXPECT_THAT(bootstrap().err, HasSubstr("WEBHOOK_URL has to begin with"));
  dev.set("WEBHOOK_URL", "");
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  EXPECT_THAT(dev.run({"verify", "github"}).err, HasSubstr("ghboot up starts it"));
  dev.set("GITHUB_TOKEN", "somebody's");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"verify", "github"}, {"bootstrap", "--mode", "dev"}}) {
    const Outcome refused = dev.run(words);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--org"));
    EXPECT_FALSE(refused.text().contains("somebody's"));
  }
}

// A GitHub of the user's own, here another stand-in.
TEST_F(HelperBootstrap, WithATokenTheWebhookIsMadeWhereThatLeadsOrByHand) {
  HelperDev other;
  ASSERT_EQ(other.up().exit_code, 0);
  ASSERT_EQ(other.run({"bootstrap", "--mode", "dev", "--org", "acme"}).exit_code, 0);
  const std::string url = fmt::format("http://127.0.0.1:{}", other.settings()["github"]["port"].get<int>());
  dev.set("GITHUB_TOKEN", read_file(other.data() / "github/token"));
  dev.set("GITHUB_BASE_URL", url);
  const Outcome by_hand = bootstrap();
  ASSERT_EQ(by_hand.exit_code, 0) << by_hand.text();
  EXPECT_THAT(by_hand.out, HasSubstr("webhooks       manual"));
  EXPECT_THAT(by_hand.out,
              HasSubstr("as the secret what " + (dev.data() / "github/webhook.secret").string()));
  dev.set("WEBHOOK_URL", url + "/_standin/sink?mine");
  const Outcome made = bootstrap();
  ASSERT_EQ(made.exit_code, 0) << made.text();
  EXPECT_THAT(made.out, HasSubstr("acme/.github has one, whose deliveries are received"));
  EXPECT_THAT(dev.run({"verify", "github", "--org", "acme"}).out, HasSubstr("2, active, with a secret"));
  EXPECT_FALSE(made.out.contains("a stand-in"));

  dev.set("WEBHOOK_URL", "");
  const Outcome forgotten = bootstrap();
  EXPECT_THAT(forgotten.out, HasSubstr("WEBHOOK_URL is not set: the address of the run before is kept"));
  EXPECT_THAT(forgotten.out, HasSubstr("Nothing was changed"));
  dev.set("GITHUB_TOKEN", "");
  const Outcome back = bootstrap();
  ASSERT_EQ(back.exit_code, 0) << back.text();
  EXPECT_THAT(back.out, HasSubstr("stays on GitHub; terraform forgets it here"));
}

TEST_F(HelperBootstrap, VerifyCannotJudgeAServerThatIsFrozen) {
  const int server = server_in(dev.state());
  kill(server, SIGSTOP);
  const Outcome frozen = dev.run({"verify", "nats"});
  kill(server, SIGCONT);
  EXPECT_EQ(frozen.exit_code, 5) << frozen.text();
  EXPECT_THAT(frozen.out, HasSubstr("takes connections and says nothing"));
}

TEST_F(HelperBootstrap, TheCallersVariablesDoNotConfuseTerraform) {
  for (const auto& [name, value] : Environment{{"NATS_URL", "nats://127.0.0.1:1"},
                                               {"NATS_CREDS", "/nowhere"},
                                               {"TF_VAR_github_org", "other"},
                                               {"TF_CLI_ARGS", "-nonsense"},
                                               {"TF_DATA_DIR", "/nowhere"},
                                               {"TF_WORKSPACE", "other"},
                                               {"TF_CLI_CONFIG_FILE", "/nowhere/cli.tfrc"},
                                               {"GITHUB_APP_ID", "7"},
                                               {"GHBOOT_OPERATOR_SEED", "SOAXXX"}})
    dev.set(name, value);
  const Outcome applied = bootstrap();
  ASSERT_EQ(applied.exit_code, 0) << applied.text();
  EXPECT_THAT(applied.out, HasSubstr("account     acme A"));
}

TEST_F(HelperBootstrap, AnErrorOfTerraformIsShownAndTheLogNamed) {
  write_file(dev.data() / "terraform/dev/broken.tf", "output \"x\" {\n  value = nothing.there\n}\n");
  const Outcome failed = bootstrap();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, HasSubstr("Reference to undeclared resource"));
  EXPECT_THAT(failed.err, HasSubstr((dev.data() / "logs/terraform.log").string()));
}

TEST_F(HelperBootstrap, NoSecretIsInWhatItPrintsNorInItsLogs) {
  dev.set("TERRAFORM_LOG", "TRACE");
  const Outcome done = bootstrap();
  ASSERT_EQ(done.exit_code, 0) << done.text();
  std::string said = done.text();
  for (const auto& entry : fs::directory_iterator(dev.data() / "logs")) said += read_file(entry.path());
  for (const auto& entry : fs::directory_iterator(dev.data() / "terraform/dev"))
    if (entry.is_regular_file()) said += read_file(entry.path());
  EXPECT_THAT(said, HasSubstr("[TRACE]")) << "the debug log is among what is searched";
  for (const char* file : {"github/token", "github/webhook.secret"})
    EXPECT_FALSE(said.contains(read_file(dev.data() / file))) << file;
  std::size_t secrets = 0;
  for (const char* folder : {"operator", "store"}) {
    for (const auto& entry : fs::recursive_directory_iterator(dev.data() / folder)) {
      if (entry.path().extension() != ".nk" && entry.path().extension() != ".creds") continue;
      std::istringstream lines(read_file(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        if (line.size() < seed_size || line.starts_with('-') || line.contains(' ')) continue;
        EXPECT_FALSE(said.contains(line)) << entry.path();
        ++secrets;
      }
    }
  }
  EXPECT_GE(secrets, 10U) << "six seeds of its own, and two creds with a JWT and a seed each";
}

TEST(HelperDryRun, TellsAndTouchesNothing) {
  const HelperDev dev;
  const Outcome told = dev.run({"bootstrap", "--dry-run"});
  EXPECT_EQ(told.exit_code, 0) << told.text();
  EXPECT_THAT(told.out, HasSubstr("auto chose dev"));
  EXPECT_FALSE(fs::exists(dev.data()));
}

TEST(HelperDryRun, WithATokenAndNoOrganisationSaysThatItWouldStop) {
  HelperDev dev;
  dev.set("GITHUB_TOKEN", "somebody's");
  const Outcome told = dev.run({"bootstrap", "--dry-run"});
  EXPECT_EQ(told.exit_code, 0) << told.text();
  EXPECT_THAT(told.out, HasSubstr("cannot run here: GITHUB_TOKEN is set, so that this is about github.com"));
}

TEST(HelperDryRun, OfWhatIsNotBuiltYetListsItAndEndsWellWhereTheRunDoesNot) {
  const HelperDev dev;
  const std::vector<std::string> words{"bootstrap", "--mode", "docker", "--terraform-backend", "s3"};
  const Outcome refused = dev.run(words);
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("mode docker: not built yet; state backend s3: not built yet"));
  auto dry = words;
  dry.emplace_back("--dry-run");
  const Outcome told = dev.run(dry);
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.out, HasSubstr("cannot run here: mode docker: not built yet"));
  EXPECT_FALSE(fs::exists(dev.data()));
}

TEST(HelperBootstrapParts, ThatAreMissingAreNamedAllAtOnce) {
  HelperDev dev;
  dev.set("PATH", "/nowhere");
  const Outcome refused = dev.run({"bootstrap", "--mode", "dev"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("neither terraform nor tofu is on the PATH"));
  EXPECT_FALSE(fs::exists(dev.data()));
}

TEST(HelperUse, ThatIsWrongEndsWithTwoAndWhatIsNotBuiltWithThree) {
  const HelperDev dev;
  EXPECT_EQ(dev.run({}).exit_code, 2);
  EXPECT_EQ(dev.run({"moon"}).exit_code, 2);
  EXPECT_EQ(dev.run({"verify", "moon"}).exit_code, 2);
  EXPECT_EQ(dev.run({"verify", "github"}).exit_code, 2);  // Without a token or an organisation.
  EXPECT_EQ(dev.run({"up", "--port", "70000"}).exit_code, 2);
  EXPECT_EQ(dev.run({"bootstrap", "--org", "a/b"}).exit_code, 2);
  const Outcome too_long = dev.run({"bootstrap", "--org", std::string(40, 'a')});
  EXPECT_EQ(too_long.exit_code, 2);
  EXPECT_THAT(too_long.err, HasSubstr("is no organization's login: expected 1 to 39 letters"));
  for (const char* what : {"terraform", "all"}) {
    const Outcome verify = dev.run({"verify", what});
    EXPECT_EQ(verify.exit_code, 3);
    EXPECT_THAT(verify.err, HasSubstr("not built yet"));
  }
  EXPECT_EQ(dev.run({"destroy", "--yes"}).exit_code, 3);
  EXPECT_EQ(dev.run({"--help"}).exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
