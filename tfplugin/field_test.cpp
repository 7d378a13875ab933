// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/field.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/custom_types.h"
#include "tfplugin/provider.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;

struct Rule {
  Value<std::string> subject;
  static constexpr auto fields() {
    return std::tuple{Field{"subject", &Rule::subject, Use::required, "Subject."}};
  }
  bool operator==(const Rule&) const = default;
};

struct Policy {
  Value<std::vector<Rule>> rules;
  Value<std::map<std::string, Rule>> named;
  Value<std::set<std::string>> tags;
  static constexpr auto fields() {
    return std::tuple{
        Field{"rules", &Policy::rules, Use::optional, "Rules."},
        Field{"named", &Policy::named, Use::optional, "Rules by name."},
        Field{"tags", &Policy::tags, Use::optional, "Tags."},
    };
  }
};

Policy decoded(cty::Value::Map attributes, Diagnostics& diagnostics) {
  Policy out;
  for (const char* name : {"rules", "named", "tags"}) attributes.try_emplace(name);
  Codec<Policy>::decode(cty::Value(std::move(attributes)), out, Path(), diagnostics);
  return out;
}

cty::Value rule(cty::Value subject) { return cty::Value::Map{{"subject", std::move(subject)}}; }

TEST(Field, AModelInAListKeepsWhatItKnows) {
  Diagnostics diagnostics;
  const auto policy =
      decoded({{"rules", cty::Value::List{rule("a"), rule(cty::Value::unknown())}}}, diagnostics);
  EXPECT_TRUE(diagnostics.list().empty());
  ASSERT_TRUE(policy.rules.is_known());
  EXPECT_EQ((*policy.rules)[0].subject, "a");
  EXPECT_TRUE((*policy.rules)[1].subject.is_unknown());
}

// While planning, `rules = [module.x.rule]` has an element of which nothing is known; it is no null.
TEST(Field, ACollectionWithAnUnknownElementIsUnknown) {
  Diagnostics diagnostics;
  const auto policy = decoded({{"rules", cty::Value::List{rule("a"), cty::Value::unknown()}},
                               {"named", cty::Value::Map{{"a", cty::Value::unknown()}}},
                               {"tags", cty::Value::set({cty::Value("a"), cty::Value::unknown()})}},
                              diagnostics);
  EXPECT_TRUE(diagnostics.list().empty());
  EXPECT_TRUE(policy.rules.is_unknown());
  EXPECT_TRUE(policy.named.is_unknown());
  EXPECT_TRUE(policy.tags.is_unknown());
}

TEST(Field, ANullElementIsNamed) {
  Diagnostics diagnostics;
  decoded({{"named", cty::Value::Map{{"a", cty::Value()}}}}, diagnostics);
  ASSERT_TRUE(diagnostics.has_error());
  EXPECT_EQ(diagnostics.list()[0].path.text(), "named[\"a\"]");
}

struct Gappy {
  Value<std::vector<Value<std::string>>> list;
  Value<std::map<std::string, Value<CaseInsensitive>>> map;
  Value<std::set<Value<std::int64_t>>> set;
  static constexpr auto fields() {
    return std::tuple{
        Field{"list", &Gappy::list, Use::optional, "Texts."},
        Field{"map", &Gappy::map, Use::optional, "Names."},
        Field{"set", &Gappy::set, Use::optional, "Numbers."},
    };
  }
};
static_assert(valid<Gappy>());

TEST(Field, AnElementMayBeNullOrUnknownWhereTheModelSaysSo) {
  const cty::Value value =
      cty::Value::Map{{"list", cty::Value::List{"a", cty::Value(), cty::Value::unknown()}},
                      {"map", cty::Value::Map{{"a", "X"}, {"b", cty::Value()}}},
                      {"set", cty::Value::set({cty::Value::integer(7), cty::Value()})}};
  Diagnostics diagnostics;
  const auto gappy = model_of<Gappy>(value, diagnostics);
  EXPECT_TRUE(diagnostics.list().empty());
  EXPECT_THAT(*gappy.list,
              ElementsAre(Value<std::string>("a"), Value<std::string>(), Value<std::string>::unknown()));
  EXPECT_TRUE(gappy.map->at("b").is_null());
  EXPECT_THAT(*gappy.set, ElementsAre(Value<std::int64_t>(), Value<std::int64_t>(7)));
  EXPECT_EQ(Codec<Gappy>::encode(gappy), value);

  const auto attributes = make_schema<Gappy>("").attributes;
  EXPECT_EQ(attributes[0].type, cty::Type::list(cty::Type::string()));
  EXPECT_TRUE(attributes[1].same(value["map"], cty::Value::Map{{"a", "x"}, {"b", cty::Value()}}));
  EXPECT_FALSE(attributes[1].same(value["map"], cty::Value::Map{{"a", "x"}, {"b", "y"}}));

  model_of<Gappy>(cty::Value::Map{{"set", cty::Value::set({*cty::Number::parse("1.5")})}}, diagnostics);
  ASSERT_TRUE(diagnostics.has_error());
  EXPECT_EQ(diagnostics.list()[0].path.text(), "set");
}

struct Careless {
  Value<std::string> count;
  static constexpr auto fields() {
    return std::tuple{Field{"count", &Careless::count, Use::optional, "How many."}};
  }
};

class Empty final : public TypedProvider<Careless> {
 public:
  Empty() : TypedProvider("Nothing.") {}

 protected:
  void configure_with(const Careless&, std::string_view, Diagnostics&) override {}
};

class Source final : public DataSource<Careless> {
 public:
  Source() : DataSource("A source.") {}

 protected:
  std::optional<Careless> read_thing(const Careless&, Call&) const override { return std::nullopt; }
};

TEST(Provider, MayNotTakeTheNamesThatTerraformKeeps) {
  Empty provider;
  EXPECT_THAT(problems(provider), ElementsAre());
  provider.data_sources.emplace("empty_source", std::make_unique<Source>());
  EXPECT_THAT(problems(provider),
              ElementsAre("data empty_source: count: Terraform keeps this name for itself"));
}

struct Planner final : PlanModifier {
  void modify(const cty::Value&, const cty::Value&, cty::Value&) const override {}
};
constexpr Planner planner;
bool always(const std::string&, const std::string&) { return true; }

struct Planned {  // With flags that plan, which a data source has no use for.
  Value<std::string> preset, kept, fixed, mostly, modified, hidden, named;
  static constexpr auto fields() {
    using M = Planned;
    return std::tuple{
        Field{"preset", &M::preset, Use::optional_computed, "Preset.", {.default_value = "a"}},
        Field{"kept", &M::kept, Use::computed, "Kept.", {.keep = true}},
        Field{"fixed", &M::fixed, Use::optional, "Fixed.", {.requires_replace = true}},
        Field{"mostly", &M::mostly, Use::optional, "Mostly.", {.replace_if = when<std::string, always>}},
        Field{"modified", &M::modified, Use::optional, "Modified.", {.modifiers = {&planner}}},
        Field{"hidden", &M::hidden, Use::optional, "Hidden.", {.write_only = true}},
        Field{"named", &M::named, Use::computed, "Named.", {.keep = true, .identity = IdentityUse::optional}},
    };
  }
};
struct Planning {
  Value<Planned> told, asked;
  static constexpr auto fields() {
    return std::tuple{Field{"told", &Planning::told, Use::computed, "Of a resource."},
                      Field{"asked", &Planning::asked, Use::optional, "By a user."}};
  }
};
template <class Model>
class Reads final : public DataSource<Model> {
 public:
  Reads() : DataSource<Model>("Reads.") {}

 protected:
  std::optional<Model> read_thing(const Model&, Call&) const override { return std::nullopt; }
};
struct Asking {
  Value<Planned> asked;
  static constexpr auto fields() {
    return std::tuple{Field{"asked", &Asking::asked, Use::required, "By a user."}};
  }
};
class Takes final : public Function<Asking, bool> {
 public:
  Takes() : Function("Takes.", "Takes.") {}

 protected:
  Value<bool> result(const Asking&, Diagnostics&) const override { return true; }
};

// They would do nothing, and stand in the documentation.
TEST(Provider, HasFlagsThatPlanInManagedResourcesAlone) {
  Empty provider;
  provider.data_sources.emplace("empty_planned", std::make_unique<Reads<Planned>>());
  const auto of_planned = [](const std::string& where) {
    std::vector<std::string> out;
    for (const char* text :
         {"preset: default_value", "kept: keep", "fixed: requires_replace", "mostly: replace_if",
          "modified: a modifier", "hidden: write_only", "named: identity", "named: keep"})
      out.push_back(where + text + " is for managed resources");
    return out;
  };
  EXPECT_EQ(problems(provider), of_planned("data empty_planned: "));
  provider.data_sources.clear();
  provider.data_sources.emplace("empty_planning", std::make_unique<Reads<Planning>>());
  // What nobody configures may share the model of a resource.
  std::vector<std::string> expected{"told.hidden: write_only", "told.named: identity"};
  for (auto& text : expected) text = "data empty_planning: " + text + " is for managed resources";
  const auto asked = of_planned("data empty_planning: asked.");
  expected.insert(expected.end(), asked.begin(), asked.end());
  EXPECT_THAT(problems(provider), testing::IsSupersetOf(expected));
  EXPECT_THAT(problems(provider), testing::Not(testing::Contains(testing::HasSubstr("told.kept"))));
  EXPECT_THAT(problems(Takes().signature()), testing::IsSupersetOf(of_planned("asked.")));
}
static_assert(!valid_arguments<Planned>(), "flags that plan, of a parameter");

struct Untold {
  Value<std::string> alias;
  static constexpr auto fields() { return std::tuple{Field{"alias", &Untold::alias, Use::optional, ""}}; }
};

class Silent final : public TypedProvider<Untold, Untold> {
 public:
  Silent() : TypedProvider("Nothing.") {}

 protected:
  void configure_with(const Untold&, std::string_view, Diagnostics&) override {}
};

// Core looks into neither.
TEST(Provider, IsCheckedInItsOwnBlockAndInWhatModulesSay) {
  EXPECT_THAT(problems(Silent()), ElementsAre("provider: alias: has no documentation",
                                              "provider: alias: Terraform keeps this name for itself",
                                              "provider_meta: alias: has no documentation"));
}

class Counting final : public Function<Careless, std::int64_t> {
 public:
  Counting() : Function("Counts.", "Counts.") {}

 protected:
  Value<std::int64_t> result(const Careless&, Diagnostics&) const override { return 1; }
};

// Core refuses such a function when it loads the schema, and can never be asked for such a type.
TEST(Provider, NamesItsTypesAndFunctionsAsTerraformReadsThem) {
  Empty provider;
  provider.data_sources.emplace("Empty-Source", std::make_unique<Source>());
  provider.functions.emplace("how-many", std::make_unique<Counting>());
  EXPECT_THAT(problems(provider),
              ElementsAre("data Empty-Source: count: Terraform keeps this name for itself",
                          "data Empty-Source: a name has lower-case letters, digits and underscores",
                          "function how-many: a name has lower-case letters, digits and underscores"));
}

TEST(Provider, NamesItsTypesAllByTheSameFirstWord) {
  Empty provider;
  provider.data_sources["empty"];
  provider.data_sources["empty_b"];
  provider.resources["empty_a"];
  provider.ephemeral_resources["emptied_c"];
  EXPECT_THAT(problems(provider),
              testing::Contains("ephemeral emptied_c: begins with another word than \"empty_a\", and "
                                "Terraform takes that word for the provider's name"));
  EXPECT_EQ(problems(provider).size(), 5U);
}

TEST(Provider, HasSomethingBehindEachName) {
  Empty provider;
  provider.resources["empty_gap"];
  provider.functions["gap"];
  EXPECT_THAT(problems(provider), ElementsAre("empty_gap: nothing stands behind this name",
                                              "function gap: nothing stands behind this name"));
}

}  // namespace
}  // namespace ghboot::tfplugin
