// SPDX-License-Identifier: Apache-2.0
// Identities in the RPCs about resources.
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/identity.h"
#include "tfplugin/service_fixture.h"

namespace ghboot::tfplugin::shop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Member {
  Value<std::string> name, number, note;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name",
              &Member::name,
              Use::required,
              "Name.",
              {.requires_replace = true, .identity = IdentityUse::required}},
        Field{"number",
              &Member::number,
              Use::computed,
              "Drawn.",
              {.keep = true, .identity = IdentityUse::optional}},
        Field{"note", &Member::note, Use::optional, "Note."},
    };
  }
};

struct OldIdentity {
  Value<std::string> card;
  static constexpr auto fields() {
    return std::tuple{Field{"card", &OldIdentity::card, Use::required, "Like `a/7`."}};
  }
};

class Members final : public Resource<Member> {
 public:
  Members() : Resource("A member.", {.identity_version = 3}) {
    upgrades_identity_from<OldIdentity>(1, [](const OldIdentity& old, Diagnostics&) {
      Member out;
      out.name = old.card->substr(0, 1);
      out.number = old.card->substr(2);
      return std::optional(out);
    });
  }
  mutable std::vector<std::string> destroyed;
  std::string renumber;  // What a change makes of the number: a defect.

 protected:
  std::optional<Member> create_thing(const Member& planned, Call&) const override {
    Member out = planned;
    out.number = "7";
    return out;
  }
  std::optional<Member> read_thing(const Member& state, Call&) const override { return state; }
  std::optional<Member> update_thing(const Member&, const Member& planned, Call&) const override {
    Member out = planned;
    if (!renumber.empty()) out.number = renumber;
    return out;
  }
  void destroy_thing(const Member& state, Call&) const override {
    destroyed.push_back(state.name.value_or("?") + "/" + state.number.value_or("?"));
  }
  std::optional<Member> import_thing(const std::string&, Call&) const override { return std::nullopt; }
};

struct Guest {
  Value<std::string> name;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Guest::name, Use::required, "Name.", {.identity = IdentityUse::required}}};
  }
};

class Guests final : public Resource<Guest> {
 public:
  Guests() : Resource("A guest, who may be renamed.", {.identity_changes = true}) {}

 protected:
  std::optional<Guest> create_thing(const Guest& planned, Call&) const override { return planned; }
  std::optional<Guest> read_thing(const Guest&, Call&) const override {
    return Guest{.name = "by another hand"};
  }
  std::optional<Guest> update_thing(const Guest&, const Guest& planned, Call&) const override {
    return planned;
  }
  void destroy_thing(const Guest&, Call&) const override {}
  std::optional<Guest> import_thing(const std::string&, Call&) const override { return std::nullopt; }
};

class IdentityTest : public ServiceTest {
 protected:
  using Stub = tfplugin6::Provider::Stub;
  using Plan = tfplugin6::PlanResourceChange::Response;
  using Applied = tfplugin6::ApplyResourceChange::Response;

  IdentityTest() {
    shop.resources.emplace("shop_member", std::unique_ptr<ManagedResource>(members = new Members));
    shop.resources.emplace("shop_guest", std::make_unique<Guests>());
  }
  // No request has an identity unless a test gives it one: Terraform leaves it out of a replacement's plan
  // and apply, and the state has it all.
  Plan plan(const std::string& type, const std::string& prior, const cty::Value& config) {
    tfplugin6::PlanResourceChange::Request request;
    request.set_type_name(type);
    *request.mutable_prior_state() = json(prior);
    request.mutable_config()->set_msgpack(
        cty::encode_msgpack(shop.resources.at(type)->schema().type(), config));
    *request.mutable_proposed_new_state() = request.config();
    return ask<tfplugin6::PlanResourceChange::Request, Plan>(&Stub::PlanResourceChange, request);
  }
  Applied apply(const std::string& type, const std::string& prior, const std::string& planned,
                const std::string& identity = {}) {
    tfplugin6::ApplyResourceChange::Request request;
    request.set_type_name(type);
    *request.mutable_prior_state() = json(prior);
    *request.mutable_planned_state() = json(planned);
    if (!identity.empty()) *request.mutable_planned_identity()->mutable_identity_data() = json(identity);
    return ask<tfplugin6::ApplyResourceChange::Request, Applied>(&Stub::ApplyResourceChange, request);
  }
  cty::Value member(std::string_view name, std::string_view note = {}) const {
    return cty::Value::Map{{"name", std::string(name)}, {"number", {}}, {"note", std::string(note)}};
  }
  // Null: none was sent.
  cty::Value identity(const std::string& type, const tfplugin6::ResourceIdentityData& data) const {
    const auto& bytes = data.identity_data().msgpack();
    if (bytes.empty()) return {};
    return cty::decode_msgpack(identity_type(shop.resources.at(type)->schema()), bytes).value();
  }
  static cty::Value of_member(cty::Value name, cty::Value number) {
    return cty::Value::Map{{"name", std::move(name)}, {"number", std::move(number)}};
  }

  Members* members;
  const std::string anna = R"({"name":"anna","number":"7","note":null})";
};

TEST_F(IdentityTest, SchemasAreOfThoseThatHaveOne) {
  const auto answer =
      ask<tfplugin6::GetResourceIdentitySchemas::Request, tfplugin6::GetResourceIdentitySchemas::Response>(
          &Stub::GetResourceIdentitySchemas, {});
  EXPECT_THAT(answer.diagnostics(), SizeIs(0));
  ASSERT_THAT(answer.identity_schemas(), SizeIs(2)) << "a thing has none";
  const auto& schema = answer.identity_schemas().at("shop_member");
  EXPECT_EQ(schema.version(), 3);
  ASSERT_THAT(schema.identity_attributes(), SizeIs(2));
  EXPECT_EQ(schema.identity_attributes(0).name(), "name");
  EXPECT_TRUE(schema.identity_attributes(0).required_for_import());
  EXPECT_EQ(schema.identity_attributes(1).name(), "number");
  EXPECT_TRUE(schema.identity_attributes(1).optional_for_import());
  EXPECT_EQ(answer.identity_schemas().at("shop_guest").identity_attributes(0).type(), "\"string\"");
}

TEST_F(IdentityTest, APlanHasThatOfWhatIsPlanned) {
  const auto created = plan("shop_member", "null", member("anna"));
  EXPECT_FALSE(created.has_planned_identity()) << "a number that is not known yet";
  const auto changed = plan("shop_member", anna, member("anna", "late"));
  EXPECT_THAT(changed.requires_replace(), SizeIs(0));
  EXPECT_EQ(identity("shop_member", changed.planned_identity()), of_member("anna", "7"));
  const auto replaced = plan("shop_member", anna, member("berta"));
  EXPECT_THAT(replaced.requires_replace(), SizeIs(1));
  EXPECT_EQ(identity("shop_member", replaced.planned_identity())["name"], cty::Value("berta"));
  const auto destroyed = plan("shop_member", anna, {});
  EXPECT_EQ(text(destroyed.planned_state(), members->schema()), "null");
  EXPECT_EQ(identity("shop_member", destroyed.planned_identity()), of_member("anna", "7"));
}

TEST_F(IdentityTest, AResultHasItsOwnAndNothingHasNone) {
  const auto made = apply("shop_member", "null", anna);
  EXPECT_EQ(identity("shop_member", made.new_identity()), of_member("anna", "7"));
  EXPECT_FALSE(apply("shop_member", anna, "null").has_new_identity());
}

// The delete half of a replacement comes without one.
TEST_F(IdentityTest, ADestroyTakesItFromTheState) {
  EXPECT_THAT(said(apply("shop_member", anna, "null")), IsEmpty());
  EXPECT_THAT(said(apply("shop_member", anna, "null", R"({"name":"x","number":"8"})")), IsEmpty());
  EXPECT_THAT(members->destroyed, ElementsAre("anna/7", "anna/7"));
}

TEST_F(IdentityTest, AChangeKeepsIt) {
  members->renumber = "8";
  const auto changed = apply("shop_member", anna, R"({"name":"anna","number":"7","note":"late"})");
  ASSERT_THAT(said(changed), ElementsAre("number: Defect of the provider", "number: Defect of the provider"));
  EXPECT_THAT(changed.diagnostics(1).detail(), HasSubstr("belongs to the identity, which stays the same"));
}

TEST_F(IdentityTest, OneThatIsLetChangeChanges) {
  const auto planned = plan("shop_guest", R"({"name":"a"})", cty::Value::Map{{"name", "b"}});
  EXPECT_THAT(said(planned), IsEmpty());
  EXPECT_THAT(planned.requires_replace(), SizeIs(0));
  EXPECT_EQ(identity("shop_guest", planned.planned_identity())["name"], cty::Value("b"));
  const auto changed = apply("shop_guest", R"({"name":"a"})", R"({"name":"b"})");
  EXPECT_THAT(said(changed), IsEmpty());
  EXPECT_EQ(identity("shop_guest", changed.new_identity())["name"], cty::Value("b"));
  // Core wants that of an update to be known.
  const auto later = plan("shop_guest", R"({"name":"a"})", cty::Value::Map{{"name", cty::Value::unknown()}});
  EXPECT_EQ(identity("shop_guest", later.planned_identity())["name"], cty::Value("a"));

  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_guest");
  *request.mutable_current_state() = json(R"({"name":"a"})");
  const auto read =
      ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(&Stub::ReadResource, request);
  EXPECT_THAT(said(read), IsEmpty());
  EXPECT_EQ(identity("shop_guest", read.new_identity())["name"], cty::Value("by another hand"));
}

TEST_F(IdentityTest, OneOfAnotherVersionIsUpgraded) {
  using Response = tfplugin6::UpgradeResourceIdentity::Response;
  tfplugin6::UpgradeResourceIdentity::Request request;
  request.set_type_name("shop_member");
  const auto upgraded = [&](std::int64_t version, const std::string& stored) {
    request.set_version(version);
    request.mutable_raw_identity()->set_json(stored);
    return ask<tfplugin6::UpgradeResourceIdentity::Request, Response>(&Stub::UpgradeResourceIdentity,
                                                                      request);
  };
  EXPECT_EQ(identity("shop_member", upgraded(1, R"({"card":"b/9"})").upgraded_identity()),
            of_member("b", "9"));
  EXPECT_EQ(identity("shop_member", upgraded(3, R"({"name":"b","number":"9"})").upgraded_identity()),
            of_member("b", "9"));
  EXPECT_THAT(said(upgraded(2, "{}")), ElementsAre("Identity of another version"));
}

}  // namespace
}  // namespace ghboot::tfplugin::shop
