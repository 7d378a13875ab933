// SPDX-License-Identifier: Apache-2.0
// Identities of a provider that is made with the SDK, under the real terraform.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/example_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

constexpr const char* no_identities = "needs Terraform 1.12 or OpenTofu 1.12: there are no identities before";

class PluginIdentity : public ExamplePlace {
 protected:
  void SetUp() override {
    if (!terraform.is_since(12, 12)) GTEST_SKIP() << no_identities;
  }
  void shelf(int height, std::string_view more = {}) {
    terraform.write("main.tf", fmt::format(R"(resource "example_shelf" "a" {{
  room   = "hall-1"
  number = 2
  height = {}
  board {{
    width = 80
  }}
}}
{})",
                                           height, more));
  }
  nlohmann::json instance() { return terraform.state()["resources"][0]["instances"][0]; }
  nlohmann::json planned_change() { return terraform.plan_json()["resource_changes"][0]["change"]; }
};

const nlohmann::json hall_1_2 = {{"room", "hall-1"}, {"number", 2}};

TEST_F(PluginIdentity, IsStoredAndImportsWhatItNames) {
  shelf(100);
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(instance()["identity"], hall_1_2);
  terraform.write("terraform.tfstate", "");
  shelf(100, "import {\n  to       = example_shelf.a\n  identity = { room = \"hall-1\", number = 2 }\n}\n");
  const Outcome imported = terraform.apply();
  ASSERT_TRUE(done(imported));
  EXPECT_THAT(imported.out, HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(instance()["identity"], hall_1_2);
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

TEST_F(PluginIdentity, ThatLacksAPartImportsNothing) {
  shelf(100, "import {\n  to       = example_shelf.a\n  identity = { room = \"hall-1\" }\n}\n");
  const Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("attribute \"number\" is required"));
}

// As a release left it whose identity was one text.
TEST_F(PluginIdentity, OfAnOlderVersionIsUpgraded) {
  const auto stored_at = [&](std::string_view place) {
    stored("example_shelf", fmt::format(R"({{
      "schema_version": 0, "identity_schema_version": 0, "identity": {{"place": "{}"}},
      "attributes": {{"id": "hall-1/2", "place": "hall-1/2", "height": 100, "width": 80, "boards": 1}}
    }})",
                                        place));
  };
  shelf(101);
  stored_at("hall-1/2");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["actions"], nlohmann::json({"update"}));
  EXPECT_EQ(planned_change()["before_identity"], hall_1_2);
  ASSERT_TRUE(done(terraform.apply_plan()));
  EXPECT_EQ(instance()["identity"], hall_1_2);
  EXPECT_EQ(instance()["identity_schema_version"], 1);
  EXPECT_EQ(terraform.plan().exit_code, 0);

  stored_at("nowhere");
  const Outcome refused = terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("\"nowhere\" is no room and number"));
}

TEST_F(PluginIdentity, ThatMayChangeChangesWithItsResource) {
  const auto reader = [&](std::string_view name) {
    terraform.write(
        "main.tf",
        fmt::format("resource \"example_reader\" \"a\" {{\n  name = \"{}\"\n  mail = \"a@b\"\n}}\n", name));
  };
  reader("Ann");
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(instance()["identity"], nlohmann::json({{"name", "Ann"}}));
  reader("Anna");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["actions"], nlohmann::json({"update"}));
  EXPECT_EQ(planned_change()["before_identity"], nlohmann::json({{"name", "Ann"}}));
  EXPECT_EQ(planned_change()["after_identity"], nlohmann::json({{"name", "Anna"}}));
  ASSERT_TRUE(done(terraform.apply_plan()));
  EXPECT_EQ(instance()["identity"], nlohmann::json({{"name", "Anna"}}));
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
