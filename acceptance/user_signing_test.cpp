// SPDX-License-Identifier: Apache-2.0
// Users signed by a signing key of their account, plain or of a role, and by seeds that the store does not
// have.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/workplace.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The account has a plain signing key and a scoped one, as another tool would give it to them.
struct SigningWorkplace : Workplace {
  explicit SigningWorkplace(const NatsOptions& options = {}) : Workplace(options) {
    account();
    EXPECT_TRUE(done(terraform.apply()));
    const json template_ = {{"pub", {{"allow", {"t.{{name()}}.>"}}}},
                            {"sub", json::object()},
                            {"subs", 5},
                            {"data", -1},
                            {"payload", -1}};
    json document = nats.only_account().document();
    document["nats"]["signing_keys"] = {plain_key.public_key(),
                                        {{"kind", "user_scope"},
                                         {"key", role.public_key()},
                                         {"role", "reader"},
                                         {"template", template_},
                                         {"description", ""}}};
    nats.push_text(sign_document(document, nats.issuer().signing_key));
  }
  void signed_by(const nats::KeyPair& key, std::string_view more = "") const {
    user(fmt::format("signing_key = \"{}\"\n  {}", key.public_key(), more));
  }

  nats::KeyPair plain_key = new_account_key(), role = new_account_key();
};

TEST(UserSigning, ByASigningKeyOfTheStore) {
  SigningWorkplace w;
  w.keep(w.plain_key);
  w.signed_by(w.plain_key, "payload = 100");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto claims = user_claims(only_creds(w.store()));
  EXPECT_EQ(claims.issuer, w.plain_key.public_key());
  EXPECT_EQ(claims.issuer_account, w.public_key());
  EXPECT_EQ(claims.rights.payload, 100);
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const Outcome planned = w.reimport_user();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(UserSigning, ByTheKeyOfARoleItHasTheRightsOfThatAlone) {
  SigningWorkplace w;
  w.keep(w.role);
  w.signed_by(w.role);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(user_claims(only_creds(w.store())).rights, nats::UserRights::none());
  auto user = w.connect(only_creds(w.store()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  auto inbox = guest->subscribe({"t.>"}).value();
  const nats::Wait wait{nats::system_clock().now() + std::chrono::seconds(10)};
  ASSERT_TRUE(guest->flush(wait));
  ASSERT_TRUE(user->publish("t.other.a", "x"));
  ASSERT_TRUE(user->publish("t.svc.a", "x"));
  EXPECT_EQ(inbox.next(wait).value()->subject, "t.svc.a");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const Outcome planned = w.reimport_user();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(UserSigning, ByTheKeyOfARoleItMayHaveNothingOfItsOwn) {
  SigningWorkplace w;
  w.keep(w.role);
  for (const char* own : {"payload = 5", "permissions = { publish = { allow = [\"a\"] } }", "bearer = true",
                          "source_networks = [\"192.0.2.0/24\"]"}) {
    w.signed_by(w.role, own);
    const Outcome applied = w.terraform.apply();
    EXPECT_EQ(applied.exit_code, 1) << own;
    EXPECT_THAT(plain(applied), HasSubstr("Rights of its own for a user of a role")) << own;
    EXPECT_THAT(
        plain(applied),
        HasSubstr(fmt::format("Remove {} here", std::string(own).substr(0, std::string(own).find(' ')))));
  }
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

TEST(UserSigning, ByAKeyThatTheAccountDoesNotListIsRefused) {
  SigningWorkplace w;
  w.signed_by(new_account_key());
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("Not a signing key of the account"));
  EXPECT_THAT(plain(applied), HasSubstr(w.plain_key.public_key()));
  EXPECT_THAT(plain(applied), HasSubstr(w.role.public_key()));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

TEST(UserSigning, ASeedThatTheStoreDoesNotHaveIsNamed) {
  SigningWorkplace w;
  w.signed_by(w.plain_key);
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(w.plain_key.public_key()));
  EXPECT_THAT(plain(applied), HasSubstr(w.store().string()));
}

TEST(UserSigning, ByASeedThatIsNeverWritten) {
  SigningWorkplace w;
  if (!w.terraform.is_since(11, 11)) GTEST_SKIP() << "this Terraform knows no write-only attributes yet";
  w.terraform.write("seed.tf", R"(variable "seed" {
  type      = string
  ephemeral = true
  sensitive = true
}
)");
  w.signed_by(w.plain_key, "signing_seed_wo = var.seed\n  signing_seed_wo_version = 1");
  const auto with_seed = [&](const nats::KeyPair& key) {
    w.terraform.set("TF_VAR_seed", std::string(key.seed().reveal()));
  };
  const auto other = new_account_key();
  with_seed(other);
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("It is the seed of " + other.public_key()));
  EXPECT_THAT(plain(refused), Not(HasSubstr(std::string(other.seed().reveal()))));
  with_seed(w.plain_key);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  EXPECT_THAT(w.terraform.state().dump(), Not(HasSubstr(std::string(w.plain_key.seed().reveal()))));
  EXPECT_THAT(account_seeds(w.store()), testing::ElementsAre(w.public_key()));
}

TEST(UserSigning, AStrictOperatorTakesASigningKeyAlone) {
  SigningWorkplace w({.strict = true});
  w.user();
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("Set signing_key to one of account"));
  EXPECT_THAT(plain(refused), HasSubstr(w.plain_key.public_key()));
  w.keep(w.plain_key);
  w.signed_by(w.plain_key);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

}  // namespace
}  // namespace ghboot::acceptance
