// SPDX-License-Identifier: Apache-2.0
// A box with every kind of part, whose author answers as a test says: for the rules of core that an author
// could break (docs/core-rules.md).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/apply.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/plan.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin::box {

struct Item {
  Value<std::string> name, made, number;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Item::name, Use::required, "Name."},
        Field{"made", &Item::made, Use::computed, "By whom."},
        Field{"number",
              &Item::number,
              Use::optional_computed,
              "Which one.",
              {.default_value = std::string_view("1")}},
    };
  }
  auto operator<=>(const Item&) const = default;
};

inline constexpr Length short_kind{0, 8};

struct Box {
  Value<std::string> id, kind, secret, old, pin;
  Value<cty::Value::Dynamic> any;
  Value<std::vector<Item>> list, row;
  Value<std::set<Item>> bag, sack;
  Value<std::map<std::string, Item>> map;
  Value<Item> lid;
  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &Box::id, Use::computed, "Identity.", {.keep = true, .identity = IdentityUse::required}},
        Field{"kind", &Box::kind, Use::optional, "Kind.", {.validators = {&short_kind}}},
        Field{"secret", &Box::secret, Use::optional, "Never stored.", {.write_only = true}},
        Field{"pin", &Box::pin, Use::optional_computed, "A number.", {.sensitive = true}},
        Field{"any", &Box::any, Use::optional_computed, "Anything."},
        Field{"old", &Box::old, Use::optional, "Old.", {.deprecated = "Use kind."}},
        Field{"list", &Box::list, Use::optional, "Items.", {.block = Block{.max_items = 3}}},
        Field{"row", &Box::row, Use::optional, "Items."},
        Field{"bag", &Box::bag, Use::optional, "Items.", {.block = Block{}}},
        Field{"sack", &Box::sack, Use::optional, "Items."},
        Field{"map", &Box::map, Use::optional, "Items.", {.block = Block{}}},
        Field{"lid", &Box::lid, Use::required, "An item.", {.block = Block{}}},
    };
  }
};
static_assert(valid<Box>());

using Paths = std::vector<Path>;

class Boxes final : public Resource<Box> {
 public:
  Boxes() : Resource("A box.", {.version = 1, .identity_version = 1}) {
    // Whatever state comes; an author who asks nobody what may be in it.
    upgrades_from<Box>(0, [](const Box& old, Diagnostics&) { return std::optional(old); });
    upgrades_identity_from<Box>(0, [](const Box& old, Diagnostics&) {
      Box out;
      if (!old.id.is_null()) out.id = "new-" + *old.id;
      return std::optional(out);
    });
    upgrades_identity_from<Box>(-1, [](const Box&, Diagnostics&) {
      Box out;
      out.id = "\xff";
      return std::optional(out);
    });
    upgrades_from<Box>(-2, [](const Box&, Diagnostics&) { return std::optional<Box>(); });
    upgrades_from<Box>(-1, [](const Box& old, Diagnostics&) {
      Box out = old;
      out.kind = Value<std::string>::unknown();
      return std::optional(out);
    });
  }
  std::function<void(Box& planned, Paths& replace)> plans = [](Box&, Paths&) {};
  std::function<void(std::optional<Box>&)> answers = [](std::optional<Box>&) {};
  mutable int asked = 0;
  bool fails = false;  // With an error beside the answer.

 protected:
  void plan_change(PlannedChange change) const override {
    if (change.planned) plans(*change.planned, change.requires_replace);
  }
  std::optional<Box> create_thing(const Box& planned, Call& call) const override {
    if (fails) call.diagnostics.error("Half made", "It failed.");
    return answer(planned);
  }
  std::optional<Box> read_thing(const Box& state, Call&) const override { return answer(state); }
  std::optional<Box> update_thing(const Box&, const Box& planned, Call& call) const override {
    if (fails) call.diagnostics.error("Half changed", "It failed.");
    return answer(planned);
  }
  void destroy_thing(const Box&, Call&) const override { ++asked; }
  std::optional<Box> import_thing(const std::string&, Call&) const override { return answer(Box()); }

 private:
  std::optional<Box> answer(std::optional<Box> box) const {
    ++asked;
    if (!box->id.is_known()) box->id = "1";
    answers(box);
    return box;
  }
};

class CoreRules : public testing::Test {
 protected:
  cty::Value box(std::string_view json) const { return *cty::decode_json(boxes.schema().type(), json); }
  std::vector<std::string> said() {
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics.list())
      out.push_back(diagnostic.path.text() + ": " + diagnostic.summary);
    diagnostics = {};
    return out;
  }
  std::vector<std::string> details() {
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics.list()) out.push_back(diagnostic.detail);
    diagnostics = {};
    return out;
  }
  cty::Value plan(const cty::Value& prior, const cty::Value& wanted) {
    return plan_change(boxes, prior, wanted, wanted, call).planned;
  }

  Boxes boxes;
  Diagnostics diagnostics;
  PrivateState private_state;
  Call call{diagnostics, private_state};
  const cty::Value config = box(R"({"list":[{"name":"a"}],"row":[{"name":"a"}],"bag":[{"name":"a"}],
      "map":{"k":{"name":"a"}},"lid":{"name":"a"}})");
  const cty::Value state = box(R"({"id":"1","list":[],"bag":[],"map":{},"lid":{"name":"a","made":"x"}})");
};

}  // namespace ghboot::tfplugin::box
