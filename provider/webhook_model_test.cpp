// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_model.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

bool takes(const tfplugin::Validator& validator, std::string text) {
  tfplugin::Diagnostics diagnostics;
  validator.check(tfplugin::cty::Type::string(), std::move(text), tfplugin::Path({"x"}), diagnostics);
  return diagnostics.list().empty();
}

TEST(WebhookModel, ARepositorysNameIsNoWayElsewhere) {
  for (const char* name : {"shop", ".github", "..x", "...", "a.b-c_d", "7"})
    EXPECT_TRUE(takes(a_repository, name)) << name;
  for (const char* name : {"", ".", "..", "a/b", "../b", "a b", "é"})
    EXPECT_FALSE(takes(a_repository, name)) << name;
}

TEST(WebhookModel, NamesAreNoLongerThanAnyOfGithubs) {
  for (const char* begin : {"a", ".", "..", "-"}) {
    const std::string name = begin + std::string(100 - std::string(begin).size(), 'a');
    EXPECT_TRUE(takes(a_repository, name)) << begin;
    EXPECT_FALSE(takes(a_repository, name + "a")) << begin;
  }
  EXPECT_TRUE(takes(an_owner, std::string(100, 'a')));
  EXPECT_FALSE(takes(an_owner, std::string(101, 'a')));
}

}  // namespace
}  // namespace ghboot::provider
