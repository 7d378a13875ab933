// SPDX-License-Identifier: Apache-2.0
// The served RPCs, asked through gRPC in this process as core asks them.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/service_fixture.h"

namespace ghboot::tfplugin::shop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ServiceTest, AnnouncesWhatItServesAndNothingElse) {
  const auto schema = ask<tfplugin6::GetProviderSchema::Request, tfplugin6::GetProviderSchema::Response>(
      &tfplugin6::Provider::Stub::GetProviderSchema, {});
  EXPECT_TRUE(schema.has_provider() && schema.provider().has_block());
  EXPECT_TRUE(schema.resource_schemas().contains("shop_thing"));
  EXPECT_TRUE(schema.data_source_schemas().contains("shop_finder"));
  EXPECT_TRUE(schema.server_capabilities().plan_destroy());
  EXPECT_TRUE(schema.server_capabilities().get_provider_schema_optional());
  EXPECT_FALSE(schema.server_capabilities().move_resource_state());
  EXPECT_FALSE(schema.server_capabilities().generate_resource_config());
  EXPECT_THAT(schema.diagnostics(), SizeIs(0));
}

TEST_F(ServiceTest, SchemasThatTerraformWouldNotReadAreRefused) {
  PlainProvider<> wordy(std::string(announced_bytes_max, 'x'));
  const auto own = make_provider_service(wordy, session);
  tfplugin6::GetProviderSchema::Request request;
  tfplugin6::GetProviderSchema::Response response;
  static_cast<tfplugin6::Provider::Service&>(*own).GetProviderSchema(nullptr, &request, &response);
  EXPECT_FALSE(response.has_provider());
  ASSERT_THAT(response.diagnostics(), SizeIs(1));
  EXPECT_THAT(response.diagnostics(0).detail(), HasSubstr("Terraform reads at most 67108864"));
}

TEST_F(ServiceTest, WhatIsNotServedIsUnimplemented) {
  const auto code = [&](auto rpc, const auto& request, auto response) {
    grpc::ClientContext context;
    return (stub.get()->*rpc)(&context, request, &response).error_code();
  };
  using Stub = tfplugin6::Provider::Stub;
  EXPECT_EQ(code(&Stub::MoveResourceState, tfplugin6::MoveResourceState::Request(),
                 tfplugin6::MoveResourceState::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::ValidateListResourceConfig, tfplugin6::ValidateListResourceConfig::Request(),
                 tfplugin6::ValidateListResourceConfig::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::ValidateActionConfig, tfplugin6::ValidateActionConfig::Request(),
                 tfplugin6::ValidateActionConfig::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::PlanAction, tfplugin6::PlanAction::Request(), tfplugin6::PlanAction::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::ConfigureStateStore, tfplugin6::ConfigureStateStore::Request(),
                 tfplugin6::ConfigureStateStore::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::GenerateResourceConfig, tfplugin6::GenerateResourceConfig::Request(),
                 tfplugin6::GenerateResourceConfig::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  grpc::ClientContext listing, acting, reading, writing;
  EXPECT_EQ(stub->ListResource(&listing, {})->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(stub->InvokeAction(&acting, {})->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(stub->ReadStateBytes(&reading, {})->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  tfplugin6::WriteStateBytes::Response written;
  EXPECT_EQ(stub->WriteStateBytes(&writing, &written)->Finish().error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServiceTest, AThingIsPlannedMadeAndThenLeftAlone) {
  const auto planned = plan("null", config, config);
  const auto value = cty::decode_msgpack(shop.things->schema().type(), planned.planned_state().msgpack());
  ASSERT_TRUE(value);
  EXPECT_TRUE((*value)["id"].is_unknown());
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_planned_state() = planned.planned_state();
  const auto made = ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
      &tfplugin6::Provider::Stub::ApplyResourceChange, request);
  EXPECT_EQ(text(made.new_state()), state);
  EXPECT_EQ(text(plan(state, state, config).planned_state()), state) << "nothing is unknown";
  EXPECT_FALSE(planned.has_planned_identity() || made.has_new_identity()) << "a thing has none";
}

TEST_F(ServiceTest, AValueThatIsMissingIsNull) {
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_prior_state() = json(state);
  const auto destroyed =
      ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
          &tfplugin6::Provider::Stub::ApplyResourceChange, request);
  EXPECT_EQ(text(destroyed.new_state()), "null");
}

TEST_F(ServiceTest, AnErrorHasItsPathAndNothingIsSaved) {
  shop.things->fails = true;
  const auto made = apply("null", config);
  EXPECT_THAT(said(made), ElementsAre("name: Not made"));
  EXPECT_EQ(text(made.new_state()), "null");
  EXPECT_EQ(made.private_(), "");
}

TEST_F(ServiceTest, WhatIsHalfMadeIsSavedBesideTheError) {
  shop.things->fails = shop.things->makes_half = true;
  const auto made = apply("null", config);
  EXPECT_THAT(said(made), ElementsAre("name: Not made"));
  EXPECT_EQ(text(made.new_state()), state);
}

TEST_F(ServiceTest, WhatIsHalfChangedIsSavedBesideTheError) {
  const std::string renamed = R"({"id":"one","name":"b","place":null,"timeouts":null})";
  shop.things->fails = true;
  const auto kept = apply(state, renamed, R"({"made":"first"})");
  EXPECT_THAT(said(kept), ElementsAre("Not changed"));
  EXPECT_EQ(text(kept.new_state()), state) << "nothing was changed";
  EXPECT_EQ(kept.private_(), R"({"made":"first"})");
  shop.things->makes_half = true;
  const auto half = apply(state, renamed, R"({"made":"first"})");
  EXPECT_THAT(said(half), ElementsAre("Not changed"));
  EXPECT_EQ(text(half.new_state()), renamed) << "as far as it got";
  EXPECT_EQ(half.private_(), R"({"made":"first"})");
}

TEST_F(ServiceTest, AReadThatFailsKeepsTheStateAndItsPrivatePart) {
  shop.things->fails = true;
  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_current_state() = json(state);
  request.set_private_(R"({"made":"first"})");
  const auto read = ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(
      &tfplugin6::Provider::Stub::ReadResource, request);
  EXPECT_THAT(said(read), ElementsAre("Not read"));
  EXPECT_EQ(text(read.new_state()), state);
  EXPECT_EQ(read.private_(), R"({"made":"first"})");
}

TEST_F(ServiceTest, ARequestThatBringsEntriesOfAPlanHasThemNoMoreAfterARead) {
  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_current_state() = json(state);
  request.set_private_(R"({"made":"first","plan:x":"1"})");
  EXPECT_EQ((ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(
                 &tfplugin6::Provider::Stub::ReadResource, request))
                .private_(),
            R"({"made":"first"})");
}

TEST_F(ServiceTest, AnExceptionIsADiagnostic) {
  shop.things->throws = true;
  const auto made = apply("null", config);
  ASSERT_THAT(made.diagnostics(), SizeIs(1));
  EXPECT_EQ(made.diagnostics(0).detail(),
            "An unexpected failure: out of paper. Asked was ApplyResourceChange of \"shop_thing\".");
  EXPECT_THAT(said(apply("null", R"({"name":"13"})")), ElementsAre("Defect of the provider"));
}

// It ended the process, and lost what other calls were making.
TEST_F(ServiceTest, AnAuthorWhoReadsWhatIsNullFailsThatCallAlone) {
  tfplugin6::ReadDataSource::Request request;
  request.set_type_name("shop_finder");
  *request.mutable_config() = json(R"({"name":null})");
  const auto read = ask<tfplugin6::ReadDataSource::Request, tfplugin6::ReadDataSource::Response>(
      &tfplugin6::Provider::Stub::ReadDataSource, request);
  ASSERT_THAT(said(read), ElementsAre("Defect of the provider"));
  EXPECT_THAT(read.diagnostics(0).detail(), HasSubstr("a value is read that is null"));
}

TEST_F(ServiceTest, AValueThatIsUnknownAsAWholeIsRefused) {
  tfplugin6::PlanResourceChange::Request request;
  request.set_type_name("shop_thing");
  request.mutable_proposed_new_state()->set_msgpack("\xd4\0\0", 3);
  *request.mutable_config() = json(config);
  const auto planned = ask<tfplugin6::PlanResourceChange::Request, tfplugin6::PlanResourceChange::Response>(
      &tfplugin6::Provider::Stub::PlanResourceChange, request);
  ASSERT_THAT(said(planned), ElementsAre("Value that does not decode"));
  EXPECT_THAT(planned.diagnostics(0).detail(), HasSubstr("unknown as a whole"));
}

// Terraform calls for 10 resources at once unless -parallelism says more.
TEST_F(ServiceTest, CallsRunSideBySide) {
  constexpr int calls = 40;
  shop.things->gathering = calls;
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name("shop_thing");
  const std::string hurried = R"({"name":"a","place":null,"id":null,"timeouts":{"create":"30s"}})";
  *request.mutable_planned_state() = plan("null", hurried, hurried).planned_state();
  std::vector<std::future<std::vector<std::string>>> made;
  for (int i = 0; i < calls; ++i)
    made.push_back(std::async(std::launch::async, [&] {
      return said(ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
          &tfplugin6::Provider::Stub::ApplyResourceChange, request));
    }));
  for (auto& one : made) EXPECT_THAT(one.get(), IsEmpty());
}

TEST_F(ServiceTest, TheSchemaIsBuiltOnce) {
  const auto ask_schema = [&] {
    return ask<tfplugin6::GetProviderSchema::Request, tfplugin6::GetProviderSchema::Response>(
        &tfplugin6::Provider::Stub::GetProviderSchema, {});
  };
  const auto first = ask_schema();
  shop.functions.clear();
  EXPECT_EQ(ask_schema().SerializeAsString().size(), first.SerializeAsString().size());
}

TEST_F(ServiceTest, AFloodOfDiagnosticsIsCounted) {
  shop.things->fails = true;
  shop.things->errors = 1'007;
  const auto made = apply("null", config);
  ASSERT_THAT(made.diagnostics(), SizeIs(1'001));
  EXPECT_EQ(made.diagnostics(1'000).summary(), "And 7 more");
  EXPECT_EQ(made.diagnostics(1'000).severity(), tfplugin6::Diagnostic::ERROR);
}

TEST_F(ServiceTest, AnEndlessTextIsCut) {
  shop.things->fails = true;
  shop.things->detail = std::string(1'000'000, 'a');
  const std::string detail = apply("null", config).diagnostics(0).detail();
  EXPECT_LE(detail.size(), 65'536U);
  EXPECT_TRUE(detail.ends_with("a…"));
  // A byte that is no text becomes three.
  for (const auto& text : {std::string(65'536, '\xff'), std::string(65'534, 'a') + "\xff",
                           "b" + std::string(30'000, '\xff') + std::string(10'000, 'c')}) {
    shop.things->detail = text;
    const std::string cut = apply("null", config).diagnostics(0).detail();
    EXPECT_LE(cut.size(), 65'536U);
    EXPECT_GE(cut.size(), 65'530U);
    EXPECT_TRUE(cut.ends_with("…"));
  }
  shop.things->detail = std::string(65'533, 'a') + "\xff";
  EXPECT_EQ(apply("null", config).diagnostics(0).detail(), std::string(65'533, 'a') + "\xEF\xBF\xBD");
}

// The delete half of a replace gets what the plan carried over from the old object; the create half does not.
TEST_F(ServiceTest, APlanCarriesThePrivatePartToTheDeleteAlone) {
  const std::string before = R"({"made":"before"})";
  const auto planned = plan("null", config, config, before);
  EXPECT_EQ(planned.planned_private(), before);
  apply(state, "null", planned.planned_private());
  EXPECT_EQ(shop.things->last_private, "before");
  EXPECT_EQ(apply("null", config, planned.planned_private()).private_(), R"({"made":"first"})");
}

TEST_F(ServiceTest, AnUpdateKeepsThePrivatePart) {
  const std::string renamed = R"({"name":"b","place":null,"id":"one","timeouts":null})";
  EXPECT_EQ(apply(state, renamed, R"({"made":"first"})").private_(), R"({"made":"first"})");
}

TEST_F(ServiceTest, AReplacementNamesItsAttribute) {
  const std::string moved = R"({"name":"a","place":"there","id":"one","timeouts":null})";
  const auto planned = plan(state, moved, R"({"name":"a","place":"there","id":null,"timeouts":null})");
  ASSERT_THAT(planned.requires_replace(), SizeIs(1));
  EXPECT_EQ(planned.requires_replace(0).steps(0).attribute_name(), "place");
}

TEST_F(ServiceTest, AnImportHasItsPrivatePart) {
  tfplugin6::ImportResourceState::Request request;
  request.set_type_name("shop_thing");
  request.set_id("one");
  using Response = tfplugin6::ImportResourceState::Response;
  const auto rpc = &tfplugin6::Provider::Stub::ImportResourceState;
  const auto imported = ask<tfplugin6::ImportResourceState::Request, Response>(rpc, request);
  ASSERT_THAT(imported.imported_resources(), SizeIs(1));
  EXPECT_EQ(imported.imported_resources(0).type_name(), "shop_thing");
  EXPECT_EQ(imported.imported_resources(0).private_(), R"({"made":"elsewhere"})");
  request.set_id("two");
  EXPECT_THAT(said(ask<tfplugin6::ImportResourceState::Request, Response>(rpc, request)),
              ElementsAre("Nothing to import"));
  request.clear_id();
  EXPECT_THAT(said(ask<tfplugin6::ImportResourceState::Request, Response>(rpc, request)),
              ElementsAre("No id to import"));
}

TEST_F(ServiceTest, StopEndsARunningCallAndTheNextConfigurationBeginsAnew) {
  shop.things->waits = true;
  auto made = std::async(std::launch::async, [&] { return said(apply("null", config)); });
  shop.things->waiting.get_future().wait();
  ask<tfplugin6::StopProvider::Request, tfplugin6::StopProvider::Response>(
      &tfplugin6::Provider::Stub::StopProvider, {});
  EXPECT_THAT(made.get(), ElementsAre("Stopped"));

  shop.things->waiting = {};
  ask<tfplugin6::ConfigureProvider::Request, tfplugin6::ConfigureProvider::Response>(
      &tfplugin6::Provider::Stub::ConfigureProvider, {});
  const std::string hurried = R"({"name":"a","place":null,"id":null,"timeouts":{"create":"1ms"}})";
  EXPECT_THAT(said(apply("null", hurried)), ElementsAre("Too late"));
}

// OpenTofu can cancel each. Nobody reads the answer then: what ended half-way would be in no state.
TEST_F(ServiceTest, ACallThatIsCancelledGoesOnToItsEndOrDeadline) {
  shop.things->waits = true;
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_planned_state() =
      json(R"({"name":"a","place":null,"id":null,"timeouts":{"create":"300ms"}})");
  grpc::ClientContext context;
  auto made = std::async(std::launch::async, [&] {
    tfplugin6::ApplyResourceChange::Response response;
    return stub->ApplyResourceChange(&context, request, &response).ok();
  });
  shop.things->waiting.get_future().wait();
  context.TryCancel();
  made.wait();
  server->Shutdown();  // Waits for what still runs.
  EXPECT_THAT(shop.things->waited, ElementsAre("Too late"));
}

// With -debug the configurations of one command (aliases) share a process.
TEST_F(ServiceTest, StopEndsACallUnderAnEarlierConfigurationToo) {
  shop.things->waits = true;
  auto made = std::async(std::launch::async, [&] { return said(apply("null", config)); });
  shop.things->waiting.get_future().wait();
  ask<tfplugin6::ConfigureProvider::Request, tfplugin6::ConfigureProvider::Response>(
      &tfplugin6::Provider::Stub::ConfigureProvider, {});
  ask<tfplugin6::StopProvider::Request, tfplugin6::StopProvider::Response>(
      &tfplugin6::Provider::Stub::StopProvider, {});
  EXPECT_THAT(made.get(), ElementsAre("Stopped"));
}

// `terraform validate` asks for that alone.
TEST_F(ServiceTest, AProvidersBlockIsCheckedAndConfiguresNothing) {
  const auto complaints = [&](const std::string& block) {
    tfplugin6::ValidateProviderConfig::Request request;
    *request.mutable_config() = json(block);
    return said(ask<tfplugin6::ValidateProviderConfig::Request, tfplugin6::ValidateProviderConfig::Response>(
        &tfplugin6::Provider::Stub::ValidateProviderConfig, request));
  };
  EXPECT_THAT(complaints(R"({"shop":"closed"})"), ElementsAre("shop: Closed"));
  EXPECT_THAT(complaints(R"({"shop":"a shop with an endless name"})"), ElementsAre("shop: Text too long"));
  EXPECT_THAT(complaints(R"({"shop":"corner"})"), IsEmpty());
  EXPECT_EQ(shop.configured, "not");
}

TEST_F(ServiceTest, AProvidersBlockMayBeUnknown) {
  tfplugin6::ConfigureProvider::Request request;
  request.set_terraform_version("1.11.4");
  cty::Value::Map block{{"shop", cty::Value::unknown()}};
  request.mutable_config()->set_msgpack(cty::encode_msgpack(shop.schema().type(), cty::Value(block)));
  const auto configured = ask<tfplugin6::ConfigureProvider::Request, tfplugin6::ConfigureProvider::Response>(
      &tfplugin6::Provider::Stub::ConfigureProvider, request);
  EXPECT_THAT(configured.diagnostics(), SizeIs(0));
  EXPECT_EQ(shop.configured, "unknown 1.11.4");
}

TEST_F(ServiceTest, ADataSourceRepeatsItsConfiguration) {
  tfplugin6::ReadDataSource::Request request;
  request.set_type_name("shop_finder");
  *request.mutable_config() = json(R"({"name":"a","place":null})");
  const auto read = ask<tfplugin6::ReadDataSource::Request, tfplugin6::ReadDataSource::Response>(
      &tfplugin6::Provider::Stub::ReadDataSource, request);
  EXPECT_EQ(text(read.state(), shop.data_sources.at("shop_finder")->schema()),
            R"({"name":"a","place":"shelf","timeouts":null})");
}

TEST_F(ServiceTest, ADataSourceHasTheTimeThatItsTimeoutsSay) {
  const auto minutes_left = [&](const std::string& config_json) {
    tfplugin6::ReadDataSource::Request request;
    request.set_type_name("shop_finder");
    *request.mutable_config() = json(config_json);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_THAT(said(ask<tfplugin6::ReadDataSource::Request, tfplugin6::ReadDataSource::Response>(
                    &tfplugin6::Provider::Stub::ReadDataSource, request)),
                IsEmpty());
    return std::chrono::floor<std::chrono::minutes>(shop.finder->deadline - before).count();
  };
  EXPECT_EQ(minutes_left(R"({"name":"a"})"), 7);
  EXPECT_EQ(minutes_left(R"({"name":"a","timeouts":{"read":"3h"}})"), 180);
}

TEST_F(ServiceTest, ADataSourceThatAnswersSomethingElseIsRefused) {
  const auto complaint = [&](const std::string& config_json) {
    tfplugin6::ReadDataSource::Request request;
    request.set_type_name("shop_finder");
    *request.mutable_config() = json(config_json);
    return said(ask<tfplugin6::ReadDataSource::Request, tfplugin6::ReadDataSource::Response>(
        &tfplugin6::Provider::Stub::ReadDataSource, request));
  };
  EXPECT_THAT(complaint(R"({"name":"nothing","place":null})"), ElementsAre("Defect of the provider"));
  EXPECT_THAT(complaint(R"({"name":"A","place":null})"), ElementsAre("name: Defect of the provider"));
}

TEST_F(ServiceTest, ADataSourceWithAWarningIsRead) {
  tfplugin6::ReadDataSource::Request request;
  request.set_type_name("shop_finder");
  *request.mutable_config() = json(R"({"name":"dust","place":null})");
  const auto read = ask<tfplugin6::ReadDataSource::Request, tfplugin6::ReadDataSource::Response>(
      &tfplugin6::Provider::Stub::ReadDataSource, request);
  ASSERT_THAT(said(read), ElementsAre("name: Dusty"));
  EXPECT_EQ(read.diagnostics(0).severity(), tfplugin6::Diagnostic::WARNING);
  EXPECT_EQ(text(read.state(), shop.data_sources.at("shop_finder")->schema()),
            R"({"name":"dust","place":"shelf","timeouts":null})");
}

TEST_F(ServiceTest, ADeprecatedTypeSaysWhatToUse) {
  shop.resources.emplace("shop_old",
                         std::make_unique<shop::Things>(ResourceOptions{.deprecated = "Use shop_thing."}));
  tfplugin6::ValidateResourceConfig::Request request;
  request.set_type_name("shop_old");
  *request.mutable_config() = json(R"({"name":"a"})");
  const auto validated =
      ask<tfplugin6::ValidateResourceConfig::Request, tfplugin6::ValidateResourceConfig::Response>(
          &tfplugin6::Provider::Stub::ValidateResourceConfig, request);
  ASSERT_THAT(validated.diagnostics(), SizeIs(1));
  EXPECT_EQ(validated.diagnostics(0).severity(), tfplugin6::Diagnostic::WARNING);
  EXPECT_EQ(validated.diagnostics(0).detail(), "Use shop_thing.");
}

TEST_F(ServiceTest, AnUnknownTypeIsNamed) {
  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_gone");
  const auto read = ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(
      &tfplugin6::Provider::Stub::ReadResource, request);
  ASSERT_THAT(read.diagnostics(), SizeIs(1));
  EXPECT_THAT(read.diagnostics(0).detail(), HasSubstr("no \"shop_gone\""));
}

TEST_F(ServiceTest, AStateOfAnotherShapeIsReadByWhatTheSchemaKnows) {
  tfplugin6::UpgradeResourceState::Request request;
  request.set_type_name("shop_thing");
  request.mutable_raw_state()->set_json(R"({"name":"a","id":"one","colour":"red"})");
  const auto upgraded =
      ask<tfplugin6::UpgradeResourceState::Request, tfplugin6::UpgradeResourceState::Response>(
          &tfplugin6::Provider::Stub::UpgradeResourceState, request);
  EXPECT_EQ(text(upgraded.upgraded_state()), state);
}

// Core refuses an answer with a text that is no UTF-8, and the state in it with the text.
TEST_F(ServiceTest, BytesThatAreNoTextDoNotLoseTheState) {
  shop.things->fails = shop.things->makes_half = true;
  shop.things->detail = "the server said \xff\xfe";
  const auto made = apply("null", config);
  ASSERT_THAT(made.diagnostics(), SizeIs(1));
  EXPECT_EQ(made.diagnostics(0).detail(), "the server said \xEF\xBF\xBD\xEF\xBF\xBD");
  shop.things->where = Path({"place"}).key("\xff");
  EXPECT_EQ(apply("null", config).diagnostics(0).attribute().steps(1).element_key_string(), "\xEF\xBF\xBD");
  EXPECT_EQ(text(made.new_state()), state);
}

TEST_F(ServiceTest, AnApplyThatCannotBeReadLeavesThePriorStateToCore) {
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_prior_state() = json(state);
  request.mutable_planned_state()->set_msgpack("\xc1");
  const auto made = ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
      &tfplugin6::Provider::Stub::ApplyResourceChange, request);
  EXPECT_THAT(made.diagnostics(), SizeIs(1));
  EXPECT_FALSE(made.has_new_state());
}

TEST_F(ServiceTest, AGarbledValueIsAnErrorOfTheCall) {
  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_thing");
  request.mutable_current_state()->set_msgpack("\xc1");
  const auto read = ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(
      &tfplugin6::Provider::Stub::ReadResource, request);
  EXPECT_THAT(read.diagnostics(), SizeIs(1));
}

TEST_F(ServiceTest, ADestroyIsPlannedAsNull) {
  const auto planned = plan(state, "null", "null", R"({"made":"first"})");
  EXPECT_THAT(said(planned), IsEmpty());
  EXPECT_EQ(text(planned.planned_state()), "null");
  EXPECT_EQ(planned.planned_private(), R"({"made":"first"})");
  EXPECT_THAT(planned.requires_replace(), SizeIs(0));
}

TEST_F(ServiceTest, NoAnswerIsDeferred) {
  EXPECT_FALSE(plan("null", config, config).has_deferred());
  tfplugin6::ReadResource::Request request;
  request.set_type_name("shop_thing");
  *request.mutable_current_state() = json(state);
  request.mutable_client_capabilities()->set_deferral_allowed(true);
  const auto read = ask<tfplugin6::ReadResource::Request, tfplugin6::ReadResource::Response>(
      &tfplugin6::Provider::Stub::ReadResource, request);
  EXPECT_FALSE(read.has_deferred());
}

TEST_F(ServiceTest, NoAnswerAsksForTheLeniencyOfTheOldSdk) {
  EXPECT_FALSE(plan("null", config, config).legacy_type_system());
  EXPECT_FALSE(apply("null", config).legacy_type_system());
}

TEST_F(ServiceTest, AMistakeInASchemaIsSaidWithTheSchema) {
  shop.data_sources.emplace("shop_Wrong", std::make_unique<Finder>());
  const auto schema = ask<tfplugin6::GetProviderSchema::Request, tfplugin6::GetProviderSchema::Response>(
      &tfplugin6::Provider::Stub::GetProviderSchema, {});
  EXPECT_THAT(said(schema), ElementsAre("Defect of the provider's schema"));
}

}  // namespace
}  // namespace ghboot::tfplugin::shop
