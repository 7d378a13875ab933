// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "standin/test_standin.h"

namespace ghboot::standin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using HookTest = StandinTest;

std::string first_error(const Response& response) {
  return Json::parse(response.body)["errors"][0].value("message", "");
}

TEST_F(HookTest, HasGitHubsDefaults) {
  const Response response =
      ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "https://a.example"}}}});
  EXPECT_EQ(response.status, 201U);
  const Json hook = json(response);
  EXPECT_EQ(hook["events"], Json({"push"}));
  EXPECT_EQ(hook["active"], true);
  EXPECT_EQ(hook["config"],
            Json({{"content_type", "form"}, {"insecure_ssl", "0"}, {"url", "https://a.example"}}));
  EXPECT_EQ(hook["last_response"], Json({{"code", nullptr}, {"status", "unused"}, {"message", nullptr}}));
  EXPECT_EQ(response.header("Location"), hook["url"].get<std::string>());
}

TEST_F(HookTest, ShowsASecretAsAMaskAndOnlyWhereThereIsOne) {
  const Json hook = make_hook("https://a.example", {"push"}, "hidden");
  EXPECT_EQ(hook["config"]["secret"], "********");
  EXPECT_THAT(ask("GET", at(hook)).body, ::testing::Not(HasSubstr("hidden")));
  EXPECT_FALSE(make_hook("https://b.example")["config"].contains("secret"));
}

TEST_F(HookTest, APatchWhoseConfigLacksTheSecretRemovesIt) {
  const Json hook = make_hook("https://a.example", {"push"}, "hidden");
  const Json changed = json(ask("PATCH", at(hook), {{"config", {{"url", "https://b.example"}}}}));
  EXPECT_FALSE(changed["config"].contains("secret"));
  EXPECT_EQ(changed["config"]["content_type"], "form");  // Its default again.
}

TEST_F(HookTest, APatchOfTheConfigLeavesTheRest) {
  const Json hook = make_hook("https://a.example", {"push"}, "hidden");
  const Json config = json(ask("PATCH", at(hook) + "/config", {{"url", "https://b.example"}}));
  EXPECT_EQ(config["url"], "https://b.example");
  EXPECT_EQ(config["secret"], "********");
  EXPECT_EQ(config["content_type"], "json");
}

TEST_F(HookTest, TakesTheMaskAsASecretLikeAnyOther) {
  const Json hook = make_hook("https://a.example", {"push"}, "hidden");
  EXPECT_EQ(ask("PATCH", at(hook) + "/config", {{"secret", "********"}}).status, 200U);
  EXPECT_EQ(standin_->state().hooks.at(hook["id"].get<Id>()).secret, "********");
}

TEST_F(HookTest, EventsAreAddedAndRemovedAndEachIsThereOnce) {
  const Json hook = make_hook("https://a.example", {"push", "push", "issues"});
  EXPECT_EQ(hook["events"], Json({"push", "issues"}));
  const Json changed =
      json(ask("PATCH", at(hook), {{"add_events", {"fork", "push"}}, {"remove_events", {"issues"}}}));
  EXPECT_EQ(changed["events"], Json({"push", "fork"}));
}

TEST_F(HookTest, OrganisationsHooksKnowNoAddEvents) {
  const Response made =
      ask("POST", "/orgs/ACME/hooks", {{"name", "web"}, {"config", {{"url", "https://a.example"}}}});
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_FALSE(json(made).contains("test_url"));
  EXPECT_FALSE(json(made).contains("last_response"));
  const std::string place = "/orgs/acme/hooks/" + std::to_string(json(made)["id"].get<Id>());
  EXPECT_EQ(json(ask("PATCH", place, {{"add_events", {"fork"}}}))["events"], Json({"push"}));
  EXPECT_EQ(ask("PATCH", place, {{"config", {{"content_type", "json"}}}}).status,
            422U);  // `url` is required there.
  EXPECT_EQ(ask("POST", place + "/tests").status, 404U);
}

TEST_F(HookTest, ASecondOneWithTheSameConfigNeedsOtherEvents) {
  make_hook("https://a.example", {"push", "issues"});
  const Json body{{"config", {{"url", "https://a.example"}, {"content_type", "json"}}},
                  {"events", {"issues"}}};
  const Response response = ask("POST", "/repos/acme/shop/hooks", body);
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(json(response)["message"], "Validation Failed");
  EXPECT_EQ(first_error(response), "Hook already exists on this repository");
  make_hook("https://a.example", {"fork"});
}

TEST_F(HookTest, AnEventHasNoMoreThanTwenty) {
  for (int i = 0; i < 20; ++i) make_hook("https://a.example/" + std::to_string(i));
  const Response response =
      ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "https://a.example/20"}}}});
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(first_error(response), "The \"push\" event cannot have more than 20 hooks");
  make_hook("https://a.example/20", {"issues"});
}

TEST_F(HookTest, RefusesWhatCannotBeMeant) {
  const auto status = [&](const Json& body) { return ask("POST", "/repos/acme/shop/hooks", body).status; };
  const Json good{{"url", "https://a.example"}};
  EXPECT_EQ(status({{"name", "slack"}, {"config", good}}), 422U);
  EXPECT_EQ(status({{"config", good}, {"events", {"no_such_event"}}}), 422U);
  EXPECT_EQ(status({{"config", good}, {"events", {"workflow_dispatch"}}}), 422U);  // Apps alone receive it.
  EXPECT_EQ(status({{"config", good}, {"events", {"membership"}}}), 422U);         // Organisations alone.
  EXPECT_EQ(status({{"config", good}, {"events", "push"}}), 422U);
  EXPECT_EQ(status({{"config", {{"url", "a.example"}}}}), 422U);
  EXPECT_EQ(status(Json::object()), 422U);
  EXPECT_EQ(status({{"config", {{"url", "https://a.example"}, {"content_type", "xml"}}}}), 422U);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(HookTest, RefusesLocalUrlsWhenItIsToldTo) {
  make_hook("http://127.0.0.1:1/");
  standin_->change([](State& state) { state.refuses_local_urls = true; });
  const Response response =
      ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "http://localhost:1/"}}}});
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(first_error(response),
            "url is not supported because it isn't reachable over the public Internet (localhost)");
}

TEST_F(HookTest, InsecureSslIsTextWhateverWasSent) {
  const Json body{{"config", {{"url", "https://a.example"}, {"insecure_ssl", 1}}}};
  EXPECT_EQ(json(ask("POST", "/repos/acme/shop/hooks", body))["config"]["insecure_ssl"], "1");
}

TEST_F(HookTest, ListsByPagesWhoseLinksNameTheRepositoryByItsNumber) {
  for (int i = 0; i < 5; ++i) make_hook("https://a.example/" + std::to_string(i));
  const Response first = ask("GET", "/repos/acme/shop/hooks?per_page=2");
  EXPECT_THAT(json(first), SizeIs(2));
  EXPECT_EQ(first.header("Link"),
            "<http://127.0.0.1:1/repositories/2/hooks?page=2&per_page=2>; rel=\"next\", "
            "<http://127.0.0.1:1/repositories/2/hooks?page=3&per_page=2>; rel=\"last\"");
  const Response last = ask("GET", "/repositories/2/hooks?page=3&per_page=2");
  EXPECT_THAT(json(last), SizeIs(1));
  EXPECT_THAT(std::string(last.header("Link")), HasSubstr("rel=\"prev\""));
  EXPECT_EQ(ask("GET", "/repos/acme/shop/hooks?per_page=5").header("Link"), "");
}

TEST_F(HookTest, IsGoneOnceDeleted) {
  const Json hook = make_hook("https://a.example", {"meta"});
  sent_.clear();
  EXPECT_EQ(ask("DELETE", at(hook)).status, 204U);
  ASSERT_THAT(sent_, SizeIs(1));  // Its receiver hears of it.
  EXPECT_EQ(header(sent_[0], "X-GitHub-Event"), "meta");
  const Response gone = ask("GET", at(hook));
  EXPECT_EQ(gone.status, 404U);
  EXPECT_EQ(json(gone)["status"], "404");
  EXPECT_EQ(ask("DELETE", at(hook)).status, 404U);
}

}  // namespace
}  // namespace ghboot::standin
