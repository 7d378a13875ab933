// SPDX-License-Identifier: Apache-2.0
// An activation: what it is for, a private export that works by it, and when it is made again.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/activation_claims.h"
#include "nats/time_text.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view t = "ghboot_nats_activation.t";

// Two accounts of one state, and an activation between them.
struct TwoTeams : Workplace {
  TwoTeams() {
    terraform.write("main.tf", R"(resource "ghboot_nats_account" "a" {
  name = "exporter"
}
resource "ghboot_nats_account" "b" {
  name = "importer"
}
)");
  }
  void activation(std::string_view kind, std::string_view more = "") const {
    terraform.write("activation.tf", fmt::format(R"(resource "ghboot_nats_activation" "t" {{
  account  = ghboot_nats_account.a.public_key
  importer = ghboot_nats_account.b.public_key
  subject  = "orders.>"
  kind     = "{}"
  {}
}}
)",
                                                 kind, more));
  }
  std::string importer() const { return terraform.attribute("ghboot_nats_account.b", "public_key"); }
  std::string token() const { return terraform.attribute(t, "token"); }
  nats::ActivationClaims claims() const { return nats::ActivationClaims::decode(token()).value(); }

  // As another tool would: the private export, and the import of a part of it by the token.
  void connect_accounts(std::string_view kind, const std::string& by) {
    json exporter = nats.account(public_key()).value().document();
    exporter["nats"]["exports"] =
        json::array({{{"name", "orders"}, {"subject", "orders.>"}, {"type", kind}, {"token_req", true}}});
    nats.push_text(sign_document(exporter, nats.issuer().signing_key));
    json document = nats.account(importer()).value().document();
    json import = {{"name", "orders"}, {"subject", "orders.new"}, {"account", public_key()}, {"type", kind}};
    if (!by.empty()) import["token"] = by;
    document["nats"]["imports"] = json::array({import});
    nats.push_text(sign_document(document, nats.issuer().signing_key));
  }
};

TEST(Activation, LetsAnotherAccountImportAPrivateStream) {
  TwoTeams w;
  w.activation("stream");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.connect_accounts("stream", w.token());
  auto from = w.connect(w.guest_creds(w.public_key()));
  auto to = w.connect(w.guest_creds(w.importer()));
  auto inbox = to->subscribe({"orders.new"}).value();
  ASSERT_TRUE(to->flush(within(std::chrono::seconds(10))));
  ASSERT_TRUE(from->publish("orders.new", "one"));
  const auto message = inbox.next(within(std::chrono::seconds(10)));
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->body, "one");
}

// The same without the token, as a control: the request finds nobody.
TEST(Activation, OfAServiceAnswersWhereWithoutItNobodyDoes) {
  TwoTeams w;
  w.activation("service");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto answer = [&](const std::string& by) {
    w.connect_accounts("service", by);
    auto service = w.connect(w.guest_creds(w.public_key()));
    auto requests = service->subscribe({"orders.new"}).value();
    EXPECT_TRUE(service->flush(within(std::chrono::seconds(10))));
    auto client = w.connect(w.guest_creds(w.importer()));
    const auto asked = client->request("orders.new", "?", within(std::chrono::milliseconds(500)));
    const auto seen = requests.next(within(std::chrono::milliseconds(500)));
    return seen && *seen;
  };
  EXPECT_FALSE(answer(""));
  EXPECT_TRUE(answer(w.token()));
}

TEST(Activation, IsMadeAgainOnlyWhenAnInputChanges) {
  TwoTeams w;
  w.activation("stream");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string first = w.token();
  EXPECT_EQ(w.claims().importer, w.importer());
  EXPECT_EQ(w.claims().issuer, w.public_key());
  EXPECT_EQ(w.claims().issuer_account, "");
  EXPECT_EQ(w.claims().subject, "orders.>");
  EXPECT_EQ(w.claims().expires_at, 0);
  const Outcome same = w.terraform.plan();
  EXPECT_EQ(same.exit_code, 0) << same.text();
  EXPECT_EQ(w.token(), first);
  w.activation("stream", "expires_at = \"2999-01-15T09:00:00+01:00\"");
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(planned_actions(w.terraform, t), ElementsAre("update"));
  EXPECT_THAT(plain(planned), Not(HasSubstr(first)));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_NE(w.token(), first);
  EXPECT_EQ(nats::time_text(w.claims().expires_at), "2999-01-15T08:00:00Z");
}

TEST(Activation, NeedsNoServer) {
  TwoTeams w;
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto importer = new_account_key().public_key();
  const std::string exporter = w.public_key();
  w.terraform.write("main.tf", fmt::format(R"(resource "ghboot_nats_activation" "t" {{
  account  = "{}"
  importer = "{}"
  subject  = "orders.>"
  kind     = "service"
}}
)",
                                           exporter, importer));
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", "ghboot_nats_account.a", "ghboot_nats_account.b"})));
  for (const char* name : {"NATS_URL", "GHBOOT_SYSTEM_CREDS_FILE", "GHBOOT_OPERATOR_SEED_FILE"})
    w.terraform.unset(name);
  w.nats.stop();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.claims().issuer, exporter);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(plain(destroyed), HasSubstr("servers go on taking it for ever"));
}

TEST(Activation, ByASigningKeyNamesTheAccountItSignsFor) {
  TwoTeams w;
  const auto signing = new_account_key();
  w.activation("stream", fmt::format("signing_key = \"{}\"", signing.public_key()));
  const Outcome missing = w.terraform.apply();
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(plain(missing), HasSubstr(signing.public_key()));
  EXPECT_THAT(plain(missing), HasSubstr(w.store().string()));
  w.keep(signing);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.claims().issuer, signing.public_key());
  EXPECT_EQ(w.claims().issuer_account, w.public_key());
}

TEST(Activation, ThatIsOverBeforeItBeginsIsRefused) {
  TwoTeams w;
  w.activation("stream", "expires_at = \"2020-01-01T00:00:00Z\"");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("Expiry in the past"));
  EXPECT_THAT(plain(planned), HasSubstr("2020-01-01T00:00:00Z is over"));
}

TEST(Activation, IsNotImported) {
  TwoTeams w;
  w.activation("stream");
  const Outcome imported = w.terraform.import(t, "any");
  EXPECT_EQ(imported.exit_code, 1);
  EXPECT_THAT(plain(imported), HasSubstr("An activation is not imported"));
}

}  // namespace
}  // namespace ghboot::acceptance
