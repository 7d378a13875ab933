// SPDX-License-Identifier: Apache-2.0
// The engine against core's rules, for schemas, configurations and providers by chance: core takes each plan
// and each result, and a second plan has nothing to do.
#include "tfplugin/core/chance.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core/faults.h"
#include "tfplugin/core/life.h"
#include "tfplugin/core/obedient.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/service.h"

namespace ghboot::tfplugin::core {
namespace {

using testing::IsEmpty;

class Any final : public PlainProvider<> {
 public:
  Any(Schema schema, unsigned seed) : PlainProvider("By chance.") {
    resources.emplace("any_thing", make_obedient_resource(std::move(schema), seed));
  }
};

// JSON, and what JSON has not: "?" is unknown.
std::string describe(const cty::Value& value) {
  if (value.is_unknown()) return "?";
  if (value.is_null()) return "null";
  std::string out;
  if (const auto* list = value.get<cty::Value::List>()) {
    for (const auto& element : *list) out += (out.empty() ? "" : ",") + describe(element);
    return "[" + out + "]";
  }
  if (const auto* map = value.get<cty::Value::Map>()) {
    for (const auto& [key, element] : *map) out += (out.empty() ? "" : ",") + key + ":" + describe(element);
    return "{" + out + "}";
  }
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* number = value.get<cty::Number>()) return number->text();
  return *value.get<bool>() ? "true" : "false";
}

bool is_collection(const cty::Type& type) {
  return type.kind() == cty::Kind::list || type.kind() == cty::Kind::set || type.kind() == cty::Kind::map;
}

TEST(Chance, NoSchemaAndNoConfigurationMakesCoreComplain) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    Chance chance(seed);
    const Schema schema = chance.schema();
    Any provider(schema, seed);
    ASSERT_THAT(problems(provider), IsEmpty()) << "seed " << seed;
    Core terraform(provider);
    Life life(terraform, "any_thing");
    const auto text = [&](const cty::Value& value) { return cty::encode_json(schema.type(), value); };
    for (int step = 0; step < 5; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      const cty::Value before = life.state();
      if (chance.one_in(6)) life.taint();
      life.ignore_changes({});
      if (chance.one_in(4)) {
        const Attribute& ignored = schema.attributes[chance.below(schema.attributes.size())];
        if (ignored.use != Use::computed) life.ignore_changes({ignored.name});
      }
      const cty::Value config = chance.one_in(8) ? cty::Value() : chance.config(schema);
      const cty::Value masked = chance.masked(schema.attributes, config);
      life.plan(masked);
      life.apply(config);
      ASSERT_THAT(terraform.said(), IsEmpty())
          << schema.type().json() << "\nfrom " << text(before) << "\nby " << text(config) << "\nknown as "
          << describe(masked) << "\nto " << text(life.state());
      ASSERT_EQ(life.plan(config), Action::none) << text(config) << "\n" << text(life.state());
      ASSERT_THAT(terraform.said(), IsEmpty());
    }
  }
}

// The same of what terraform is given.
template <class Visit>
void for_each_attribute(const std::vector<Attribute>& attributes, const Visit& visit) {
  for (const Attribute& attribute : attributes) {
    visit(attribute);
    for_each_attribute(attribute.nested, visit);
  }
}
TEST(Chance, DrawsEachKindOften) {
  std::map<std::string, int> found;
  for (unsigned seed = 0; seed < seeds_for_terraform; ++seed) {
    const Schema schema = Chance(seed).schema();
    found["rules"] += static_cast<int>(schema.rules.size());
    for_each_attribute(schema.attributes, [&](const Attribute& attribute) {
      const bool is_nested = attribute.nesting == Nesting::none && is_collection(attribute.type) &&
                             is_collection(attribute.type.element());
      found["nested collections"] += static_cast<int>(is_nested);
      found["replace_if"] += static_cast<int>(attribute.replace_if.has_value());
      found["validators"] += static_cast<int>(attribute.validators.size());
      found["rules inside"] += static_cast<int>(attribute.rules.size());
    });
  }
  for (const auto& [what, count] : found) {
    EXPECT_GT(count, 9) << what;
    RecordProperty(what, count);
  }
}

TEST(Chance, AConfigurationIsTakenAndAnyOneIsOftenRefused) {
  int refused = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    Chance chance(seed);
    const Schema schema = chance.schema();
    Diagnostics none, some;
    validate_object(schema.attributes, schema.rules, chance.config(schema), Path(), none);
    EXPECT_FALSE(none.has_error()) << seed;
    validate_object(schema.attributes, schema.rules, chance.any_config(schema.attributes), Path(), some);
    refused += static_cast<int>(some.has_error());
  }
  EXPECT_GT(refused, 50);
  RecordProperty("refused", refused);
}

// What nobody configures is not known once something else changes, and replaces nothing then.
TEST(Chance, ANewNameReplacesNothing) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Chance chance(seed);
    const Schema schema = chance.schema();
    Any provider(schema, seed);
    Core terraform(provider);
    Life life(terraform, "any_thing");
    auto config = chance.config(schema);
    life.plan(config);
    life.apply(config);
    config.get<cty::Value::Map>()->insert_or_assign("name", "new");
    EXPECT_EQ(life.plan(config), Action::update) << "seed " << seed << " " << schema.type().json();
    ASSERT_THAT(terraform.said(), IsEmpty());
  }
}

// "a-${x.id}" begins with "a-", as core knows; what was there before begins with "A-" and means the same.
TEST(Obedient, AnOlderSpellingStaysWhereCoreKnewHowTheNewOneBegins) {
  for (const bool is_inside : {false, true}) {
    Schema schema = schema_for_faults();
    Attribute& rows = schema.attributes.back();
    (is_inside ? rows.nested[0] : schema.attributes[2]).same = &Codec<CaseInsensitive>::same;
    Any provider(schema, 0);
    Core terraform(provider);
    Life life(terraform, "any_thing");
    const auto config = [&](cty::Value text) {
      auto out = *cty::decode_json(schema.type(), R"({"name":"n","part":[]})");
      auto& attributes = *out.get<cty::Value::Map>();
      attributes["rows"] = cty::Value::List{cty::Value::Map{{"text", is_inside ? text : cty::Value("x")}}};
      attributes["note"] = std::move(text);
      return out;
    };
    life.plan(config("A-1"));
    life.apply(config("A-1"));
    EXPECT_EQ(life.plan(config(cty::Value::unknown({.null = false, .prefix = "a-"}))), Action::update);
    life.apply(config("a-1"));
    EXPECT_THAT(terraform.said(), IsEmpty());
    EXPECT_EQ(
        life.state()[is_inside ? "rows" : "note"].at(is_inside ? Path().index(0).attribute("text") : Path()),
        cty::Value("A-1"));
  }
}

// The other way round: what a broken provider says is refused, by the model as by the real terraform
// (PluginFaults in acceptance/).
TEST(Faults, EachIsRefusedByTheModelOfCore) {
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.name);
    Any provider(schema_for_faults(), 0);
    Core terraform(provider, [&](std::unique_ptr<grpc::Service> service) {
      return with_fault(std::move(service), fault.name);
    });
    Life life(terraform, "any_thing");
    const auto config = *cty::decode_json(schema_for_faults().type(), R"({"name":"n","secret":"s","note":"x",
        "part":[{"text":"a"}],"rows":[{"text":"b"}]})");
    cty::Value known_later = config;
    known_later.get<cty::Value::Map>()->insert_or_assign("note", cty::Value::unknown());
    life.plan(known_later);
    life.apply(config);
    life.plan(config);
    life.plan({});
    std::string said;
    for (const auto& text : terraform.said()) said += text + "\n";
    EXPECT_THAT(said, testing::HasSubstr(fault.model_says));
  }
}

}  // namespace
}  // namespace ghboot::tfplugin::core
