// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/validators.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Between at_least_zero = at_least(0);

struct Cut {
  Value<std::string> text;
  Value<std::int64_t> length;
  Value<Variadic<std::string>> rest;
  static constexpr auto fields() {
    return std::tuple{
        Field{"text", &Cut::text, Use::optional, "What is cut.", {.unknowns = true}},
        Field{"length", &Cut::length, Use::required, "Bytes.", {.validators = {&at_least_zero}}},
        Field{"rest", &Cut::rest, Use::required, "Not one of them may be \"bad\"."},
    };
  }
};

// The text's first bytes, and how many more arguments there are.
class CutFunction final : public Function<Cut, std::string> {
 public:
  CutFunction() : Function("Cuts a text.", "Cuts a *text*.", "use substr()") {}

 protected:
  Value<std::string> result(const Cut& in, Diagnostics& diagnostics) const override {
    for (std::size_t i = 0; i < in.rest->values.size(); ++i)
      if (*in.rest->values[i] == "lost")
        diagnostics.error(Path({"nothing"}), "Lost", "No parameter has this name.");
      else if (*in.rest->values[i] == "bad")
        diagnostics.error(Path({"rest"}).index(static_cast<std::int64_t>(i)), "Bad", "It is bad.");
    if (in.text.is_null()) return {};
    if (in.text.is_unknown()) return Value<std::string>::unknown();
    return in.text->substr(0, static_cast<std::size_t>(*in.length)) + std::to_string(in.rest->values.size());
  }
};

struct NoneLast {
  Value<Variadic<std::string>> rest;
  Value<std::string> text;
  static constexpr auto fields() {
    return std::tuple{Field{"rest", &NoneLast::rest, Use::required, "Rest."},
                      Field{"text", &NoneLast::text, Use::required, "Text."}};
  }
};
struct Computed {
  Value<std::string> text;
  static constexpr auto fields() {
    return std::tuple{Field{"text", &Computed::text, Use::computed, "Text."}};
  }
};
struct TakesUnknowns {
  Value<std::string> text;
  static constexpr auto fields() {
    return std::tuple{Field{"text", &TakesUnknowns::text, Use::optional, "Text.", {.unknowns = true}}};
  }
};
static_assert(valid_arguments<Cut>());
static_assert(!valid_arguments<NoneLast>(), "only the last parameter is variadic");
static_assert(!valid_arguments<Computed>(), "an argument is given");
static_assert(valid_arguments<TakesUnknowns>() && !valid<TakesUnknowns>(), "of parameters alone");

const CutFunction cut;

FunctionFailure failure_of(const std::vector<cty::Value>& arguments) {
  const auto result = call_function(cut, arguments);
  return result ? FunctionFailure{"no error", std::nullopt} : result.error();
}

TEST(Function, DeclaresItsParametersOnce) {
  const Signature& signature = cut.signature();
  ASSERT_EQ(signature.parameters.size(), 2U);
  EXPECT_EQ(signature.parameters[0].name, "text");
  EXPECT_TRUE(signature.parameters[0].unknowns);
  EXPECT_EQ(signature.parameters[1].type, cty::Type::number());
  EXPECT_EQ(signature.variadic->type, cty::Type::string());
  EXPECT_EQ(signature.result, cty::Type::string());
  EXPECT_EQ(signature.deprecated, "use substr()");
  EXPECT_TRUE(problems(signature).empty());
  Signature without_summary = signature;
  without_summary.summary.clear();
  without_summary.variadic->name = "text";
  EXPECT_THAT(problems(without_summary), ElementsAre("text: the name stands twice", "has no summary"));
}

TEST(Function, TakesAnyNumberOfVariadicArguments) {
  EXPECT_EQ(call_function(cut, {"abc", cty::Number(2)}), cty::Value("ab0"));
  EXPECT_EQ(call_function(cut, {"abc", cty::Number(9), "x", "y"}), cty::Value("abc2"));
  EXPECT_EQ(failure_of({"abc"}).text, "1 arguments were given; the function takes at least 2.");
}

TEST(Function, GetsNullAndUnknownWhereItSaysSo) {
  EXPECT_EQ(call_function(cut, {cty::Value(), cty::Number(1)}), cty::Value());
  EXPECT_EQ(call_function(cut, {cty::Value::unknown(), cty::Number(1)}), cty::Value::unknown());
  EXPECT_EQ(call_function(cut, {"abc", cty::Value::unknown()}), cty::Value::unknown()) << "it is not called";
  const auto failure = failure_of({"abc", cty::Value()});
  EXPECT_THAT(failure.text, HasSubstr("\"length\" is null; a number is required here."));
  EXPECT_EQ(failure.argument, 1U);
}

TEST(Function, PointsAtTheArgumentThatIsWrong) {
  EXPECT_EQ(failure_of({"abc", cty::Number(-1)}).argument, 1U) << "by its parameter's validator";
  const auto failure = failure_of({"abc", cty::Number(1), "x", "bad", "bad"});
  EXPECT_EQ(failure.text, "Bad: It is bad.\nBad: It is bad.");
  EXPECT_EQ(failure.argument, 3U);
  EXPECT_THAT(failure_of({"abc", cty::Number(1), cty::Value()}).text, HasSubstr("\"rest[0]\" is null"));
  EXPECT_EQ(failure_of({"abc", *cty::Number::parse("1.5")}).argument, 1U) << "no int64";
  EXPECT_EQ(failure_of({"abc", cty::Number(1), "lost"}).argument, std::nullopt) << "at none of them";
}

TEST(Function, WhoseResultIsNoUtf8IsRefused) {
  EXPECT_EQ(failure_of({"\u00e4", cty::Number(1)}).text,
            "Defect of the provider: The result has a text that is no UTF-8, and Terraform keeps no other: "
            "encode the bytes. Please report this.");
  EXPECT_EQ(call_function(cut, {"e\u0301", cty::Number(3)}), cty::Value("\u00e90"))
      << "composed, as core does";
}

struct TakesText {
  Value<std::string> text;
  static constexpr auto fields() {
    return std::tuple{Field{"text", &TakesText::text, Use::required, "Text."}};
  }
};

class AnyFunction final : public Function<TakesText, cty::Value::Dynamic> {
 public:
  AnyFunction() : Function("Gives anything.", "Gives anything.") {}

 protected:
  Value<cty::Value::Dynamic> result(const TakesText&, Diagnostics&) const override {
    return cty::Value::Dynamic{cty::Type::tuple({cty::Type::string()}), cty::Value::List{"a", "b"}};
  }
};

TEST(Function, WhoseResultIsNotOfTheTypeThatItBringsIsRefused) {
  const auto result = call_function(AnyFunction(), {cty::Value("a")});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text,
            "Defect of the provider: The result does not fit its type, or the type that "
            "it brings. Please report this.");
}

}  // namespace
}  // namespace ghboot::tfplugin
