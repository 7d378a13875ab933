// SPDX-License-Identifier: Apache-2.0
// The provider block and the environment: where each setting may come from, what wins, and what happens while
// one is unknown.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* variables[] = {"NATS_URL", "GHBOOT_OPERATOR_SEED_FILE", "GHBOOT_SYSTEM_CREDS_FILE",
                                     "GHBOOT_STORE_DIR"};

void forget_environment(Workplace& w) {
  for (const char* variable : variables) {
    w.terraform.unset(variable);
  }
}

std::string block(const Workplace& w, std::string_view servers) {
  return fmt::format(R"(provider "ghboot" {{
  nats = {{
    servers            = {}
    operator_seed_file = "{}"
    system_creds_file  = "{}"
  }}
  store = {{ dir = "{}" }}
}}
)",
                     servers, w.nats.operator_seed_file().string(), w.nats.system_creds_file().string(),
                     w.store().string());
}

TEST(ProviderConfiguration, FromTheBlockAloneSuffices) {
  Workplace w;
  forget_environment(w);
  w.account();
  w.terraform.write("provider.tf", block(w, fmt::format("[\"{}\"]", w.nats.url())));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
}

TEST(ProviderConfiguration, OfTheBlockWinsOverTheEnvironment) {
  Workplace w;
  for (const char* variable : variables) {
    w.terraform.set(variable, "/nowhere");
  }
  w.account();
  w.terraform.write("provider.tf", block(w, fmt::format("[\"{}\"]", w.nats.url())));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(account_seeds(w.store()), SizeIs(1));
}

TEST(ProviderConfiguration, MayBeSecretsAsTextAndAListOfServers) {
  Workplace w;
  forget_environment(w);
  w.terraform.set("NATS_URL", "nats://127.0.0.1:1, " + w.nats.url());
  w.terraform.set("GHBOOT_OPERATOR_SEED", read_file(w.nats.operator_seed_file()));
  w.terraform.set("GHBOOT_SYSTEM_CREDS", read_file(w.nats.system_creds_file()));
  w.terraform.set("XDG_DATA_HOME", w.store_parent.path().string());
  w.account();
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(account_seeds(w.store_parent.path() / "ghboot/store"), SizeIs(1));
}

TEST(ProviderConfiguration, TakesAContextOfTheNatsProgram) {
  Workplace w;
  w.terraform.unset("NATS_URL");
  w.terraform.unset("GHBOOT_SYSTEM_CREDS_FILE");
  write_file(w.terraform.home() / ".config/nats/context/dev.json",
             nlohmann::json({{"url", w.nats.url()}, {"creds", w.nats.system_creds_file().string()}}).dump());
  w.terraform.set("NATS_CONTEXT", "dev");
  w.account();
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  w.terraform.set("NATS_CONTEXT", "absent");
  Outcome refused = w.terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("absent.json"));
}

TEST(ProviderConfiguration, ThatIsMissingIsAskedForByName) {
  Workplace w;
  w.account();
  for (const auto& [variable, setting] : {std::pair{"NATS_URL", "nats.servers"},
                                          std::pair{"GHBOOT_OPERATOR_SEED_FILE", "nats.operator_seed_file"},
                                          std::pair{"GHBOOT_SYSTEM_CREDS_FILE", "nats.system_creds_file"}}) {
    lead_to(w.terraform, w.nats, w.store());
    w.terraform.unset(variable);
    Outcome applied = w.terraform.apply();
    EXPECT_EQ(applied.exit_code, 1) << variable;
    EXPECT_THAT(plain(applied), HasSubstr(variable));
    EXPECT_THAT(plain(applied), HasSubstr(setting));
  }
  EXPECT_THAT(w.nats.stored(), IsEmpty());
}

TEST(ProviderConfiguration, OfTwoSourcesForOneSecretIsRefused) {
  Workplace w;
  w.account();
  w.terraform.write("provider.tf", R"(provider "ghboot" {
  nats = {
    operator_seed      = "SO-SECRET"
    operator_seed_file = "seed"
  }
})");
  Outcome validated = w.terraform.validate();
  EXPECT_EQ(validated.exit_code, 1);
  EXPECT_THAT(plain(validated), HasSubstr("Both `operator_seed` and `operator_seed_file` are set"));
  w.terraform.write("provider.tf", "");
  w.terraform.set("GHBOOT_OPERATOR_SEED", "SO-SECRET");
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("GHBOOT_OPERATOR_SEED and GHBOOT_OPERATOR_SEED_FILE are set"));
  EXPECT_THAT(planned.text(), Not(HasSubstr("SO-SECRET")));
}

TEST(ProviderConfiguration, ThatIsWrongNamesTheKindAndNeverTheSecret) {
  Workplace w;
  w.account();
  const std::string account_seed(new_account_key().seed().reveal());
  w.terraform.unset("GHBOOT_OPERATOR_SEED_FILE");
  for (const auto& [seed, told] :
       {std::pair{account_seed, "kind account"}, std::pair{account_seed.substr(0, 40), "no usable seed"},
        std::pair{std::string("not a seed at all"), "no usable seed"}}) {
    w.terraform.set("GHBOOT_OPERATOR_SEED", seed);
    Outcome applied = w.terraform.apply();
    EXPECT_EQ(applied.exit_code, 1);
    EXPECT_THAT(plain(applied), HasSubstr(told));
    EXPECT_THAT(plain(applied), HasSubstr("GHBOOT_OPERATOR_SEED"));
    EXPECT_THAT(applied.text(), Not(HasSubstr(seed)));
  }
  lead_to(w.terraform, w.nats, w.store());
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  for (const auto& [file, told] : {std::pair{w.store_parent.path() / "absent", "No such file"},
                                   std::pair{w.nats.operator_seed_file(), "no usable creds"}}) {
    w.terraform.set("GHBOOT_SYSTEM_CREDS_FILE", file.string());
    Outcome planned = w.terraform.apply();
    EXPECT_EQ(planned.exit_code, 1);
    EXPECT_THAT(plain(planned), HasSubstr(told));
    EXPECT_THAT(planned.text(), Not(HasSubstr(read_file(w.nats.operator_seed_file()))));
  }
}

// The servers' address is made in the same apply, as with servers that terraform itself sets up.
TEST(ProviderConfiguration, ThatIsUnknownWhilePlanningIsUsedInTheApply) {
  Workplace w;
  w.account();
  w.terraform.write("provider.tf", fmt::format(R"(resource "terraform_data" "address" {{
  input = "{}"
}}
{})",
                                               w.nats.url(), block(w, "[terraform_data.address.output]")));
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(ProviderConfiguration, ThatBecomesUnknownLeavesWhatIsThereAlone) {
  Workplace w;
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.terraform.write("provider.tf", fmt::format(R"(resource "terraform_data" "address" {{
  input = "{}"
}}
{})",
                                               w.nats.url(), block(w, "[terraform_data.address.output]")));
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("setting nats.servers is not known yet"));
  EXPECT_THAT(planned_actions(w.terraform, a), testing::ElementsAre("no-op"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.public_key(), key);
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
}

TEST(ProviderConfiguration, IsNotNeededToPlanANewAccount) {
  Workplace w;
  forget_environment(w);
  w.account("limits = { connections = 5 }");
  EXPECT_TRUE(w.terraform.validate().ok());
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2) << planned.text();
}

}  // namespace
}  // namespace ghboot::acceptance
