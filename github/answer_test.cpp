// SPDX-License-Identifier: Apache-2.0
#include "github/answer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::github {
namespace {

const Asked read{"GET", "https://api.github.com/repos/a/b/hooks"};
const Asked write{"POST", "https://api.github.com/repos/a/b/hooks", true};
const Headers ours{{"x-github-request-id", "AB:1"}, {"content-type", "application/json"}};

Error error_of(const Asked& asked, int status, std::string body, Headers more = {}) {
  more.insert(ours.begin(), ours.end());
  const auto answer = read_answer(asked, {status, std::move(more), std::move(body)});
  EXPECT_FALSE(answer);
  return answer ? Error{} : answer.error();
}

TEST(Answer, ValidationErrorIsTakenApartInBothForms) {
  const Error error =
      error_of(write, 422, R"({"message":"Validation Failed","documentation_url":"https://docs/x","errors":[
      {"resource":"Hook","field":"url","code":"custom","message":"not supported",
       "value":"s3cret"}, "too many"]})");
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  ASSERT_EQ(error.errors.size(), 2U);
  EXPECT_EQ(error.errors[0].field, "url");
  EXPECT_EQ(error.errors[1].message, "too many");
  EXPECT_EQ(error.documentation_url, "https://docs/x");
  EXPECT_EQ(error.request_id, "AB:1");
  EXPECT_EQ(error.message,
            "GitHub answered 422 to POST https://api.github.com/repos/a/b/hooks: \"Validation Failed\" [Hook "
            "url custom: not "
            "supported] [too many]. See https://docs/x. (x-github-request-id AB:1)");
}

TEST(Answer, WhatExistsAlreadyIsAConflict) {
  EXPECT_EQ(error_of(write, 422,
                     R"({"errors":[{"code":"custom","message":"Hook already exists on this repository"}]})")
                .kind,
            ErrorKind::conflict);
}

TEST(Answer, MissingScopeIsNamedBesideThoseOfTheToken) {
  const Error error =
      error_of(read, 404, R"({"message":"Not Found"})",
               {{"x-accepted-oauth-scopes", "admin:repo_hook, repo"}, {"x-oauth-scopes", "gist, user"}});
  EXPECT_EQ(error.kind, ErrorKind::missing);
  EXPECT_TRUE(error.message.contains(
      "has the scopes `gist, user`; the endpoint takes one of `admin:repo_hook, repo`"))
      << error.message;
  const Error enough = error_of(
      read, 404, "{}", {{"x-accepted-oauth-scopes", "admin:repo_hook, repo"}, {"x-oauth-scopes", "repo"}});
  EXPECT_FALSE(enough.message.contains("scopes")) << enough.message;
}

TEST(Answer, MissingPermissionIsNamedBesideThoseOfTheInstallation) {
  Asked asked = write;
  asked.token_permissions = "metadata=read";
  const Error error = error_of(asked, 403, R"({"message":"Resource not accessible by integration"})",
                               {{"x-accepted-github-permissions", "repository_hooks=write"}});
  EXPECT_EQ(error.kind, ErrorKind::refused);
  EXPECT_EQ(error.rights.accepted_permissions, "repository_hooks=write");
  EXPECT_TRUE(error.message.contains(
      "takes the permission repository_hooks=write; the installation has metadata=read"))
      << error.message;
}

TEST(Answer, KindIsAnOrderToTheCaller) {
  EXPECT_EQ(error_of(read, 401, "{}").kind, ErrorKind::refused);
  EXPECT_EQ(error_of(read, 409, "{}").kind, ErrorKind::conflict);
  EXPECT_EQ(error_of(read, 400, "{}").kind, ErrorKind::invalid);
  EXPECT_EQ(error_of(read, 502, "<html>Unicorn!").kind, ErrorKind::unreachable);
  EXPECT_EQ(error_of(write, 502, "<html>Unicorn!").kind, ErrorKind::unknown);
}

TEST(Answer, WhatIsNotGitHubIsSaidSo) {
  const auto answer = read_answer(read, {200, {{"content-type", "text/html"}}, "<html>Welcome"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(answer.error().message.contains("is not GitHub's API")) << answer.error().message;
}

// A base URL that led to another API said of each webhook that it may be hidden, to be removed from the
// state.
TEST(Answer, AnErrorWithoutAnySignOfGitHubIsNoneOfGitHubs) {
  for (const int status : {401, 404, 422}) {
    for (const char* body : {R"({"message":"Not Found"})", "[]", ""}) {
      const auto answer = read_answer(read, {status, {{"content-type", "application/json"}}, body});
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
      EXPECT_EQ(answer.error().status, 0);
      EXPECT_TRUE(answer.error().message.contains("look at the base URL")) << answer.error().message;
    }
  }
}

TEST(Answer, OneSignOfGitHubIsEnough) {
  const auto kind = [](const Headers& headers, const char* body) {
    const auto answer = read_answer(read, {404, headers, body});
    return answer ? ErrorKind::unknown : answer.error().kind;
  };
  EXPECT_EQ(kind({{"x-github-request-id", "AB:1"}}, ""), ErrorKind::missing);
  EXPECT_EQ(kind({{"x-github-media-type", "github.v3; format=json"}}, "{}"), ErrorKind::missing);
  EXPECT_EQ(kind({}, R"({"documentation_url":"https://docs.github.com/rest"})"), ErrorKind::missing);
}

TEST(Answer, TruncatedJsonOfAWriteIsUnknown) {
  EXPECT_EQ(error_of(write, 201, R"({"id": 1)").kind, ErrorKind::unknown);
  EXPECT_EQ(error_of(read, 200, R"({"id": 1)").kind, ErrorKind::unreachable);
}

TEST(Answer, IdsAboveTwoToThe53AreExact) {
  const auto answer = read_answer(read, {200, ours, R"({"id": 9007199254740993})"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(*id_in(*answer->json, "id"), 9007199254740993);
  for (const char* body :
       {R"({"id": 9223372036854775808})", R"({"id": 1e3})", R"({"id": "1"})", R"({"id": 0})", "{}", "[]"})
    EXPECT_FALSE(id_in(nlohmann::json::parse(body), "id")) << body;
}

TEST(Answer, NoBodyIsNull) {
  const auto answer = read_answer(read, {304, ours, ""});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->not_modified());
  EXPECT_TRUE(answer->json->is_null());
}

TEST(Limit, PrimaryLastsUntilItsResetByGitHubsClock) {
  HttpAnswer answer{403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1000"}}, ""};
  EXPECT_EQ(limit_met(answer, 900, 0)->wait_seconds, 101);
  EXPECT_FALSE(limit_met(answer, 900, 0)->secondary);
  answer.headers["date"] = "Thu, 01 Jan 1970 00:16:30 GMT";  // 990, whatever our clock says.
  EXPECT_EQ(limit_met(answer, 5, 0)->wait_seconds, 11);
}

TEST(Limit, SecondaryLastsAsNamedElseAMinuteThatDoubles) {
  EXPECT_EQ(limit_met({429, {{"retry-after", "7"}}, ""}, 0, 3)->wait_seconds, 7);
  const std::string body = R"({"message":"You have exceeded a secondary rate limit"})";
  EXPECT_EQ(limit_met({403, {}, body}, 0, 0)->wait_seconds, 60);
  EXPECT_EQ(limit_met({403, {}, body}, 0, 2)->wait_seconds, 240);
  EXPECT_TRUE(limit_met({403, {}, body}, 0, 0)->secondary);
}

TEST(Limit, ARefusalForRightsIsNoLimit) {
  EXPECT_FALSE(limit_met({403, {}, R"({"message":"Resource not accessible by integration"})"}, 0, 0));
  EXPECT_FALSE(limit_met(
      {403, {{"x-ratelimit-remaining", "0"}, {"x-accepted-github-permissions", "a=write"}}, "{}"}, 0, 0));
  EXPECT_FALSE(limit_met({200, {{"x-ratelimit-remaining", "0"}}, ""}, 0, 0));
}

TEST(Answer, ATextOfTheFarSideIsShownWithoutControlsAndCut) {
  EXPECT_EQ(shown("a\r\n\x1b[31mb"), "a   [31mb");
  EXPECT_LE(shown(std::string(10'000, 'x')).size(), 503U);
}

}  // namespace
}  // namespace ghboot::github
