// SPDX-License-Identifier: Apache-2.0
// What is said of an answer that core would refuse, or take for another.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core_rules_fixture.h"

namespace ghboot::tfplugin::box {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(CoreRules, ADefectSaysWhatWasFoundAndWhatWasExpected) {
  boxes.plans = [](Box& planned, Paths&) {
    planned.kind = "oak";
    planned.lid->name = std::string(100, 'b');
  };
  plan({}, config);
  EXPECT_THAT(details(),
              ElementsAre(StartsWith("The plan for \"kind\" is neither what the configuration says nor what "
                                     "was there before: planned is \"oak\", configured null, before null."),
                          HasSubstr("planned is \"" + std::string(76, 'b') + "…, configured \"a\",")));
  boxes.answers = [](std::optional<Box>& box) { box->kind = "oak", box->lid->made = "y"; };
  apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre(HasSubstr("\"kind\" is not what the plan promised: planned was null, the "
                                    "result is \"oak\"."),
                          HasSubstr("\"lid.made\" is not what the plan promised: planned was "
                                    "\"x\", the result is \"y\".")));
}

TEST_F(CoreRules, ADefectShowsNoSecret) {
  auto secretive = config;
  secretive.get<cty::Value::Map>()->insert_or_assign("secret", "hush");
  secretive.get<cty::Value::Map>()->insert_or_assign("pin", "1234");
  boxes.plans = [](Box& planned, Paths&) { planned.secret = "hush", planned.pin = "5678"; };
  plan({}, secretive);
  EXPECT_THAT(
      details(),
      ElementsAre(HasSubstr("planned is a sensitive value, configured a sensitive value, before null."),
                  "\"secret\" is write-only, and no plan holds such a value. Please report this with "
                  "the plan's output."));
  auto planned = state;
  planned.get<cty::Value::Map>()->insert_or_assign("pin", "1234");
  boxes.answers = [](std::optional<Box>& box) { box->pin = "5678"; };
  apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(details(), ElementsAre(HasSubstr("planned was a sensitive value, the result is a sensitive")));
}

// Bytes that are none were replaced, and stored so.
TEST_F(CoreRules, ATextThatIsNoUtf8IsRefused) {
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "a\xff"; };
  const auto made = apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre("\"lid\" has a text that is no UTF-8, and Terraform keeps no other: encode the "
                          "bytes. Please report this with the plan's output."));
  EXPECT_EQ(made, state) << "as planned";
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "\xc3\xa4"; };
  apply_change(boxes, {}, state, {}, call);
  for (const std::string& detail : details()) EXPECT_EQ(detail.find("UTF-8"), std::string::npos) << detail;
}

// Core composes what it reads: it was called a change of what had been planned.
TEST_F(CoreRules, ATextThatIsNotComposedIsTheOneThatWasPlanned) {
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "cafe\u0301"; };
  const auto planned = box(R"({"id":"1","list":[],"bag":[],"map":{},"lid":{"name":"a","made":"caf\u00e9"}})");
  EXPECT_EQ(apply_change(boxes, {}, planned, {}, call), planned);
  EXPECT_THAT(details(), IsEmpty());
  boxes.plans = [](Box& planned, Paths&) { planned.id = "e\u0301"; };
  EXPECT_EQ(plan({}, config)["id"], cty::Value("\u00e9"));
}

// The tuple was read beyond its type's end; what fitted less was written as null, without a word.
TEST_F(CoreRules, ADynamicValueThatIsNotOfItsTypeIsRefused) {
  const cty::Value::Dynamic wrong{cty::Type::tuple({cty::Type::string()}), cty::Value::List{"a", "b"}};
  boxes.plans = [&](Box& planned, Paths&) { planned.any = wrong; };
  plan({}, config);
  EXPECT_THAT(details(),
              ElementsAre(HasSubstr("\"any\" has a value that does not fit the type that it brings.")));
  auto planned = state;
  planned.get<cty::Value::Map>()->insert_or_assign("any", cty::Value::unknown());
  boxes.answers = [&](std::optional<Box>& box) { box->any = wrong; };
  const auto made = apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), Contains("any: Defect of the provider"));
  EXPECT_TRUE(made["any"].is_null());
  EXPECT_EQ(made["id"], cty::Value("1")) << "what was made is not lost";
  EXPECT_EQ(read_resource(boxes, state, call), state);
  EXPECT_THAT(said(), ElementsAre("any: Defect of the provider"));
}

}  // namespace
}  // namespace ghboot::tfplugin::box
