// SPDX-License-Identifier: Apache-2.0
// Exports and imports of accounts, as messages meet them: public and private, both ways at once, changed by
// others, and taken away.
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/activation_claims.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view b = "ghboot_nats_account.b";

// Two accounts of one state; b knows a's key.
struct Sharing : Workplace {
  void teams(std::string_view exports, std::string_view imports) const {
    terraform.write("main.tf", fmt::format(R"(resource "ghboot_nats_account" "a" {{
  name = "exporter"
  {}
}}
resource "ghboot_nats_account" "b" {{
  name = "importer"
  {}
}}
)",
                                           exports, imports));
  }
  std::string importer() const { return terraform.attribute(b, "public_key"); }
  // What a's user publishes there comes to b's at `local`.
  void expect_stream(std::string_view subject, std::string_view local) const {
    auto from = connect(guest_creds(public_key()));
    auto to = connect(guest_creds(importer()));
    auto inbox = to->subscribe({std::string(local)}).value();
    ASSERT_TRUE(to->flush(within(std::chrono::seconds(10))));
    ASSERT_TRUE(from->publish(subject, "one"));
    const auto message = inbox.next(within(std::chrono::seconds(10)));
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((*message)->body, "one");
  }
  // Whether b's request to `local` comes to a's service at `subject`.
  bool is_served(std::string_view subject, std::string_view local) const {
    auto service = connect(guest_creds(public_key()));
    auto requests = service->subscribe({std::string(subject)}).value();
    EXPECT_TRUE(service->flush(within(std::chrono::seconds(10))));
    auto client = connect(guest_creds(importer()));
    // Nobody answers: what counts is that the request came.
    const auto asked = client->request(local, "?", within(std::chrono::milliseconds(500)));
    EXPECT_FALSE(asked);
    const auto seen = requests.next(within(std::chrono::milliseconds(500)));
    return seen && *seen;
  }
};

constexpr std::string_view public_exports = R"(exports = [
    { subject = "orders.>", kind = "stream" },
    { subject = "prices", kind = "service" },
  ])";
constexpr std::string_view public_imports = R"(imports = [
    {
      subject       = "orders.>"
      kind          = "stream"
      account       = ghboot_nats_account.a.public_key
      local_subject = "theirs.>"
    },
    { subject = "prices", kind = "service", account = ghboot_nats_account.a.public_key },
  ])";

TEST(AccountSharing, OfPublicExportsCarriesMessagesUntilItIsTakenAway) {
  Sharing w;
  w.teams(public_exports, public_imports);
  ASSERT_TRUE(done(w.terraform.apply()));
  w.expect_stream("orders.new", "theirs.new");
  EXPECT_TRUE(w.is_served("prices", "prices"));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned), Not(HasSubstr("Warning: Import")));

  w.teams(public_exports, "");
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "null is not managed";
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.account(w.importer()).value().imports().size(), 2U);

  w.teams(public_exports, "imports = []");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.account(w.importer()).value().imports(), IsEmpty());
  EXPECT_FALSE(w.is_served("prices", "prices"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountSharing, OfAPrivateExportComesWithItsActivationInOneApply) {
  Sharing w;
  const std::string_view exports =
      R"(exports = [{ subject = "orders.>", kind = "stream", token_required = true }])";
  w.teams(exports, R"(imports = [{
    subject = "orders.new"
    kind    = "stream"
    account = ghboot_nats_account.a.public_key
    token   = ghboot_nats_activation.t.token
  }]
  public_key = ghboot_nats_key.b.public_key)");
  w.terraform.write("activation.tf", R"(resource "ghboot_nats_key" "b" {
  kind = "account"
}
resource "ghboot_nats_activation" "t" {
  account  = ghboot_nats_account.a.public_key
  importer = ghboot_nats_key.b.public_key
  subject  = "orders.>"
  kind     = "stream"
}
)");
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), Not(HasSubstr("Import that nothing answers")));
  w.expect_stream("orders.new", "orders.new");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  const std::string token = w.terraform.attribute("ghboot_nats_activation.t", "token");
  w.teams(exports, "imports = []\n  public_key = ghboot_nats_key.b.public_key");
  EXPECT_THAT(plain(w.terraform.plan()), Not(HasSubstr(token)));
}

TEST(AccountSharing, OfAPrivateExportWithoutATokenIsWarnedOf) {
  Sharing w;
  w.teams(
      R"(exports = [{ subject = "prices", kind = "service", token_required = true }])",
      R"(imports = [{ subject = "prices", kind = "service", account = ghboot_nats_account.a.public_key }])");
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("that export is private, and there is no token"));
  EXPECT_FALSE(w.is_served("prices", "prices"));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0);
  EXPECT_THAT(plain(planned), HasSubstr("that export is private, and there is no token"));
}

TEST(AccountSharing, BothWaysAtOnceTakesOneApply) {
  Sharing w;
  w.terraform.write("main.tf", R"(resource "ghboot_nats_key" "k" {
  for_each = toset(["a", "b"])
  kind     = "account"
}
resource "ghboot_nats_account" "a" {
  name       = "a"
  public_key = ghboot_nats_key.k["a"].public_key
  exports    = [{ subject = "a.>", kind = "stream" }]
  imports    = [{ subject = "b.>", kind = "stream", account = ghboot_nats_key.k["b"].public_key }]
}
resource "ghboot_nats_account" "b" {
  name       = "b"
  public_key = ghboot_nats_key.k["b"].public_key
  exports    = [{ subject = "b.>", kind = "stream" }]
  imports    = [{ subject = "a.>", kind = "stream", account = ghboot_nats_key.k["a"].public_key }]
}
)");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.expect_stream("a.x", "a.x");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned), Not(HasSubstr("Import that nothing answers")));
}

TEST(AccountSharing, ByATokenThatHasExpiredIsWarnedOf) {
  Sharing w;
  const auto exporter = new_account_key(), importer = new_account_key();
  const nats::ActivationClaims expired{.importer = importer.public_key(),
                                       .subject = "orders.>",
                                       .kind = "stream",
                                       .expires_at = 1'600'000'000};
  const std::string token = expired.encode(exporter, 1'500'000'000);
  w.teams(fmt::format(R"(public_key = "{}"
  exports = [{{ subject = "orders.>", kind = "stream", token_required = true }}])",
                      exporter.public_key()),
          fmt::format(R"(public_key = "{}"
  imports = [{{ subject = "orders.>", kind = "stream", account = ghboot_nats_account.a.public_key,
               token = "{}" }}])",
                      importer.public_key(), token));
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("its token expired at 2020-09-13T12:26:40Z"));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("its token expired at 2020-09-13T12:26:40Z"));
}

TEST(AccountSharing, ThatIsStillUnresolvedAtALaterReadIsWarnedOf) {
  Sharing w;
  const std::string nobody = new_account_key().public_key();
  w.teams("", fmt::format(R"(imports = [
    {{ subject = "x", kind = "stream", account = "{}" }},
    {{ subject = "y", kind = "service", account = ghboot_nats_account.a.public_key }},
  ])",
                          nobody));
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), Not(HasSubstr("Import that nothing answers")));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned),
              HasSubstr(fmt::format("stream \"x\" of {}: that account is not there", nobody)));
  EXPECT_THAT(plain(planned), HasSubstr("that account does not export it"));
}

TEST(AccountSharing, OfAnotherKindThanIsExportedIsRefusedBeforeAnythingIsSent) {
  Sharing w;
  w.teams(R"(exports = [{ subject = "orders.>", kind = "stream" }])", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto stored = w.nats.stored();
  w.teams(
      R"(exports = [{ subject = "orders.>", kind = "stream" }])",
      R"(imports = [{ subject = "orders.a", kind = "service", account = ghboot_nats_account.a.public_key }])");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("Import of another kind"));
  EXPECT_THAT(plain(applied), HasSubstr("Import it as a stream"));
  EXPECT_EQ(w.nats.stored(), stored);
}

TEST(AccountSharing, WithAnothersTokenIsRefusedBeforeAnythingIsSent) {
  Sharing w;
  w.teams(R"(exports = [{ subject = "orders.>", kind = "stream", token_required = true }])", "");
  w.terraform.write("activation.tf", fmt::format(R"(resource "ghboot_nats_activation" "t" {{
  account  = ghboot_nats_account.a.public_key
  importer = "{}"
  subject  = "orders.>"
  kind     = "stream"
}}
)",
                                                 new_account_key().public_key()));
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto stored = w.nats.stored();
  w.teams(R"(exports = [{ subject = "orders.>", kind = "stream", token_required = true }])",
          R"(imports = [{ subject = "orders.>", kind = "stream", account = ghboot_nats_account.a.public_key,
                         token = ghboot_nats_activation.t.token }])");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("has a token for another importer"));
  EXPECT_THAT(plain(applied),
              Not(HasSubstr(w.terraform.attribute("ghboot_nats_activation.t", "token").substr(0, 60))));
  EXPECT_EQ(w.nats.stored(), stored);
}

TEST(AccountSharing, ThatAnotherWriterChangedIsDriftAndKeepsWhatIsNotKnown) {
  Sharing w;
  w.account(R"(exports = [
    { subject = "orders.>", kind = "stream", description = "Orders" },
    { subject = "prices", kind = "service", response_type = "Singleton", response_threshold = "60s" },
  ])");
  ASSERT_TRUE(done(w.terraform.apply()));
  json document = w.nats.only_account().document();
  json& exports = document["nats"]["exports"];
  ASSERT_EQ(exports.size(), 2U);
  exports.erase(0);
  exports[0]["revocations"] = {{"*", 7}};
  exports[0]["unheard"] = true;
  w.nats.push_text(sign_document(document, w.nats.issuer().signing_key));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  EXPECT_THAT(plain(planned), Not(HasSubstr("\"prices\"")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  const json after = w.nats.only_account().document()["nats"]["exports"];
  ASSERT_EQ(after.size(), 2U) << after.dump();
  EXPECT_EQ(after[0]["subject"], "orders.>");
  EXPECT_EQ(after[0]["description"], "Orders");
  EXPECT_EQ(after[1]["unheard"], true);
  EXPECT_EQ(after[1]["revocations"], (json{{"*", 7}}));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountSharing, ComesWithAnImportAndInTheDataSource) {
  Sharing w;
  auto claims = new_account();
  nats::Export service{.subject = "prices.*", .type = "service"};
  service.account_token_position = 2;
  service.response_threshold_ns = 5'000'000'000;
  service.latency = nats::ServiceLatency{.sampling = 0, .results = "latency"};
  claims.set_exports({service});
  const std::string other = new_account_key().public_key();
  claims.set_imports({{.subject = "x.*", .type = "stream", .account = other, .local_subject = "y.$1"}});
  w.nats.push(claims);
  w.account(fmt::format(R"(exports = [{{ subject = "prices.*", kind = "service", account_token_position = 2,
               response_threshold = "5s", latency = {{ results = "latency", sampling = 0 }} }}]
  imports = [{{ subject = "x.*", kind = "stream", account = "{}", local_subject = "y.$1" }}])",
                        other));
  w.terraform.write(
      "data.tf",
      fmt::format("data \"ghboot_nats_account\" \"d\" {{\n  public_key = \"{}\"\n}}\n", claims.subject()));
  ASSERT_TRUE(done(w.terraform.import(a, claims.subject())));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  ASSERT_TRUE(done(w.terraform.apply()));
  const json read = w.terraform.attributes("data.ghboot_nats_account.d");
  EXPECT_EQ(read["exports"][0]["latency"]["sampling"], 0);
  EXPECT_EQ(read["imports"][0]["local_subject"], "y.$1");
}

TEST(AccountSharing, IsUpdatedInPlaceAndALineThatIsLeftOutHasItsDefaultAgain) {
  Sharing w;
  w.account(
      R"(exports = [{ subject = "prices", kind = "service", token_required = true, advertise = true }])");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account(R"(exports = [{ subject = "prices", kind = "service" }])");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.nats.only_account().document()["nats"]["exports"],
            json::array({{{"subject", "prices"}, {"type", "service"}}}));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// Claims that differ from an existing account's are told by what they are about: a token is among them.
TEST(AccountSharing, OfAnAccountThatIsThereAndDiffersIsToldWithoutTokens) {
  Sharing w;
  const auto key = new_account_key();
  const std::string other = new_account_key().public_key();
  nats::AccountClaims claims(key.public_key(), "acme");
  claims.set_imports({{.subject = "x", .type = "stream", .account = other}});
  w.nats.push(claims);
  w.account(
      fmt::format("public_key = \"{}\"\n  imports = [{{ subject = \"y\", kind = \"stream\", account = "
                  "\"{}\" }}]",
                  key.public_key(), other));
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(fmt::format("stream \"x\" of {} is there and not wanted", other)));
  EXPECT_THAT(plain(applied), HasSubstr(fmt::format("stream \"y\" of {} is wanted and not there", other)));
}

// As many as a message carries: what is more is told by its size, and nothing hangs.
TEST(AccountSharing, OfMoreThanAMessageCarriesIsRefusedWithItsSize) {
  Sharing w;
  const auto exports = [&](int count, int letters) {
    w.account(fmt::format(R"(exports = [for i in range({}) : {{
    subject = "orders.${{i}}"
    kind    = "stream"
    name    = format("%0{}d", i)
  }}])",
                          count, letters));
  };
  exports(10, 90'000);
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("max_payload"));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  exports(100, 1);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  RecordProperty("seconds_of_100_exports", static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(
                                                                std::chrono::steady_clock::now() - begin)
                                                                .count()));
  EXPECT_EQ(w.nats.only_account().exports().size(), 100U);
}

}  // namespace
}  // namespace ghboot::acceptance
