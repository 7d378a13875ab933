// SPDX-License-Identifier: Apache-2.0
// Answers that no user wants: to a token that is none any more, from what is not GitHub, broken off on the
// way, with numbers that a double cannot hold, with pages that lead in a circle. Each has its words, and
// nothing is lost.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* hooks_path = "/repos/acme/shop/hooks";

// A webhook that has been made.
struct AnswerPlace : GithubPlace {
  AnswerPlace() {
    webhook();
    const Outcome applied = terraform.apply();
    EXPECT_TRUE(done(applied));
    before = terraform.state();
  }
  // What a plan says that fails, whatever GitHub has answered; the state is as it was.
  std::string refused_plan() const {
    const Outcome planned = terraform.plan();
    EXPECT_EQ(planned.exit_code, 1) << planned.text();
    EXPECT_EQ(terraform.state(), before);
    return plain(planned);
  }
  void answer(std::string_view body, const standin::Json& headers = standin::Json::object()) const {
    control("DELETE", "/_standin/faults");
    fault({{"method", "GET"},
           {"path_prefix", hooks_path},
           {"status", 200},
           {"body", body},
           {"headers", headers}});
  }

  nlohmann::json before;
};

TEST(WebhookAnswer, ToATokenThatExpiredOrHasNoRightsSaysWhichItIs) {
  AnswerPlace place;
  const auto token = [&](const char* text, const standin::Json& scopes, int expires_in) {
    place.control("POST", "/_standin/tokens",
                  {{"login", "ghboot"},
                   {"kind", "classic"},
                   {"scopes", scopes},
                   {"expires_in", expires_in},
                   {"token", text}});
    place.terraform.set("GITHUB_TOKEN", text);
  };
  token("old-token", {"repo"}, -1);
  EXPECT_THAT(place.refused_plan(), HasSubstr("it is wrong, revoked or expired; make a new one"));
  token("poor-token", {"read:repo_hook"}, 0);
  place.webhook("active = false");
  const Outcome applied = place.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("a classic token needs the scope admin:repo_hook or repo"));
  EXPECT_THAT(plain(applied), Not(HasSubstr("poor-token")));
  EXPECT_TRUE(place.hook().active);
}

TEST(WebhookAnswer, OfAPageIsToldAsNotGithubs) {
  const AnswerPlace place;
  for (const char* body : {"html", "<!doctype html>"}) {
    place.answer(body);
    EXPECT_THAT(place.refused_plan(), HasSubstr("is not GitHub's API: status 200, a body of type"));
  }
  place.answer(R"({"hello":"world"})");
  EXPECT_THAT(place.refused_plan(), HasSubstr("is no list, where one was expected: look at the base URL"));
}

TEST(WebhookAnswer, ThatNothingIsThereCountsFromGithubAlone) {
  const AnswerPlace place;
  place.fault({{"method", "GET"}, {"status", 404}, {"body", R"({"message":"Not Found"})"}});
  const std::string words = place.refused_plan();
  EXPECT_THAT(words, HasSubstr("is not GitHub's API: status 404, a body of type"));
  EXPECT_THAT(words, Not(HasSubstr("terraform state rm")));
}

TEST(WebhookAnswer, ThatBreaksOffIsToldAndOfAWriteLookedUp) {
  const AnswerPlace place;
  place.fault({{"method", "GET"}, {"path_prefix", hooks_path}, {"cut", "truncated"}});
  EXPECT_THAT(place.refused_plan(), HasSubstr("and its body broke off"));
  place.control("DELETE", "/_standin/faults");
  place.fault(
      {{"method", "POST"}, {"path_prefix", "/repos/acme/store/hooks"}, {"cut", "truncated"}, {"times", 1}});
  place.webhook("", "repository = \"store\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().id, place.terraform.attributes(w)["hook_id"].get<standin::Id>());
}

TEST(WebhookAnswer, WithIdsAbove2To53KeepsEachDigit) {
  constexpr standin::Id odd = 9'007'199'254'740'993;  // A double would make it …992.
  const GithubPlace place;
  place.github->standin().change([](standin::State& state) { state.next_id = odd; });
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  ASSERT_EQ(place.hook().id, odd);
  EXPECT_EQ(place.terraform.attributes(w)["hook_id"].get<standin::Id>(), odd);
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(place.terraform.run({"state", "rm", std::string(w)})));
  ASSERT_TRUE(done(place.terraform.import(w, fmt::format("acme/shop/{}", odd))));
  EXPECT_EQ(place.terraform.attributes(w)["hook_id"].get<standin::Id>(), odd);
  place.webhook("deletion_policy = \"delete\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  ASSERT_TRUE(done(place.terraform.destroy()));
  EXPECT_THAT(place.hooks(), IsEmpty());
}

TEST(WebhookAnswer, WithAnIdThatIsNoWholeNumberIsNoWebhook) {
  const AnswerPlace place;
  for (const char* id : {"1e30", "1.5", "9223372036854775808", "\"7\"", "null"}) {
    place.answer(fmt::format(R"([{{"id":{},"config":{{}}}}])", id));
    EXPECT_THAT(place.refused_plan(), HasSubstr("has no `id` that is a positive integer of 64 bits")) << id;
  }
}

TEST(WebhookAnswer, WithPagesThatLeadInACircleOrElsewhereIsGivenUp) {
  const AnswerPlace place;
  const auto next = [&](const std::string& url) {
    place.answer("[]", {{"Link", fmt::format("<{}>; rel=\"next\"", url)}});
  };
  const std::string second = place.github->address() + hooks_path + "?per_page=100&page=2";
  next(second);
  EXPECT_THAT(place.refused_plan(), HasSubstr("they lead in a circle"));
  next("https://elsewhere.example/repos/acme/shop/hooks?page=2");
  EXPECT_THAT(place.refused_plan(), HasSubstr("points to another host, https://elsewhere.example"));
  place.answer("[]", {{"Link", "<" + second}});
  EXPECT_THAT(place.refused_plan(), HasSubstr("in the Link header a link's `<` has no `>`"));
}

}  // namespace
}  // namespace ghboot::acceptance
