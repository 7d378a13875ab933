// SPDX-License-Identifier: Apache-2.0
// Creds that are opened while a command runs, handed to a write-only attribute, and stored nowhere else. What
// was opened is seen through that attribute: the key whose seed it got, or the refusal of a JWT in its place.
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

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CredsEphemeral : public testing::Test {
 protected:
  void SetUp() override {
    if (!w.terraform.is_since(11, 11)) GTEST_SKIP() << "this Terraform knows no write-only attributes yet";
    w.account();
    w.user();
    ASSERT_TRUE(done(w.terraform.apply()));
  }
  // Opened, and its seed handed to a write-only attribute.
  void open(std::string_view more = "") const {
    w.terraform.write("creds.tf", fmt::format(R"(
ephemeral "ghboot_nats_creds" "c" {{
  account    = ghboot_nats_user.u.account
  public_key = ghboot_nats_user.u.public_key
  {}
}}
resource "ghboot_nats_key" "copy" {{
  kind            = "user"
  seed_wo         = provider::ghboot::creds_decode(ephemeral.ghboot_nats_creds.c.creds).seed
  seed_wo_version = 1
}}
)",
                                              more));
  }
  std::string copied() const { return w.terraform.attribute("ghboot_nats_key.copy", "public_key"); }

  Workplace w;
};

TEST_F(CredsEphemeral, OfTheStoreAreHandedOnAndStandNowhere) {
  open();
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(copied(), w.terraform.attribute(u, "public_key"));
  const auto creds = nats::Creds::parse(only_creds(w.store())).value();
  const std::string state = w.terraform.state().dump();
  EXPECT_THAT(state, Not(HasSubstr(std::string(creds.key.seed().reveal()))));
  EXPECT_THAT(state, Not(HasSubstr(std::string(creds.jwt.reveal()))));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// The condition is judged while the creds are open, by Terraform itself.
TEST_F(CredsEphemeral, SignedAnewExpireAndAreKeptNowhere) {
  const std::string before = only_creds(w.store());
  const auto expecting = [&](std::string_view condition) {
    open(fmt::format(R"(valid_for = "10m"
  lifecycle {{
    postcondition {{
      condition     = {}
      error_message = "It is otherwise."
    }}
  }})",
                     condition));
    return w.terraform.apply();
  };
  EXPECT_THAT(plain(expecting("self.expires_at == null")), HasSubstr("It is otherwise"));
  ASSERT_TRUE(done(
      expecting("self.name == \"svc\" && timecmp(self.expires_at, timeadd(plantimestamp(), \"11m\")) < 0")));
  EXPECT_EQ(copied(), w.terraform.attribute(u, "public_key"));
  EXPECT_EQ(only_creds(w.store()), before);
}

// Creds of a new user of the system account, by which a second configuration of the provider does its work.
TEST_F(CredsEphemeral, SignedAnewAreWhatAnotherProviderWorksWith) {
  w.keep(w.nats.issuer().system_account);
  w.terraform.write("system.tf", fmt::format(R"(
resource "ghboot_nats_user" "system" {{
  account = "{}"
  name    = "pipeline"
}}
ephemeral "ghboot_nats_creds" "system" {{
  account    = ghboot_nats_user.system.account
  public_key = ghboot_nats_user.system.public_key
  valid_for  = "10m"
}}
provider "ghboot" {{
  alias = "pipeline"
  nats  = {{ system_creds = ephemeral.ghboot_nats_creds.system.creds }}
}}
)",
                                             w.nats.issuer().system_account.public_key()));
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("through.tf", R"(
resource "ghboot_nats_account" "through" {
  provider = ghboot.pipeline
  name     = "through"
}
)");
  w.terraform.unset("GHBOOT_SYSTEM_CREDS_FILE");
  w.terraform.write("provider.tf",
                    fmt::format("provider \"ghboot\" {{\n  nats = {{ system_creds_file = \"{}\" }}\n}}\n",
                                w.nats.system_creds_file().string()));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.stored().size(), 2U);
}

TEST_F(CredsEphemeral, OfARevokedUserAreRefusedEvenSignedAnew) {
  auto claims = w.nats.only_account();
  claims.revoke(w.terraform.attribute(u, "public_key"), user_claims(only_creds(w.store())).issued_at);
  w.nats.push(claims);
  for (const char* more : {"", "valid_for = \"10m\""}) {
    open(more);
    const Outcome refused = w.terraform.apply({"-refresh=false"});
    EXPECT_EQ(refused.exit_code, 1) << more;
    EXPECT_THAT(plain(refused), HasSubstr("has revoked user")) << more;
  }
}

// A plan opens them too, and it is the apply after it that renews them.
TEST_F(CredsEphemeral, ThatHaveExpiredAreAWarningAndRenewedByTheSameApply) {
  w.user("valid_for = \"1s\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string expired = only_creds(w.store());
  open();
  nats::Clock& clock = nats::system_clock();
  while (clock.unix_seconds() <= user_claims(expired).expires_at)
    clock.sleep(std::chrono::milliseconds(50), {clock.now() + std::chrono::seconds(5)});
  w.user("valid_for = \"1h\"");
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Creds that have expired"), HasSubstr("renews them")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_NE(only_creds(w.store()), expired);
  const Outcome after = w.terraform.plan();
  EXPECT_EQ(after.exit_code, 0) << after.text();
  EXPECT_THAT(plain(after), Not(HasSubstr("expired")));
}

TEST_F(CredsEphemeral, OfASigningKeyThatHasLeftAreRefusedEvenSignedAnew) {
  const auto signing = new_account_key();
  w.keep(signing);
  const std::string listed = fmt::format("signing_keys = [{{ public_key = \"{}\" }}]", signing.public_key());
  w.account(listed);
  ASSERT_TRUE(done(w.terraform.apply()));
  w.user(fmt::format("signing_key = \"{}\"", signing.public_key()));
  ASSERT_TRUE(done(w.terraform.apply()));
  auto claims = w.nats.only_account();
  claims.set_signing_keys({});
  w.nats.push(claims);
  for (const char* more : {"", "valid_for = \"10m\""}) {
    open(more);
    const Outcome refused = w.terraform.apply({"-refresh=false"});
    EXPECT_EQ(refused.exit_code, 1) << more;
    EXPECT_THAT(plain(refused), AllOf(HasSubstr("Creds that servers refuse"), HasSubstr(signing.public_key()),
                                      HasSubstr("another signing_key")))
        << more;
  }
}

TEST_F(CredsEphemeral, ThatTheStoreLacksSayWhereItLooked) {
  open();
  std::filesystem::rename(w.store(), w.store_parent.path() / "elsewhere");
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Creds not opened"), HasSubstr(w.store().string()),
                                    HasSubstr(w.terraform.attribute(u, "public_key"))));
}

TEST_F(CredsEphemeral, OfNoTimeAtAllAreRefused) {
  open("valid_for = \"0s\"");
  const Outcome refused = w.terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("valid_for"));
}

}  // namespace
}  // namespace ghboot::acceptance
