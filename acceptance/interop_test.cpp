// SPDX-License-Identifier: Apache-2.0
// The real nsc and the real nats beside ghboot: each reads what the other wrote. Skipped where they are not.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/nsc.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Interop : public testing::Test {
 protected:
  void SetUp() override {
    if (!Nsc::program()) GTEST_SKIP() << "nsc is not on the PATH, and GHBOOT_NSC is not set";
  }
};

// Less what each signing writes anew.
json content(json document) {
  for (const char* name : {"iat", "iss", "jti"}) document.erase(name);
  return document;
}

// What ghboot applied, in nsc: over ghboot's store as its keystore.
struct GhbootThenNsc : Workplace {
  GhbootThenNsc() : nsc(store()) {
    account(R"(description = "Made by ghboot"
  tags = ["one", "two"]
  limits = { connections = 7, jetstream = { disk_storage = 1048576 } }
  default_permissions = { publish = { deny = ["secret.>"] } })");
    user();
  }
  void read_by_nsc() const {
    write_file(nsc.scratch("operator.jwt"), nats.issuer().jwt);
    nsc.must({"add", "operator", "--url", nsc.scratch("operator.jwt")});
    write_file(nsc.scratch("account.jwt"), nats.stored().at(public_key()));
    nsc.must({"import", "account", "--file", nsc.scratch("account.jwt")});
  }
  Nsc nsc;
};

TEST_F(Interop, NscReadsTheAccountThatGhbootWroteAndFindsNothingWrong) {
  GhbootThenNsc w;
  ASSERT_TRUE(done(w.terraform.apply()));
  w.read_by_nsc();
  EXPECT_THAT(w.nsc.run({"list", "accounts"}).text(), HasSubstr("acme"));
  EXPECT_THAT(w.nsc.run({"list", "keys"}).text(), HasSubstr(w.public_key()));
  const json described = w.nsc.described("acme");
  EXPECT_EQ(content(described)["name"], "acme");
  EXPECT_EQ(described["nats"]["limits"]["conn"], 7);
  EXPECT_EQ(described["nats"]["limits"]["disk_storage"], 1048576);
  EXPECT_EQ(described["nats"]["description"], "Made by ghboot");
  EXPECT_EQ(described["nats"]["tags"], json({"one", "two"}));
  EXPECT_EQ(described["nats"]["default_permissions"]["pub"]["deny"], json({"secret.>"}));
  Outcome validated = w.nsc.run({"validate", "--all-accounts"});
  EXPECT_TRUE(done(validated));
  EXPECT_THAT(validated.text(), AllOf(HasSubstr("Account \"acme\""), HasSubstr("No issues found")));
}

TEST_F(Interop, NscUsesTheSeedsAndTheCredsOfGhbootsStore) {
  GhbootThenNsc w;
  ASSERT_TRUE(done(w.terraform.apply()));
  w.read_by_nsc();
  const std::string creds = only_creds(w.store());
  write_file(w.nsc.scratch("user.jwt"), nats::Creds::parse(creds).value().jwt.reveal());
  w.nsc.must({"import", "user", "--file", w.nsc.scratch("user.jwt")});
  EXPECT_THAT(w.nsc.run({"list", "users", "--account", "acme"}).text(), HasSubstr("svc"));
  EXPECT_THAT(w.nsc.must({"describe", "user", "--account", "acme", "--name", "svc", "--json"}),
              HasSubstr(user_claims(creds).subject));
  // The same JWT and the same seed.
  const auto generated =
      nats::Creds::parse(w.nsc.must({"generate", "creds", "--account", "acme", "--name", "svc"}));
  ASSERT_TRUE(generated) << generated.error().message;
  EXPECT_EQ(generated->format().reveal(), nats::Creds::parse(creds).value().format().reveal());

  w.nsc.must({"add", "user", "--account", "acme", "--name", "by-nsc"});
  const fs::path by_nsc = w.store() / "creds" / "acceptance" / "acme" / "by-nsc.creds";
  EXPECT_NE(w.connect(read_file(by_nsc)), nullptr) << "signed by the seed in ghboot's store";
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "what nsc added is none of this state's";
}

TEST(InteropNats, ConnectsAndPublishesWithTheCredsThatGhbootWrote) {
  const auto program = find_program("nats");
  if (!program) GTEST_SKIP() << "nats, natscli's program, is not on the PATH";
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto listener = w.connect(w.guest_creds(w.public_key()));
  auto heard = listener->subscribe({"greeting"}).value();
  const std::string creds = files_in(w.store(), ".creds").front();
  const auto nats = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program->string());
    words.insert(words.end(), {"--server", w.nats.url(), "--creds", creds});
    return Process({words, w.store_parent.path(), {{"HOME", w.store_parent.path().string()}}}).wait();
  };
  ASSERT_TRUE(done(nats({"pub", "greeting", "hello"})));
  const auto message = heard.next(within());
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->body, "hello");
}

// nsc's operator, on servers that know no other; ghboot's store is nsc's own folder.
struct NscThenGhboot {
  NscThenGhboot() {
    nsc.make_operator();
    nsc.make_team();
    nats.emplace(NatsOptions{.issuer = nsc.issuer()});
    lead_to(terraform, *nats, nsc.keystore());
    team = nsc.public_key("team");
  }
  void push_all() const {
    nsc.must({"edit", "operator", "--account-jwt-server-url", nats->url()});
    nsc.must({"push", "--all"});
  }
  void account(std::string_view attributes) const {
    terraform.write("main.tf", fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  name = \"team\"\n  "
                                           "{}\n}}\n",
                                           attributes));
  }
  Nsc nsc;
  std::optional<NatsServer> nats;
  Terraform terraform;
  std::string team;
};

constexpr std::string_view tier =
    "{ disk_storage = 1000000000, memory_storage = 1000000, streams = 5, memory_max_stream_bytes = -1, "
    "disk_max_stream_bytes = -1 }";

// All that nsc wrote and ghboot has attributes for, but for the description.
std::string as_nsc_wrote(std::string_view description) {
  return fmt::format(R"(description = "{0}"
  info_url = "https://example.com/team"
  tags = ["one", "two"]
  limits = {{
    connections = 7
    leaf_connections = 3
    jetstream_tiers = {{
      R1 = {1}
      R3 = {1}
    }}
  }}
  default_permissions = {{
    publish = {{ allow = ["open.>"] }}
    subscribe = {{ deny = ["secret.>"] }}
    responses = {{ max = 2, ttl = "5s" }}
  }})",
                     description, tier);
}

TEST_F(Interop, GhbootImportsWhatNscPushedAndChangesOneClaimAlone) {
  NscThenGhboot w;
  w.push_all();
  const auto before = content(w.nats->account(w.team).value().document());
  for (const char* claim : {"default_permissions", "description", "exports", "imports", "info_url", "limits",
                            "mappings", "revocations", "signing_keys", "tags"})
    EXPECT_TRUE(before["nats"].contains(claim)) << claim;
  EXPECT_TRUE(before["nats"]["limits"].contains("tiered_limits"));

  w.account(as_nsc_wrote("Made by nsc"));
  ASSERT_TRUE(done(w.terraform.import(a, w.team)));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();

  w.account(as_nsc_wrote("Now ghboot's"));
  ASSERT_TRUE(done(w.terraform.apply()));
  auto after = content(w.nats->account(w.team).value().document());
  EXPECT_EQ(after["nats"]["description"], "Now ghboot's");
  after["nats"]["description"] = "Made by nsc";
  EXPECT_EQ(after, before);

  // nsc takes it back as its own, with nothing lost and nothing wrong.
  w.nsc.must({"pull", "--all", "--overwrite-newer"});
  EXPECT_EQ(w.nsc.described("team")["nats"]["description"], "Now ghboot's");
  EXPECT_TRUE(done(w.nsc.run({"validate", "--account", "team"})));
}

TEST_F(Interop, GhbootReadsTheUsersInNscsFolder) {
  NscThenGhboot w;
  w.push_all();
  w.terraform.write("main.tf", fmt::format(R"(resource "ghboot_nats_user" "u" {{
  account = "{}"
  name = "alice"
  tags = ["x"]
  permissions = {{ publish = {{ allow = ["orders.new"] }} }}
}}
)",
                                           w.team));
  const std::string creds = read_file(w.nsc.creds_file("team", "alice"));
  ASSERT_TRUE(done(w.terraform.import(u, w.team + "/" + user_claims(creds).subject)));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_EQ(read_file(w.nsc.creds_file("team", "alice")), creds);
}

TEST_F(Interop, JwtDecodeShowsWhatNscDescribes) {
  Nsc nsc;
  nsc.make_operator();
  nsc.make_team();
  Terraform terraform;
  if (!terraform.is_since(8, 7)) GTEST_SKIP() << "this terraform knows no functions";
  terraform.write("team.jwt", nsc.account_jwt("team"));
  terraform.write("main.tf", R"(output "claims" {
  value = provider::ghboot::jwt_decode(file("team.jwt")).claims
}
)");
  ASSERT_TRUE(done(terraform.apply()));
  const json shown = json::parse(terraform.state()["outputs"]["claims"]["value"].get<std::string>());
  EXPECT_EQ(shown, nsc.described("team"));
}

void record(const Nsc& nsc, const fs::path& to) {
  write_file(to / "operator.jwt", nsc.operator_jwt() + "\n");
  for (const char* account : {"team", "partner", "SYS"})
    write_file(to / fmt::format("{}.jwt", account), nsc.account_jwt(account) + "\n");
  for (const char* user : {"alice", "bob"})
    write_file(to / fmt::format("{}.creds", user), read_file(nsc.creds_file("team", user)));
  const json team = nsc.described("team");
  write_file(to / "activation.jwt", team["nats"]["imports"][0]["token"].get<std::string>() + "\n");
  write_file(to / "team.json", team.dump(1) + "\n");
}

// What unit tests read where nsc is not is what this nsc writes, but for keys and times. With
// GHBOOT_RECORD_FIXTURES set to a folder, it is recorded there anew.
TEST_F(Interop, NscStillWritesWhatWasRecorded) {
  Nsc nsc;
  nsc.make_operator();
  nsc.make_team();
  const char* folder = std::getenv("GHBOOT_RECORD_FIXTURES");
  if (folder != nullptr && *folder != '\0') record(nsc, folder);
  json now = nsc.described("team")["nats"];
  json recorded = json::parse(read_file(fs::path(GHBOOT_EXAMPLES).parent_path().parent_path() /
                                        "nats/fixtures/nsc/team.json"))["nats"];
  for (json* claims : {&now, &recorded}) {
    EXPECT_EQ((*claims)["imports"].size(), 2U);
    EXPECT_EQ((*claims)["signing_keys"].size(), 2U);
    EXPECT_EQ((*claims)["revocations"].size(), 1U);
    for (const char* keyed : {"imports", "signing_keys", "revocations"}) claims->erase(keyed);
  }
  EXPECT_EQ(now, recorded);
}

}  // namespace
}  // namespace ghboot::acceptance
