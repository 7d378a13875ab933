// SPDX-License-Identifier: Apache-2.0
#include "provider/webhooks_data_source.h"

#include <gmock/gmock.h>

#include "provider/webhook_place.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using V = tfplugin::cty::Value;

class WebhooksTest : public WebhookPlace {
 protected:
  V read(std::string_view config) {
    const auto type = provider_.data_sources.at("ghboot_webhooks")->schema().type();
    return core_.read_data("ghboot_webhooks", *tfplugin::cty::decode_json(type, std::string(config)));
  }
};

TEST_F(WebhooksTest, OfARepositoryAreAllListed) {
  const auto id = add_hook({.events = {"push", "issues"},
                            .url = "https://hooks.example/a",
                            .content_type = "json",
                            .secret = "s1"});
  add_hook({.active = false, .events = {"push"}, .url = "https://hooks.example/b"});
  const V read_back = read(R"({"repository":"shop"})");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(read_back["owner"], V("acme"));
  const auto* list = read_back["webhooks"].get<V::List>();
  ASSERT_TRUE(list && list->size() == 2);
  const V& first = list->at(0);
  EXPECT_EQ(first["id"], V::integer(id));
  EXPECT_EQ(first["url"], V("https://hooks.example/a"));
  EXPECT_EQ(first["content_type"], V("json"));
  EXPECT_EQ(first["has_secret"], V(true));
  EXPECT_EQ(first["active"], V(true));
  EXPECT_EQ(first["last_response"]["status"], V("unused"));
  EXPECT_TRUE(first["last_response"]["code"].is_null());
  EXPECT_EQ(list->at(1)["active"], V(false));
  EXPECT_EQ(list->at(1)["has_secret"], V(false));
}

TEST_F(WebhooksTest, OfAnOrganisationHaveNoLastResponse) {
  add_hook({.of_organization = true, .events = {"push"}, .url = "https://hooks.example/o"});
  const V read_back = read(R"({"organization":"acme"})");
  EXPECT_THAT(said(), IsEmpty());
  const auto* list = read_back["webhooks"].get<V::List>();
  ASSERT_TRUE(list && list->size() == 1);
  EXPECT_TRUE(list->at(0)["last_response"].is_null());
}

TEST_F(WebhooksTest, OfARepositoryThatIsNotThereAreAnError) {
  read(R"({"repository":"nosuch"})");
  EXPECT_THAT(said(), HasSubstr("repository: Webhooks not read"));
}

TEST_F(WebhooksTest, WithATokenThatIsWrongAreAnError) {
  variables["GITHUB_TOKEN"] = "wrong";
  begin_command();
  read(R"({"repository":"shop"})");
  EXPECT_EQ(said(), "Webhooks not read\n");
}

TEST_F(WebhooksTest, WithoutAnOwnerSayWhatIsMissing) {
  variables.erase("GITHUB_OWNER");
  begin_command();
  read(R"({"repository":"shop"})");
  EXPECT_THAT(said(), HasSubstr("owner: Repository without an owner"));
}

}  // namespace
}  // namespace ghboot::provider
