// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/text.h"

#include <string>

#include <gtest/gtest.h>

namespace ghboot::tfplugin::cty {
namespace {

TEST(Text, IsComposedAsUnicodeSays) {
  EXPECT_EQ(composed("plain"), "plain");
  EXPECT_EQ(composed(std::string_view("\0", 1)), std::string(1, '\0'));
  EXPECT_EQ(composed("cafe\u0301"), "caf\u00e9");
  EXPECT_EQ(composed("\u212b"), "\u00c5") << "the angstrom";
  EXPECT_EQ(composed("\u1112\u1161\u11ab"), "\ud55c");
  EXPECT_EQ(composed("q\u0307\u0323"), "q\u0323\u0307") << "marks in their order";
  EXPECT_EQ(composed("\u0958"), "\u0915\u093c") << "a letter that composing leaves out";
  EXPECT_EQ(composed("\u00e9 \U0001f600 \ufdd0"), "\u00e9 \U0001f600 \ufdd0");
}

TEST(Text, ThatIsNoUtf8HasNoComposedForm) {
  for (const char* text : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"})
    EXPECT_EQ(composed(text), std::nullopt) << readable(text);
}

TEST(Text, InsideAValueIsComposed) {
  const Type type = Type::object({{"list", Type::list(Type::string())},
                                  {"set", Type::set(Type::string())},
                                  {"map", Type::map(Type::string())},
                                  {"any", Type::dynamic()},
                                  {"tuple", Type::tuple({Type::boolean(), Type::string()})}});
  Value value = Value::Map{{"list", Value::List{"e\u0301", Value(), Value::unknown()}},
                           {"set", Value::set({"e\u0301", "\u00e9", "f"})},
                           {"map", Value::Map{{"e\u0301", "a"}, {"z", "e\u0301"}}},
                           {"any", Value::dynamic(Type::string(), "e\u0301")},
                           {"tuple", Value::List{true, "e\u0301"}}};
  EXPECT_TRUE(compose(type, value));
  EXPECT_EQ(value, Value(Value::Map{{"list", Value::List{"\u00e9", Value(), Value::unknown()}},
                                    {"set", Value::set({"\u00e9", "f"})},
                                    {"map", Value::Map{{"\u00e9", "a"}, {"z", "\u00e9"}}},
                                    {"any", Value::dynamic(Type::string(), "\u00e9")},
                                    {"tuple", Value::List{true, "\u00e9"}}}));
  const Value before = value;
  EXPECT_TRUE(compose(type, value));
  EXPECT_EQ(value, before);
  value = Value::Map{{"map", Value::Map{{"\xff", "a"}}}};
  EXPECT_FALSE(compose(type, value));
  value = Value::Map{{"any", Value::dynamic(Type::list(Type::string()), Value::List{"a", "\xff"})}};
  EXPECT_FALSE(compose(type, value));
}

TEST(Text, IsReadableWhateverItsBytes) {
  EXPECT_EQ(readable("a\u00e9"), "a\u00e9");
  EXPECT_EQ(readable("a\xff\xfe\xc3"), "a\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(readable("\xed\xa0\x80z"), "\uFFFD\uFFFD\uFFFDz");
}

TEST(Text, IsNotCutInsideACharacter) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcdef", 5), "ab\u2026");
  EXPECT_EQ(shortened("a\u00e9\u00e9\u00e9", 6), "a\u00e9\u2026");
  EXPECT_EQ(shortened("ab\u00e9\u00e9", 5), "ab\u2026");
}

}  // namespace
}  // namespace ghboot::tfplugin::cty
