// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/json.h"

#include <cstdlib>
#include <memory>

#include <gtest/gtest.h>

#include "tfplugin/cty/limits.h"

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

// No double comes in between: found by the fuzzer.
TEST(Json, ReadsNumbersOfAnySizeAsTheyAreWritten) {
  for (const std::string text :
       {"0", "-0.000123", "1.8e308", "1e400", "-1.000010000e30000", "5e-400", "18446744073709551616"}) {
    const auto value = decode_json(Type::list(Type::number()), "[" + text + "]");
    ASSERT_TRUE(value) << text << ": " << value.error().message;
    EXPECT_EQ(*value, Value(Value::List{*Number::parse(text)}));
    EXPECT_EQ(decode_json(Type::list(Type::number()), encode_json(Type::list(Type::number()), *value)),
              *value);
  }
  EXPECT_EQ(error_of(Type::number(), std::string(3'000, '9')), ": a number is over the limits");
  EXPECT_EQ(error_of(Type::number(), "1e999999"), ": a number is over the limits");
}

TEST(Json, RefusesWhatOnlyLooksLikeJson) {
  for (const auto* text :
       {"01",   "-",   "+1",    ".5",    "1.",        "1.e5",     "1e",    "1e+",   "--1",
        "0x10", "1-2", "1 2",   "tr1ue", "1\"a\"",    "\"a\"1",   "NaN",   "{1:2}", "{\"a\":1,2:3}",
        "[1,]", "\"a", "\"a\\", "\"\\",  "\"\\u12\"", "\"\xff\"", "\"\n\""})
    EXPECT_FALSE(decode_untyped_json(text)) << text;
}

TEST(Json, RefusesWhatGoesOnBehindAZeroByte) {
  EXPECT_EQ(error_of(Type::number(), std::string_view("1\0rubbish", 9)), ": a byte of zero");
}

// At a second look at each byte this would take minutes.
TEST(Json, RefusesALongNumberThatIsNoneAtOnce) {
  EXPECT_FALSE(decode_untyped_json(std::string(2'000'000, '9') + "."));
  EXPECT_FALSE(decode_untyped_json(std::string(2'000'000, '-')));
}

TEST(Json, TellsStringsFromNumbersAndReadsTheirEscapes) {
  const auto value = decode_untyped_json(R"({"#1":"#2","$a":["1","",1,"\\\"3"],"":"\u00e9"})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ((*value)["#1"], Value("#2"));
  EXPECT_EQ((*value)["$a"], Value(Value::List{"1", "", Number(1), "\\\"3"}));
  EXPECT_EQ((*value)[""], Value("é"));
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
  EXPECT_EQ(error_of(object, R"({"name":"a","count":12 !})"), ": no JSON at byte 24")
      << "counted as it was read";
}

TEST(Json, TakesAStringForANumberAndABool) {
  EXPECT_EQ(*decode_json(Type::number(), R"("0.25")"), Value(*Number::parse("0.25")));
  EXPECT_EQ(*decode_json(Type::boolean(), R"("true")"), Value(true));
  EXPECT_EQ(*decode_json(Type::string(), "5"), Value("5"));
}

TEST(Json, RefusesEndlessNesting) {
  EXPECT_EQ(error_of(Type::dynamic(), std::string(100'000, '[')), ": nested deeper than 256 levels");
}

// msgpack has no such value, so that a state with one could not be handed on.
TEST(Json, ADynamicValueInADynamicOneIsThatOne) {
  const auto value =
      decode_json(Type::dynamic(),
                  R"({"type":"dynamic","value":{"type":"dynamic","value":{"type":"bool","value":true}}})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(*value, Value::dynamic(Type::boolean(), true));
  EXPECT_EQ(decode_json(Type::dynamic(), R"({"type":"dynamic","value":null})"), Value());
}

std::string list_of(std::size_t count) {
  std::string json = "[1";
  json.reserve(2 * count + 1);
  for (std::size_t i = 1; i < count; ++i) json += ",1";
  return json + "]";
}

TEST(Json, ReadsLongListsAndTextsButNoFloodOfValues) {
  const auto list = decode_json(Type::list(Type::number()), list_of(100'000));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->get<Value::List>()->size(), 100'000U);
  EXPECT_TRUE(decode_json(Type::string(), "\"" + std::string(1'000'000, 'a') + "\""));
  EXPECT_EQ(error_of(Type::list(Type::number()), list_of(values_max)), ": more than 4,000,000 values in one");
  EXPECT_EQ(error_of(Type::list(Type::number()), list_of(8 * values_max)),
            ": more than 4,000,000 values in one");
}

TEST(Json, RefusesWhatIsTooLargeBeforeItReads) {
  const std::unique_ptr<char, decltype(&std::free)> zeros(
      static_cast<char*>(std::calloc(value_bytes_max + 1, 1)), &std::free);
  EXPECT_EQ(error_of(Type::string(), {zeros.get(), value_bytes_max + 1}),
            ": the value is larger than 256 MiB");
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
