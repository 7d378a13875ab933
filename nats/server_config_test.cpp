// SPDX-License-Identifier: Apache-2.0
#include "nats/server_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::Not;

ServerConfig smallest() {
  ServerConfig config;
  config.name = "n1";
  config.operator_jwt = "operator.jwt.text";
  config.system_account = "AAA";
  config.preload = {{"AAA", "account.jwt.text"}};
  config.resolver.dir = "/data/jwt";
  return config;
}

TEST(ServerConfig, OfTheSmallestKindIsThis) {
  EXPECT_EQ(server_config_text(smallest()), R"(server_name: "n1"
listen: "127.0.0.1:4222"
operator: "operator.jwt.text"
system_account: AAA
resolver {
  type: full
  dir: "/data/jwt"
  allow_delete: true
}
resolver_preload {
  AAA: "account.jwt.text"
}
)");
}

TEST(ServerConfig, NeverListensElsewhereThanOnLoopback) {
  ServerConfig config = smallest();
  config.monitoring_port = 8222;
  config.cluster = ClusterConfig{.name = "c", .port = 6222, .routes = {6223}};
  const std::string text = server_config_text(config);
  EXPECT_THAT(text, HasSubstr("http: \"127.0.0.1:8222\""));
  EXPECT_THAT(text, HasSubstr("  listen: \"127.0.0.1:6222\""));
  EXPECT_THAT(text, HasSubstr("nats-route://127.0.0.1:6223"));
}

TEST(ServerConfig, OfAClusterWithAPasswordWantsItOfEachRoute) {
  ServerConfig config = smallest();
  config.cluster = ClusterConfig{.name = "c", .port = 6222, .routes = {6223}};
  EXPECT_THAT(server_config_text(config), Not(HasSubstr("authorization")));
  config.cluster->password = Secret("0a1b");
  EXPECT_THAT(server_config_text(config),
              HasSubstr("  authorization { user: ghboot, password: \"0a1b\" }\n  routes: [\n    "
                        "\"nats-route://ghboot:0a1b@127.0.0.1:6223\"\n"));
}

TEST(ServerConfig, OfAGatewayNamesItsOwnClusterAndTheOthersServers) {
  ServerConfig config = smallest();
  EXPECT_THAT(server_config_text(config), Not(HasSubstr("gateway")));
  config.gateway = GatewayConfig{.cluster = "east", .port = 7223, .others = {{"west", {7224, 7225}}}};
  EXPECT_THAT(
      server_config_text(config),
      HasSubstr("gateway {\n  name: \"east\"\n  listen: \"127.0.0.1:7223\"\n  gateways: [\n    { name: "
                "\"west\", urls: [\"nats://127.0.0.1:7224\", \"nats://127.0.0.1:7225\"] }\n"));
}

TEST(ServerConfig, SaysSyncIntervalOnlyWhenAsked) {
  ServerConfig config = smallest();
  config.jetstream_dir = "/data/js";
  EXPECT_THAT(server_config_text(config), Not(HasSubstr("sync_interval")));
  config.sync_always = true;
  EXPECT_THAT(server_config_text(config), HasSubstr("sync_interval: always"));
}

TEST(ServerConfig, KeepsQuotesAndBackslashesOfAPath) {
  ServerConfig config = smallest();
  config.resolver.dir = R"(/a "b"\c)";
  EXPECT_THAT(server_config_text(config), HasSubstr(R"(dir: "/a \"b\"\\c")"));
}

TEST(ServerConfig, OfACacheHasNothingThatServersRefuseInOne) {
  ServerConfig config = smallest();
  config.resolver.kind = ResolverKind::cache;
  config.resolver.interval = "2s";
  EXPECT_THAT(server_config_text(config), HasSubstr("type: cache\n  dir: \"/data/jwt\"\n}\n"));
}

TEST(ServerConfig, OfAResolverInMemoryHasThePreloadAlone) {
  ServerConfig config = smallest();
  config.resolver.kind = ResolverKind::memory;
  EXPECT_THAT(server_config_text(config), HasSubstr("resolver: MEMORY\nresolver_preload"));
}

}  // namespace
}  // namespace ghboot::nats
