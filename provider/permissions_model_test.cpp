// SPDX-License-Identifier: Apache-2.0
#include "provider/permissions_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PermissionsModel full() {
  return {.publish = SubjectsModel{.allow = std::vector<std::string>{"orders.>"},
                                   .deny = std::vector<std::string>{"orders.secret"}},
          .subscribe = SubjectsModel{.allow = std::vector<std::string>{"replies.* workers"}, .deny = {}},
          .responses = ResponsesModel{.max = 3, .ttl = "5s"}};
}

std::vector<std::string> problems(const PermissionsModel& permissions) {
  tfplugin::Diagnostics diagnostics;
  check_permissions(permissions, tfplugin::Path({"permissions"}), diagnostics);
  std::vector<std::string> out;
  for (const auto& diagnostic : diagnostics.list())
    out.push_back(diagnostic.path.text() + ": " + diagnostic.detail);
  return out;
}

std::vector<std::string> problems_of_subject(const std::string& subject) {
  return problems({.publish = SubjectsModel{.allow = std::vector{subject}, .deny = {}},
                   .subscribe = {},
                   .responses = {}});
}

TEST(PermissionsModel, PermissionsGoToTheClaimsAndBack) {
  const auto claims = to_claims(full());
  EXPECT_THAT(claims.publish.allow, ElementsAre("orders.>"));
  EXPECT_EQ(claims.responses_ttl_ns, 5'000'000'000);
  EXPECT_EQ(to_model(claims), Value<PermissionsModel>(full()));
}

TEST(PermissionsModel, NoPermissionsAreNull) {
  EXPECT_TRUE(to_model(to_claims(PermissionsModel())).is_null());
}

// The claims know no way to say it but a denial: an empty list of theirs allows everything.
TEST(PermissionsModel, AnEmptyListAllowsNothing) {
  const auto claims = to_claims(PermissionsModel{
      .publish = SubjectsModel{.allow = std::vector<std::string>(), .deny = std::vector<std::string>{"a"}},
      .subscribe = SubjectsModel{.allow = std::vector<std::string>{"a"}, .deny = std::vector<std::string>()},
      .responses = {}});
  EXPECT_THAT(claims.publish.allow, testing::IsEmpty());
  EXPECT_THAT(claims.publish.deny, ElementsAre(">"));
  EXPECT_THAT(claims.subscribe.allow, ElementsAre("a"));
  EXPECT_THAT(claims.subscribe.deny, testing::IsEmpty());
}

TEST(PermissionsModel, SubjectsThatServersTakeAreTaken) {
  for (const std::string subject : {">", "a", "a.b", "a.*.c", "a.>", "$JS.API.>", "größe.*"})
    EXPECT_THAT(problems_of_subject(subject), testing::IsEmpty()) << subject;
}

TEST(PermissionsModel, SubjectsThatServersRefuseAreRefusedAtTheirPlace) {
  EXPECT_THAT(problems_of_subject(""), ElementsAre(HasSubstr("permissions.publish.allow[0]: \"\" is empty")));
  EXPECT_THAT(problems_of_subject("a b"), ElementsAre(HasSubstr("has white space")));
  EXPECT_THAT(problems_of_subject("a..b"), ElementsAre(HasSubstr("has an empty token")));
  EXPECT_THAT(problems_of_subject(".a"), ElementsAre(HasSubstr("has an empty token")));
  EXPECT_THAT(problems_of_subject("a.>.b"), ElementsAre(HasSubstr("has a \">\" before its end")));
}

TEST(PermissionsModel, AQueueGroupMayFollowASubscribersSubjectAlone) {
  EXPECT_THAT(problems(full()), testing::IsEmpty());
  EXPECT_THAT(problems_of_subject("replies.* workers"), ElementsAre(HasSubstr("has white space")));
}

}  // namespace
}  // namespace ghboot::provider
