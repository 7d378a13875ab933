// SPDX-License-Identifier: Apache-2.0
// ghboot operator init: what it makes starts a real nats-server, and terraform works with it by the lines
// that it prints.
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/nats_program.h"
#include "acceptance/process.h"
#include "acceptance/terraform.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class HelperOperator : public testing::Test {
 protected:
  Outcome init(const std::string& name = "acme-op", std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"operator", "init",          name, "--out", out().string(),
                                   "--store",  store().string()};
    words.insert(words.end(), more.begin(), more.end());
    return helper.run(words);
  }
  fs::path out() const { return folder.path() / "out"; }
  fs::path store() const { return folder.path() / "store"; }
  // Starts a server from the configuration, on any free port: the address that it says.
  std::string start() {
    const std::string config = read_file(out() / "server.conf");
    const std::string fixed = "127.0.0.1:4222";
    const auto at = config.find(fixed);
    EXPECT_NE(at, std::string::npos) << config;
    write_file(out() / "server.conf", std::string(config).replace(at, fixed.size(), "127.0.0.1:-1"));
    server.emplace(Command{{nats_program(), "-c", (out() / "server.conf").string()}, folder.path(), {}});
    EXPECT_TRUE(server->wait_for_output("Server is ready")) << server->output();
    const std::string log = server->output();
    const std::string mark = "client connections on ";
    const auto begin = log.find(mark) + mark.size();
    return "nats://" + log.substr(begin, log.find_first_of(" \r\n", begin) - begin);
  }
  // The variables that it printed, set for terraform.
  static void follow(Terraform& terraform, const std::string& printed) {
    std::istringstream lines(printed);
    for (std::string line; std::getline(lines, line);) {
      const auto equals = line.find('=');
      if (!line.starts_with("export ") || equals == std::string::npos) continue;
      const std::string quoted = line.substr(equals + 1);
      terraform.set(line.substr(7, equals - 7), quoted.substr(1, quoted.size() - 2));
    }
  }

  TempFolder folder;
  HelperDev helper;
  std::optional<Process> server;
};

TEST_F(HelperOperator, MakesWhatAServerStartsFromAndTerraformWorksWith) {
  const Outcome made = init();
  ASSERT_TRUE(done(made));
  EXPECT_THAT(files_in(out(), ".nk"), IsEmpty()) << "the secrets are in the store alone";
  EXPECT_THAT(files_in(out(), ".creds"), IsEmpty());
  EXPECT_THAT(files_in(store(), ".nk"), SizeIs(4));
  for (const fs::path& seed : files_in(store(), ".nk"))
    EXPECT_THAT(made.text(), Not(HasSubstr(read_file(seed)))) << "no secret is printed";
  Terraform terraform;
  follow(terraform, made.out);
  terraform.set("NATS_URL", start());
  terraform.write("main.tf", R"(
resource "ghboot_nats_account" "a" {
  name = "acme"
}
resource "ghboot_nats_user" "u" {
  account = ghboot_nats_account.a.public_key
  name    = "svc"
})");
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(terraform.destroy()));
}

TEST_F(HelperOperator, RunAgainChangesNothingAndAnotherNameIsRefused) {
  const Outcome first = init();
  ASSERT_TRUE(done(first));
  const std::string config = read_file(out() / "server.conf");
  const auto seeds = files_in(store(), ".nk");
  const Outcome again = init();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(again.out, HasSubstr("was there already"));
  EXPECT_EQ(again.out.substr(again.out.find("export")), first.out.substr(first.out.find("export")));
  EXPECT_EQ(read_file(out() / "server.conf"), config);
  EXPECT_EQ(files_in(store(), ".nk"), seeds);
  const Outcome other = init("other");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, AllOf(HasSubstr("holds operator acme-op already"), HasSubstr("--out")));
  EXPECT_EQ(files_in(store(), ".nk"), seeds);
}

// What runs that end between two steps leave: the operator without a store, and then its secrets in both
// places with no configuration, some of them taken out already. There is one operator in the end.
TEST_F(HelperOperator, CutOffBetweenItsStepsIsGoneOnWith) {
  write_file(store(), "");  // A file in the store's place: it ends after its first step.
  const Outcome cut = init();
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_THAT(cut.err, HasSubstr(store().string()));
  EXPECT_THAT(files_in(out(), ".nk"), SizeIs(4)) << "the operator is whole, and its secrets not lost";
  const std::string jwt = read_file(out() / "operator/operator.jwt");
  fs::remove(store());
  ASSERT_TRUE(done(init()));
  EXPECT_EQ(read_file(out() / "operator/operator.jwt"), jwt);
  EXPECT_THAT(files_in(out(), ".nk"), IsEmpty());
  EXPECT_THAT(files_in(store(), ".nk"), SizeIs(4));
  const auto seeds = files_in(store(), ".nk");
  fs::copy_file(seeds.front(), out() / "operator/signing.nk");
  fs::copy_file(files_in(store(), ".creds").front(), out() / "operator/system.creds");
  fs::remove(out() / "operator/system-creds.path");
  fs::remove(out() / "server.conf");
  ASSERT_TRUE(done(init()));
  EXPECT_EQ(files_in(store(), ".nk"), seeds);
  EXPECT_THAT(files_in(store(), ".creds"), SizeIs(1));
  EXPECT_THAT(files_in(out(), ".nk"), IsEmpty());
  EXPECT_THAT(files_in(out(), ".creds"), IsEmpty());
  EXPECT_TRUE(fs::exists(out() / "server.conf"));
}

TEST_F(HelperOperator, TheStoreThatItFilledIsListedAndChecked) {
  ASSERT_TRUE(done(init()));
  const Outcome listed = helper.run({"store", "list", "--store", store().string(), "--json"});
  ASSERT_TRUE(done(listed));
  const auto json = nlohmann::json::parse(listed.out);
  EXPECT_EQ(json["seeds"].size(), 4U);
  EXPECT_EQ(json["creds"][0]["name"], "acme-op/SYS/sys");
  ASSERT_TRUE(done(helper.run({"store", "check", "--store", store().string()})));
  const fs::path stray = store() / "keys/.DS_Store";
  write_file(stray, "x");
  const Outcome beside = helper.run({"store", "list", "--store", store().string()});
  ASSERT_TRUE(done(beside));
  EXPECT_THAT(beside.out, AllOf(HasSubstr("acme-op/SYS/sys"), Not(HasSubstr(".DS_Store"))));
  const Outcome named = helper.run({"store", "check", "--store", store().string()});
  EXPECT_EQ(named.exit_code, 1);
  EXPECT_THAT(named.out, HasSubstr(stray.string() + ": it is a file"));
  fs::remove(stray);
  const fs::path seed = files_in(store(), ".nk").front();
  fs::permissions(seed, fs::perms::others_read, fs::perm_options::add);
  const Outcome wrong = helper.run({"store", "check", "--store", store().string()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.out, AllOf(HasSubstr(seed.string()), HasSubstr("may be read by others")));
  EXPECT_THAT(wrong.err, HasSubstr("1 to be seen to"));
}

TEST_F(HelperOperator, WithoutANameIsWrongUse) {
  EXPECT_EQ(helper.run({"operator", "init"}).exit_code, 2);
  EXPECT_EQ(helper.run({"operator"}).exit_code, 2);
}

TEST_F(HelperOperator, ThatIsStrictMakesServersThatTakeSigningKeysAlone) {
  ASSERT_TRUE(done(init("strict-op", {"--strict"})));
  const Outcome again = init("strict-op", {"--strict"});
  Terraform terraform;
  follow(terraform, again.out);
  terraform.set("NATS_URL", start());
  terraform.write("main.tf", "resource \"ghboot_nats_account\" \"a\" {\n  name = \"acme\"\n}\n");
  ASSERT_TRUE(done(terraform.apply()));
}

}  // namespace
}  // namespace ghboot::acceptance
