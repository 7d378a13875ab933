// SPDX-License-Identifier: Apache-2.0
// What the model of core accepts (tfplugin/core/), the real terraform accepts: schemas, configurations and a
// provider by chance, many in one configuration, with values that are known only at apply.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/terraform.h"
#include "tfplugin/core/chance.h"
#include "tfplugin/core/faults.h"
#include "tfplugin/cty/json.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using tfplugin::Attribute;
using tfplugin::Nesting;
using tfplugin::core::Chance;
namespace cty = tfplugin::cty;

// A configuration in Terraform's JSON syntax. What is not known while planning comes from
// terraform_data.later, whose output is unknown while its input changes.
class Writer {
 public:
  json later = json::object();

  json body(const std::vector<Attribute>& attributes, const cty::Value& config, const cty::Value& masked) {
    json out = json::object();
    for (const Attribute& attribute : attributes) {
      const cty::Value& value = config[attribute.name];
      const cty::Value& known = masked[attribute.name];
      if (attribute.block)
        put_blocks(attribute, value, known, out);
      else if (!value.is_null())
        out[attribute.name] = expression(attribute, value, known);
    }
    return out;
  }

 private:
  static json plain(const cty::Type& type, const cty::Value& value) {
    return json::parse(cty::encode_json(type, value));
  }
  std::string reference(json value) {
    const std::string name = "k" + std::to_string(later.size());
    later[name] = std::move(value);
    return "${terraform_data.later.output." + name + "}";
  }
  // As much of it as is known stands there itself.
  json expression(const Attribute& attribute, const cty::Value& value, const cty::Value& known) {
    if (known.is_wholly_known()) return plain(attribute.type, value);
    if (known.is_unknown() || attribute.nesting == Nesting::none || attribute.nesting == Nesting::set)
      return reference(plain(attribute.type, value));
    const auto inner = [&](const cty::Value& object, const cty::Value& as_known) {
      return body(attribute.nested, object, as_known);
    };
    if (attribute.nesting == Nesting::single) return inner(value, known);
    json out = attribute.nesting == Nesting::list ? json::array() : json::object();
    if (const auto* map = value.get<cty::Value::Map>()) {
      for (const auto& [key, object] : *map) out[key] = inner(object, known[key]);
    } else {
      const auto& list = *value.get<cty::Value::List>();
      for (std::size_t i = 0; i < list.size(); ++i)
        out.push_back(inner(list[i], (*known.get<cty::Value::List>())[i]));
    }
    return out;
  }
  void put_blocks(const Attribute& attribute, const cty::Value& value, const cty::Value& known, json& out) {
    const auto* labelled = value.get<cty::Value::Map>();
    if (value.is_null() || (attribute.nesting == Nesting::map && labelled->empty())) return;
    json& blocks = out[attribute.name];
    const auto body_of = [&](const cty::Value& block, const cty::Value& as_known) {
      return body(attribute.nested, block, as_known.is_known() ? as_known : block);
    };
    if (attribute.nesting == Nesting::single) {
      blocks = body_of(value, known);
    } else if (labelled) {
      blocks = json::object();
      for (const auto& [key, block] : *labelled) blocks[key] = body_of(block, known[key]);
    } else {
      blocks = json::array();
      const auto& list = *value.get<cty::Value::List>();
      const auto* list_known = known.get<cty::Value::List>();
      for (std::size_t i = 0; i < list.size(); ++i)
        blocks.push_back(
            body_of(list[i], list_known && attribute.nesting == Nesting::list && i < list_known->size()
                                 ? (*list_known)[i]
                                 : list[i]));
    }
  }
};

class PluginChance : public testing::Test {
 protected:
  PluginChance() { terraform.override_provider("ghboot/chance", GHBOOT_CHANCE_PROGRAM); }
  Terraform terraform{Plugin::none};
};

TEST_F(PluginChance, WhatTheModelOfCoreAcceptsTerraformAccepts) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  std::vector<Chance> chances;
  for (unsigned seed = 0; seed < tfplugin::core::seeds_for_terraform; ++seed) chances.emplace_back(seed);
  std::vector<tfplugin::Schema> schemas;
  for (Chance& chance : chances) schemas.push_back(chance.schema());
  for (int step = 0; step < 3; ++step) {
    SCOPED_TRACE(step);
    Writer writer;
    json resources;
    for (std::size_t i = 0; i < chances.size(); ++i) {
      const auto& attributes = schemas[i].attributes;
      const cty::Value config = chances[i].config(attributes);
      resources[fmt::format("chance_s{}", i)]["a"] =
          writer.body(attributes, config, chances[i].masked(attributes, config));
    }
    writer.later["step"] = step;
    resources["terraform_data"]["later"]["input"] = writer.later;
    terraform.write(
        "main.tf.json",
        json({{"terraform", {{"required_providers", {{"chance", {{"source", "ghboot/chance"}}}}}}},
              {"resource", resources}})
            .dump(1));
    const Outcome applied = terraform.apply();
    ASSERT_TRUE(applied.ok()) << applied.text();
    const Outcome planned = terraform.plan();
    ASSERT_EQ(planned.exit_code, 0) << planned.text();
  }
  EXPECT_TRUE(terraform.destroy().ok());
}

TEST_F(PluginChance, WhatTheModelOfCoreRefusesTerraformRefuses) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  for (const tfplugin::core::Fault& fault : tfplugin::core::faults()) {
    SCOPED_TRACE(fault.name);
    std::filesystem::remove(terraform.path("terraform.tfstate"));
    terraform.write("main.tf", R"(
terraform {
  required_providers {
    chance = {
      source = "ghboot/chance"
    }
  }
}
resource "terraform_data" "later" {
  input = "x"
}
resource "chance_fault" "a" {
  name   = "n"
  secret = "s"
  note   = terraform_data.later.output
  rows   = [{ text = "b" }]
  part {
    text = "a"
  }
}
)");
    terraform.set("GHBOOT_FAULT", std::string(fault.name));
    Outcome outcome = terraform.apply();
    if (outcome.ok()) outcome = terraform.destroy();
    EXPECT_FALSE(outcome.ok());
    EXPECT_THAT(outcome.err, testing::HasSubstr(fault.terraform_says));
  }
}

}  // namespace
}  // namespace ghboot::acceptance
