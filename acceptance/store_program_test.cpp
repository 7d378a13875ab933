// SPDX-License-Identifier: Apache-2.0
// Stores that are programs, and teams: the state in S3, two homes without a common folder, and what each of
// them can do without the other's seeds.
#include <chrono>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/s3_standin.h"
#include "acceptance/workplace.h"
#include "nats/test_store_program.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view account_and_user = R"(
resource "ghboot_nats_account" "a" {
  name   = "acme"
  limits = { connections = var.connections }
}
resource "ghboot_nats_user" "u" {
  account = ghboot_nats_account.a.public_key
  name    = "svc"
  payload = var.payload
}
variable "connections" {
  default = 5
}
variable "payload" {
  default = 1000
}
)";

void use(Terraform& terraform, const nats::TestStoreProgram& program) {
  terraform.set("GHBOOT_STORE_EXEC", nlohmann::json(program.command()).dump());
}

std::string creds_of(const nats::TestStoreProgram& program, const std::string& user) {
  const auto entry = nlohmann::json::parse(program.entry("ghboot/creds/" + user), nullptr, false);
  return entry.is_object() ? entry["Secret"].get<std::string>() : "";
}

struct ProgramWorkplace : Workplace {
  explicit ProgramWorkplace(Plugin plugin = Plugin::override_path) : Workplace({}, plugin) {
    use(terraform, program);
    terraform.write("main.tf", account_and_user);
  }
  TempFolder folder;
  nats::TestStoreProgram program{folder.path()};
};

TEST(StoreProgram, KeepsEverythingOfAWholeLifeAndTheFolderNothing) {
  ProgramWorkplace w;
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string user = w.terraform.attribute("ghboot_nats_user.u", "public_key");
  EXPECT_EQ(w.program.entries(), 3U) << "the account's seed, the user's, and its creds";
  EXPECT_TRUE(w.nats.connect(creds_of(w.program, user)));
  EXPECT_THAT(files_in(w.store(), ".nk"), IsEmpty());
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
  const std::string calls = w.program.calls();
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  EXPECT_EQ(w.program.calls(), calls) << "a plan does not look into the store";
  ASSERT_TRUE(done(w.terraform.apply({"-var=payload=7"})));
  EXPECT_EQ(user_claims(creds_of(w.program, user)).rights.payload, 7);
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_EQ(w.program.entries(), 0U) << "what was made here is erased";
}

// A program knows creds by the user's key, so what is put under the new name lies where the old lay.
TEST(StoreProgram, KeepsTheCredsOfAUserThatIsRenamed) {
  ProgramWorkplace w;
  ASSERT_TRUE(done(w.terraform.apply()));
  std::string renamed(account_and_user);
  renamed.replace(renamed.find("\"svc\""), 5, "\"other\"");
  w.terraform.write("main.tf", renamed);
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = creds_of(w.program, w.terraform.attribute("ghboot_nats_user.u", "public_key"));
  ASSERT_NE(creds, "");
  EXPECT_EQ(user_claims(creds).name, "other");
}

TEST(StoreProgram, OfTheProviderBlockWinsOverAFolderInTheEnvironment) {
  ProgramWorkplace w;
  w.terraform.unset("GHBOOT_STORE_EXEC");
  w.terraform.write("provider.tf", fmt::format("provider \"ghboot\" {{\n  store = {{ exec = {} }}\n}}\n",
                                               nlohmann::json(w.program.command()).dump()));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.program.entries(), 3U);
}

TEST(StoreProgram, ThatIsGivenWithoutAWordIsRefused) {
  ProgramWorkplace w;
  w.terraform.write("provider.tf", "provider \"ghboot\" {\n  store = { exec = [] }\n}\n");
  EXPECT_THAT(plain(w.terraform.plan()), HasSubstr("Program of the store without a name"));
}

TEST(StoreProgram, ThatFailsStopsACreateBeforeThePushInItsOwnWords) {
  ProgramWorkplace w;
  w.program.before("echo 'vault is sealed'; exit 2");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), AllOf(HasSubstr("Account not created"), HasSubstr("vault is sealed")));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  w.program.before("");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.program.entries(), 3U);
}

TEST(StoreProgram, ThatHangsIsEndedAtTheOperationsTime) {
  ProgramWorkplace w;
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "a" {
  name     = "acme"
  timeouts = { create = "2s" }
})");
  w.program.before("echo $$ > \"$here/pid\"; exec sleep 1000");
  const auto begun = std::chrono::steady_clock::now();
  const Outcome applied = w.terraform.apply();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("did not end in time, and was ended"));
  EXPECT_TRUE(ends_within(std::stoi(read_file(w.folder.path() / "pid")), std::chrono::seconds(5)));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
}

// Two people, or a person and a pipeline: the state is all that they share.
struct Team : ProgramWorkplace {
  Team() : ProgramWorkplace(Plugin::mirror) {
    for (Terraform* one : {&terraform, &other}) {
      one->write("backend.tf", s3_backend(s3.endpoint(), "team.tfstate"));
      EXPECT_TRUE(done(one->init()));
    }
    terraform.unset("GHBOOT_STORE_DIR");
    terraform.set("XDG_DATA_HOME", (terraform.home() / "data").string());
    // System creds alone: no operator's seed, no store.
    other.set("NATS_URL", nats.url());
    other.set("GHBOOT_SYSTEM_CREDS_FILE", nats.system_creds_file().string());
    other.set("XDG_DATA_HOME", (other.home() / "data").string());
    other.write("main.tf", account_and_user);
    EXPECT_TRUE(done(terraform.apply()));
  }
  S3Standin s3;
  Terraform other{Plugin::mirror};
};

TEST(Team, AHomeWithoutSeedsPlansWithSystemCredsAlone) {
  Team t;
  const Outcome clean = t.other.plan();
  EXPECT_EQ(clean.exit_code, 0) << clean.text();
  const Outcome changes = t.other.plan({"-var=payload=7", "-var=connections=6"});
  EXPECT_EQ(changes.exit_code, 2) << changes.text();
  EXPECT_THAT(plain(changes), HasSubstr("0 to add, 2 to change, 0 to destroy"));
  EXPECT_FALSE(fs::exists(t.other.home() / "data/ghboot")) << "a plan makes no store";
}

TEST(Team, AHomeWithoutSeedsIsToldWhereItWasLookedWhenItMustSign) {
  Team t;
  const auto before = t.nats.stored();
  const Outcome no_operator = t.other.apply({"-var=connections=6"});
  EXPECT_EQ(no_operator.exit_code, 1);
  EXPECT_THAT(plain(no_operator), HasSubstr("GHBOOT_OPERATOR_SEED_FILE"));
  const Outcome no_seed = t.other.apply({"-var=payload=7"});
  EXPECT_EQ(no_seed.exit_code, 1);
  EXPECT_THAT(plain(no_seed), HasSubstr((t.other.home() / "data/ghboot/store").string()));
  EXPECT_EQ(t.nats.stored(), before);
  // Neither failure cost the state anything.
  EXPECT_EQ(t.terraform.plan().exit_code, 0);
}

TEST(Team, AHomeWithoutSeedsChangesWhatNeedsNoneOfTheStore) {
  Team t;
  t.other.set("GHBOOT_OPERATOR_SEED_FILE", t.nats.operator_seed_file().string());
  ASSERT_TRUE(done(t.other.apply({"-var=connections=6"})));
  EXPECT_EQ(t.nats.only_account().limits().conn, 6);
}

TEST(Team, WithACommonProgramBothHomesSign) {
  Team t;
  use(t.other, t.program);
  ASSERT_TRUE(done(t.other.apply({"-var=payload=7"})));
  EXPECT_EQ(t.program.entries(), 3U);
  const Outcome planned = t.terraform.plan({"-var=payload=7"});
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

// As for a pull request from outside: a user of the system account that may ask and not change, a store that
// cannot be written, no operator's seed.
TEST(Team, APlanThatMayWriteNothingWorks) {
  Team t;
  nats::UserClaims claims;
  const auto user = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const auto& issuer = t.nats.issuer();
  claims.subject = user.public_key();
  claims.name = "reader";
  claims.issuer_account = issuer.system_account.public_key();
  claims.rights.permissions.publish.allow = {"$SYS.REQ.CLAIMS.LIST",       "$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP",
                                             "$SYS.REQ.SERVER.PING",       "$SYS.REQ.SERVER.PING.JSZ",
                                             "$SYS.REQ.SERVER.*.VARZ",     "$SYS.REQ.SERVER.*.ROUTEZ",
                                             "$SYS.REQ.SERVER.*.GATEWAYZ", "$SYS.REQ.SERVER.*.JSZ"};
  const std::string jwt = claims.encode(issuer.system_signing_key, nats::system_clock().unix_seconds());
  const nats::Creds creds{.jwt = nats::Secret(jwt), .key = user};
  const fs::path reader = t.folder.path() / "reader.creds";
  write_file(reader, creds.format().reveal());
  const auto pushed = t.nats.stored();
  t.other.set("GHBOOT_SYSTEM_CREDS_FILE", reader.string());
  const fs::path store = t.folder.path() / "read-only";
  fs::create_directory(store);
  fs::permissions(store, fs::perms::owner_read | fs::perms::owner_exec);
  t.other.set("GHBOOT_STORE_DIR", store.string());
  const Outcome clean = t.other.plan();
  EXPECT_EQ(clean.exit_code, 0) << clean.text();
  EXPECT_EQ(t.other.plan({"-var=payload=7"}).exit_code, 2);
  EXPECT_TRUE(fs::is_empty(store));
  // An apply gets as far as the servers' refusal, and changes nothing.
  t.other.set("GHBOOT_OPERATOR_SEED_FILE", t.nats.operator_seed_file().string());
  const Outcome refused = t.other.apply({"-var=connections=6"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(t.nats.stored(), pushed);
}

}  // namespace
}  // namespace ghboot::acceptance
