// SPDX-License-Identifier: Apache-2.0
#include "nats/server_reply.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<void> result_of(std::string_view reply) {
  return claims_result({.id = "NABC", .name = "n1"}, nlohmann::json::parse(reply));
}

std::string refusal(std::string_view words) {
  const nlohmann::json reply{{"error", {{"code", 500}, {"description", words}}}};
  const auto result = claims_result({.id = "NABC", .name = "n1"}, reply);
  return result ? "no error" : result.error().message;
}

TEST(ServerReply, IsOneOnlyWithAServerInIt) {
  for (const char* reply : {"null", "[]", "{}", "7", R"("server")", R"({"server":7})", R"({"server":{}})",
                            R"({"server":{"id":7}})", R"({"data":{"code":200}})"})
    EXPECT_FALSE(reply_server(nlohmann::json::parse(reply))) << reply;
  const auto server = reply_server(
      nlohmann::json::parse(R"({"server":{"id":"NABC","name":"n1","ver":"2.9.10","jetstream":true}})"));
  ASSERT_TRUE(server);
  EXPECT_EQ(server->version, "2.9.10");
  EXPECT_TRUE(server->jetstream);
  EXPECT_EQ(shown(*server), "server n1");
  EXPECT_EQ(shown({.id = "NABC"}), "server NABC");
}

TEST(ServerReply, Of200IsDone) {
  EXPECT_TRUE(result_of(R"({"data":{"account":"A","code":200,"message":"jwt updated"}})"));
  EXPECT_TRUE(result_of(R"({"data":{"code":200,"message":"deleted 1 accounts"}})"));
}

TEST(ServerReply, Of200ThatStoredNothingIsRefused) {
  for (const char* words : {"jwt update skipped", "jwt updated cache", "jwt update cache skipped"}) {
    const auto result = result_of(nlohmann::json{{"data", {{"code", 200}, {"message", words}}}}.dump());
    ASSERT_FALSE(result) << words;
    EXPECT_EQ(result.error().kind, ErrorKind::refused);
    EXPECT_THAT(result.error().message, AllOf(HasSubstr(words), HasSubstr("resolver type full")));
  }
}

TEST(ServerReply, ThatSaysNeitherYesNorNoIsRefused) {
  for (const char* reply : {"null", "[]", "{}", R"({"data":[]})", R"({"data":{}})",
                            R"({"data":{"code":"200"}})", R"({"data":{"code":500}})", R"({"error":"no"})"})
    EXPECT_FALSE(result_of(reply)) << reply;
}

TEST(ServerReply, RepeatsTheServersWordsAndSaysWhatToDo) {
  EXPECT_THAT(refusal("delete accounts request by O failed - delete must be enabled in server config"),
              AllOf(HasSubstr("server n1 says"), HasSubstr("allow_delete: true")));
  EXPECT_THAT(refusal("jwt update resulted in error - jwt store is full"), HasSubstr("raise limit"));
  EXPECT_THAT(refusal("operator requires issuer to be a signing key"), HasSubstr("signing keys"));
  EXPECT_THAT(refusal("delete accounts request by O failed - not trusted"), HasSubstr("does not trust"));
  EXPECT_THAT(refusal("jwt validation failed - validation errors: [subject \"a b\" cannot have spaces]"),
              HasSubstr("cannot have spaces"));
  EXPECT_EQ(refusal("some other trouble"), "server n1 says \"some other trouble\"");
}

}  // namespace
}  // namespace ghboot::nats
