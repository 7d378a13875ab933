// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/correlate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::Pointee;

Attribute named(std::string name, Use use) {
  Attribute out;
  out.name = std::move(name);
  out.type = cty::Type::string();
  out.use = use;
  return out;
}

// A set of {key, rank}, whose rank has a default.
Attribute ranked() {
  Attribute out = named("ranked", Use::optional);
  out.nesting = Nesting::set;
  out.nested = {named("key", Use::optional_computed), named("rank", Use::optional_computed)};
  out.nested[1].default_value = cty::Value("low");
  return out;
}

cty::Value element(cty::Value key, cty::Value rank) {
  return cty::Value::Map{{"key", std::move(key)}, {"rank", std::move(rank)}};
}

// The element that leaves its key to the provider must not take the one that another configures.
TEST(Correlate, EachElementOfASetHasItsOrigin) {
  const cty::Value open = element({}, "low"), fixed = element("b", "low");
  const auto value = cty::Value::set({element("b", "low"), element("z", "low")});
  EXPECT_THAT(origins(ranked(), value, cty::Value::set({open, fixed})),
              ElementsAre(Pointee(fixed), Pointee(open)));
}

// A state that is older than the default has null there: it is not what the configuration means now.
TEST(Correlate, ADefaultThatIsNotThereIsAChange) {
  const auto config = cty::Value::set({element("a", {})});
  EXPECT_TRUE(derives(ranked(), config, cty::Value::set({element("a", "low")}), Defaults::required));
  EXPECT_FALSE(derives(ranked(), config, cty::Value::set({element("a", {})}), Defaults::required));
  EXPECT_TRUE(derives(ranked(), config, cty::Value::set({element("a", {})}), Defaults::any));
}

}  // namespace
}  // namespace ghboot::tfplugin
