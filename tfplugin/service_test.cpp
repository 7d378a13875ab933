// SPDX-License-Identifier: Apache-2.0
// The served RPCs, asked through gRPC in this process as core asks them.
#include "tfplugin/service.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"

namespace ghboot::tfplugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Thing {
  Value<std::string> name, place, id;
  Value<Timeouts> timeouts;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Thing::name, Use::required, "Name."},
        Field{"place", &Thing::place, Use::optional, "Where.", {.requires_replace = true}},
        Field{"id", &Thing::id, Use::computed, "Identity.", {.keep = true}},
        Field{"timeouts", &Thing::timeouts, Use::optional, "Times."},
    };
  }
};

class Things final : public Resource<Thing> {
 public:
  Things() : Resource("A thing.") {}
  std::atomic<bool> fails = false, throws = false, waits = false, makes_half = false;
  std::promise<void> waiting;
  std::string detail = "The shop is closed.";
  Path where{"name"};
  int errors = 1, gathering = 0;  // gathering: so many calls wait for each other.

 protected:
  std::optional<Thing> create_thing(const Thing& planned, Call& call) const override {
    if (throws && planned.name.value_or("") == "13") throw 13;
    if (throws) throw std::runtime_error("out of paper");
    if (waits) return wait(call);
    if (gathering > 0) gather(call);
    if (fails) {
      for (int i = 0; i < errors; ++i) call.diagnostics.error(where, "Not made", detail);
      if (!makes_half) return std::nullopt;
    }
    Thing out = planned;
    out.id = "one";
    call.private_state.set("made", call.private_state.get("made").value_or("first"));
    return out;
  }
  std::optional<Thing> read_thing(const Thing& state, Call& call) const override {
    if (!fails) return state;
    call.diagnostics.error("Not read", "Nobody answers.");
    return std::nullopt;
  }
  std::optional<Thing> update_thing(const Thing&, const Thing& planned, Call&) const override {
    return planned;
  }
  void destroy_thing(const Thing&, Call& call) const override {
    last_private = call.private_state.get("made").value_or("none");
  }
  std::optional<Thing> import_thing(const std::string& id, Call& call) const override {
    if (id != "one") return std::nullopt;
    call.private_state.set("made", "elsewhere");
    Thing out;
    out.name = out.id = id;
    return out;
  }

 public:
  mutable std::string last_private;

 private:
  void gather(Call& call) const {
    std::unique_lock lock(gate_);
    ++gathered_;
    all_here_.notify_all();
    if (!all_here_.wait_until(lock, call.deadline, [&] { return gathered_ >= gathering; }))
      call.diagnostics.error("Alone", "The others did not come.");
  }
  mutable std::mutex gate_;
  mutable std::condition_variable all_here_;
  mutable int gathered_ = 0;

  // Until Terraform says stop, at most to the deadline.
  std::optional<Thing> wait(Call& call) const {
    std::promise<void> stopped;
    const std::stop_callback on_stop(call.stop, [&] { stopped.set_value(); });
    const_cast<Things*>(this)->waiting.set_value();
    const bool told = stopped.get_future().wait_until(call.deadline) == std::future_status::ready;
    call.diagnostics.error(told ? "Stopped" : "Too late", "Nothing was made.");
    return std::nullopt;
  }
};

struct Found {
  Value<std::string> name, place;
  static constexpr auto fields() {
    return std::tuple{Field{"name", &Found::name, Use::required, "Name."},
                      Field{"place", &Found::place, Use::computed, "Where."}};
  }
};

class Finder final : public DataSource<Found> {
 public:
  Finder() : DataSource("Finds.") {}

 protected:
  std::optional<Found> read_thing(const Found& config, Call&) const override {
    if (*config.name == "nothing") return std::nullopt;
    Found out = config;
    out.place = "shelf";
    if (*config.name == "A") out.name = "a";
    return out;
  }
};

struct Block {
  Value<std::string> shop;
  static constexpr auto fields() {
    return std::tuple{Field{"shop", &Block::shop, Use::optional, "Which shop."}};
  }
};

struct Till {
  Value<std::string> name, code, note;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Till::name, Use::required, "Name."},
        Field{"code", &Till::code, Use::computed, "What opens it.", {.sensitive = true}},
        Field{"note", &Till::note, Use::optional, "For people."},
    };
  }
};

class Tills final : public Ephemeral<Till> {
 public:
  Tills() : Ephemeral("Something to open.") {}
  mutable std::vector<std::string> closed;

 protected:
  void check(const Till& config, Diagnostics& diagnostics) const override {
    if (config.name.value_or("") == "wrong") diagnostics.error(Path({"name"}), "Wrong name", "It is.");
  }
  std::optional<Opened> open_thing(const Till& config, Call& call) const override {
    if (*config.name == "locked") {
      call.diagnostics.error("Locked", "It does not open.");
      return std::nullopt;
    }
    call.private_state.set("till", *config.name);
    Till out = config;
    out.code = "1234";
    if (*config.name == "renamed") out.name = "another";
    if (*config.name == "talkative") out.note = "hello";
    if (*config.name == "half") call.diagnostics.error("Half open", "It jams.");
    return Opened{
        .thing = out,
        .renew_at = std::chrono::sys_seconds(std::chrono::seconds(90)) + std::chrono::milliseconds(500)};
  }
  RenewAt renew_thing(Call& call) const override {
    if (*call.private_state.get("till") == "stuck") {
      call.diagnostics.error("Stuck", "It is.");
      return std::chrono::system_clock::now();
    }
    call.private_state.set("till", "renewed");
    return std::nullopt;
  }
  void close_thing(Call& call) const override {
    closed.push_back(call.private_state.get("till").value_or("nothing"));
  }
};

struct Amount {
  Value<std::int64_t> amount;
  static constexpr auto fields() {
    return std::tuple{Field{"amount", &Amount::amount, Use::optional, "How many."}};
  }
};

class Price final : public Function<Amount, std::int64_t> {
 public:
  Price() : Function("What so many cost.", "What so many cost.") {}

 protected:
  Value<std::int64_t> result(const Amount& in, Diagnostics&) const override {
    if (in.amount.is_null()) throw std::runtime_error("no list of prices");
    if (*in.amount == 13) throw 13;
    return *in.amount * 3;
  }
};

class Shop final : public TypedProvider<Block> {
 public:
  Shop() : TypedProvider("A shop.") {
    resources.emplace("shop_thing", std::unique_ptr<ManagedResource>(things = new Things));
    data_sources.emplace("shop_finder", std::make_unique<Finder>());
    ephemeral_resources.emplace("shop_till", std::unique_ptr<EphemeralBase>(tills = new Tills));
    functions.emplace("price", std::make_unique<Price>());
  }
  Things* things;
  Tills* tills;
  std::string configured = "not";

 protected:
  void configure_with(const Block& block, std::string_view version, Diagnostics&) override {
    configured =
        (block.shop.is_unknown() ? "unknown" : block.shop.value_or("null")) + " " + std::string(version);
  }
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(service.get());
    server = builder.BuildAndStart();
    stub = tfplugin6::Provider::NewStub(server->InProcessChannel({}));
  }

  template <class Request, class Response>
  using Rpc = grpc::Status (tfplugin6::Provider::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <class Request, class Response>
  Response ask(Rpc<Request, Response> rpc, const Request& request) {
    grpc::ClientContext context;
    Response response;
    const auto status = (stub.get()->*rpc)(&context, request, &response);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    return response;
  }
  // As "name: summary" or "summary".
  template <class Response>
  static std::vector<std::string> said(const Response& response) {
    std::vector<std::string> out;
    for (const auto& diagnostic : response.diagnostics()) {
      std::string path;
      for (const auto& step : diagnostic.attribute().steps()) path += step.attribute_name() + ": ";
      out.push_back(path + diagnostic.summary());
    }
    return out;
  }
  static tfplugin6::DynamicValue json(std::string text) {
    tfplugin6::DynamicValue out;
    out.set_json(std::move(text));
    return out;
  }
  // The JSON of what an answer holds.
  std::string text(const tfplugin6::DynamicValue& value, const Schema& schema) {
    const auto decoded = cty::decode_msgpack(schema.type(), value.msgpack());
    return decoded ? cty::encode_json(schema.type(), *decoded) : "cannot be decoded";
  }
  std::string text(const tfplugin6::DynamicValue& value) { return text(value, shop.things->schema()); }

  tfplugin6::PlanResourceChange::Response plan(const std::string& prior, const std::string& proposed,
                                               const std::string& config,
                                               const std::string& private_state = {}) {
    tfplugin6::PlanResourceChange::Request request;
    request.set_type_name("shop_thing");
    *request.mutable_prior_state() = json(prior);
    *request.mutable_proposed_new_state() = json(proposed);
    *request.mutable_config() = json(config);
    request.set_prior_private(private_state);
    return ask<tfplugin6::PlanResourceChange::Request, tfplugin6::PlanResourceChange::Response>(
        &tfplugin6::Provider::Stub::PlanResourceChange, request);
  }
  tfplugin6::ApplyResourceChange::Response apply(const std::string& prior, const std::string& planned,
                                                 const std::string& private_state = {}) {
    tfplugin6::ApplyResourceChange::Request request;
    request.set_type_name("shop_thing");
    *request.mutable_prior_state() = json(prior);
    *request.mutable_planned_state() = json(planned);
    request.set_planned_private(private_state);
    return ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
        &tfplugin6::Provider::Stub::ApplyResourceChange, request);
  }

  Shop shop;
  std::stop_source process;
  Session session{process.get_token()};
  std::unique_ptr<grpc::Service> service = make_provider_service(shop, session);
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<tfplugin6::Provider::Stub> stub;
};

const std::string config = R"({"name":"a","place":null,"id":null,"timeouts":null})";
const std::string state = R"({"id":"one","name":"a","place":null,"timeouts":null})";

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

TEST_F(ServiceTest, WhatIsNotServedIsUnimplemented) {
  const auto code = [&](auto rpc, const auto& request, auto response) {
    grpc::ClientContext context;
    return (stub.get()->*rpc)(&context, request, &response).error_code();
  };
  using Stub = tfplugin6::Provider::Stub;
  EXPECT_EQ(code(&Stub::MoveResourceState, tfplugin6::MoveResourceState::Request(),
                 tfplugin6::MoveResourceState::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::PlanAction, tfplugin6::PlanAction::Request(), tfplugin6::PlanAction::Response()),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(code(&Stub::GenerateResourceConfig, tfplugin6::GenerateResourceConfig::Request(),
                 tfplugin6::GenerateResourceConfig::Response()),
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

TEST_F(ServiceTest, AnExceptionIsADiagnostic) {
  shop.things->throws = true;
  const auto made = apply("null", config);
  ASSERT_THAT(made.diagnostics(), SizeIs(1));
  EXPECT_THAT(made.diagnostics(0).detail(), HasSubstr("out of paper"));
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
            R"({"name":"a","place":"shelf"})");
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

TEST_F(ServiceTest, AFunctionIsAnnouncedAndCalled) {
  const auto announced = ask<tfplugin6::GetFunctions::Request, tfplugin6::GetFunctions::Response>(
      &tfplugin6::Provider::Stub::GetFunctions, {});
  ASSERT_THAT(announced.functions(), SizeIs(1));
  const auto& price = announced.functions().at("price");
  EXPECT_EQ(price.parameters(0).type(), "\"number\"");
  EXPECT_TRUE(price.parameters(0).allow_null_value());
  EXPECT_FALSE(price.parameters(0).allow_unknown_values());
  EXPECT_FALSE(price.has_variadic_parameter());
  EXPECT_EQ(price.return_().type(), "\"number\"");

  const auto call = [&](const std::string& name, const std::vector<std::string>& arguments) {
    tfplugin6::CallFunction::Request request;
    request.set_name(name);
    for (const auto& argument : arguments) request.add_arguments()->set_msgpack(argument);
    return ask<tfplugin6::CallFunction::Request, tfplugin6::CallFunction::Response>(
        &tfplugin6::Provider::Stub::CallFunction, request);
  };
  EXPECT_EQ(call("price", {"\x02"}).result().msgpack(), "\x06");
  EXPECT_THAT(call("prize", {}).error().text(), HasSubstr("no function \"prize\""));
  const auto garbled = call("price", {"\xc1"});
  EXPECT_THAT(garbled.error().text(), HasSubstr("does not fit the parameter's type"));
  EXPECT_EQ(garbled.error().function_argument(), 0);
  EXPECT_FALSE(garbled.has_result());
  EXPECT_THAT(call("price", {"\x01", "\x02"}).error().text(), HasSubstr("2 arguments were given"));
  EXPECT_THAT(call("price", {""}).error().text(), HasSubstr("no list of prices")) << "an empty value is null";
  EXPECT_THAT(call("price", {"\x0d"}).error().text(), HasSubstr("an unexpected failure"));
}

class EphemeralTest : public ServiceTest {
 protected:
  using Stub = tfplugin6::Provider::Stub;

  tfplugin6::OpenEphemeralResource::Response open(const std::string& name) {
    tfplugin6::OpenEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.mutable_config()->set_json(R"({"name":")" + name + "\"}");
    return ask<tfplugin6::OpenEphemeralResource::Request, tfplugin6::OpenEphemeralResource::Response>(
        &Stub::OpenEphemeralResource, request);
  }
  tfplugin6::RenewEphemeralResource::Response renew(const std::string& private_bytes) {
    tfplugin6::RenewEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.set_private_(private_bytes);
    return ask<tfplugin6::RenewEphemeralResource::Request, tfplugin6::RenewEphemeralResource::Response>(
        &Stub::RenewEphemeralResource, request);
  }
};

TEST_F(EphemeralTest, IsOpenedRenewedAndClosedWithItsPrivatePart) {
  const auto opened = open("front");
  EXPECT_THAT(said(opened), IsEmpty());
  const auto value = cty::decode_msgpack(shop.tills->schema().type(), opened.result().msgpack());
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["code"], cty::Value("1234"));
  EXPECT_EQ(opened.renew_at().seconds(), 90);
  EXPECT_EQ(opened.renew_at().nanos(), 500'000'000);

  const auto renewed = renew(opened.private_());
  EXPECT_FALSE(renewed.has_renew_at()) << "never again";
  for (const auto& bytes : {opened.private_(), renewed.private_()}) {  // Terraform's way and OpenTofu's.
    tfplugin6::CloseEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.set_private_(bytes);
    EXPECT_THAT(
        said(ask<tfplugin6::CloseEphemeralResource::Request, tfplugin6::CloseEphemeralResource::Response>(
            &Stub::CloseEphemeralResource, request)),
        IsEmpty());
  }
  EXPECT_THAT(shop.tills->closed, ElementsAre("front", "renewed"));
}

TEST_F(EphemeralTest, IsCheckedBeforeItIsOpened) {
  tfplugin6::ValidateEphemeralResourceConfig::Request request;
  request.set_type_name("shop_till");
  request.mutable_config()->set_json(R"({"name":"wrong"})");
  EXPECT_THAT(said(ask<tfplugin6::ValidateEphemeralResourceConfig::Request,
                       tfplugin6::ValidateEphemeralResourceConfig::Response>(
                  &Stub::ValidateEphemeralResourceConfig, request)),
              ElementsAre("name: Wrong name"));
}

// Core closes nothing whose opening failed.
TEST_F(EphemeralTest, OpenedBesideAnErrorIsClosedAgain) {
  EXPECT_THAT(said(open("locked")), ElementsAre("Locked"));
  EXPECT_THAT(shop.tills->closed, IsEmpty()) << "nothing was open";
  const auto half = open("half");
  EXPECT_THAT(said(half), ElementsAre("Half open"));
  EXPECT_FALSE(half.has_renew_at());
  EXPECT_THAT(said(open("renamed")), ElementsAre("name: Defect of the provider"));
  EXPECT_THAT(said(open("talkative")), ElementsAre("note: Defect of the provider"));
  EXPECT_THAT(shop.tills->closed, ElementsAre("half", "renamed", "talkative"));
}

TEST_F(EphemeralTest, WhoseRenewalFailsKeepsItsPrivatePart) {
  const auto opened = open("stuck");
  const auto renewed = renew(opened.private_());
  EXPECT_THAT(said(renewed), ElementsAre("Stuck"));
  EXPECT_FALSE(renewed.has_renew_at());
  EXPECT_EQ(renewed.private_(), opened.private_());
}

}  // namespace
}  // namespace ghboot::tfplugin
