// SPDX-License-Identifier: Apache-2.0
// The data source of the servers: who answers, who is away, whose they are.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view d = "data.ghboot_nats_server.d";

void ask(const Workplace& w) { w.terraform.write("main.tf", "data \"ghboot_nats_server\" \"d\" {}\n"); }

TEST(ServerData, ShowsEachServerAndTheOperator) {
  Workplace w({.servers = 3, .strict = true});
  w.terraform.unset("GHBOOT_OPERATOR_SEED_FILE");  // Reading needs no right to sign.
  ask(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto found = w.terraform.attributes(d);
  ASSERT_THAT(found["servers"], SizeIs(3));
  EXPECT_THAT(found["away"], SizeIs(0));
  EXPECT_EQ(found["jetstream"], true);
  for (const auto& server : found["servers"]) {
    EXPECT_TRUE(server["id"].get<std::string>().starts_with('N'));
    EXPECT_EQ(server["version"], found["servers"][0]["version"]);
    EXPECT_TRUE(server["version"].get<std::string>().starts_with("2.")) << server.dump();
    EXPECT_EQ(server["jetstream"], true);
  }
  ASSERT_THAT(found["operators"], SizeIs(1));
  const auto& whose = found["operators"][0];
  EXPECT_EQ(whose["public_key"], w.nats.issuer().key.public_key());
  EXPECT_EQ(whose["signing_keys"], nlohmann::json({w.nats.issuer().signing_key.public_key()}));
  EXPECT_EQ(whose["system_account"], w.nats.issuer().system_account.public_key());
  EXPECT_EQ(whose["strict"], true);
}

TEST(ServerData, NamesTheOneThatIsAway) {
  Workplace w({.servers = 3});
  w.nats.stop(2);
  ask(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto found = w.terraform.attributes(d);
  EXPECT_THAT(found["servers"], SizeIs(2));
  EXPECT_THAT(found["away"], SizeIs(1));
}

TEST(ServerData, TellsNothingOfTheOneThatIsSilent) {
  Workplace w({.servers = 3});
  w.nats.freeze(2);
  ask(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  w.nats.thaw(2);
  const auto found = w.terraform.attributes(d);
  ASSERT_THAT(found["servers"], SizeIs(3));
  EXPECT_THAT(found["away"], SizeIs(0));
  int told = 0;
  for (const auto& server : found["servers"]) told += server["version"].is_null() ? 0 : 1;
  EXPECT_EQ(told, 2) << found.dump();
}

TEST(ServerData, OfAServerThatIsNotThereIsAnError) {
  Workplace w;
  w.nats.stop();
  ask(w);
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("Servers not read"));
}

}  // namespace
}  // namespace ghboot::acceptance
