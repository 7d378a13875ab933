// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/correlate.h"

#include <cstddef>
#include <string>
#include <utility>

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

// Of thousands, each is found without a look at every other.
TEST(Correlate, ManyElementsThatGotTheirDefaultsHaveTheirOrigins) {
  cty::Value::List configured, planned;
  for (int i = 0; i < 5000; ++i) {
    configured.push_back(element(std::to_string(i), {}));
    planned.push_back(element(std::to_string(i), "low"));
  }
  const auto config = cty::Value::set(std::move(configured)), value = cty::Value::set(std::move(planned));
  const auto* children = value.get<cty::Value::List>();
  const auto from = origins(ranked(), value, config);
  ASSERT_EQ(from.size(), 5000U);
  for (std::size_t i = 0; i < from.size(); ++i) EXPECT_EQ((*from[i])["key"], (*children)[i]["key"]);
}

}  // namespace
}  // namespace ghboot::tfplugin
