// SPDX-License-Identifier: Apache-2.0
// The model of core (tfplugin/core/) and the real terraform are led through the same: schemas, configurations
// and a provider by chance, many in one configuration, with values that are known only at apply. They plan
// the same, refuse the same and have the same in their states.
#include <algorithm>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/impl/service_type.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/chance_writer.h"
#include "acceptance/terraform.h"
#include "nats/base64.h"
#include "tfplugin/core/chance.h"
#include "tfplugin/core/faults.h"
#include "tfplugin/core/life.h"
#include "tfplugin/core/obedient.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/identity.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using tfplugin::Attribute;
using tfplugin::Schema;
using tfplugin::Use;
using tfplugin::core::Action;
using tfplugin::core::Chance;
using tfplugin::core::Core;
using tfplugin::core::Life;
namespace cty = tfplugin::cty;
using Map = cty::Value::Map;

// A resource by chance in the model of core, and the same in terraform.
struct Twin {
  Twin(unsigned seed, Core& core)
      : chance(seed), schema(chance.schema()), type("chance_s" + std::to_string(seed)), life(core, type) {}
  std::string address() const { return type + ".a"; }
  bool is_in_state() const { return !life.state().is_null(); }

  Chance chance;
  Schema schema;
  std::string type;
  Life life;
  cty::Value config, masked;
  bool breaks_late = false;
};

template <class Is>
bool holds(const std::vector<Attribute>& attributes, const Is& is) {
  return std::ranges::any_of(attributes,
                             [&](const Attribute& one) { return is(one) || holds(one.nested, is); });
}

// By address.
using Actions = std::map<std::string, json>;
using Addresses = std::set<std::string>;

json in_words(Action action) {
  switch (action) {
    case Action::create:
      return {"create"};
    case Action::update:
      return {"update"};
    case Action::replace:
      return {"delete", "create"};
    case Action::destroy:
      return {"delete"};
    default:
      return {"no-op"};
  }
}

class PluginChance : public testing::Test {
 protected:
  PluginChance() {
    terraform.override_provider("ghboot/chance", GHBOOT_CHANCE_PROGRAM);
    text = {{"terraform", {{"required_providers", {{"chance", {{"source", "ghboot/chance"}}}}}}}};
  }

  // The model by the rules of the terraform that runs; OpenTofu's are those before there were identities.
  void be_alike(Core& core) const { core.be_terraform(terraform.is_tofu() ? 11 : terraform.minor()); }
  std::list<Twin> twins(Core& core) const {
    be_alike(core);
    std::list<Twin> out;
    for (unsigned seed = 0; seed < tfplugin::core::seeds_for_terraform; ++seed) out.emplace_back(seed, core);
    return out;
  }

  // What is in the state of terraform of one resource, by way of what the state file says.
  json& instance(json& state, const Twin& twin) const {
    for (json& resource : state["resources"])
      if (resource["type"] == twin.type && !resource["instances"].empty()) return resource["instances"][0];
    static json none;
    return none = nullptr;
  }
  void expect_same_state(const Twin& twin, json& state) {
    const json& found = instance(state, twin);
    const json& attributes = found.is_null() ? found : found["attributes"];
    const auto value = cty::decode_json(twin.schema.type(), attributes.dump());
    ASSERT_TRUE(value) << attributes;
    EXPECT_TRUE(*value == twin.life.state())
        << twin.address() << "\nin terraform " << attributes << "\nin the model "
        << cty::encode_json(twin.schema.type(), twin.life.state());
    if (found.is_null()) return;
    ++private_parts;
    EXPECT_EQ(found.value("status", "") == "tainted", twin.life.tainted()) << twin.address();
    EXPECT_EQ(found.value("private", ""), nats::encode_base64(twin.life.private_bytes())) << twin.address();
    if (terraform.is_tofu()) return;
    const auto identity = tfplugin::identity_type(twin.schema);
    EXPECT_EQ(found.value("identity", json()), json::parse(cty::encode_json(identity, twin.life.identity())))
        << twin.address();
  }
  // Of the kept plan.
  Actions planned_actions() const {
    Actions out;
    const json plan = terraform.plan_json();
    for (const json& change : plan["resource_changes"])
      if (change["type"] != "terraform_data") out[change["address"]] = change["change"]["actions"];
    return out;
  }
  // Chooses what is configured from now on; null: the resource is to go.
  static void choose(Twin& twin, bool may_break_rules = false) {
    twin.breaks_late = false;
    if (twin.chance.one_in(7))
      twin.config = {};
    else if (may_break_rules && twin.chance.one_in(5))
      return choose_late_break(twin);
    else if (twin.config.is_null() || !twin.chance.one_in(4))
      twin.config = twin.chance.config(twin.schema);
    mask(twin);
  }
  static void mask(Twin& twin) {
    const auto& attributes = twin.schema.attributes;
    // What terraform_data gives has none of the refinements that chance adds.
    twin.masked = cty::unrefined(twin.schema.type(), twin.chance.masked(attributes, twin.config));
  }
  // What its validators take as long as some of it is unknown, and refuse in the apply. What is refused
  // before is for plugin_validation_test.cpp: terraform then looks no further, whatever else is wrong.
  static void choose_late_break(Twin& twin) {
    const auto is_taken = [&](const cty::Value& value) {
      tfplugin::Diagnostics said;
      tfplugin::validate_object(twin.schema.attributes, twin.schema.rules, value, tfplugin::Path(), said);
      return !said.has_error();
    };
    for (int tries = 0; tries < 50; ++tries) {
      twin.config = twin.chance.any_config(twin.schema.attributes);
      mask(twin);
      Writer(twin.type).body(twin.schema.attributes, twin.config, twin.masked);
      twin.breaks_late = is_taken(twin.masked) && !is_taken(twin.config);
      if (twin.breaks_late) return;
    }
    twin.config = twin.chance.config(twin.schema);
    mask(twin);
  }
  // main.tf.json has what was chosen, as it is known by then.
  void write(std::list<Twin>& all, int step) {
    json resources;
    for (Twin& twin : all) {
      if (twin.config.is_null()) continue;
      Writer writer(twin.type);  // One for each: a failure in one holds up no other.
      json& body = resources[twin.type]["a"];
      body = writer.body(twin.schema.attributes, twin.config, twin.masked);
      if (!ignored[twin.type].empty()) body["lifecycle"]["ignore_changes"] = ignored[twin.type];
      writer.later["step"] = step;
      resources["terraform_data"][twin.type]["input"] = writer.later;
    }
    text["resource"] = resources;
    terraform.write("main.tf.json", text.dump(1));
  }

  // Core says it where something is configured; else the words may name the type.
  static std::string address_in(const json& diagnostic) {
    if (diagnostic.contains("address")) return diagnostic["address"];
    const std::string words = diagnostic["summary"].get<std::string>() + diagnostic["detail"].dump();
    const auto start = words.find("chance_s");
    if (start == std::string::npos) return {};
    const auto end = words.find_first_not_of("0123456789", start + std::string_view("chance_s").size());
    return words.substr(start, end - start) + ".a";
  }
  // Of the errors in what a command with -json printed.
  static void expect_refusals(const Outcome& outcome, const Addresses& expected,
                              std::map<std::string, std::string>& why) {
    Addresses found;
    std::map<std::string, std::string> texts;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      const json event = json::parse(line, nullptr, false);
      if (!event.is_object() || event.value("type", "") != "diagnostic" || event["@level"] != "error")
        continue;
      const std::string address = address_in(event["diagnostic"]);
      EXPECT_FALSE(address.empty()) << line;
      found.insert(address);
      texts[address] += event["diagnostic"]["summary"].dump() + event["diagnostic"]["detail"].dump() + "\n";
    }
    for (const auto& one : found) EXPECT_TRUE(expected.contains(one)) << one << "\n" << texts[one];
    for (const auto& one : expected) EXPECT_TRUE(found.contains(one)) << one << "\n" << why[one];
  }
  void give_up(std::list<Twin>& all, const Addresses& refused, int step) {
    json state = terraform.state();
    std::erase_if(all, [&](const Twin& twin) { return refused.contains(twin.address()); });
    if (state.is_object()) {
      std::erase_if(state["resources"].get_ref<json::array_t&>(), [&](const json& resource) {
        return refused.contains(resource["type"].get<std::string>() + ".a");
      });
      terraform.write("terraform.tfstate", state.dump());
    }
    write(all, step);
  }

  Terraform terraform{Plugin::none};
  int private_parts = 0;  // That were compared.
  json text;
  std::map<std::string, std::vector<std::string>> ignored;  // By type.
  std::unique_ptr<tfplugin::Provider> provider = tfplugin::core::make_provider_by_chance();
};

TEST_F(PluginChance, TheModelOfCoreDoesWhatTerraformDoes) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  Core core(*provider);
  std::list<Twin> all = twins(core);
  std::map<std::string, int> compared;
  for (int step = 0; step < 6; ++step) {
    SCOPED_TRACE(step);
    json state = terraform.state();
    text["import"] = json::array();
    for (Twin& twin : all) {
      ignored[twin.type].clear();
      choose(twin);
      if (twin.is_in_state() && twin.chance.one_in(6)) {  // terraform taint, without a command for each.
        twin.life.taint();
        instance(state, twin)["status"] = "tainted";
        ++compared["taint"];
      } else if (!twin.is_in_state() && !twin.config.is_null() && twin.chance.one_in(3)) {
        twin.life.import("imported");
        text["import"].push_back({{"to", twin.address()}, {"id", "imported"}});
        ++compared["import"];
      }
      const Attribute& some = twin.schema.attributes[twin.chance.below(twin.schema.attributes.size())];
      if (some.use != Use::computed && twin.chance.one_in(3)) ignored[twin.type] = {some.name};
      compared["ignore_changes"] += static_cast<int>(ignored[twin.type].size());
      twin.life.ignore_changes(ignored[twin.type]);
    }
    if (!state.is_null()) terraform.write("terraform.tfstate", state.dump());
    write(all, step);
    Actions expected;
    for (Twin& twin : all) {
      const bool is_there = twin.is_in_state();
      const Action planned_action = twin.life.plan(twin.masked);
      const json action = in_words(planned_action);
      ++compared[action.dump()];
      if (planned_action == Action::replace && !twin.life.tainted()) {
        compared["replace_if"] += static_cast<int>(
            !holds(twin.schema.attributes, [](const Attribute& a) { return a.requires_replace; }));
      }
      if (is_there || !twin.config.is_null()) expected[twin.address()] = action;
      ASSERT_THAT(core.said(), IsEmpty()) << twin.address();
    }
    const Outcome planned = terraform.plan();
    ASSERT_EQ(planned.exit_code, 2) << planned.text();
    ASSERT_EQ(planned_actions(), expected);
    const Outcome applied = terraform.apply_plan();
    ASSERT_TRUE(applied.ok()) << applied.text();
    state = terraform.state();
    for (Twin& twin : all) {
      twin.life.apply(twin.config);
      ASSERT_THAT(core.said(), IsEmpty()) << twin.address();
      expect_same_state(twin, state);
      ASSERT_EQ(twin.life.plan(twin.config), Action::none) << twin.address();
    }
    const Outcome again = terraform.plan();
    ASSERT_EQ(again.exit_code, 0) << again.text();
  }
  EXPECT_TRUE(terraform.destroy().ok());
  compared["private parts"] = private_parts;
  for (const auto& [what, count] : compared) {
    EXPECT_GT(count, 4) << what;
    RecordProperty(what, count);
  }
}

// What the provider spoils by chance is refused by both or by neither, in the plan or in the apply, and
// leaves the same behind.
TEST_F(PluginChance, WhatBreaksByChanceIsRefusedByTheModelAndTerraformAlike) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  int refused_plans = 0, refused_applies = 0, broken_late = 0, taken = 0;
  for (const std::string draw : {"a", "b", "c"}) {
    std::filesystem::remove(terraform.path("terraform.tfstate"));
    terraform.set("GHBOOT_FAULT_DRAW", draw);
    Core core(*provider, [&](std::unique_ptr<grpc::Service> service) {
      return tfplugin::core::with_faults_by_chance(std::move(service), *provider, draw);
    });
    std::list<Twin> all = twins(core);
    for (int step = 0; step < 3; ++step) {
      SCOPED_TRACE(fmt::format("draw {}, step {}", draw, step));
      for (Twin& twin : all) choose(twin, true);
      write(all, step);
      Addresses refused;
      std::map<std::string, std::string> why;
      Actions expected;
      for (Twin& twin : all) {
        const bool is_there = twin.is_in_state();
        const json action = in_words(twin.life.plan(twin.masked));
        const auto said = core.said();
        if (!said.empty()) refused.insert(twin.address());
        for (const auto& words : said) why[twin.address()] += words + "\n";
        if (said.empty() && (is_there || !twin.config.is_null())) expected[twin.address()] = action;
      }
      Outcome planned = terraform.plan({"-json"});
      expect_refusals(planned, refused, why);
      if (HasFailure()) return;
      // Those are given up, to see what comes of the others.
      refused_plans += static_cast<int>(refused.size());
      give_up(all, refused, step);
      if (!refused.empty()) planned = terraform.plan({"-json"});
      ASSERT_NE(planned.exit_code, 1) << planned.text();
      for (const auto& [address, actions] : planned_actions())
        EXPECT_EQ(actions, expected[address]) << address;
      const Outcome applied = terraform.run({"apply", "-json", "-input=false", "kept.tfplan"});
      refused.clear();
      json state = terraform.state();
      for (Twin& twin : all) {
        twin.life.apply(twin.config);
        const auto said = core.said();
        if (!said.empty()) refused.insert(twin.address());
        broken_late += static_cast<int>(!said.empty() && twin.breaks_late);
        for (const auto& words : said) why[twin.address()] += words + "\n";
        expect_same_state(twin, state);
      }
      expect_refusals(applied, refused, why);
      if (HasFailure()) return;
      refused_applies += static_cast<int>(refused.size());
      taken += static_cast<int>(all.size() - refused.size());
    }
  }
  RecordProperty("refused_plans", refused_plans);
  RecordProperty("refused_applies", refused_applies);
  RecordProperty("broken_late", broken_late);
  RecordProperty("taken", taken);
  EXPECT_GT(refused_plans, 20);
  EXPECT_GT(refused_applies, 20);
  EXPECT_GT(broken_late, 9);
  EXPECT_GT(taken, 100);
}

constexpr std::string_view faulty_resource = R"(
terraform {
  required_providers {
    chance = {
      source = "ghboot/chance"
    }
  }
}
resource "terraform_data" "later" {
  input = "NOTE"
}
resource "chance_fault" "a" {
  name   = "NAME"
  secret = "s"
  note   = terraform_data.later.output
  rows   = [{ text = "b" }]
  part {
    text = "a"
  }
}
)";
std::string faulty_text(std::string_view name, std::string_view note) {
  std::string text(faulty_resource);
  text.replace(text.find("NOTE"), 4, note);
  return text.replace(text.find("NAME"), 4, name);
}

TEST_F(PluginChance, WhatTheModelOfCoreRefusesTerraformRefuses) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  for (const tfplugin::core::Fault& fault : tfplugin::core::faults()) {
    SCOPED_TRACE(fault.name);
    std::filesystem::remove(terraform.path("terraform.tfstate"));
    terraform.write("main.tf", faulty_text("n", "x"));
    terraform.set("GHBOOT_FAULT", std::string(fault.name));
    Outcome outcome = terraform.apply();
    if (outcome.ok()) outcome = terraform.destroy();
    EXPECT_FALSE(outcome.ok());
    EXPECT_THAT(outcome.err, testing::HasSubstr(fault.terraform_says));
  }
}

// Terraform before 1.15 forgets what it had when a change brings back something that it cannot store.
TEST_F(PluginChance, WhatAFaultLeavesOfAChangeIsTheSameInTheModel) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  const Schema schema = tfplugin::core::schema_for_faults();
  provider->resources.emplace("chance_fault", tfplugin::core::make_obedient_resource(schema, 0));
  const auto config = [&](const cty::Value& name, const cty::Value& note) {
    cty::Value out =
        *cty::decode_json(schema.type(), R"({"secret":"s","part":[{"text":"a"}],"rows":[{"text":"b"}]})");
    (*out.get<Map>())["name"] = name;
    (*out.get<Map>())["note"] = note;
    return out;
  };
  terraform.write("main.tf", faulty_text("n", "x"));
  ASSERT_TRUE(terraform.apply().ok());
  const std::string before = terraform.state().dump();
  const std::string attributes = terraform.attributes("chance_fault.a").dump();
  Core whole(*provider);
  be_alike(whole);
  Life first(whole, "chance_fault");
  first.plan(config("n", cty::Value::unknown()));
  first.apply(config("n", "x"));
  ASSERT_EQ(cty::encode_json(schema.type(), first.state()), attributes);
  int kept = 0, lost = 0;
  for (const tfplugin::core::Fault& fault : tfplugin::core::faults()) {
    SCOPED_TRACE(fault.name);
    Core core(*provider, [&](std::unique_ptr<grpc::Service> service) {
      return tfplugin::core::with_fault(std::move(service), fault.name);
    });
    be_alike(core);
    Life life(core, "chance_fault");
    terraform.write("terraform.tfstate", before);
    terraform.write("main.tf", faulty_text("m", "y"));
    terraform.set("GHBOOT_FAULT", std::string(fault.name));
    const Outcome outcome = terraform.apply();
    life.load(0, attributes);
    life.load_private(first.private_bytes());
    life.plan(config("m", cty::Value::unknown()));
    life.apply(config("m", "y"));
    EXPECT_EQ(core.said().empty(), outcome.ok()) << outcome.text();
    const auto left = cty::decode_json(schema.type(), terraform.attributes("chance_fault.a").dump());
    EXPECT_TRUE(left == life.state()) << cty::encode_json(schema.type(), life.state()) << outcome.text();
    kept += static_cast<int>(!outcome.ok() && left->is_known() && !left->is_null());
    lost += static_cast<int>(left->is_null());
  }
  EXPECT_GT(kept, 8);
  EXPECT_EQ(lost, terraform.is_tofu() || terraform.minor() < 15 ? 1 : 0);
}

}  // namespace
}  // namespace ghboot::acceptance
