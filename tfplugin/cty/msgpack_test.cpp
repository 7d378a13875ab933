// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/msgpack.h"

#include <cstdlib>
#include <memory>

#include <gtest/gtest.h>

#include "tfplugin/cty/limits.h"

namespace ghboot::tfplugin::cty {
namespace {

using namespace std::string_literals;

Value decoded(const Type& type, std::string_view bytes) {
  auto value = decode_msgpack(type, bytes);
  EXPECT_TRUE(value) << value.error().message;
  return value ? *value : Value();
}

std::string refusal(const Type& type, std::string_view bytes) {
  const auto value = decode_msgpack(type, bytes);
  return value ? "no error" : value.error().path.text() + ": " + value.error().message;
}

TEST(Msgpack, ReadsWhatTerraformWrites) {
  EXPECT_EQ(decoded(Type::string(), "\xa3yes"), Value("yes"));
  EXPECT_EQ(decoded(Type::boolean(), "\xc3"), Value(true));
  EXPECT_EQ(decoded(Type::string(), "\xc0"), Value());
  EXPECT_EQ(decoded(Type::number(), "\x05"), Value::integer(5));
  EXPECT_EQ(decoded(Type::number(), "\xff"), Value::integer(-1));
  EXPECT_EQ(decoded(Type::number(), "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s), Value::integer(INT64_MIN));
  EXPECT_EQ(decoded(Type::number(), "\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00"s), Value(*Number::parse("0.5")));
  EXPECT_EQ(decoded(Type::number(),
                    "\xb4"
                    "12345678901234567890"),
            Value(*Number::parse("12345678901234567890")));
  EXPECT_EQ(decoded(Type::list(Type::string()),
                    "\x92\xa1"
                    "a\xc0"),
            Value(Value::List{"a", Value()}));
}

TEST(Msgpack, ReadsAnyExtensionAsUnknown) {
  EXPECT_TRUE(decoded(Type::string(), "\xd4\x00\x00"s).is_unknown());
  EXPECT_TRUE(decoded(Type::string(), "\xc7\x00\x00"s).is_unknown());
  const auto refined = decoded(Type::string(),
                               "\xc7\x07\x0c\x82\x01\xc2\x02\xa2"
                               "ab"s);
  ASSERT_TRUE(refined.refinement());
  EXPECT_EQ(refined.refinement()->null, false);
  EXPECT_EQ(refined.refinement()->prefix, "ab");
}

TEST(Msgpack, WritesRefinementsBack) {
  Refinement refinement;
  refinement.null = false;
  refinement.prefix = "A";
  refinement.number_min = Refinement::Bound{*Number::parse("0.1"), false};
  refinement.number_max = Refinement::Bound{Number(200), true};
  refinement.length_min = 1;
  refinement.length_max = 300;
  const auto value = Value::unknown(refinement);
  EXPECT_EQ(decoded(Type::string(), encode_msgpack(Type::string(), value)), value);
}

TEST(Msgpack, KeepsEveryKindOfValueOverARoundTrip) {
  const Type type = Type::object({{"text", Type::string()},
                                  {"number", Type::number()},
                                  {"set", Type::set(Type::string())},
                                  {"map", Type::map(Type::list(Type::boolean()))},
                                  {"tuple", Type::tuple({Type::string(), Type::number()})},
                                  {"any", Type::dynamic()}});
  const Value value(Value::Map{{"text", std::string(70'000, 'x')},
                               {"number", Value(*Number::parse("0.1"))},
                               {"set", Value::set({"b", "a", "b"})},
                               {"map", Value(Value::Map{{"k", Value(Value::List{true, Value::unknown()})}})},
                               {"tuple", Value(Value::List{"é", Value::integer(-70'000)})},
                               {"any", Value::dynamic(Type::list(Type::string()), Value(Value::List{"q"}))}});
  EXPECT_EQ(decoded(type, encode_msgpack(type, value)), value);
}

// An author may bring any: the tuple was read beyond its type's end.
TEST(Msgpack, WritesWhatIsNotOfItsTypeAsNull) {
  const Type one = Type::tuple({Type::string()});
  const auto brought = [](Type type, Value value) {
    return encode_msgpack(Type::dynamic(), Value::dynamic(std::move(type), std::move(value)));
  };
  EXPECT_EQ(brought(one, Value::List{"a", "b"}), brought(one, Value()));
  EXPECT_EQ(brought(Type::string(), Value::Map{}), brought(Type::string(), Value()));
}

TEST(Conforms, IsAskedAllTheWayDown) {
  const Type pair = Type::tuple({Type::string(), Type::number()});
  const Type object = Type::object({{"a", Type::list(Type::boolean())}, {"b", Type::dynamic()}});
  EXPECT_TRUE(conforms(pair, Value::List{"a", Value::integer(1)}));
  EXPECT_FALSE(conforms(pair, Value::List{"a"}));
  EXPECT_FALSE(conforms(pair, Value::List{Value::integer(1), "a"}));
  EXPECT_FALSE(conforms(pair, Value::Map{}));
  EXPECT_TRUE(conforms(object, Value::Map{{"a", Value::List{true, Value(), Value::unknown()}}}));
  EXPECT_FALSE(conforms(object, Value::Map{{"a", Value::List{"true"}}}));
  EXPECT_FALSE(conforms(object, Value::Map{{"c", true}}));
  EXPECT_FALSE(conforms(object, Value::Map{{"b", true}}));
  EXPECT_TRUE(conforms(object, Value::Map{{"b", Value::dynamic(Type::boolean(), true)}}));
  EXPECT_FALSE(conforms(object, Value::Map{{"b", Value::dynamic(Type::boolean(), "true")}}));
  EXPECT_FALSE(conforms(object, Value::Map{{"b", Value::dynamic(Type::dynamic(), true)}}));
  EXPECT_FALSE(conforms(Type::map(Type::string()), Value::Map{{"k", true}}));
  EXPECT_FALSE(conforms(Type::string(), Value::List{}));
}

TEST(Msgpack, HoldsASetWithoutOrderAndDuplicates) {
  const Type type = Type::set(Type::string());
  EXPECT_EQ(decoded(type,
                    "\x93\xa1"
                    "b\xa1"
                    "a\xa1"
                    "b"),
            decoded(type,
                    "\x92\xa1"
                    "a\xa1"
                    "b"));
  EXPECT_EQ(decoded(type, "\x92\xd4\x00\x00\xd4\x00\x00"s).get<Value::List>()->size(), 2U);
}

TEST(Msgpack, RefusesAnObjectOfAnotherShape) {
  const Type type = Type::object({{"a", Type::string()}});
  EXPECT_EQ(refusal(type, "\x80"), ": an object has another number of attributes than its type");
  EXPECT_EQ(refusal(type,
                    "\x81\xa1"
                    "b\xc0"),
            ": an object has an attribute that its type does not know");
  EXPECT_EQ(refusal(type,
                    "\x81\xa1"
                    "a\x05"),
            "a: a string was expected, the bytes hold a number");
}

TEST(Msgpack, RefusesBytesThatEndOrGoOn) {
  EXPECT_EQ(refusal(Type::string(), ""), ": the bytes end in the middle of a value, or are no msgpack");
  EXPECT_EQ(refusal(Type::string(), "\xa5xy"), ": a string is longer than the bytes that follow");
  EXPECT_EQ(refusal(Type::string(), "\xa1xy"), ": bytes follow after the value");
  EXPECT_EQ(refusal(Type::list(Type::string()), "\xdd\xff\xff\xff\xff"),
            ": an array is longer than the bytes that follow");
  EXPECT_EQ(refusal(Type::number(), "\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"s),
            ": a finite number or a decimal string was expected, the bytes hold a number");
}

std::string list_of_null(std::uint32_t count) {
  std::string bytes = "\xdd";
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(count >> shift & 0xffU);
  return bytes + std::string(count, '\xc0');
}

TEST(Msgpack, ReadsLongListsAndTextsButNoFloodOfValues) {
  const Type type = Type::list(Type::string());
  EXPECT_EQ(decoded(type, list_of_null(100'000)).get<Value::List>()->size(), 100'000U);
  const Value text(std::string(1'000'000, 'a'));
  EXPECT_EQ(decoded(Type::string(), encode_msgpack(Type::string(), text)), text);
  EXPECT_EQ(refusal(type, list_of_null(values_max)), "[3999999]: more than 4,000,000 values in one");
}

TEST(Msgpack, RefusesWhatIsTooLargeBeforeItReads) {
  const std::unique_ptr<char, decltype(&std::free)> zeros(
      static_cast<char*>(std::calloc(value_bytes_max + 1, 1)), &std::free);
  EXPECT_EQ(refusal(Type::string(), {zeros.get(), value_bytes_max + 1}),
            ": the value is larger than 256 MiB");
}

TEST(Msgpack, RefusesANumberOverTheLimits) {
  EXPECT_EQ(refusal(Type::number(), encode_msgpack(Type::string(), Value(std::string(2'001, '9')))),
            ": a string is no number, or one over the limits");
  EXPECT_EQ(refusal(Type::number(), encode_msgpack(Type::string(), Value("1e100001"))),
            ": a string is no number, or one over the limits");
}

TEST(Msgpack, EndsWithAnErrorWhereDynamicValuesNestWithoutEnd) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += "\x92\xc4\x12[\"list\",\"dynamic\"]\x91";
  EXPECT_EQ(refusal(Type::dynamic(), bytes).substr(refusal(Type::dynamic(), bytes).rfind(':')),
            ": values nest deeper than 128 levels");
}

}  // namespace
}  // namespace ghboot::tfplugin::cty
