// SPDX-License-Identifier: Apache-2.0
// What others do to an account behind Terraform's back.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AccountDrift, OfManagedLimitsIsSetBack) {
  Workplace w;
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  auto claims = w.nats.only_account();
  auto limits = claims.limits();
  limits.conn = 500;
  claims.set_limits(limits);
  w.nats.push(claims);
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  EXPECT_EQ(w.terraform.plan_json()["resource_changes"][0]["change"]["before"]["limits"]["connections"], 500);
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountDrift, OfWhatIsNotManagedIsNone) {
  Workplace w;
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  auto claims = w.nats.only_account();
  claims.set_description("From elsewhere");
  claims.set_tags({"foreign"});
  w.nats.push(claims);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  w.account("limits = { connections = 6 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().description(), "From elsewhere");
  EXPECT_THAT(w.nats.only_account().tags(), ElementsAre("foreign"));
  EXPECT_EQ(w.nats.only_account().limits().conn, 6);
}

TEST(AccountDrift, AnAccountThatWasDeletedIsPlannedAgain) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.nats.erase(key);
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("create"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
}

TEST(AccountDrift, RefreshWritesNothing) {
  Workplace w;
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  Outcome refreshed = w.terraform.refresh();
  EXPECT_TRUE(done(refreshed));
  EXPECT_EQ(proxy.pushes(), 0U);
}

TEST(AccountDrift, ASignatureOfAStrangerIsMended) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto stranger = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  w.nats.push_text(w.nats.only_account().encode(stranger, w.nats.only_account().issued_at() + 1));
  ASSERT_EQ(w.nats.only_account().issuer(), stranger.public_key());
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr(stranger.public_key()));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().issuer(), w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// Servers store it, as its issuer is of a kind that may sign accounts, and trust nobody of it.
TEST(AccountDrift, AnAccountThatSignedItselfIsMended) {
  Workplace w;
  const auto key = new_account_key();
  w.account(fmt::format("public_key = \"{}\"", key.public_key()));
  ASSERT_TRUE(done(w.terraform.apply()));
  w.nats.push_text(w.nats.only_account().encode(key, w.nats.only_account().issued_at() + 1));
  ASSERT_EQ(w.nats.only_account().issuer(), key.public_key());
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("with a signature of " + key.public_key()));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.nats.only_account().issuer(), w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// What a server keeps and nobody can read is never taken for a deletion, nor for what was asked.
TEST(AccountDrift, AJwtThatWasChangedByHandOrIsOfANewerVersionIsToldAndTheStateStays) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key(), jwt = w.nats.stored()[key];
  std::string changed = jwt;
  const auto at = jwt.rfind('.') + 10;
  changed[at] = jwt[at] == 'A' ? 'B' : 'A';
  w.nats.overwrite(key, changed);
  const Outcome forged = w.terraform.plan();
  EXPECT_EQ(forged.exit_code, 1);
  EXPECT_THAT(plain(forged),
              AllOf(HasSubstr("stores for account " + key + " cannot be read"), HasSubstr("signature"),
                    HasSubstr("push that account anew"), Not(HasSubstr(changed))));
  nlohmann::json document = nats::AccountClaims::decode(jwt)->document();
  document["nats"]["version"] = 3;
  w.nats.overwrite(key, sign_document(document, w.nats.issuer().signing_key));
  const Outcome newer = w.terraform.plan();
  EXPECT_EQ(newer.exit_code, 1);
  EXPECT_THAT(plain(newer), HasSubstr("newer tool"));
  EXPECT_EQ(w.public_key(), key);
}

TEST(AccountDrift, ServersOfAnotherOperatorAreNoDeletion) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  NatsServer other;
  lead_to(w.terraform, other, w.store());
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr(w.nats.issuer().key.public_key()));
  EXPECT_THAT(plain(planned), HasSubstr(other.issuer().key.public_key()));
  EXPECT_EQ(w.public_key(), key);

  Outcome destroyed = w.terraform.destroy({"-refresh=false"});
  EXPECT_EQ(destroyed.exit_code, 1);
  EXPECT_THAT(plain(destroyed), HasSubstr("Servers of another operator"));
  EXPECT_EQ(w.public_key(), key);
  EXPECT_THAT(account_seeds(w.store()), testing::ElementsAre(key));
}

}  // namespace
}  // namespace ghboot::acceptance
