// SPDX-License-Identifier: Apache-2.0
// What replaces a resource, and what does not.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/cty/json.h"
#include "tfplugin/plan.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool shrinks(const std::int64_t& prior, const std::int64_t& planned) { return planned < prior; }

struct Part {
  Value<std::string> name, zone, serial;
  static constexpr auto fields() {
    return std::tuple{Field{"name", &Part::name, Use::required, "Name."},
                      Field{"zone", &Part::zone, Use::optional_computed, "Zone.", {.requires_replace = true}},
                      Field{"serial", &Part::serial, Use::computed, "Serial."}};
  }
  auto operator<=>(const Part&) const = default;
};

struct Machine {
  Value<std::string> name, zone;
  Value<std::int64_t> size;
  Value<Part> whole, chosen;
  Value<std::vector<Part>> list;
  Value<std::set<Part>> set;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Machine::name, Use::required, "Name."},
        Field{"zone", &Machine::zone, Use::optional_computed, "Zone.", {.requires_replace = true}},
        Field{"size",
              &Machine::size,
              Use::optional_computed,
              "Size.",
              {.replace_if = when<std::int64_t, shrinks>}},
        Field{"whole", &Machine::whole, Use::optional, "One.", {.requires_replace = true}},
        Field{"chosen", &Machine::chosen, Use::optional_computed, "One.", {.requires_replace = true}},
        Field{"list", &Machine::list, Use::optional, "Some.", {.block = Block{}}},
        Field{"set", &Machine::set, Use::optional, "Some.", {.block = Block{}}},
    };
  }
};
static_assert(valid<Machine>());

class Machines final : public Resource<Machine> {
 public:
  Machines() : Resource("A machine.") {}
  std::optional<std::string> zone;

 protected:
  void plan_change(PlannedChange change) const override {
    if (zone) change.planned->zone = *zone;
  }
  std::optional<Machine> create_thing(const Machine&, Call&) const override { return {}; }
  std::optional<Machine> read_thing(const Machine&, Call&) const override { return {}; }
  std::optional<Machine> update_thing(const Machine&, const Machine&, Call&) const override { return {}; }
  void destroy_thing(const Machine&, Call&) const override {}
  std::optional<Machine> import_thing(const std::string&, Call&) const override { return {}; }
};

class Replace : public testing::Test {
 protected:
  cty::Value machine(std::string_view json) {
    auto out = *cty::decode_json(machines.schema().type(), json);
    complete_blocks(machines.schema().attributes, out);
    return out;
  }
  static std::vector<std::string> replacing(const PlanResult& result) {
    std::vector<std::string> out;
    for (const Path& path : result.requires_replace) out.push_back(path.text());
    return out;
  }
  PlanResult plan(const cty::Value& config) {
    auto result = plan_change(machines, state, config, config, call);
    EXPECT_THAT(diagnostics.list(), IsEmpty());
    return result;
  }

  Machines machines;
  Diagnostics diagnostics;
  PrivateState private_state;
  Call call{diagnostics, private_state};
  const cty::Value state = machine(R"({"name":"n","zone":"a","size":2,
      "whole":{"name":"w","zone":"a","serial":"1"},"chosen":{"name":"c","zone":"a","serial":"2"},
      "list":[{"name":"l","zone":"a","serial":"3"}],"set":[{"name":"s","zone":"a","serial":"4"}]})");
};

// Whatever changed made these unknown, and unknown replaced the machine.
TEST_F(Replace, WhatTheProviderWillDecideReplacesNothing) {
  const auto result =
      plan(machine(R"({"name":"other","whole":{"name":"w"},"list":[{"name":"l"}],"set":[{"name":"s"}]})"));
  for (const char* name : {"zone", "size", "chosen"}) EXPECT_TRUE(result.planned[name].is_unknown()) << name;
  EXPECT_TRUE(result.planned["whole"]["serial"].is_unknown());
  EXPECT_THAT(replacing(result), IsEmpty());
}

TEST_F(Replace, WhatIsConfiguredReplacesWhereItChanges) {
  const auto result = plan(machine(R"({"name":"n","zone":"b","size":1,"whole":{"name":"x"},
      "chosen":{"name":"c","zone":"b"},"list":[{"name":"l","zone":"b"}],"set":[{"name":"s","zone":"b"}]})"));
  EXPECT_THAT(replacing(result),
              ElementsAre("chosen", "chosen.zone", "list[0].zone", "set", "size", "whole", "zone"));
}

TEST_F(Replace, WhatIsConfiguredAndNotKnownYetReplaces) {
  auto config = machine(R"({"name":"n"})");
  for (const char* name : {"zone", "size", "list"})
    config.get<cty::Value::Map>()->insert_or_assign(name, cty::Value::unknown());
  EXPECT_THAT(replacing(plan(config)), ElementsAre("list", "set", "size", "whole", "whole.zone", "zone"))
      << "with what is configured no longer";
}

TEST_F(Replace, WhatTheAuthorDecidesWhilePlanningReplacesWhereItChanges) {
  machines.zone = "b";
  const auto config = R"({"name":"other","whole":{"name":"w"},"list":[{"name":"l"}],"set":[{"name":"s"}]})";
  EXPECT_THAT(replacing(plan(machine(config))), ElementsAre("zone"));
}

}  // namespace
}  // namespace ghboot::tfplugin
