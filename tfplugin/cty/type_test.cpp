// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/type.h"

#include <gtest/gtest.h>

namespace ghboot::tfplugin::cty {
namespace {

TEST(Type, ReadsAndWritesItsJson) {
  for (const auto* json :
       {R"("string")", R"("number")", R"("bool")", R"("dynamic")", R"(["list","string"])",
        R"(["set",["map","bool"]])", R"(["tuple",["string",["list","number"]]])", R"(["tuple",[]])",
        R"(["object",{"a":"string","b":["set","number"]}])", R"(["object",{"a":"bool"},["a"]])"}) {
    const auto type = Type::parse(json);
    ASSERT_TRUE(type) << json << ": " << type.error();
    EXPECT_EQ(type->json(), json);
  }
}

TEST(Type, SaysWhatIsWrongWithItsJson) {
  EXPECT_EQ(Type::parse("{").error(), "a type's JSON does not parse: no JSON at byte 2");
  EXPECT_EQ(Type::parse(R"("text")").error(), "unknown type \"text\"");
  EXPECT_EQ(Type::parse("5").error(), "a type is a string or an array");
  EXPECT_EQ(Type::parse("[]").error(), "a composite type is an array that begins with its kind");
  EXPECT_EQ(Type::parse(R"(["bag","string"])").error(), "unknown kind of type \"bag\"");
  EXPECT_EQ(Type::parse(R"(["list"])").error(), "a type of kind \"list\" has one element more than its kind");
  EXPECT_EQ(Type::parse(R"(["object",{},["a"]])").error(),
            "an optional name is not among the object's attributes");
}

TEST(Type, EndsAt64Levels) {
  const auto nested = [](int levels) {
    std::string json = R"("string")";
    for (int i = 0; i < levels; ++i) json = R"(["list",)" + json + "]";
    return json;
  };
  EXPECT_TRUE(Type::parse(nested(63)));
  EXPECT_EQ(Type::parse(nested(64)).error(), "more than 64 types one inside the other");
  EXPECT_EQ(Type::parse(nested(20'000)).error(),
            "a type's JSON does not parse: nested deeper than 256 levels");
}

TEST(Type, ComparesByStructure) {
  EXPECT_EQ(Type::object({{"b", Type::string()}, {"a", Type::number()}}),
            Type::object({{"a", Type::number()}, {"b", Type::string()}}));
  EXPECT_FALSE(Type::list(Type::string()) == Type::set(Type::string()));
  EXPECT_FALSE(Type::list(Type::string()) == Type::list(Type::number()));
}

}  // namespace
}  // namespace ghboot::tfplugin::cty
