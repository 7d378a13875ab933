// SPDX-License-Identifier: Apache-2.0
// ghboot account, user and creds, against real servers: what the resources do, by hand.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/workplace.h"
#include "nats/creds.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class HelperAccount : public testing::Test {
 protected:
  HelperAccount() {
    helper.set("NATS_URL", nats.url());
    helper.set("GHBOOT_SYSTEM_CREDS_FILE", nats.system_creds_file());
  }
  void push(const nats::KeyPair& key, const std::string& name) {
    nats.push(nats::AccountClaims(key.public_key(), name));
  }
  Outcome push_file(const nats::AccountClaims& claims, const nats::KeyPair& signer, std::int64_t issued_at) {
    const fs::path file = folder.path() / "account.jwt";
    write_file(file, claims.encode(signer, issued_at) + "\n");
    return helper.run({"account", "push", file.string()});
  }

  NatsServer nats;
  HelperDev helper;
  TempFolder folder;
  nats::KeyPair acme = new_account_key();
};

TEST_F(HelperAccount, ListAndShowTellWhatServersStore) {
  push(acme, "acme");
  const Outcome listed = helper.run({"account", "list"});
  ASSERT_TRUE(done(listed));
  EXPECT_THAT(listed.out, HasSubstr(acme.public_key() + " acme\n"));
  const Outcome as_json = helper.run({"account", "list", "--json"});
  ASSERT_TRUE(done(as_json));
  const nlohmann::json wanted{{"public_key", acme.public_key()}, {"name", "acme"}, {"problem", ""}};
  EXPECT_THAT(nlohmann::json::parse(as_json.out), testing::Contains(wanted));
  for (const std::string& by : {std::string("acme"), acme.public_key()}) {
    const Outcome shown = helper.run({"account", "show", by});
    ASSERT_TRUE(done(shown));
    EXPECT_EQ(nlohmann::json::parse(shown.out)["sub"], acme.public_key());
    EXPECT_THAT(shown.err, IsEmpty());
  }
}

// It ended with 0, so that no script could tell.
TEST(HelperAccounts, ListEndsWith1WhenServersDifferAfterItHasNamedAll) {
  NatsServer nats({.servers = 3, .merge_interval = "1h"});
  HelperDev helper;
  helper.set("NATS_URL", nats.url());
  helper.set("GHBOOT_SYSTEM_CREDS_FILE", nats.system_creds_file());
  const auto one = new_account_key(), two = new_account_key();
  nats.push(nats::AccountClaims(one.public_key(), "one"));
  nats.push(nats::AccountClaims(two.public_key(), "two"));
  nats.stop(2);
  nats::AccountClaims changed(two.public_key(), "two");
  changed.set_description("missed by n3");
  nats.push(changed);
  nats.start(2);
  const Outcome listed = helper.run({"account", "list"});
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.out, AllOf(HasSubstr(one.public_key() + " one\n"),
                                HasSubstr(two.public_key() + " two  ! the servers differ\n")));
  EXPECT_THAT(listed.err, HasSubstr("1 of "));
  const Outcome as_json = helper.run({"account", "list", "--json"});
  EXPECT_EQ(as_json.exit_code, 1);
  EXPECT_TRUE(nlohmann::json::parse(as_json.out).is_array());
}

TEST_F(HelperAccount, ANameOfSeveralOrOfNoneIsAnError) {
  const auto other = new_account_key();
  push(acme, "twin");
  push(other, "twin");
  const Outcome several = helper.run({"account", "show", "twin"});
  EXPECT_EQ(several.exit_code, 1);
  EXPECT_THAT(several.err, AllOf(HasSubstr("2 accounts have the name \"twin\""), HasSubstr(acme.public_key()),
                                 HasSubstr(other.public_key())));
  EXPECT_THAT(helper.run({"account", "show", "absent"}).err, HasSubstr("has the name \"absent\""));
}

TEST_F(HelperAccount, PushIsToldByEachServerAndRefusedWhereItWouldNotStand) {
  nats::AccountClaims claims(acme.public_key(), "acme");
  const auto& signer = nats.issuer().signing_key;
  const Outcome pushed = push_file(claims, signer, 1'700'000'000);
  ASSERT_TRUE(done(pushed));
  EXPECT_THAT(pushed.out, HasSubstr("stored    server n1"));
  EXPECT_EQ(nats.account(acme.public_key())->name(), "acme");
  ASSERT_TRUE(done(push_file(claims, signer, 1'700'000'000))) << "the same again stands as well";
  claims.set_description("older");
  const Outcome older = push_file(claims, signer, 1'600'000'000);
  EXPECT_EQ(older.exit_code, 1);
  EXPECT_THAT(older.err, AllOf(HasSubstr("another JWT of account " + acme.public_key()),
                               HasSubstr("100000000 s later"), HasSubstr("sign it anew")));
  const auto stranger = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  const Outcome foreign = push_file(claims, stranger, 1'800'000'000);
  EXPECT_EQ(foreign.exit_code, 1);
  EXPECT_THAT(foreign.err, HasSubstr(stranger.public_key()));
  EXPECT_EQ(nats.account(acme.public_key())->description(), "");
  write_file(folder.path() / "no.jwt", "x");
  EXPECT_THAT(helper.run({"account", "push", folder.path() / "no.jwt"}).err,
              HasSubstr("holds no account's JWT"));
}

TEST_F(HelperAccount, WithoutServersItSaysWhatToSet) {
  helper.set("NATS_URL", "");
  const Outcome asked = helper.run({"account", "list"});
  EXPECT_EQ(asked.exit_code, 2);
  EXPECT_THAT(asked.err, AllOf(HasSubstr("NATS_URL"), HasSubstr("ghboot up")));
  helper.set("NATS_URL", nats.url());
  helper.set("GHBOOT_SYSTEM_CREDS_FILE", "");
  const Outcome without = helper.run({"account", "list"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("set GHBOOT_SYSTEM_CREDS_FILE"));
}

TEST(HelperUser, CredsOfTheStoreAreListedAndCopiedAndNeverPrintedUnasked) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = only_creds(w.store());
  HelperDev helper;
  helper.set("GHBOOT_STORE_DIR", w.store());
  const Outcome listed = helper.run({"user", "list"});
  ASSERT_TRUE(done(listed));
  const std::string key = user_claims(creds).subject;
  EXPECT_THAT(listed.out, AllOf(HasSubstr(key), HasSubstr("/acme/svc")));
  const fs::path file = w.store_parent.path() / "copy.creds";
  const Outcome copied = helper.run({"creds", "show", "acme/svc", "--out", file.string()});
  ASSERT_TRUE(done(copied));
  EXPECT_EQ(read_file(file), creds);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(copied.text(), Not(HasSubstr("SEED")));
  const Outcome again = helper.run({"creds", "show", key, "--out", file.string()});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there, and stays as it is"));
  EXPECT_EQ(helper.run({"creds", "show", key, "--out", "-"}).out, creds);
  EXPECT_EQ(helper.run({"creds", "show", key}).exit_code, 2) << "where to is never guessed";
  const Outcome unknown = helper.run({"creds", "show", "nobody", "--out", "-"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("nobody"), HasSubstr("ghboot user list")));
}

TEST(HelperUser, ClaimsAreShownWithoutAnySecret) {
  Workplace w;
  w.account();
  w.user("tags = [\"team:a\"]");
  ASSERT_TRUE(done(w.terraform.apply()));
  HelperDev helper;
  helper.set("GHBOOT_STORE_DIR", w.store());
  const Outcome shown = helper.run({"user", "show", "svc"});
  ASSERT_TRUE(done(shown));
  const auto claims = nlohmann::json::parse(shown.out);
  EXPECT_EQ(claims["name"], "svc");
  EXPECT_EQ(claims["nats"]["tags"], nlohmann::json::array({"team:a"}));
  const auto creds = nats::Creds::parse(only_creds(w.store()));
  ASSERT_TRUE(creds);
  EXPECT_THAT(shown.text(), AllOf(Not(HasSubstr(std::string(creds->key.seed().reveal()))),
                                  Not(HasSubstr(std::string(creds->jwt.reveal())))));
}

TEST(HelperUser, MintedCredsConnectForAWhileAndAreKeptNowhere) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  HelperDev helper;
  helper.set("NATS_URL", w.nats.url());
  helper.set("GHBOOT_SYSTEM_CREDS_FILE", w.nats.system_creds_file());
  helper.set("GHBOOT_STORE_DIR", w.store());
  const std::string kept = only_creds(w.store());
  const fs::path file = w.store_parent.path() / "short.creds";
  const std::int64_t before = nats::system_clock().unix_seconds();
  const Outcome minted = helper.run({"creds", "mint", "svc", "--valid-for", "15m", "--out", file.string()});
  ASSERT_TRUE(done(minted));
  const auto claims = user_claims(read_file(file));
  EXPECT_GE(claims.expires_at, before + 900);
  EXPECT_LE(claims.expires_at, nats::system_clock().unix_seconds() + 900);
  EXPECT_THAT(minted.out, HasSubstr(claims.subject + " until "));
  EXPECT_THAT(minted.text(), Not(HasSubstr("SEED")));
  w.connect(read_file(file));
  EXPECT_EQ(only_creds(w.store()), kept);

  for (const char* never : {"0s", "-1h", "15", "soon"})
    EXPECT_EQ(helper.run({"creds", "mint", "svc", "--valid-for", never, "--out", "-"}).exit_code, 2) << never;
  auto account = w.nats.only_account();
  account.revoke(claims.subject, before + 3600);
  w.nats.push(account);
  const Outcome refused = helper.run({"creds", "mint", "svc", "--valid-for", "15m", "--out", "-"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("has revoked user svc (" + claims.subject + ")"));
}

TEST(HelperUser, MintingSaysWhichSeedTheStoreLacks) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  HelperDev helper;
  helper.set("NATS_URL", w.nats.url());
  helper.set("GHBOOT_SYSTEM_CREDS_FILE", w.nats.system_creds_file());
  helper.set("GHBOOT_STORE_DIR", w.store());
  fs::remove_all(w.store() / "keys" / "A");
  const Outcome refused = helper.run({"creds", "mint", "svc", "--valid-for", "1h", "--out", "-"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr(w.public_key()));
}

}  // namespace
}  // namespace ghboot::acceptance
