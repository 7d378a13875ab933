// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/json.h"

#include <gtest/gtest.h>

namespace ghboot::tfplugin::cty {
namespace {

const Type object = Type::object({{"name", Type::string()},
                                  {"count", Type::number()},
                                  {"tags", Type::set(Type::string())},
                                  {"any", Type::dynamic()}});

std::string error_of(const Type& type, std::string_view json) {
  const auto value = decode_json(type, json);
  return value ? "no error" : value.error().path.text() + ": " + value.error().message;
}

TEST(Json, ReadsAStateAndFillsWhatIsMissingWithNull) {
  const auto value = decode_json(object, R"({"name":"a","count":12345678901234567890.5,"tags":["y","x"]})");
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["name"], Value("a"));
  EXPECT_EQ((*value)["count"], Value(*Number::parse("12345678901234567890.5")));
  EXPECT_EQ((*value)["tags"], Value::set({"x", "y"}));
  EXPECT_TRUE((*value)["any"].is_null());
  EXPECT_EQ(value->get<Value::Map>()->size(), 4U);
}

TEST(Json, WritesWhatItReads) {
  const std::string json =
      R"({"any":{"type":["list","number"],"value":[1,2.5]},"count":99999999999999999999,"name":"é\n\"","tags":["x"]})";
  const auto value = decode_json(object, json);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(encode_json(object, *value), json);
}

TEST(Json, LeavesOutUnknownKeysOnlyWhenAsked) {
  EXPECT_EQ(error_of(object, R"({"older":1})"), ": an attribute that the type does not know");
  EXPECT_TRUE(decode_json(object, R"({"older":1,"name":"a"})", UnknownKeys::ignore));
}

TEST(Json, SaysWhereAValueDoesNotFit) {
  EXPECT_EQ(error_of(object, R"({"tags":"x"})"), "tags: an array was expected");
  EXPECT_EQ(error_of(object, R"({"count":"many"})"), "count: a number was expected");
  EXPECT_EQ(error_of(Type::map(Type::boolean()), R"({"k":"no"})"), "[\"k\"]: a bool was expected");
  EXPECT_EQ(error_of(object, "{\"name\":"), ": no JSON at byte 9");
  EXPECT_EQ(error_of(object, ""), ": no JSON at byte 1");
}

TEST(Json, TakesAStringForANumberAndABool) {
  EXPECT_EQ(*decode_json(Type::number(), R"("0.25")"), Value(*Number::parse("0.25")));
  EXPECT_EQ(*decode_json(Type::boolean(), R"("true")"), Value(true));
  EXPECT_EQ(*decode_json(Type::string(), "5"), Value("5"));
}

TEST(Json, RefusesEndlessNesting) {
  EXPECT_EQ(error_of(Type::dynamic(), std::string(100'000, '[')), ": nested too deep");
}

TEST(Value, FindsWhatIsAtAPath) {
  const auto value = decode_untyped_json(R"({"a":{"k":[1,{"b":"x"}]}})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at(Path({"a"}).key("k").index(1).attribute("b")), Value("x"));
  EXPECT_EQ(value->at(Path({"a", "none"})), std::nullopt);
  EXPECT_EQ(value->at(Path({"a"}).key("k").index(2)), std::nullopt);
}

}  // namespace
}  // namespace ghboot::tfplugin::cty
