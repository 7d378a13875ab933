// SPDX-License-Identifier: Apache-2.0
// What goes along with a resource from call to call beside its attributes: private parts, what a plan leaves
// for its apply, stored identities of other versions, what a module says of itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core/life.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/identity.h"
#include "tfplugin/provider.h"

namespace ghboot::tfplugin::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Order {
  Value<std::string> number, item, price, id;
  static constexpr auto fields() {
    return std::tuple{
        Field{"number",
              &Order::number,
              Use::required,
              "Its number.",
              {.requires_replace = true, .identity = IdentityUse::required}},
        Field{"item", &Order::item, Use::required, "What is ordered."},
        Field{"price", &Order::price, Use::computed, "As it was when it was planned."},
        Field{"id", &Order::id, Use::computed, "Drawn.", {.keep = true}},
    };
  }
};
static_assert(valid<Order>());

struct IdentityBefore {
  Value<std::string> code;
  static constexpr auto fields() {
    return std::tuple{Field{"code", &IdentityBefore::code, Use::required, "Like `no-7`."}};
  }
};

class Orders final : public Resource<Order> {
 public:
  Orders() : Resource("An order.", {.identity_version = 2}) {
    upgrades_identity_from<IdentityBefore>(1, [](const IdentityBefore& old, Diagnostics&) {
      ++identity_upgrades;
      Order out;
      out.number = old.code->substr(3);
      return std::optional(out);
    });
  }
  mutable int price = 7;
  mutable bool makes_half = false;
  mutable int reads = 0;
  static inline int identity_upgrades = 0;
  mutable std::string renumber;  // What a change makes of the number: a defect.

 protected:
  void plan_change(PlannedChange change) const override {
    if (change.planned && change.planned->price.is_unknown())
      change.call.private_state.set("plan:price", std::to_string(price));
  }
  std::optional<Order> create_thing(const Order& planned, Call& call) const override {
    Order out = planned;
    out.id = "drawn";
    out.price = call.private_state.get("plan:price").value_or("none");
    call.private_state.set("made", "here");
    if (makes_half) {
      out.number = out.id = Value<std::string>::unknown();
      call.diagnostics.error("Half made", "The rest failed.");
    }
    return out;
  }
  std::optional<Order> read_thing(const Order& state, Call&) const override {
    ++reads;
    Order out = state;
    if (!renumber.empty()) out.number = renumber;
    return out;
  }
  std::optional<Order> update_thing(const Order&, const Order& planned, Call& call) const override {
    Order out = planned;
    out.price = call.private_state.get("plan:price").value_or("none");
    return out;
  }
  void destroy_thing(const Order&, Call&) const override {}
  std::optional<Order> import_thing(const std::string& id, Call&) const override {
    Order out;
    out.number = id;
    return out;
  }
};

class Shop final : public PlainProvider<> {
 public:
  Shop() : PlainProvider("A shop.") {
    resources.emplace("shop_order", std::unique_ptr<ManagedResource>(orders = new Orders));
  }
  Orders* orders;
};

class CarriedTest : public testing::Test {
 protected:
  cty::Value order(std::string_view json) const {
    return *cty::decode_json(shop.orders->schema().type(), json);
  }
  void apply(const cty::Value& config) {
    life.plan(config);
    life.apply(config);
  }
  Shop shop;
  Core terraform{shop};
  Life life{terraform, "shop_order"};
};

TEST_F(CarriedTest, WhatAPlanLeavesReachesItsApplyAndIsNotStored) {
  apply(order(R"({"number":"1","item":"a"})"));
  EXPECT_EQ(life.state()["price"], cty::Value("7"));
  EXPECT_EQ(life.private_bytes(), R"({"made":"here"})");
  shop.orders->price = 8;
  apply(order(R"({"number":"1","item":"b"})"));
  EXPECT_EQ(life.state()["price"], cty::Value("8"));
  EXPECT_THAT(life.private_bytes(), Not(HasSubstr("plan:")));
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(CarriedTest, AnIdentityStaysTheSame) {
  apply(order(R"({"number":"1","item":"a"})"));
  EXPECT_EQ(life.identity(), cty::Value(cty::Value::Map{{"number", "1"}}));
  shop.orders->renumber = "2";
  life.plan(order(R"({"number":"1","item":"a"})"));
  EXPECT_THAT(terraform.said(), ElementsAre("number: Defect of the provider"));
  EXPECT_EQ(life.state()["number"], cty::Value("1"));
}

// Beside an unknown core would say more, of each attribute and of the identity.
TEST_F(CarriedTest, WhatIsHalfMadeHasNoIdentityYet) {
  shop.orders->makes_half = true;
  apply(order(R"({"number":"1","item":"a"})"));
  EXPECT_THAT(terraform.said(), ElementsAre("Half made"));
  EXPECT_EQ(life.state()["item"], cty::Value("a"));
  EXPECT_TRUE(life.state()["id"].is_null());
  EXPECT_TRUE(life.identity().is_null());
}

TEST_F(CarriedTest, AnIdentityThatIsLetChangeChanges) {
  Schema schema = shop.orders->schema();
  const cty::Value one = cty::Value::Map{{"number", "1"}}, other = cty::Value::Map{{"number", "2"}};
  Diagnostics fixed, open;
  check_identity(schema, one, other, fixed);
  EXPECT_TRUE(fixed.has_error());
  schema.identity_changes = true;
  check_identity(schema, one, other, open);
  EXPECT_THAT(open.list(), IsEmpty());
}

// Core asks for it after the state's upgrade and before the read, of an older version alone.
TEST_F(CarriedTest, AStoredIdentityOfAnOlderVersionIsUpgradedBeforeItIsRead) {
  const std::string state = R"({"number":"7","item":"a","price":"1","id":"drawn"})";
  const auto config = order(R"({"number":"7","item":"a"})");
  const cty::Value seven = cty::Value::Map{{"number", "7"}};
  const int upgrades_before = Orders::identity_upgrades;
  life.load(0, state, 1, R"({"code":"no-7"})");
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(life.identity(), seven);
  EXPECT_THAT(terraform.said(), IsEmpty());
  life.load(0, state, 2, R"({"number":"7"})");
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(life.identity(), seven);
  life.load(0, state);  // As it was before there were identities.
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(life.identity(), seven);
  EXPECT_THAT(terraform.said(), IsEmpty());
  EXPECT_EQ(shop.orders->reads, 3);
  EXPECT_EQ(Orders::identity_upgrades, upgrades_before + 1);
}

TEST_F(CarriedTest, AStoredIdentityThatCannotBeUpgradedIsNotRead) {
  const std::string state = R"({"number":"7","item":"a","price":"1","id":"drawn"})";
  const auto config = order(R"({"number":"7","item":"a"})");
  life.load(0, state, 1, "{");
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_THAT(terraform.said(), ElementsAre(testing::HasSubstr("that cannot be read")));
  life.load(0, state, 3, R"({"number":"7"})");
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_THAT(terraform.said(), ElementsAre("core: identity upgrade: managed by newer provider version"));
  EXPECT_EQ(shop.orders->reads, 0);
  terraform.be_terraform(11);  // Knows of no identity.
  life.load(0, state, 3, R"({"number":"7"})");
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_THAT(terraform.said(), IsEmpty());
  EXPECT_TRUE(life.identity().is_null());
}

TEST_F(CarriedTest, AnIdentityOfAnotherVersionIsUpgradedOrRefused) {
  const auto upgraded = [&](std::int64_t version, std::string_view json, Diagnostics& diagnostics) {
    return upgrade_identity(*shop.orders, "shop_order", version, json, diagnostics);
  };
  Diagnostics good, unknown_version, garbled;
  EXPECT_EQ(upgraded(1, R"({"code":"no-7"})", good)["number"], cty::Value("7"));
  EXPECT_EQ(upgraded(2, R"({"number":"7","gone":1})", good)["number"], cty::Value("7"));
  // Core has none for what is older than its identity; reading fills it in.
  EXPECT_TRUE(upgraded(0, "", good)["number"].is_null());
  EXPECT_THAT(good.list(), IsEmpty());
  EXPECT_TRUE(upgraded(9, R"({"number":"7"})", unknown_version).is_null());
  EXPECT_EQ(unknown_version.list().at(0).summary, "Identity of another version");
  EXPECT_TRUE(upgraded(2, "[]", garbled).is_null());
  EXPECT_TRUE(garbled.has_error());
}

}  // namespace
}  // namespace ghboot::tfplugin::core
