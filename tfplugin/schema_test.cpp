// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr OneOf small_or_large("small", "large");
bool becomes_less(const std::int64_t& prior, const std::int64_t& planned) { return planned < prior; }

// An attribute with nothing wrong in it, to spoil.
Attribute good(Use use = Use::optional) {
  Attribute out;
  out.name = "x";
  out.doc = "Something.";
  out.type = cty::Type::string();
  out.use = use;
  return out;
}
Attribute good_block(Nesting nesting = Nesting::list) {
  Attribute out = good();
  out.nesting = nesting;
  out.block = Block{};
  out.nested = {good()};
  out.type = cty::Type::list(cty::Type::object({{"x", cty::Type::string()}}));
  return out;
}

std::vector<std::string> problems_of(Attribute attribute, Schema schema = {}) {
  schema.attributes.push_back(std::move(attribute));
  return problems(schema);
}

// What core would not notice, or take badly, is found at the start.
TEST(Schema, NamesEachMistakeWithItsPath) {
  EXPECT_THAT(problems_of(good()), IsEmpty());
  EXPECT_THAT(problems_of(good_block()), IsEmpty());
  const auto spoiled = [](Attribute attribute, const auto& spoil) {
    spoil(attribute);
    return problems_of(std::move(attribute));
  };
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.name = "Upper"; }),
              ElementsAre("Upper: a name has lower-case letters, digits and underscores"));
  Schema taken;
  taken.attributes = {good()};
  EXPECT_THAT(problems_of(good_block(), taken), ElementsAre("x: the name stands twice"))
      << "a block's name is an attribute's";
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.doc = ""; }), ElementsAre("x: has no documentation"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.default_value = cty::Value("d"); }),
              ElementsAre("x: a default is for optional_computed attributes"));
  EXPECT_THAT(spoiled(good(Use::optional_computed), [](Attribute& a) { a.default_value = cty::Value(true); }),
              ElementsAre("x: the default is not of the type"));
  EXPECT_THAT(spoiled(good(Use::optional_computed),
                      [](Attribute& a) {
                        a.default_value = cty::Value("medium");
                        a.validators = {&small_or_large};
                      }),
              ElementsAre("x: the default is refused: \"x\" is \"medium\"; expected one of \"small\", "
                          "\"large\"."));
  EXPECT_THAT(spoiled(good(),
                      [](Attribute& a) {
                        a.validators = {&small_or_large};
                        a.type = cty::Type::number();
                      }),
              ElementsAre("x: a validator of it checks nothing of the type number"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.replace_if = when<std::int64_t, becomes_less>; }),
              ElementsAre("x: replace_if compares a number, and this is a string"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.keep = true; }),
              ElementsAre("x: keep is for computed attributes"));
  EXPECT_THAT(spoiled(good(Use::computed), [](Attribute& a) { a.requires_replace = true; }),
              ElementsAre("x: requires_replace is for attributes that can be configured"));
  EXPECT_THAT(spoiled(good(Use::optional_computed), [](Attribute& a) { a.write_only = true; }),
              ElementsAre("x: write_only is for attributes that are not computed"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.write_only = a.requires_replace = true; }),
              ElementsAre("x: core never sees that a write_only value changed: let a version of it replace"));
  EXPECT_THAT(spoiled(good_block(Nesting::set), [](Attribute& a) { a.nested[0].write_only = true; }),
              ElementsAre("x.x: write_only does not go inside a set"));
  EXPECT_THAT(spoiled(good_block(), [](Attribute& a) { a.nested[0].type = cty::Type::dynamic(); }),
              ElementsAre("x.x: a dynamic type does not go inside a list, set or map"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.type = cty::Type::list(cty::Type::dynamic()); }),
              ElementsAre("x: a dynamic type does not go inside a list, set or map"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.type = cty::Type::tuple({cty::Type::dynamic()}); }),
              IsEmpty());
  EXPECT_THAT(spoiled(good_block(), [](Attribute& a) { a.use = Use::computed; }),
              ElementsAre("x: a block is required or optional, and nothing else; its attributes may be"));
  EXPECT_THAT(spoiled(good_block(), [](Attribute& a) { a.block = Block{.min_items = 2, .max_items = 1}; }),
              ElementsAre("x: min_items is above max_items"));
  EXPECT_THAT(spoiled(good_block(Nesting::map), [](Attribute& a) { a.block = Block{.max_items = 1}; }),
              ElementsAre("x: min_items and max_items are for lists and sets"));
  EXPECT_THAT(spoiled(good(), [](Attribute& a) { a.block = Block{}; }),
              ElementsAre("x: a block holds a model, or a list, set or map of one"));
  EXPECT_THAT(spoiled(good_block(),
                      [](Attribute& a) {
                        a.block.reset();
                        a.nested = {good_block()};
                      }),
              ElementsAre("x.x: a block does not go inside an attribute"));
  EXPECT_THAT(spoiled(good_block(), [](Attribute& a) { a.rules = {at_most_one("x", "y")}; }),
              ElementsAre("x: a rule binds \"y\", which is not there"));
}

// Core composes what it reads, and would see another value at each plan.
TEST(Schema, ADefaultIsComposed) {
  Attribute named = good(Use::optional_computed);
  for (const char* text :
       {"cafe\u0301", "\u212b", "\u30ab\u3099", "\u1112\u1161\u11ab", "\u0928\u093c", "a\xff"}) {
    named.default_value = text;
    EXPECT_THAT(problems_of(named),
                ElementsAre("x: the default is no UTF-8 or has accents apart from their letters: write it "
                            "in NFC"))
        << text;
  }
  for (const char* text : {"caf\u00e9", "\u00c5", "\u30ac", "\ud55c", "\u20ac \U0001f600", "plain"}) {
    named.default_value = text;
    EXPECT_THAT(problems_of(named), IsEmpty()) << text;
  }
}

TEST(Schema, ARequiredPartOfAnIdentityIsNeverNull) {
  Attribute part = good();
  part.identity = IdentityUse::required;
  part.requires_replace = true;
  EXPECT_THAT(problems_of(part),
              ElementsAre("x: an optional attribute may be null, and is no required part of an identity"));
  part.identity = IdentityUse::optional;
  EXPECT_THAT(problems_of(part), IsEmpty());
}

TEST(Schema, AnIdentityStaysTheSameUnlessItIsLetChange) {
  Attribute part = good(Use::required);
  part.identity = IdentityUse::required;
  EXPECT_THAT(problems_of(part),
              ElementsAre("x: the identity stays the same: a change must replace, or let it change"));
  Schema schema;
  schema.identity_changes = true;
  EXPECT_THAT(problems_of(part, schema), IsEmpty());
  part.requires_replace = true;
  EXPECT_THAT(problems_of(part), IsEmpty());
  part.type = cty::Type::map(cty::Type::string());
  EXPECT_THAT(problems_of(part),
              ElementsAre("x: an identity has simple attributes and lists of the top alone"));
  Attribute id = good(Use::computed);
  id.identity = IdentityUse::required;
  EXPECT_THAT(problems_of(id), ElementsAre("x: the identity stays the same: keep it, or let it change"));
  id.use = Use::optional_computed;
  id.requires_replace = true;
  EXPECT_THAT(problems_of(id), ElementsAre("x: the identity stays the same: keep it, or let it change"));
  id.keep = true;
  EXPECT_THAT(problems_of(id), IsEmpty());
  id.sensitive = true;
  EXPECT_THAT(problems_of(id), ElementsAre("x: an identity is shown: nothing sensitive is part of it"));
  Schema negative;
  negative.identity_version = negative.version = -1;
  EXPECT_THAT(problems(negative),
              ElementsAre("the version is negative", "the version of the identity is negative"));
}

// The same mistakes, by an author who declares a model: they do not compile.
struct Inside {
  Value<std::string> x;
  static constexpr auto fields() {
    return std::tuple{Field{"x", &Inside::x, Use::optional, "X.", {.write_only = true}}};
  }
  auto operator<=>(const Inside&) const = default;
};
template <class Held>
struct Holder {
  Value<Held> x;
  static constexpr auto fields() { return std::tuple{Field{"x", &Holder::x, Use::optional, "X."}}; }
};
struct Bound {
  Value<std::string> x;
  static constexpr auto fields() { return std::tuple{Field{"x", &Bound::x, Use::optional, "X."}}; }
  static constexpr auto rules() { return std::array{at_most_one("x", "y")}; }
};
struct HoldsBlock {
  Value<std::vector<Inside>> x;
  static constexpr auto fields() {
    return std::tuple{Field{"x", &HoldsBlock::x, Use::optional, "X.", {.block = Block{}}}};
  }
};
struct Twice {
  Value<std::string> x, y;
  static constexpr auto fields() {
    return std::tuple{Field{"x", &Twice::x, Use::optional, "X."},
                      Field{"y", &Twice::x, Use::optional, "Y, and wrongly of x."}};
  }
};
static_assert(valid<Holder<std::vector<Inside>>>());
static_assert(!valid<Holder<std::vector<std::vector<Inside>>>>(), "a model in a list of lists");
static_assert(!valid<Holder<std::map<std::string, std::set<Inside>>>>(), "a model in a map of sets");
static_assert(!valid<Twice>(), "two fields of one member");
static_assert(!valid<Holder<std::set<Inside>>>(), "write_only inside a set");
static_assert(!valid<Bound>(), "a rule over what is not there");
static_assert(valid<HoldsBlock>());
static_assert(!valid<Holder<HoldsBlock>>(), "a block inside an attribute");

TEST(Schema, BlocksAreCountedAndAreEmptyInsteadOfNull) {
  Schema schema;
  schema.attributes = {good_block(Nesting::list), good_block(Nesting::map)};
  schema.attributes[0].name = "many";
  schema.attributes[0].block = Block{.min_items = 1, .max_items = 2};
  schema.attributes[1].use = Use::required;
  EXPECT_EQ(empty_object(schema)["many"], cty::Value(cty::Value::List()));
  EXPECT_EQ(empty_object(schema)["x"], cty::Value(cty::Value::Map()));
  Diagnostics diagnostics;
  validate_object(schema.attributes, {}, empty_object(schema), Path(), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 2U);
  EXPECT_EQ(diagnostics.list()[0].detail, "\"many\" stands 0 times; expected are 1 to 2.");
  EXPECT_EQ(diagnostics.list()[1].detail, "\"x\" stands 0 times; expected are at least 1.");
}

TEST(Schema, ASecretIsNotSaidAgain) {
  Attribute secret = good();
  secret.validators = {&small_or_large};
  secret.sensitive = true;
  Diagnostics diagnostics;
  validate_attribute(secret, "hunter2", Path({"x"}), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].detail,
            "\"x\" is (a sensitive value); expected one of \"small\", \"large\".");
}

constexpr Between thousands = at_least(1000);
constexpr Each each_small_or_large{&small_or_large};

std::vector<std::string> said_of(const Attribute& attribute, const cty::Value& value) {
  Diagnostics diagnostics;
  validate_attribute(attribute, value, Path({"x"}), diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics.list())
    out.push_back(diagnostic.path.text() + ": " + diagnostic.summary + ": " + diagnostic.detail);
  return out;
}

// Numbers stand in a text without quotes, and elements are texts of their own.
TEST(Schema, NothingOfASecretIsSaidAgain) {
  Attribute secret = good();
  secret.sensitive = true;
  secret.type = cty::Type::number();
  secret.validators = {&thousands};
  EXPECT_THAT(said_of(secret, cty::Value::integer(42)),
              ElementsAre("x: Number too small: \"x\" is sensitive: what was found there is not shown."));
  secret.type = cty::Type::map(cty::Type::string());
  secret.validators = {&each_small_or_large};
  EXPECT_THAT(said_of(secret, cty::Value::Map{{"k", "hunter2"}}),
              ElementsAre("x: Unknown value: \"x\" is sensitive: what was found there is not shown."))
      << "a key is a part of it";
  Attribute holder = good();
  holder.sensitive = true;
  holder.nesting = Nesting::list;
  holder.nested = {good(), good(Use::required)};
  holder.nested[0].validators = {&small_or_large};
  holder.nested[1].name = "y";
  holder.type = cty::Type::list(cty::Type::object({{"x", cty::Type::string()}, {"y", cty::Type::string()}}));
  const cty::Value::Map element{{"x", "hunter2"}, {"y", {}}};
  EXPECT_THAT(
      said_of(holder, cty::Value::List{element}),
      ElementsAre(
          "x[0].x: Unknown value: \"x[0].x\" is (a sensitive value); expected one of \"small\", \"large\".",
          "x[0].y: Missing required value: \"x[0].y\" is null; a string is required here."))
      << "what we say ourselves holds nothing of it";
  holder.nesting = Nesting::map;
  holder.type = cty::Type::map(holder.type.element());
  EXPECT_THAT(
      said_of(holder, cty::Value::Map{{"k", element}}),
      ElementsAre("x.x: Unknown value: \"x.x\" is (a sensitive value); expected one of \"small\", \"large\".",
                  "x.y: Missing required value: \"x.y\" is null; a string is required here."))
      << "a key is a part of it";
}

// Each was told apart in a walk through all: 100,000 took 22 s.
TEST(Schema, OfMoreFaultsThanAreToldTheRestIsNotLookedAt) {
  Attribute many = good();
  many.type = cty::Type::list(cty::Type::string());
  many.validators = {&each_small_or_large};
  EXPECT_EQ(said_of(many, cty::Value::List(5'000, cty::Value("wrong"))).size(), diagnostics_max + 1);
  Attribute holder = good_block();
  holder.nested[0].validators = {&small_or_large};
  const cty::Value::Map element{{"x", "wrong"}};
  EXPECT_EQ(said_of(holder, cty::Value::List(5'000, element)).size(), diagnostics_max + 1);
}

// What a validator says of a text without quoting it.
class Blabs final : public Validator {
 public:
  void check(const cty::Type&, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override {
    diagnostics.error(path, "Wrong", "It is " + *value.get<std::string>() + ", which is wrong.");
  }
  bool takes(const cty::Type&) const override { return true; }
};
constexpr Blabs blabs;

constexpr Matches an_url{"https://.+", "a URL that begins with `https://`"};

TEST(Schema, OfASecretThatStandsInOurWordsTheyAreSaid) {
  Attribute secret = good();
  secret.sensitive = true;
  secret.validators = {&an_url};
  EXPECT_THAT(
      said_of(secret, "https://"),
      ElementsAre("x: Text of another form: \"x\" is (a sensitive value); expected is a URL that begins "
                  "with `https://`."));
}

TEST(Schema, ASecretThatIsNotQuotedIsNotSaidEither) {
  Attribute secret = good();
  secret.write_only = true;
  secret.validators = {&blabs};
  EXPECT_THAT(said_of(secret, "hunter2"),
              ElementsAre("x: Wrong: \"x\" is sensitive: what was found there is not shown."));
}

TEST(Schema, WhatIsDeprecatedIsSaidWhereItIsSet) {
  Attribute old = good();
  old.deprecated = "use `y`";
  EXPECT_THAT(said_of(old, {}), IsEmpty());
  EXPECT_THAT(said_of(old, "a"), ElementsAre("x: Deprecated: \"x\" is deprecated: use `y`"));
  Attribute many = good_block(Nesting::list);
  many.deprecated = "use `y`";
  EXPECT_THAT(said_of(many, cty::Value::List{}), IsEmpty()) << "a block that is not there";
}

struct Pin {
  Value<std::int64_t> pin, turns;
  static constexpr auto fields() {
    return std::tuple{Field{"pin", &Pin::pin, Use::optional, "Pin.", {.sensitive = true}},
                      Field{"turns", &Pin::turns, Use::optional, "Turns."}};
  }
};

TEST(Schema, ASecretThatIsNoWholeNumberIsNotSaidAgain) {
  Diagnostics diagnostics;
  Pin pin;
  const cty::Value half = *cty::Number::parse("1.5");
  Codec<Pin>::decode(cty::Value::Map{{"pin", half}, {"turns", half}}, pin, Path(), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 2U);
  EXPECT_EQ(diagnostics.list()[0].detail, "\"pin\" is sensitive: what was found there is not shown.");
  EXPECT_THAT(diagnostics.list()[1].detail, testing::HasSubstr("\"turns\" is 1.5"));
}

TEST(Schema, ABlockInASetIsCountedByWhatIsCertain) {
  Attribute block = good_block(Nesting::set);
  block.block = Block{.min_items = 2, .max_items = 2};
  block.type = cty::Type::set(block.type.element());
  const auto element = [](cty::Value x) { return cty::Value::Map{{"x", std::move(x)}}; };
  const auto unknown = element(cty::Value::unknown());
  EXPECT_THAT(said_of(block, cty::Value::set({unknown})), IsEmpty());
  EXPECT_THAT(said_of(block, cty::Value::set({element("a"), element("b"), unknown})), IsEmpty());
  EXPECT_THAT(said_of(block, cty::Value::set({element("a"), element("b"), element("c"), unknown})),
              ElementsAre("x: Too many blocks: \"x\" stands 3 times; expected are 2."));
}

TEST(Schema, OfALongTextTheBeginningIsSaidInWholeCharacters) {
  Attribute named = good();
  named.validators = {&small_or_large};
  std::string wide(59, 'a');
  for (int i = 0; i < 100; ++i) wide += "é";
  Diagnostics diagnostics;
  validate_attribute(named, wide, Path({"x"}), diagnostics);
  validate_attribute(named, std::string(200, 'b'), Path({"x"}), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 2U);
  EXPECT_EQ(diagnostics.list()[0].detail,
            "\"x\" is \"" + std::string(59, 'a') + "…\" (259 bytes); expected one of \"small\", \"large\".");
  EXPECT_THAT(diagnostics.list()[1].detail, testing::HasSubstr(std::string(200, 'b')));
}

}  // namespace
}  // namespace ghboot::tfplugin
