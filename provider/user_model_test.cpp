// SPDX-License-Identifier: Apache-2.0
#include "provider/user_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"
#include "provider/user_resource.h"

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

UserModel user() {
  UserModel out;
  out.account = nats::test_key(nats::KeyKind::account).public_key();
  out.name = "u";
  return out;
}

TEST(UserModel, TagsHaveNoCaseAndDurationsNoSpelling) {
  UserModel a = user(), b = user();
  a.tags = std::set<std::string>{"A", "b"};
  b.tags = std::set<std::string>{"a", "B"};
  a.valid_for = tfplugin::Duration("90m");
  b.valid_for = tfplugin::Duration("1h30m");
  EXPECT_TRUE(same_creds(a, b));
  b.valid_for = tfplugin::Duration("91m");
  EXPECT_FALSE(same_creds(a, b));
}

TEST(UserModel, IsDueFromItsTimeOfRenewalOn) {
  UserModel state = user();
  EXPECT_FALSE(is_due(state, 1'900'000'000));
  state.expires_at = "2027-01-15T08:00:00Z";  // 1,800,000,000
  EXPECT_FALSE(is_due(state, 1'799'999'999));
  EXPECT_TRUE(is_due(state, 1'800'000'000));
  state.renew_before = tfplugin::Duration("10s");
  EXPECT_FALSE(is_due(state, 1'799'999'989));
  EXPECT_TRUE(is_due(state, 1'799'999'990));
}

TEST(UserModel, IsKnownByAccountAndKeyAlone) {
  std::vector<std::string> identity;
  for (const auto& attribute : tfplugin::make_schema<UserModel>("").attributes)
    if (attribute.identity != tfplugin::IdentityUse::none) identity.push_back(attribute.name);
  EXPECT_THAT(identity, ElementsAre("account", "public_key"));
}

// Import by identity goes the way of an import by id: it asks the servers, and not for another form of the
// id.
TEST(UserModel, AnIdentityIsImportedLikeAnId) {
  const Sessions sessions;
  const UserResource resource(sessions);
  UserModel known = user();
  known.public_key = nats::test_key(nats::KeyKind::user).public_key();
  tfplugin::Diagnostics diagnostics;
  tfplugin::PrivateState private_state;
  tfplugin::Call call{.diagnostics = diagnostics, .private_state = private_state};
  const tfplugin::ManagedResource& managed = resource;
  EXPECT_TRUE(managed.import_identity(tfplugin::Codec<UserModel>::encode(known), call).is_null());
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_THAT(diagnostics.list()[0].summary, HasSubstr("not configured"));
}

}  // namespace
}  // namespace ghboot::provider
