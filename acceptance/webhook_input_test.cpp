// SPDX-License-Identifier: Apache-2.0
// What a user may write by mistake of a webhook: refused before GitHub is asked where that is possible, else
// in GitHub's words at the attribute that they are about.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/mistakes.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view webhook = "ghboot_webhook";
constexpr std::string_view ten_thousand = R"(join("", [for i in range(1000) : "0123456789"]))";

std::string webhook_text(std::string_view home, std::string_view url, std::string_view events,
                         std::string_view more = "") {
  return fmt::format("{}\n  url = {}\n  events = {}\n  {}", home, url, events, more);
}

using Told = std::vector<std::pair<std::string, std::string_view>>;

void expect_refused_webhooks(const Told& texts) {
  std::vector<Mistake> all;
  for (const auto& [text, told] : texts) all.push_back({webhook, text, told});
  expect_refused(all);
}

TEST(WebhookInput, OfPlaceUrlAndEvents) {
  const std::string url = R"("https://hooks.example/a")", events = R"(["push"])";
  const auto home = [&](std::string_view text) { return webhook_text(text, url, events); };
  const auto to = [&](std::string_view text) { return webhook_text("repository = \"shop\"", text, events); };
  const auto of = [&](std::string_view text) { return webhook_text("repository = \"shop\"", url, text); };
  expect_refused_webhooks({
      {home(""), "repository"},
      {home("repository = \"shop\"\n  organization = \"acme\""), "organization"},
      {home("organization = \"acme\"\n  owner = \"acme\""), "owner"},
      {home("repository = [\"shop\"]"), "string required"},
      {home("repository = \"\""), "of at most 100 characters and without its owner"},
      {home("repository = \"acme/shop\""), "of at most 100 characters and without its owner"},
      {home("repository = \"..\""), "of at most 100 characters and without its owner"},
      {home("repository = \"żółw\""), "of at most 100 characters and without its owner"},
      {home(fmt::format("repository = {}", ten_thousand)), "…\" (10000 bytes); expected is the name of"},
      {home("repository = \"shop\"\n  owner = {}"), "string required"},
      {home("repository = \"shop\"\n  owner = \"\""), "of at most 100 characters and without a slash"},
      {home("repository = \"shop\"\n  owner = \"acme/\""), "of at most 100 characters and without a slash"},
      {home("repository = \"shop\"\n  owner = \"账户\""), "of at most 100 characters and without a slash"},
      {home(fmt::format("repository = \"shop\"\n  owner = {}", ten_thousand)),
       "of at most 100 characters and without a slash"},
      {home("organization = [1]"), "string required"},
      {home("organization = \"\""), "of at most 100 characters and without a slash"},
      {home("organization = \"🐢\""), "of at most 100 characters and without a slash"},
      {home(fmt::format("organization = {}", ten_thousand)), "of at most 100 characters and without a slash"},
      {to("[]"), "string required"},
      {to("null"), "url"},
      {to("\"\""), "a URL that begins with `https://`"},
      {to("\"hooks.example/a\""), "a URL that begins with `https://`"},
      {to("\"ftp://hooks.example/a\""), "a URL that begins with `https://`"},
      {to("\"https://\""), "a URL that begins with `https://`"},
      {to("\"https://hooks.example/a b?token=c\""), "\"url\" is (a sensitive value); expected is a URL"},
      {to(ten_thousand), "a URL that begins with `https://`"},
      {of("\"push\""), "set of string required"},
      {of("[]"), "events"},
      {of("[\"\"]"), "events"},
      {of("[for i in range(1001) : \"e${i}\"]"), "1000"},
      {of(fmt::format("[{}]", ten_thousand)), "has 10000 bytes; expected are 1 to 100"},
      {of("[\"check_suite\", [\"push\"]]"), "string required"},
      {of("[\"membership\"]"), "is an event of organisations"},
  });
}

TEST(WebhookInput, OfTheRest) {
  const auto with = [](std::string_view more) {
    return webhook_text("repository = \"shop\"", "\"https://hooks.example/a\"", "[\"push\"]", more);
  };
  const auto with_long = [&](std::string_view name) {
    return with(fmt::format("{} = {}", name, ten_thousand));
  };
  expect_refused_webhooks({
      {with("content_type = [\"json\"]"), "string required"},
      {with("content_type = \"\""), "\"form\""},
      {with("content_type = \"JSON\""), "\"form\""},
      {with("content_type = \"ѕon\""), "\"form\""},
      {with_long("content_type"), "\"form\""},
      {with("active = \"perhaps\""), "bool is required"},
      {with("active = \"\""), "bool is required"},
      {with("insecure_ssl = \"2\""), "bool is required"},
      {with_long("insecure_ssl"), "bool is required"},
      {with("verify_delivery = []"), "bool required"},
      {with("adopt_existing = \"é\""), "bool is required"},
      {with("secret = {}"), "string required"},
      {with("secret = \"\""), "secret"},
      {with("secret = \"********\""), "Mask in a secret's place"},
      {with("secret = \"a\"\n  secret_file = \"b\""), "secret_file"},
      {with("secret_file = \"\""), "secret_file"},
      {with("secret_file = []"), "string required"},
      {with("deletion_policy = \"\""), "\"prevent\""},
      {with("deletion_policy = \"behalten\""), "\"retain\""},
      {with_long("deletion_policy"), "\"retain\""},
      {with("hook_id = 5"), "hook_id"},
      {with("ping_url = \"a\""), "ping_url"},
      {with("adopted = true"), "adopted"},
      {with("timeouts = { create = \"soon\" }"), "soon"},
      {with("timeouts = { create = \"\" }"), "a time like"},
      {with("timeouts = 5"), "object required"},
      {with("nickname = \"a\""), "Unsupported argument"},
  });
}

TEST(WebhookInput, OfASecretThatIsWrittenOnly) {
  if (!Terraform().is_since(11, 11)) GTEST_SKIP() << "this Terraform has no write-only attributes";
  const auto with = [](std::string_view more) {
    return webhook_text("repository = \"shop\"", "\"https://hooks.example/a\"", "[\"push\"]", more);
  };
  expect_refused_webhooks({
      {with("secret_wo = \"a\""), "secret_wo_version"},
      {with("secret_wo_version = 1"), "secret_wo"},
      {with("secret_wo = \"\"\n  secret_wo_version = 1"), "secret_wo"},
      {with("secret_wo = \"********\"\n  secret_wo_version = 1"), "Mask in a secret's place"},
      {with("secret_wo = []\n  secret_wo_version = 1"), "string required"},
      {with("secret_wo = \"a\"\n  secret_wo_version = \"one\""), "number is required"},
      {with("secret_wo = \"a\"\n  secret_wo_version = 1.5"), "whole number"},
      {with("secret_wo = \"a\"\n  secret_wo_version = 9223372036854775808"),
       "whole number of at most 64 bits"},
      {with("secret_wo = \"a\"\n  secret_wo_version = 1\n  secret = \"b\""), "secret"},
  });
}

// Each is in a file of its own: the error is to name its line.
TEST(WebhookInput, ThatGithubAloneCanJudgeIsRefusedInItsWordsAtItsAttribute) {
  const GithubPlace place;
  place.control("PATCH", "/_standin/settings", {{"refuses_local_urls", true}});
  const auto add = [&](const std::string& name, std::string_view home, std::string_view url,
                       std::string_view events) {
    place.terraform.write(name + ".tf", fmt::format("resource \"ghboot_webhook\" \"{}\" {{\n{}\n}}\n", name,
                                                    webhook_text(home, url, events)));
  };
  add("loopback", "repository = \"shop\"", R"("http://127.0.0.1:8080/")", R"(["push"])");
  add("odd", "repository = \"shop\"", R"("https://hooks.example/é")", R"(["push"])");
  add("event", "repository = \"store\"", R"("https://hooks.example/a")", R"(["żółw"])");
  add("nowhere", "repository = \"nowhere\"", R"("https://hooks.example/a")", R"(["push"])");
  add("nobody", "organization = \"nobody\"", R"("https://hooks.example/a")", R"(["push"])");
  const Outcome applied = place.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  const std::string told = plain(applied);
  EXPECT_THAT(told, HasSubstr("isn't reachable over the public Internet (127.0.0.1)"));
  EXPECT_THAT(told, HasSubstr("on loopback.tf line 3, in resource"));
  EXPECT_THAT(told, HasSubstr("Please make sure that you encode all special characters first"));
  EXPECT_THAT(told, HasSubstr("on odd.tf line 3, in resource"));
  EXPECT_THAT(told, HasSubstr("\"żółw\" is none of the events that were known"));
  EXPECT_THAT(told, HasSubstr("[Hook events invalid]"));
  EXPECT_THAT(told, HasSubstr("on event.tf line 4, in resource"));
  EXPECT_THAT(told, HasSubstr("There is no repository acme/nowhere on GitHub: look at its name"));
  EXPECT_THAT(told, HasSubstr("on nowhere.tf line 2, in resource"));
  EXPECT_THAT(told, HasSubstr("There is no organisation nobody on GitHub: look at its name"));
  EXPECT_THAT(place.hooks(), IsEmpty());
}

TEST(WebhookInput, ThatIsUnusualAndRightIsKeptAsItWasWritten) {
  const GithubPlace place;
  const std::string text = fmt::format("\"https://hooks.example/${{{}}}?a=%C3%A9#b\"", ten_thousand);
  place.terraform.write("main.tf",
                        fmt::format("resource \"ghboot_webhook\" \"w\" {{\n  {}\n}}\n",
                                    webhook_text("repository = \"SHOP\"", text, "[\"*\"]",
                                                 fmt::format("secret = \"Żółw-🐢-${{{}}}\"", ten_thousand))));
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_TRUE(place.hook().secret.starts_with("Żółw-🐢-0123456789"));
  EXPECT_EQ(place.hook().secret.size(), std::string("Żółw-🐢-").size() + 10'000);
  EXPECT_TRUE(place.hook().url.ends_with("9?a=%C3%A9#b"));
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
}

TEST(WebhookInput, OfImportsIsToldWithWhatAnIdIs) {
  const GithubPlace place;
  place.webhook();
  for (const char* id : {"shop", "acme/shop/0", "acme/shop/99999999999999999999"}) {
    const Outcome imported = place.terraform.import("ghboot_webhook.w", id);
    EXPECT_EQ(imported.exit_code, 1) << id;
    EXPECT_THAT(plain(imported), HasSubstr("is imported by owner/repository/ID")) << id;
  }
  const Outcome missing = place.terraform.import("ghboot_webhook.w", "acme/shop/7");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(plain(missing), HasSubstr("The repository acme/shop has no webhook 7 among the 0"));
  EXPECT_TRUE(place.terraform.attributes("ghboot_webhook.w").is_null());
}

}  // namespace
}  // namespace ghboot::acceptance
