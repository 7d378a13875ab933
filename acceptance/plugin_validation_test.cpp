// SPDX-License-Identifier: Apache-2.0
// What the model of core lets a provider refuse, terraform does, and says it of the same attribute.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/chance_writer.h"
#include "acceptance/terraform.h"
#include "tfplugin/core/chance.h"
#include "tfplugin/core/life.h"
#include "tfplugin/core/obedient.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

struct Refusal {
  Names at;  // Attributes alone.
  std::string summary;
  bool is_in_set = false;  // No path leads further: Terraform 1.11 then shows a place inside.
};
using Refusals = std::map<std::string, std::vector<Refusal>>;  // By address.

// Keys of maps are "k", "l", "m".
bool is_attribute(const std::string& name) { return name.size() == 2 || name == "id" || name == "name"; }

// Of "a0.[].a1: Too few elements".
Refusal refusal_of(const std::string& said) {
  const auto colon = said.find(": ");
  if (colon == std::string::npos) return {{}, said};
  Refusal out{{}, said.substr(colon + 2)};
  std::istringstream steps(said.substr(0, colon));
  for (std::string step; std::getline(steps, step, '.');)
    if (step != "[]") out.at.push_back(step);
  return out;
}

bool ends_at_set(const std::vector<tfplugin::Attribute>& attributes, std::span<const std::string> names) {
  if (names.empty()) return false;
  const auto found = std::ranges::find(attributes, names.front(), &tfplugin::Attribute::name);
  if (found == attributes.end()) return false;
  return names.size() == 1 ? found->nesting == tfplugin::Nesting::set
                           : ends_at_set(found->nested, names.subspan(1));
}

bool is_at(const Names& shown, const Refusal& refusal) {
  const auto [rest, end] = std::ranges::mismatch(shown, refusal.at);
  return end == refusal.at.end() && (refusal.is_in_set || rest == shown.end());
}

// The keys that lead to a line of indented JSON.
Names keys_at(const std::string& text, int line) {
  std::map<std::size_t, std::string> keys;  // By indentation.
  std::istringstream lines(text);
  std::string one;
  for (int i = 0; i < line && std::getline(lines, one); ++i) {
    const auto indent = one.find_first_not_of(' ');
    // Of what is missing terraform shows the end of where it would stand.
    const bool ends = one[indent] == '}' || one[indent] == ']';
    keys.erase(ends ? keys.upper_bound(indent) : keys.lower_bound(indent), keys.end());
    const auto end = one.find("\": ");
    if (one[indent] == '"' && end != std::string::npos)
      keys[indent] = one.substr(indent + 1, end - indent - 1);
  }
  Names out;
  for (auto& [indent, key] : keys) out.push_back(std::move(key));
  return out;
}

class PluginValidation : public testing::Test {
 protected:
  PluginValidation() {
    terraform.override_provider("ghboot/chance", GHBOOT_CHANCE_PROGRAM);
    if (!terraform.is_tofu()) core.be_terraform(terraform.minor());
  }
  // What the model says of eight configurations of each schema; the same stand in main.tf.json.
  Refusals refused_by_the_model() {
    Refusals out;
    for (unsigned seed = 0; seed < tfplugin::core::seeds_for_terraform; ++seed) {
      tfplugin::core::Chance chance(seed);
      const auto schema = chance.schema();
      const std::string type = "chance_s" + std::to_string(seed);
      for (const std::string name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        const auto config = chance.any_config(schema.attributes);
        tfplugin::core::Life(core, type).plan(config);
        for (const auto& said : core.said()) {
          auto& refusal = out[type + "." + name].emplace_back(refusal_of(said));
          refusal.is_in_set = ends_at_set(schema.attributes, refusal.at);
        }
        auto known = config;
        text["resource"][type][name] = Writer(type).body(schema.attributes, config, known);
      }
    }
    terraform.write("main.tf.json", text.dump(1));
    return out;
  }
  Refusals refused_by_terraform() const {
    Refusals out;
    const auto said = json::parse(terraform.run({"validate", "-json"}).out);
    for (const json& diagnostic : said["diagnostics"]) {
      if (diagnostic["severity"] != "error") continue;
      if (!diagnostic.contains("range")) ADD_FAILURE() << diagnostic;
      if (!diagnostic.contains("range")) continue;
      const Names keys = keys_at(text.dump(1), diagnostic["range"]["start"]["line"]);
      Refusal refusal{{}, diagnostic["summary"]};
      if (keys.size() < 3) ADD_FAILURE() << diagnostic;
      if (keys.size() < 3) continue;
      std::copy_if(keys.begin() + 3, keys.end(), std::back_inserter(refusal.at), is_attribute);
      out[keys[1] + "." + keys[2]].push_back(std::move(refusal));
    }
    return out;
  }

  Terraform terraform{Plugin::none};
  std::unique_ptr<tfplugin::Provider> provider = tfplugin::core::make_provider_by_chance();
  tfplugin::core::Core core{*provider};
  json text = {{"terraform", {{"required_providers", {{"chance", {{"source", "ghboot/chance"}}}}}}}};
};

TEST_F(PluginValidation, WhatTheModelRefusesTerraformRefusesAtTheSameAttribute) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  Refusals expected = refused_by_the_model();
  const Refusals found = refused_by_terraform();
  std::map<std::string, int> compared;
  for (const auto& [address, refusals] : found)
    for (const Refusal& refusal : refusals) {
      auto& left = expected[address];
      const auto same = std::ranges::find_if(
          left, [&](const Refusal& one) { return one.summary == refusal.summary && is_at(refusal.at, one); });
      if (same == left.end()) {
        ADD_FAILURE() << address << " " << json(refusal.at) << " " << refusal.summary;
        continue;
      }
      ++compared[refusal.summary];
      left.erase(same);
    }
  for (const auto& [address, refusals] : expected)
    for (const Refusal& refusal : refusals)
      ADD_FAILURE() << "terraform takes " << address << " " << json(refusal.at) << " " << refusal.summary;
  for (const auto& [what, count] : compared) RecordProperty(what, count);
  for (const char* what : {"Unknown value", "Text of another form", "Number too large", "Number too small",
                           "Too few elements", "Too many elements", "Missing attribute",
                           "Attributes that exclude each other", "Attributes that belong together"})
    EXPECT_GT(compared[what], 9) << what;
}

}  // namespace
}  // namespace ghboot::acceptance
