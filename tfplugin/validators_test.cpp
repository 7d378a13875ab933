// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/validators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/config_rule.h"
#include "tfplugin/custom_types.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Between percent{0, 100};
constexpr Matches lower_name{"[a-z]+", "a name of lower-case letters"};
constexpr Matches broken{"[a-z", "nothing"};
constexpr Count few{1, 2};
constexpr Each each_percent{&percent};
constexpr Each each_name{&lower_name};
constexpr Length two_to_four{2, 4};
constexpr Each each_short_one{&two_to_four};
constexpr Length long_text{3, Length::no_max};
constexpr Count one_or_more{1, Count::no_max};

std::vector<std::string> said(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics.list())
    out.push_back(diagnostic.path.text() + ": " + diagnostic.summary + ": " + diagnostic.detail);
  return out;
}

const cty::Type text = cty::Type::string(), texts = cty::Type::list(text), text_set = cty::Type::set(text);

std::vector<std::string> check(const Validator& validator, const cty::Value& value,
                               const cty::Type& type = cty::Type::list(cty::Type::number())) {
  Diagnostics diagnostics;
  validator.check(type, value, Path({"x"}), diagnostics);
  return said(diagnostics);
}

cty::Value number(std::int64_t n) { return cty::Value::integer(n); }

TEST(Validators, SayWhatWasFoundAndWhatIsExpected) {
  EXPECT_THAT(check(percent, number(0)), IsEmpty());
  EXPECT_THAT(check(percent, number(100)), IsEmpty());
  EXPECT_THAT(check(percent, number(101)),
              ElementsAre("x: Number too large: \"x\" is 101; the most is 100."));
  EXPECT_THAT(check(percent, number(-1)), ElementsAre("x: Number too small: \"x\" is -1; the least is 0."));
  EXPECT_THAT(check(lower_name, "abc"), IsEmpty());
  EXPECT_THAT(
      check(lower_name, "abC"),
      ElementsAre("x: Text of another form: \"x\" is \"abC\"; expected is a name of lower-case letters."));
  EXPECT_THAT(check(few, cty::Value::List{}),
              ElementsAre("x: Too few elements: \"x\" has 0 elements; expected are 1 to 2."));
  EXPECT_THAT(check(few, cty::Value::Map{{"a", {}}, {"b", {}}, {"c", {}}}),
              ElementsAre("x: Too many elements: \"x\" has 3 elements; expected are 1 to 2."));
}

TEST(Validators, OfEachElementNameItWhereItHasAPlace) {
  EXPECT_THAT(check(each_percent, cty::Value::List{number(1), cty::Value::unknown(), number(101)}),
              ElementsAre("x[2]: Number too large: \"x[2]\" is 101; the most is 100."));
  EXPECT_THAT(check(each_percent, cty::Value::Map{{"k", number(-1)}}, cty::Type::map(cty::Type::number())),
              ElementsAre("x[\"k\"]: Number too small: \"x[\"k\"]\" is -1; the least is 0."));
  EXPECT_THAT(
      check(each_name, cty::Value::set({"B"}), text_set),
      ElementsAre("x: Text of another form: \"x\" is \"B\"; expected is a name of lower-case letters."));
}

// No path leads to an element of a set, and its length says little.
TEST(Validators, OfAnElementOfASetItsTextIsSaid) {
  EXPECT_THAT(
      check(each_short_one, cty::Value::set({"a", "bb"}), text_set),
      ElementsAre("x: Text too short: \"x\" has 1 bytes; expected are 2 to 4. The element is \"a\"."));
  EXPECT_THAT(check(each_short_one, cty::Value::List{"bb", "a"}, texts),
              ElementsAre("x[1]: Text too short: \"x[1]\" has 1 bytes; expected are 2 to 4."));
}

TEST(Validators, WithoutAMostSayTheLeast) {
  EXPECT_THAT(check(long_text, "a"),
              ElementsAre("x: Text too short: \"x\" has 1 bytes; expected are at least 3."));
  EXPECT_THAT(check(one_or_more, cty::Value::List{}),
              ElementsAre("x: Too few elements: \"x\" has 0 elements; expected are at least 1."));
}

// ["a", unknown] may be one element in the end, and [unknown] several: equal ones are held as one.
TEST(Validators, CountOfASetWhatIsCertain) {
  const auto unknown = cty::Value::unknown();
  constexpr Count one{1, 1}, two{2, 2};
  EXPECT_THAT(check(one, cty::Value::set({"a", unknown}), text_set), IsEmpty());
  EXPECT_THAT(check(two, cty::Value::set({unknown}), text_set), IsEmpty());
  EXPECT_THAT(check(one, cty::Value::set({"a", "b", unknown}), text_set),
              ElementsAre("x: Too many elements: \"x\" has 2 elements; expected are 1 to 1."));
  EXPECT_THAT(check(one, cty::Value::List{"a", unknown}, texts),
              ElementsAre("x: Too many elements: \"x\" has 2 elements; expected are 1 to 1."));
}

TEST(Validators, OfADurationSayHowLongItMayBe) {
  for (const char* found : {"0s", "9000h"})
    EXPECT_THAT(check(is_duration, found),
                ElementsAre("x: Not a duration: \"x\" is \"" + std::string(found) +
                            "\"; a time like \"90s\", \"5m\" or \"1h30m\" is expected, from 1ms to 8760h."));
  EXPECT_THAT(check(is_duration, "1ms"), IsEmpty());
  EXPECT_THAT(check(is_duration, "8760h"), IsEmpty());
  for (const char* found : {"8760h1ns", "999.9us", "1e300h", "8760h8760h"})
    EXPECT_THAT(check(is_duration, found), testing::SizeIs(1)) << found;
  EXPECT_EQ(parse_duration("1.001s"), std::chrono::milliseconds(1001));
  EXPECT_EQ(parse_duration("1.9ms"), std::chrono::milliseconds(1));
}

TEST(Validators, TakeTheTypesThatTheyCheck) {
  const auto numeral = cty::Type::number();
  constexpr OneOf a_word("a");
  for (const Validator* of_text :
       {static_cast<const Validator*>(&lower_name), static_cast<const Validator*>(&two_to_four),
        static_cast<const Validator*>(&a_word), static_cast<const Validator*>(&is_duration),
        Codec<Json>::validator()}) {
    EXPECT_TRUE(of_text->takes(text));
    EXPECT_FALSE(of_text->takes(numeral));
    EXPECT_FALSE(of_text->takes(cty::Type::dynamic()));
  }
  EXPECT_TRUE(percent.takes(numeral));
  EXPECT_FALSE(percent.takes(text));
  for (const auto& collection : {texts, text_set, cty::Type::map(text)}) {
    EXPECT_TRUE(few.takes(collection));
    EXPECT_TRUE(each_name.takes(collection));
    EXPECT_FALSE(each_percent.takes(collection)) << "of each element";
    EXPECT_FALSE(lower_name.takes(collection));
  }
  EXPECT_FALSE(few.takes(text));
  EXPECT_FALSE(each_name.takes(text));
}

TEST(Validators, ABrokenPatternIsFoundAtTheStart) {
  EXPECT_EQ(lower_name.problem(), "");
  EXPECT_EQ(broken.problem(), "the pattern of its validator is none: missing ]: [a-z");
}

std::vector<std::string> check(const ConfigRule& rule, cty::Value a, cty::Value b) {
  Diagnostics diagnostics;
  check(rule, cty::Value::Map{{"a", std::move(a)}, {"b", std::move(b)}}, Path({"top"}), diagnostics);
  return said(diagnostics);
}

TEST(ConfigRule, SaysWhichAttributesAreMeant) {
  const cty::Value null, is = "x";
  EXPECT_THAT(check(at_most_one("a", "b"), null, null), IsEmpty());
  EXPECT_THAT(
      check(at_most_one("a", "b"), is, is),
      ElementsAre("top.a: Attributes that exclude each other: \"a\", \"b\" are set; at most one of \"a\", "
                  "\"b\" may be."));
  EXPECT_THAT(check(exactly_one("a", "b"), null, is), IsEmpty());
  EXPECT_THAT(
      check(exactly_one("a", "b"), null, null),
      ElementsAre("top: Missing attribute: None of \"a\", \"b\" is set; exactly one of them must be."));
  EXPECT_THAT(
      check(exactly_one("a", "b"), is, is),
      ElementsAre("top.a: Attributes that exclude each other: \"a\", \"b\" are set; exactly one of \"a\", "
                  "\"b\" may be."));
  EXPECT_THAT(
      check(at_least_one("a", "b"), null, null),
      ElementsAre("top: Missing attribute: None of \"a\", \"b\" is set; at least one of them must be."));
  EXPECT_THAT(
      check(together("a", "b"), null, is),
      ElementsAre("top.b: Attributes that belong together: \"b\" is set without \"a\"; set all of them, or "
                  "none."));
  EXPECT_THAT(check(needs("a", "b"), null, is), IsEmpty());
  EXPECT_THAT(check(needs("a", "b"), is, null),
              ElementsAre("top.a: Attributes that belong together: \"a\" is set without \"b\"; set what is "
                          "missing, or remove \"a\"."));
}

TEST(ConfigRule, PassesWhatMayStillTurnOutWell) {
  const cty::Value null, is = "x", unknown = cty::Value::unknown();
  for (const ConfigRule& rule : {at_most_one("a", "b"), exactly_one("a", "b"), at_least_one("a", "b"),
                                 together("a", "b"), needs("a", "b")}) {
    EXPECT_THAT(check(rule, unknown, null), IsEmpty());
    EXPECT_THAT(check(rule, is, unknown), IsEmpty());
    EXPECT_THAT(check(rule, unknown, unknown), IsEmpty());
  }
  // A block of many that is not written is an empty collection.
  EXPECT_THAT(check(at_most_one("a", "b"), is, cty::Value::List{}), IsEmpty());
}

TEST(CustomTypes, KnowWhatMeansTheSame) {
  EXPECT_TRUE(Codec<CaseInsensitive>::same("Main", "mAIN"));
  EXPECT_FALSE(Codec<CaseInsensitive>::same("Main", "Maine"));
  EXPECT_TRUE(Codec<Json>::same(R"({"a":1,"b":[2]})", R"({ "b": [2.0], "a": 1 })"));
  EXPECT_FALSE(Codec<Json>::same(R"({"a":1})", R"({"a":2})"));
  EXPECT_FALSE(Codec<Json>::same("none", "none"));
  EXPECT_TRUE(Codec<Duration>::same("60s", "1m"));
  EXPECT_FALSE(Codec<Duration>::same("60s", "1h"));
  EXPECT_FALSE(Codec<Duration>::same("1s", "1.001s"));
  EXPECT_FALSE(Codec<Duration>::same("1ms", "1.9ms"));
  EXPECT_TRUE(Codec<Duration>::same("1.001s", "1001ms"));
  EXPECT_THAT(check(*Codec<Json>::validator(), "{ \"secret"),
              ElementsAre("x: Not JSON: \"x\" is no JSON text; jsonencode() writes one."));
  const auto same_list = Same<std::vector<Duration>>::compare();
  EXPECT_TRUE(same_list(cty::Value::List{"60s"}, cty::Value::List{"1m"}));
  EXPECT_FALSE(same_list(cty::Value::List{"60s"}, cty::Value::List{"1m", "1m"}));
  EXPECT_EQ(Same<std::string>::compare(), nullptr);
}

}  // namespace
}  // namespace ghboot::tfplugin
