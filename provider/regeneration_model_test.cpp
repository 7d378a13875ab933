// SPDX-License-Identifier: Apache-2.0
#include "provider/regeneration_model.h"

#include <string>

#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

bool passes(const tfplugin::Validator& validator, const std::string& text) {
  tfplugin::Diagnostics diagnostics;
  validator.check(tfplugin::cty::Type::string(), tfplugin::cty::Value(text), {}, diagnostics);
  return !diagnostics.has_error();
}

// The schema has a pattern and the helper a function, which links no RE2.
TEST(RegenerationModel, AWorkflowFileIsNamedByOneRule) {
  const std::string longest(100, 'a');
  for (const std::string& name : {std::string("regenerate.yml"), std::string("A-1_b.c.yaml"),
                                  std::string("..yml"), longest + ".yaml"}) {
    EXPECT_TRUE(passes(a_workflow_file, name)) << name;
    EXPECT_TRUE(regen::is_workflow_file(name)) << name;
  }
  for (const std::string& name : {std::string(".yml"), std::string("yml"), std::string("a.yml "),
                                  std::string("a/b.yml"), std::string("a.json"), std::string("a.yml.yam"),
                                  std::string("\xc3\xa4.yml"), 'a' + longest + ".yml"}) {
    EXPECT_FALSE(passes(a_workflow_file, name)) << name;
    EXPECT_FALSE(regen::is_workflow_file(name)) << name;
  }
  EXPECT_FALSE(regen::is_workflow_file(""));
}

}  // namespace
}  // namespace ghboot::provider
