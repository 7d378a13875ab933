// SPDX-License-Identifier: Apache-2.0
// The end of an account: what destroying does by each policy, and what stands in its way.
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
using testing::IsEmpty;
using testing::SizeIs;

TEST(AccountDeletion, TakesTheAccountFromTheServerAndItsSeedToTheTrash) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string guest = w.guest_creds(w.public_key());
  ASSERT_TRUE(w.nats.connect(guest));
  Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_THAT(account_seeds(w.store()), IsEmpty());
  EXPECT_THAT(files_in(w.store(), ".nk", true), SizeIs(1));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
  EXPECT_FALSE(w.nats.connect(guest)) << "a user of a deleted account";
}

TEST(AccountDeletion, LeavesASeedThatWasNotMadeHere) {
  Workplace w;
  const auto key = new_account_key();
  const auto file =
      w.store() / "keys/A" / key.public_key().substr(1, 2) / (key.public_key() + ".nk");  // nsc's place.
  write_file(file, key.seed().reveal());
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  w.account(fmt::format("public_key = \"{}\"", key.public_key()));
  ASSERT_TRUE(done(w.terraform.apply()));
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST(AccountDeletion, OfAnAccountThatIsGoneAlreadyIsDone) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.nats.erase(w.public_key());
  Outcome destroyed = w.terraform.destroy({"-refresh=false"});
  EXPECT_TRUE(done(destroyed));
}

TEST(AccountDeletion, WithRetainLeavesTheAccountAndSaysSo) {
  Workplace w;
  w.account(R"(deletion_policy = "retain")");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(plain(destroyed), HasSubstr(fmt::format("({}) stays as it is", key)));
  EXPECT_EQ(w.nats.only_account().subject(), key);
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(key));
}

TEST(AccountDeletion, WithPreventFailsInThePlanOfADestroyAndOfAReplace) {
  Workplace w;
  w.account(R"(deletion_policy = "prevent")");
  ASSERT_TRUE(done(w.terraform.apply()));
  Outcome destroy = w.terraform.plan({"-destroy"});
  EXPECT_EQ(destroy.exit_code, 1);
  EXPECT_THAT(plain(destroy), HasSubstr(fmt::format("({}) would be deleted", w.public_key())));
  w.account(
      fmt::format("public_key = \"{}\"\n  deletion_policy = \"delete\"", new_account_key().public_key()));
  Outcome replace = w.terraform.plan();
  EXPECT_EQ(replace.exit_code, 1) << "the policy that was applied last counts";
  EXPECT_THAT(plain(replace), HasSubstr("would be replaced"));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());

  w.account(R"(deletion_policy = "delete")");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(done(w.terraform.destroy()));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
}

TEST(AccountDeletion, ThatTheServersDoNotAllowSaysWhichSettingIsMissing) {
  Workplace w({.allow_delete = false});
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  Outcome destroyed = w.terraform.destroy();
  EXPECT_EQ(destroyed.exit_code, 1);
  EXPECT_THAT(plain(destroyed), HasSubstr("allow_delete: true"));
  EXPECT_FALSE(w.terraform.attributes(a).is_null()) << "what is there stays in the state";
  EXPECT_THAT(account_seeds(w.store()), SizeIs(1));
}

TEST(AccountDeletion, OfAnAccountWithStreamsNeedsForce) {
  Workplace w;
  w.account("limits = { jetstream = { disk_storage = 1048576 } }");
  ASSERT_TRUE(done(w.terraform.apply()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  const nats::Wait wait{nats::system_clock().now() + std::chrono::seconds(10)};
  auto made =
      guest->request("$JS.API.STREAM.CREATE.orders",
                     R"({"name":"orders","subjects":["orders.>"],"storage":"file","max_bytes":1024})", wait);
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_THAT(made->body, HasSubstr("\"config\""));
  ASSERT_TRUE(guest->request("orders.one", "first", wait));

  Outcome refused = w.terraform.destroy();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("orders (1 messages"));
  EXPECT_THAT(plain(refused), HasSubstr("force_destroy = true"));
  EXPECT_THAT(w.nats.stored(), SizeIs(1));

  w.account("force_destroy = true\n  limits = { jetstream = { disk_storage = 1048576 } }");
  ASSERT_TRUE(done(w.terraform.apply()));
  Outcome destroyed = w.terraform.destroy();
  EXPECT_TRUE(done(destroyed));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
}

}  // namespace
}  // namespace ghboot::acceptance
