// SPDX-License-Identifier: Apache-2.0
// Revocations of an account beside those that others make: shown, kept and taken back are only its own.
#include <map>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

std::string new_user_key() {
  return nats::KeyPair::generate(nats::KeyKind::user, nats::system_random()).public_key();
}

std::string revoked(std::string_view key, std::string_view time) {
  return fmt::format("revocations = {{ \"{}\" = \"{}\" }}", key, time);
}

void revoke_as_another(Workplace& w, std::string_view key, std::int64_t at) {
  auto claims = w.nats.only_account();
  claims.revoke(key, at);
  w.nats.push(claims);
}

TEST(AccountRevocations, EndAConnectionAndLetItInAgainWhenTheyAreTakenOut) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = w.guest_creds(w.public_key());
  ASSERT_TRUE(w.nats.connect(creds));
  const std::string key = user_claims(creds).subject;
  w.account(revoked(key, "2100-01-01T00:00:00Z"));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_FALSE(w.nats.connect(creds));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  w.account("revocations = {}");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_THAT(w.nats.only_account().revocations(), IsEmpty());
  EXPECT_TRUE(w.nats.connect(creds));
}

TEST(AccountRevocations, OfOthersAreNeitherShownNorRemoved) {
  Workplace w;
  const std::string ours = new_user_key(), theirs = new_user_key();
  w.account(revoked(ours, "1700000000"));
  ASSERT_TRUE(done(w.terraform.apply()));
  revoke_as_another(w, theirs, 1800000000);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  w.account(revoked(ours, "1700000100"));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().revocations(),
              testing::UnorderedElementsAre(Pair(ours, 1700000100), Pair(theirs, 1800000000)));
  EXPECT_EQ(w.terraform.attributes(a)["revocations"].size(), 1U);
  w.account("revocations = {}");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(theirs, 1800000000)));
}

TEST(AccountRevocations, OneThatAnotherMadeLaterStaysAndOneThatWentIsMadeAgain) {
  Workplace w;
  const std::string key = new_user_key();
  w.account(revoked(key, "1700000000"));
  ASSERT_TRUE(done(w.terraform.apply()));
  auto claims = w.nats.only_account();
  claims.take_back_revocation(key);
  w.nats.push(claims);
  EXPECT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(key, 1700000000)));

  revoke_as_another(w, key, 1900000000);
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "a later one does what ours wants";
  w.account("revocations = {}");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(key, 1900000000)));
}

TEST(AccountRevocations, AreMovedBackToTheConfiguredTime) {
  Workplace w;
  const std::string key = new_user_key();
  w.account(revoked(key, "2027-01-15T08:00:00Z"));
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account(revoked(key, "1700000000"));
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(plain(planned), Not(HasSubstr("Revocation that stays as it was")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(key, 1700000000)));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountRevocations, AreNotMovedBackWhereAnotherRevokedLaterWhichThePlanSays) {
  Workplace w;
  const std::string key = new_user_key();
  w.account(revoked(key, "1700000100"));
  ASSERT_TRUE(done(w.terraform.apply()));
  revoke_as_another(w, key, 1800000000);
  w.account(revoked(key, "1700000000"));
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(plain(planned), HasSubstr("Revocation that stays as it was"));
  EXPECT_THAT(plain(planned), HasSubstr("2027-01-15T08:00:00Z"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(key, 1800000000)));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  // As the warning says.
  w.account(revoked(key, "2027-01-15T08:00:00Z"));
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account(revoked(key, "1700000000"));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair(key, 1700000000)));
}

TEST(AccountRevocations, AnotherSpellingOfATimeIsNoChangeAndNullKeepsThem) {
  Workplace w;
  w.account(revoked("*", "2027-01-15T08:00:00Z"));
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account(revoked("*", "1800000000"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  w.account(R"(description = "changed")");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().revocations(), ElementsAre(Pair("*", 1800000000)));
}

TEST(AccountRevocations, AreNotOursAfterAnImportAndAllInTheDataSource) {
  Workplace w;
  auto claims = new_account();
  claims.revoke("*", 1800000000);
  w.nats.push(claims);
  w.account();
  w.terraform.write("data.tf",
                    "data \"ghboot_nats_account\" \"d\" {\n  public_key = \"" + claims.subject() + "\"\n}\n");
  ASSERT_TRUE(done(w.terraform.import(a, claims.subject())));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.terraform.attributes(a)["revocations"].is_null());
  EXPECT_EQ(w.terraform.attributes("data.ghboot_nats_account.d")["revocations"],
            (nlohmann::json{{"*", "2027-01-15T08:00:00Z"}}));
}

}  // namespace
}  // namespace ghboot::acceptance
