// SPDX-License-Identifier: Apache-2.0
// The mappings of an account, as messages meet them, and its auth callout, as its users do; and what a plan
// says of servers that are too old for these and for traces.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/server_version.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view moved =
    R"(mappings = { "old.*" = { destinations = [{ subject = "new.{{wildcard(1)}}" }] } })";

nats::ServerVersion version_of(const Workplace& w) {
  NatsManager manager(w.nats);
  return nats::parse_version(manager.resolver.list(within()).value().front().server.version);
}

// Where a message for the subject arrives.
std::string arrives_at(const Workplace& w, std::string_view subject) {
  auto guest = w.connect(w.guest_creds(w.public_key()));
  auto inbox = guest->subscribe({">"}).value();
  EXPECT_TRUE(guest->flush(within()));
  EXPECT_TRUE(guest->publish(std::string(subject), "x"));
  return inbox.next(within()).value()->subject;
}

TEST(AccountMappings, SendMessagesElsewhereUntilTheyAreTakenAway) {
  Workplace w;
  w.account(moved);
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), Not(HasSubstr("too old")));
  EXPECT_EQ(arrives_at(w, "old.7"), "new.7");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  w.account(R"(description = "changed")");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(arrives_at(w, "old.7"), "new.7") << "null is not managed";
  w.account("mappings = {}");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(arrives_at(w, "old.7"), "old.7");
}

TEST(AccountMappings, WeightsAndClustersAreStoredAndAnothersChangeIsDrift) {
  Workplace w;
  w.account(R"(mappings = { "in" = { destinations = [
    { subject = "blue", weight = 20 }, { subject = "green", weight = 50 },
    { subject = "far", weight = 30, cluster = "west" } ] } })");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().mappings().at("in"),
              ElementsAre(nats::MappedTo{"blue", 20, ""}, nats::MappedTo{"green", 50, ""},
                          nats::MappedTo{"far", 30, "west"}));
  auto claims = w.nats.only_account();
  claims.set_mappings({});
  w.nats.push(claims);
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.nats.only_account().mappings().size(), 1U);

  w.account(R"(mappings = { "in" = { destinations = [
    { subject = "near" }, { subject = "far", cluster = "west" } ] } })");
  const Outcome planned = w.terraform.plan();
  const bool is_old = version_of(w) < nats::ServerVersion{2, 10, 18};
  EXPECT_EQ(plain(planned).contains("add up the weights of all clusters"), is_old) << planned.text();
  EXPECT_EQ(w.terraform.apply_plan().ok(), !is_old);
}

TEST(AccountMappings, ComeWithAnImportAndInTheDataSource) {
  Workplace w;
  auto claims = new_account();
  claims.set_mappings({{"old.*", {{"new.{{wildcard(1)}}", 100, ""}}}});
  w.nats.push(claims);
  w.account(moved);
  w.terraform.write("data.tf",
                    "data \"ghboot_nats_account\" \"d\" {\n  public_key = \"" + claims.subject() + "\"\n}\n");
  ASSERT_TRUE(done(w.terraform.import(a, claims.subject())));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto data = w.terraform.attributes("data.ghboot_nats_account.d");
  EXPECT_EQ(data["mappings"], w.terraform.attributes(a)["mappings"]);
  EXPECT_TRUE(data["authorization"].is_object()) << data.dump();
}

// The server's own behaviour shows that the warning is true.
TEST(AccountMappings, ThatLosePartOfASubjectAreIgnoredByOldServersWhichThePlanSays) {
  Workplace w;
  w.account(R"(mappings = { "old.*" = { destinations = [{ subject = "all" }] } })");
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  const bool is_old = version_of(w) < nats::ServerVersion{2, 10};
  EXPECT_EQ(plain(planned).contains("needs servers of 2.10 or newer"), is_old) << planned.text();
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(arrives_at(w, "old.7"), is_old ? "old.7" : "all");
}

TEST(AccountExports, WithTracesAreTooNewForOldServersWhichThePlanSays) {
  Workplace w;
  w.account(R"(exports = [{ subject = "ask", kind = "service", allow_trace = true }])");
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  const bool is_old = version_of(w) < nats::ServerVersion{2, 11};
  EXPECT_EQ(plain(planned).contains("exports needs servers of 2.11 or newer"), is_old) << planned.text();
  EXPECT_EQ(plain(planned).contains("do not know allow_trace, which \"ask\" has"), is_old);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
}

TEST(AccountAuthorization, LetsInWhomItNamesAloneAndIsTooNewForOldServersWhichThePlanSays) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string service = w.guest_creds(w.public_key()), other = w.guest_creds(w.public_key());
  const auto curve = nats::KeyPair::generate(nats::KeyKind::curve, nats::system_random());
  w.account(fmt::format(R"(authorization = {{ auth_users = ["{}"], allowed_accounts = ["*"], xkey = "{}" }})",
                        user_claims(service).subject, curve.public_key()));
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  const bool is_old = version_of(w) < nats::ServerVersion{2, 10};
  EXPECT_EQ(plain(planned).contains("authorization needs servers of 2.10 or newer"), is_old);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const auto stored = w.nats.only_account().authorization();
  EXPECT_THAT(stored.auth_users, ElementsAre(user_claims(service).subject));
  EXPECT_THAT(stored.allowed_accounts, ElementsAre("*"));
  EXPECT_EQ(stored.xkey, curve.public_key());
  EXPECT_TRUE(w.nats.connect(service));
  EXPECT_EQ(w.nats.connect(other).has_value(), is_old) << "nobody answers for the service";

  w.account("authorization = {}");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().authorization().auth_users, IsEmpty());
  EXPECT_TRUE(w.nats.connect(other));
}

}  // namespace
}  // namespace ghboot::acceptance
