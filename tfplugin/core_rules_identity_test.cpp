// SPDX-License-Identifier: Apache-2.0
// Rules of core about identities, upgrades and what is announced.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/tfplugin6.pb.h"
#include "tfplugin/core_rules_fixture.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/upgrade.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin::box {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CoreRules, AnIdentityStaysTheSame) {
  boxes.answers = [](std::optional<Box>& box) { box->id = "2"; };
  EXPECT_EQ(read_resource(boxes, state, call), state);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
  boxes.answers = [](std::optional<Box>& box) { box->id = {}; };
  read_resource(boxes, state, call);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
  boxes.plans = [](Box& planned, Paths&) { planned.id = "2"; };
  plan(state, config);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
}

// A part that came later is null in what was stored before.
TEST_F(CoreRules, AnIdentityThatWasNeverStoredMayBeMissingInAPlan) {
  auto older = state;
  older.get<cty::Value::Map>()->insert_or_assign("id", cty::Value());
  const auto result = plan_change(boxes, older, config, config, call);
  EXPECT_TRUE(result.identified_by["id"].is_null());
  EXPECT_THAT(said(), IsEmpty());
}

struct Badge {
  Value<CaseInsensitive> name;
  static constexpr auto fields() {
    return std::tuple{Field{"name",
                            &Badge::name,
                            Use::required,
                            "Name.",
                            {.requires_replace = true, .identity = IdentityUse::required}}};
  }
};
class Badges final : public Resource<Badge> {
 public:
  Badges() : Resource("A badge.") {}

 protected:
  std::optional<Badge> create_thing(const Badge& planned, Call&) const override { return planned; }
  std::optional<Badge> read_thing(const Badge& state, Call&) const override { return state; }
  std::optional<Badge> update_thing(const Badge&, const Badge& planned, Call&) const override {
    return planned;
  }
  void destroy_thing(const Badge&, Call&) const override {}
  std::optional<Badge> import_thing(const std::string&, Call&) const override { return Badge(); }
  std::optional<Badge> import_identity_thing(const Badge&, Call&) const override {
    return Badge{.name = CaseInsensitive{"main"}};
  }
};

TEST_F(CoreRules, AnIdentityIsImportedInTheSpellingThatWasGiven) {
  const cty::Value given = cty::Value::Map{{"name", "Main"}};
  EXPECT_EQ(import_by_identity(Badges(), given, call), given);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(CoreRules, AnIdentityOfAnOlderVersionIsUpgraded) {
  EXPECT_EQ(upgrade_identity(boxes, "box", 0, R"({"id":"1"})", diagnostics)["id"], cty::Value("new-1"));
  EXPECT_THAT(said(), IsEmpty());
  upgrade_identity(boxes, "box", -1, R"({"id":"1"})", diagnostics);
  EXPECT_THAT(said(), testing::Contains("id: Defect of the provider")) << "it is no UTF-8";
  upgrade_identity(boxes, "box", 7, R"({"id":"1"})", diagnostics);
  EXPECT_THAT(said(), ElementsAre(": Identity of another version"));
}

TEST_F(CoreRules, AnUpgradeThatLeavesSomethingUndecidedNamesIt) {
  upgrade_state(boxes, "box", -1, R"({"lid":{"name":"a"}})", diagnostics);
  EXPECT_THAT(details(),
              ElementsAre("\"kind\" was left undecided. Please report this with both versions, -1 and 1."));
  upgrade_state(boxes, "box", -2, R"({"lid":{"name":"a"}})", diagnostics);
  EXPECT_THAT(details(),
              ElementsAre("The upgrade from version -2 ended without a result and without an error. "
                          "Please report this."));
}

TEST_F(CoreRules, AnIdentityThatWasNeverStoredIsFilledIn) {
  const auto identity = upgrade_identity(boxes, "box", 0, "", diagnostics);
  EXPECT_TRUE(identity.is_known() && identity["id"].is_null());
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(CoreRules, BlocksAreAnnouncedWithTheCountsThatCoreTakes) {
  tfplugin6::Schema wire;
  to_wire(boxes.schema(), wire);
  std::vector<std::string> counts;
  for (const auto& block : wire.block().block_types())
    counts.push_back(block.type_name() + " " + std::to_string(block.min_items()) + " " +
                     std::to_string(block.max_items()));
  EXPECT_THAT(counts, ElementsAre("list 0 3", "bag 0 0", "map 0 0", "lid 1 1"));
}

TEST_F(CoreRules, AMessageOfDeprecationMarksWhatIsDeprecated) {
  tfplugin6::Schema wire;
  to_wire(boxes.schema(), wire);
  for (const auto& attribute : wire.block().attributes()) {
    EXPECT_EQ(attribute.deprecated(), attribute.name() == "old");
    EXPECT_EQ(attribute.deprecation_message().empty(), !attribute.deprecated());
  }
}

TEST_F(CoreRules, AnIdentityIsAnnouncedByWhatAnImportNeeds) {
  tfplugin6::ResourceIdentitySchema wire;
  identity_to_wire(boxes.schema(), wire);
  ASSERT_EQ(wire.identity_attributes_size(), 1);
  EXPECT_TRUE(wire.identity_attributes(0).required_for_import());
  EXPECT_FALSE(wire.identity_attributes(0).optional_for_import());
  EXPECT_EQ(wire.version(), 1);
}

}  // namespace
}  // namespace ghboot::tfplugin::box
