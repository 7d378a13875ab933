// SPDX-License-Identifier: Apache-2.0
#include "provider/revocations_model.h"

#include <cctype>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::provider {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

nats::AccountClaims claims_with(const std::map<std::string, std::int64_t>& revoked) {
  nats::AccountClaims claims(nats::test_key(nats::KeyKind::account).public_key(), "acme");
  for (const auto& [key, at] : revoked) claims.revoke(key, at);
  return claims;
}

TEST(RevocationsModel, ATimeIsWrittenInTwoWays) {
  EXPECT_EQ(revocation_time("1800000000"), 1800000000);
  EXPECT_EQ(revocation_time("2027-01-15T08:00:00Z"), 1800000000);
  for (const char* wrong : {"", "0", "-1", "soon", "1e9", "1800000000 "})
    EXPECT_FALSE(revocation_time(wrong)) << wrong;
  EXPECT_TRUE(same_revocations({{"*", "1800000000"}}, {{"*", "2027-01-15T08:00:00Z"}}));
  EXPECT_FALSE(same_revocations({{"*", "1800000000"}}, {{"*", "1800000001"}}));
}

TEST(RevocationsModel, ShowsOursAsWrittenUnlessWhatIsStoredIsEarlier) {
  const Revocations ours{{"a", "10"}, {"b", "20"}, {"c", "30"}};
  EXPECT_THAT(*stored_of(ours, {{"a", 15}, {"b", 19}, {"d", 5}}),
              ElementsAre(Pair("a", "10"), Pair("b", "1970-01-01T00:00:19Z")));
  EXPECT_TRUE(stored_of({}, {{"a", 15}}).is_null());
}

TEST(RevocationsModel, OfNoKeyIsToldInWholeSentences) {
  tfplugin::Diagnostics diagnostics;
  check_revocations(Revocations{{"Z", "10"}}, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_TRUE(diagnostics.has_error());
  const std::string& detail = diagnostics.list().front().detail;
  const std::string before = "of all users by \"*\". ";
  const auto at = detail.find(before);
  ASSERT_NE(at, std::string::npos) << detail;
  EXPECT_TRUE(std::isupper(static_cast<unsigned char>(detail[at + before.size()]))) << detail;
  EXPECT_TRUE(detail.ends_with('.')) << detail;
}

TEST(RevocationsModel, TakesBackOnlyWhatWasOurs) {
  auto claims = claims_with({{"ours", 10}, {"later", 99}, {"theirs", 7}});
  apply_revocations({{"new", "50"}}, {{"ours", "10"}, {"later", "10"}, {"gone", "10"}}, claims);
  EXPECT_THAT(claims.revocations(), ElementsAre(Pair("later", 99), Pair("new", 50), Pair("theirs", 7)));
}

TEST(RevocationsModel, MovesBackOnlyWhatWasOurs) {
  auto claims = claims_with({{"earlier", 8}, {"later", 99}, {"new", 10}, {"ours", 10}});
  apply_revocations({{"earlier", "5"}, {"later", "5"}, {"new", "5"}, {"ours", "5"}},
                    {{"earlier", "10"}, {"later", "10"}, {"ours", "10"}}, claims);
  EXPECT_THAT(claims.revocations(),
              ElementsAre(Pair("earlier", 5), Pair("later", 99), Pair("new", 10), Pair("ours", 5)));
}

// A write that was not answered is made again on top of what it has stored.
TEST(RevocationsModel, MovedBackTwiceIsMovedBackOnce) {
  auto claims = claims_with({{"k", 10}});
  apply_revocations({{"k", "5"}}, {{"k", "10"}}, claims);
  apply_revocations({{"k", "5"}}, {{"k", "10"}}, claims);
  EXPECT_THAT(claims.revocations(), ElementsAre(Pair("k", 5)));
}

TEST(RevocationsModel, AMoveBackThatALaterOneStopsIsWarnedOf) {
  const Revocations before{{"*", "20"}, {"a", "20"}, {"b", "20"}, {"c", "20"}};
  const Revocations planned{{"*", "10"}, {"a", "10"}, {"b", "30"}, {"c", "10"}, {"d", "10"}};
  EXPECT_TRUE(moves_any_back(before, planned));
  EXPECT_FALSE(moves_any_back(planned, {}));
  EXPECT_FALSE(moves_any_back(Revocations{{"a", "10"}}, planned));
  tfplugin::Diagnostics diagnostics;
  warn_of_later(before, planned, {{"*", 20}, {"a", 1800000000}, {"b", 1800000000}, {"d", 40}}, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  const auto& warning = diagnostics.list().front();
  EXPECT_FALSE(diagnostics.has_error());
  EXPECT_THAT(warning.path.text(), HasSubstr("revocations[\"a\"]"));
  EXPECT_THAT(warning.detail, AllOf(HasSubstr("The revocation of a is to be moved back to 10"),
                                    HasSubstr("servers store 2027-01-15T08:00:00Z")));
}

}  // namespace
}  // namespace ghboot::provider
