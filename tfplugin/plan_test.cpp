// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/apply.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/upgrade.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;

constexpr Between positive = at_least(1);

struct Size {
  Value<std::int64_t> width, height;
  static constexpr auto fields() {
    return std::tuple{
        Field{"width", &Size::width, Use::optional_computed, "Width.", {.default_value = std::int64_t{-1}}},
        Field{"height", &Size::height, Use::optional, "Height.", {.validators = {&positive}}},
    };
  }
  bool operator==(const Size&) const = default;
};

struct Thing {
  Value<std::string> name, place, id, stamp, note;
  Value<bool> forced;
  Value<Size> size;
  Value<std::vector<std::string>> tags;
  Value<Timeouts> timeouts;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Thing::name, Use::required, "Name."},
        Field{"place", &Thing::place, Use::optional, "Where.", {.requires_replace = true}},
        Field{"id", &Thing::id, Use::computed, "Identity.", {.keep = true}},
        Field{"stamp", &Thing::stamp, Use::computed, "Changes with every change."},
        Field{"note", &Thing::note, Use::optional_computed, "Not managed when null.", {.keep = true}},
        Field{"forced", &Thing::forced, Use::optional_computed, "A flag.", {.default_value = false}},
        Field{"size", &Thing::size, Use::optional_computed, "Size.", {.keep = true}},
        Field{"tags", &Thing::tags, Use::optional, "Tags."},
        Field{"timeouts", &Thing::timeouts, Use::optional, "Times."},
    };
  }
};
static_assert(valid<Thing>());

class Things : public Resource<Thing> {
 public:
  Things() : Resource("A thing.") {}
  std::optional<Thing> created, updated, read, imported;
  std::string failure, renamed;

 protected:
  void plan_change(PlannedChange change) const override {
    if (!renamed.empty() && change.planned) change.planned->name = renamed;
  }
  std::optional<Thing> create_thing(const Thing& planned, Call& call) const override {
    if (!failure.empty()) call.diagnostics.error("Failed", failure);
    if (created) return created;
    Thing thing = planned;
    thing.id = "1";
    thing.stamp = "a";
    thing.note = planned.note.value_or("as made");
    return thing;
  }
  std::optional<Thing> read_thing(const Thing& state, Call&) const override { return read ? read : state; }
  std::optional<Thing> update_thing(const Thing&, const Thing&, Call& call) const override {
    if (!failure.empty()) call.diagnostics.error("Failed", failure);
    return updated;
  }
  void destroy_thing(const Thing&, Call& call) const override {
    if (!failure.empty()) call.diagnostics.error("Failed", failure);
  }
  std::optional<Thing> import_thing(const std::string&, Call&) const override { return imported; }
};

const Things plain_things;

// A value of Thing's type from Terraform's JSON; what is left out is null.
cty::Value thing(std::string_view json) { return *cty::decode_json(plain_things.schema().type(), json); }

struct Attempt {
  Diagnostics diagnostics;
  PrivateState private_state;
  Call call{diagnostics, private_state};
};

// Core's proposal for attributes without nesting: the configuration, else the prior value of what is
// computed.
cty::Value propose(const cty::Value& prior, const cty::Value& config) {
  cty::Value::Map out;
  for (const Attribute& attribute : plain_things.schema().attributes) {
    const cty::Value& configured = config[attribute.name];
    out[attribute.name] =
        configured.is_null() && attribute.is_computed() ? prior[attribute.name] : configured;
  }
  return out;
}

PlanResult plan(const cty::Value& prior, const cty::Value& config) {
  Attempt run;
  auto result = plan_change(plain_things, prior, propose(prior, config), config, run.call);
  EXPECT_TRUE(run.diagnostics.list().empty());
  return result;
}

const char* const prior_json =
    R"({"name":"n","place":"p","id":"1","stamp":"a","note":"x","forced":false,"size":{"width":-1,"height":5}})";

TEST(Plan, CreatesWithDefaultsAndUnknowns) {
  const auto planned = plan({}, thing(R"({"name":"n","size":{"height":2}})")).planned;
  EXPECT_TRUE(planned["id"].is_unknown());
  EXPECT_TRUE(planned["stamp"].is_unknown());
  EXPECT_TRUE(planned["note"].is_unknown());
  EXPECT_EQ(planned["forced"], cty::Value(false));
  EXPECT_EQ(planned["size"]["width"], cty::Value::integer(-1));
  EXPECT_TRUE(planned["tags"].is_null());
}

TEST(Plan, IsEmptyWhenTheConfigurationSaysWhatIsThere) {
  const auto prior = thing(prior_json);
  EXPECT_EQ(plan(prior, thing(R"({"name":"n","place":"p","size":{"height":5}})")).planned, prior);
}

TEST(Plan, KeepsWhatIsNotManaged) {
  const auto planned = plan(thing(prior_json), thing(R"({"name":"other","place":"p"})")).planned;
  EXPECT_EQ(planned["note"], cty::Value("x"));
  EXPECT_EQ(planned["size"]["height"], cty::Value::integer(5));
  EXPECT_EQ(planned["id"], cty::Value("1"));
  EXPECT_TRUE(planned["stamp"].is_unknown());
}

TEST(Plan, ResetsALeafThatWasRemovedFromASetObject) {
  const auto prior =
      thing(R"({"name":"n","id":"1","stamp":"a","forced":false,"size":{"width":7,"height":5}})");
  const auto planned = plan(prior, thing(R"({"name":"n","size":{"height":5}})")).planned;
  EXPECT_EQ(planned["size"]["width"], cty::Value::integer(-1));
}

TEST(Plan, ReplacesWhenSuchAnAttributeChanges) {
  const auto replace = plan(thing(prior_json), thing(R"({"name":"n","place":"q"})")).requires_replace;
  EXPECT_THAT(replace, ElementsAre(Path({"place"})));
  EXPECT_TRUE(plan(thing(prior_json), thing(R"({"name":"m","place":"p"})")).requires_replace.empty());
}

TEST(Plan, LeavesAnUnknownInsideAListAlone) {
  auto config = thing(R"({"name":"n","tags":["a","b"]})");
  (*config.get<cty::Value::Map>())["tags"] = cty::Value::List{"a", cty::Value::unknown()};
  EXPECT_EQ(plan({}, config).planned["tags"], config["tags"]);
}

// An author that tidies what a user wrote meets core's error after the second apply; ours comes at once.
TEST(Plan, OfAConfiguredValueIsThatValueOrTheOneBefore) {
  Things things;
  things.renamed = "tidy";
  const auto refused = [&](const cty::Value& prior) {
    Attempt run;
    const auto config = thing(R"({"name":"Tidy","place":"p"})");
    plan_change(things, prior, propose(prior, config), config, run.call);
    return run.diagnostics.has_error();
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(thing(prior_json)));
  EXPECT_FALSE(refused(thing(R"({"name":"tidy","place":"p","id":"1"})")));
}

TEST(Plan, OfADestroyIsNull) {
  Attempt run;
  EXPECT_TRUE(plan_change(plain_things, thing(prior_json), {}, {}, run.call).planned.is_null());
}

TEST(Validate, NamesTheAttributeThatIsWrong) {
  const auto messages = [](std::string_view json) {
    Diagnostics diagnostics;
    validate_object(plain_things.schema().attributes, {}, thing(json), Path(), diagnostics);
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics.list())
      out.push_back(diagnostic.path.text() + ": " + diagnostic.summary);
    return out;
  };
  EXPECT_THAT(messages("{}"), ElementsAre("name: Missing required value"));
  EXPECT_THAT(messages(R"({"name":"n","id":"7"})"), ElementsAre("id: Value for a read-only attribute"));
  EXPECT_THAT(messages(R"({"name":"n","size":{"height":0}})"), ElementsAre("size.height: Number too small"));
  EXPECT_THAT(messages(R"({"name":"n","timeouts":{"create":"soon"}})"),
              ElementsAre("timeouts.create: Not a duration"));
  EXPECT_TRUE(messages(R"({"name":"n","timeouts":{"create":"1h2m3.5s"}})").empty());
}

TEST(Apply, NamesAValueThatThePlanDidNotPromise) {
  Things things;
  things.created = Thing{.name = "another", .place = {}, .id = "1", .stamp = "a", .note = "x"};
  Attempt run;
  const auto planned = plan({}, thing(R"({"name":"n"})")).planned;
  const auto state = apply_change(things, {}, planned, {}, run.call);
  EXPECT_FALSE(state.is_null());  // What was made is in the state, whatever else is wrong.
  ASSERT_FALSE(run.diagnostics.list().empty());
  EXPECT_EQ(run.diagnostics.list()[0].path, Path({"name"}));
}

TEST(Apply, HoldsAnObjectToThePartThatWasPromised) {
  auto planned = plan({}, thing(R"({"name":"n","size":{"height":2},"tags":["a"]})")).planned;
  auto& size = (*planned.get<cty::Value::Map>())["size"];
  (*size.get<cty::Value::Map>())["width"] = cty::Value::unknown();
  const auto wrong = [&](Thing made) {
    Things things;
    things.created = std::move(made);
    Attempt run;
    apply_change(things, {}, planned, {}, run.call);
    std::vector<Path> out;
    for (const auto& diagnostic : run.diagnostics.list()) out.push_back(diagnostic.path);
    return out;
  };
  Thing made{.name = "n", .place = {}, .id = "1", .stamp = "a", .note = "x", .forced = false};
  made.size = Size{.width = 7, .height = 2};
  made.tags = std::vector<std::string>{"a"};
  EXPECT_THAT(wrong(made), ElementsAre());
  made.size->height = 3;
  made.tags->emplace_back("b");
  EXPECT_THAT(wrong(made), ElementsAre(Path({"size", "height"}), Path({"tags"})));
}

TEST(Apply, KeepsThePriorStateWhenAnUpdateOrDestroyFails) {
  Things things;
  things.failure = "the far side is away";
  const auto prior = thing(prior_json);
  Attempt run;
  EXPECT_EQ(apply_change(things, prior, thing(R"({"name":"m"})"), {}, run.call), prior);
  EXPECT_EQ(apply_change(things, prior, {}, {}, run.call), prior);
}

TEST(Apply, TakesTheTimeoutFromTheState) {
  const auto state = thing(R"({"name":"n","timeouts":{"update":"90s"}})");
  EXPECT_EQ(plain_things.timeout(Operation::update, state), std::chrono::seconds(90));
  EXPECT_EQ(plain_things.timeout(Operation::create, state), std::chrono::minutes(2));
}

TEST(Read, ThatLeavesAValueUndecidedKeepsTheState) {
  Things things;
  things.read = Thing{.name = "n", .place = {}, .id = Value<std::string>::unknown()};
  Attempt run;
  const auto state = thing(prior_json);
  EXPECT_EQ(read_resource(things, state, run.call), state);
  ASSERT_TRUE(run.diagnostics.has_error());
  EXPECT_EQ(run.diagnostics.list()[0].path, Path({"id"}));
}

TEST(Import, ThatSetsNothingIsAnError) {
  Things things;
  things.imported.emplace();
  Attempt run;
  import_resource(things, "x", run.call);
  EXPECT_TRUE(run.diagnostics.has_error());
}

TEST(Import, OfNothingIsAnError) {
  Attempt run;
  EXPECT_TRUE(import_resource(plain_things, "x", run.call).is_null());
  EXPECT_EQ(run.diagnostics.list()[0].detail, "There is nothing with the id \"x\".");
}

TEST(Upgrade, LeavesOutWhatTheSchemaDoesNotKnow) {
  Diagnostics diagnostics;
  const auto state = upgrade_state(plain_things, "thing", 0, R"({"name":"n","gone":1})", diagnostics);
  EXPECT_TRUE(diagnostics.list().empty());
  EXPECT_EQ(state, thing(R"({"name":"n"})"));
}

TEST(Upgrade, OfAStateThatIsNoneIsAnError) {
  for (const char* json : {"null", "", "[]"}) {
    Diagnostics diagnostics;
    EXPECT_TRUE(upgrade_state(plain_things, "thing", 0, json, diagnostics).is_null());
    EXPECT_TRUE(diagnostics.has_error()) << json;
  }
}

TEST(Upgrade, NamesVersionsThatDoNotMeet) {
  Diagnostics diagnostics;
  upgrade_state(plain_things, "thing", 3, "{}", diagnostics);
  ASSERT_TRUE(diagnostics.has_error());
  EXPECT_EQ(diagnostics.list()[0].detail,
            "The state of this thing was written under schema version 3; this provider has version 0 and no "
            "way from "
            "there.");
}

TEST(PrivateState, SurvivesARoundTripAndForeignBytes) {
  PrivateState state;
  state.set("servers", "n1 n2\n");
  EXPECT_EQ(PrivateState::decode(state.encode()).get("servers"), "n1 n2\n");
  EXPECT_TRUE(PrivateState::decode("\x01garbage").encode().empty());
  EXPECT_TRUE(PrivateState().encode().empty());
}

}  // namespace
}  // namespace ghboot::tfplugin
