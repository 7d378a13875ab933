// SPDX-License-Identifier: Apache-2.0
#include "provider/revocations_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::Pair;

nats::AccountClaims account(const std::map<std::string, std::int64_t>& revoked) {
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

TEST(RevocationsModel, TakesBackOnlyWhatWasOurs) {
  auto claims = account({{"ours", 10}, {"later", 99}, {"theirs", 7}});
  apply_revocations({{"new", "50"}}, {{"ours", "10"}, {"later", "10"}, {"gone", "10"}}, claims);
  EXPECT_THAT(claims.revocations(), ElementsAre(Pair("later", 99), Pair("new", 50), Pair("theirs", 7)));
}

TEST(RevocationsModel, NeverMovesOneBack) {
  auto claims = account({{"k", 10}});
  apply_revocations({{"k", "5"}}, {{"k", "10"}}, claims);
  EXPECT_THAT(claims.revocations(), ElementsAre(Pair("k", 10)));
}

}  // namespace
}  // namespace ghboot::provider
