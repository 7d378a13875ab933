// SPDX-License-Identifier: Apache-2.0
#include "provider/create_key.h"

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/store_fixture.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CreateKey : public nats::StoreTest {
 protected:
  // The public key of a create that is not confirmed.
  std::string begin(const CreateOf& create) {
    tfplugin::PrivateState private_state;
    tfplugin::Call call{.diagnostics = diagnostics_, .private_state = private_state};
    const auto pending = begin_create(store_, create, "Not made", call);
    EXPECT_TRUE(pending);
    return pending ? pending->public_key() : "";
  }
  std::string begin_in_another_workspace(const CreateOf& create) {
    ::setenv("TF_WORKSPACE", "another", 1);
    auto key = begin(create);
    ::unsetenv("TF_WORKSPACE");
    return key;
  }

  tfplugin::Diagnostics diagnostics_;
};

TEST_F(CreateKey, OfANameThatAnotherWorkspaceBeganIsWarnedOf) {
  const CreateOf create{.kind = nats::KeyKind::account, .mark = "O/acme", .public_key = {}};
  const std::string other = begin_in_another_workspace(create);
  EXPECT_THAT(diagnostics_.list(), IsEmpty());
  EXPECT_NE(begin(create), other);
  ASSERT_THAT(diagnostics_.list(), SizeIs(1));
  EXPECT_THAT(diagnostics_.list().front().detail, HasSubstr(other));
}

// A key has no name, so that all of a kind share one: two workspaces that each made a key were told that the
// other's was "of the same name" and cut off.
TEST_F(CreateKey, WithoutANameIsNotWarnedOfAnothersOfItsKind) {
  const CreateOf create{.kind = nats::KeyKind::account, .mark = "any", .public_key = {}, .has_name = false};
  const std::string other = begin_in_another_workspace(create);
  EXPECT_NE(begin(create), other);
  EXPECT_THAT(diagnostics_.list(), IsEmpty());
}

}  // namespace
}  // namespace ghboot::provider
