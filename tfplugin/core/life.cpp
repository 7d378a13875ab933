// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/life.h"

#include <algorithm>
#include <stdexcept>

#include <grpcpp/grpcpp.h>

#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/core/rules.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"
#include "tfplugin/identity.h"
#include "tfplugin/service.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin::core {
namespace {

// Core sees nothing of such a value, and takes the provider's word that it changed.
bool is_write_only(const std::vector<Attribute>& attributes, const Path& path) {
  const std::vector<Attribute>* inside = &attributes;
  bool out = false;
  for (const cty::Step& step : path.steps())
    if (const auto* name = std::get_if<cty::AttributeName>(&step)) {
      const auto found = std::ranges::find(*inside, name->name, &Attribute::name);
      if (found == inside->end()) return false;
      out = found->write_only;
      inside = &found->nested;
    }
  return out;
}

}  // namespace

struct Core::Wire {
  Wire(Provider& served, const Spoil& spoil) : provider(served) {
    if (spoil) service = spoil(std::move(service));
    grpc::ServerBuilder builder;
    builder.RegisterService(service.get());
    server = builder.BuildAndStart();
    stub = tfplugin6::Provider::NewStub(server->InProcessChannel({}));
  }

  // False: there was an error.
  template <class Request, class Response>
  bool ask(grpc::Status (tfplugin6::Provider::Stub::*rpc)(grpc::ClientContext*, const Request&, Response*),
           const Request& request, Response& response) {
    grpc::ClientContext context;
    const auto status = (stub.get()->*rpc)(&context, request, &response);
    if (!status.ok()) throw std::runtime_error("an RPC failed: " + status.error_message());
    bool good = true;
    for (const auto& diagnostic : response.diagnostics()) {
      std::string path;
      for (const auto& step : diagnostic.attribute().steps())
        path += (path.empty() ? "" : ".") + (step.has_attribute_name() ? step.attribute_name() : "[]");
      said.push_back(path.empty() ? diagnostic.summary() : path + ": " + diagnostic.summary());
      good = good && diagnostic.severity() != tfplugin6::Diagnostic::ERROR;
    }
    return good;
  }
  bool complain(const Complaints& complaints, std::string_view when) {
    for (const auto& complaint : complaints) said.push_back("core: " + std::string(when) + ": " + complaint);
    return complaints.empty();
  }
  // As core reads an answer: what is missing is null.
  cty::Value decode(const Schema& schema, const tfplugin6::DynamicValue& value) {
    if (value.msgpack().empty()) return {};
    auto decoded = cty::decode_msgpack(schema.type(), value.msgpack());
    if (decoded) return *std::move(decoded);
    said.push_back("core: does not decode: " + decoded.error().message);
    return {};
  }

  // An identity that comes with an object: none, or known and of its schema's type.
  bool knows_identity(const Schema& schema) const { return minor >= 12 && has_identity(schema); }
  cty::Value decode_identity(const Schema& schema, const tfplugin6::ResourceIdentityData& data,
                             std::string_view when, bool& good, bool may_be_unknown = false) {
    if (!knows_identity(schema) || data.identity_data().msgpack().empty()) return {};
    auto decoded = cty::decode_msgpack(identity_type(schema), data.identity_data().msgpack());
    if (!decoded)
      good = complain({"identity does not decode: " + decoded.error().message}, when);
    else if (!may_be_unknown && !decoded->is_wholly_known())
      good = complain({"identity is not known"}, when);
    return decoded ? *std::move(decoded) : cty::Value();
  }

  Provider& provider;
  std::stop_source process;
  Session session{process.get_token()};
  std::unique_ptr<grpc::Service> service = make_provider_service(provider, session);
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<tfplugin6::Provider::Stub> stub;
  std::vector<std::string> said;
  bool knows_write_only = true;
  int minor = 17;  // Of the Terraform that it is.
};

using Stub = tfplugin6::Provider::Stub;

Core::Core(Provider& provider, const Spoil& spoil) : wire_(std::make_unique<Wire>(provider, spoil)) {}
Core::~Core() = default;

std::vector<std::string> Core::said() { return std::exchange(wire_->said, {}); }

void Core::configure(const cty::Value& config) {
  const Schema& schema = wire_->provider.schema();
  tfplugin6::ValidateProviderConfig::Request validate;
  to_wire(schema, config, *validate.mutable_config());
  tfplugin6::ValidateProviderConfig::Response validated;
  if (!wire_->ask(&Stub::ValidateProviderConfig, validate, validated)) return;
  tfplugin6::ConfigureProvider::Request configure;
  *configure.mutable_config() = validate.config();
  tfplugin6::ConfigureProvider::Response configured;
  wire_->ask(&Stub::ConfigureProvider, configure, configured);
}

cty::Value Core::read_data(const std::string& type, const cty::Value& config) {
  const Schema& schema = wire_->provider.data_sources.at(type)->schema();
  tfplugin6::ValidateDataResourceConfig::Request validate;
  validate.set_type_name(type);
  to_wire(schema, config, *validate.mutable_config());
  tfplugin6::ValidateDataResourceConfig::Response validated;
  if (!wire_->ask(&Stub::ValidateDataResourceConfig, validate, validated)) return {};
  tfplugin6::ReadDataSource::Request read;
  read.set_type_name(type);
  *read.mutable_config() = validate.config();
  tfplugin6::ReadDataSource::Response found;
  if (!wire_->ask(&Stub::ReadDataSource, read, found)) return {};
  auto value = wire_->decode(schema, found.state());
  if (value.is_null()) wire_->complain({"produced null object"}, "data");
  if (!value.is_wholly_known()) wire_->complain({"produced invalid object"}, "data");
  return value;
}

void Core::forget_write_only() { wire_->knows_write_only = false; }
void Core::be_terraform(int minor) { wire_->minor = minor; }

void Core::stop() {
  grpc::ClientContext context;
  tfplugin6::StopProvider::Response response;
  if (!wire_->stub->StopProvider(&context, {}, &response).ok()) throw std::runtime_error("stop failed");
}

const Schema& Life::schema() const { return core_.wire_->provider.resources.at(type_)->schema(); }

// The state as it would come from a file: core asks so before each plan and each apply. None: there was an
// error.
std::optional<cty::Value> Life::upgraded() {
  if (state_.is_null() && !stored_) return cty::Value();
  tfplugin6::UpgradeResourceState::Request request;
  request.set_type_name(type_);
  request.set_version(stored_ ? stored_->version : schema().version);
  request.mutable_raw_state()->set_json(stored_ ? stored_->json : cty::encode_json(schema().type(), state_));
  tfplugin6::UpgradeResourceState::Response response;
  if (!core_.wire_->ask(&Stub::UpgradeResourceState, request, response)) return std::nullopt;
  auto state = core_.wire_->decode(schema(), response.upgraded_state());
  if (!state.is_wholly_known() && !core_.wire_->complain({"produced an invalid result"}, "upgrade"))
    return std::nullopt;
  if (!core_.wire_->complain(of_object(schema(), state), "upgrade")) return std::nullopt;
  if (!stored_) return state;
  if (!upgrade_identity()) return std::nullopt;
  stored_.reset();
  state_ = state;
  return state;
}

// The provider is asked about an older version alone, and also where none was stored. False: there was an
// error.
bool Life::upgrade_identity() {
  const Schema& of = schema();
  if (!core_.wire_->knows_identity(of)) return true;
  const auto invalid = [&](std::string what) {
    return core_.wire_->complain({std::move(what)}, "identity upgrade");
  };
  const cty::Type type = identity_type(of);
  if (stored_->identity_version > of.identity_version) return invalid("managed by newer provider version");
  if (stored_->identity_version == of.identity_version) {
    if (stored_->identity_json.empty()) return true;
    auto identity = cty::decode_json(type, stored_->identity_json);
    if (!identity) return invalid("failed to decode identity: " + identity.error().message);
    identity_ = *std::move(identity);
    return true;
  }
  tfplugin6::UpgradeResourceIdentity::Request request;
  request.set_type_name(type_);
  request.set_version(stored_->identity_version);
  request.mutable_raw_identity()->set_json(stored_->identity_json);
  tfplugin6::UpgradeResourceIdentity::Response response;
  if (!core_.wire_->ask(&Stub::UpgradeResourceIdentity, request, response)) return false;
  const std::string& bytes = response.upgraded_identity().identity_data().msgpack();
  auto identity = cty::decode_msgpack(type, bytes);
  if (!bytes.empty() && !identity) return invalid("does not decode: " + identity.error().message);
  identity_ = bytes.empty() ? cty::Value() : *std::move(identity);
  return identity_.is_wholly_known() || invalid("produced an invalid result");
}

// What Terraform before 1.16 makes of blocks in what is read: null is none of them, but of a map.
static void normalize_blocks(const std::vector<Attribute>& attributes, cty::Value& object) {
  if (!object.is_known()) return;
  for (const Attribute& attribute : attributes) {
    cty::Value& value = (*object.get<cty::Value::Map>())[attribute.name];
    if (!attribute.block) continue;
    if (value.is_null() && (attribute.nesting == Nesting::list || attribute.nesting == Nesting::set))
      value = cty::Value::List();
    for_each_nested(attribute, value, Path(),
                    [&](cty::Value& child, const Path&) { normalize_blocks(attribute.nested, child); });
    if (attribute.nesting == Nesting::set && value.is_known())
      value = cty::Value::set(std::move(*value.get<cty::Value::List>()));
  }
}

// What is there now. False: there was an error.
bool Life::refresh() {
  const auto before = upgraded();
  if (!before) return false;
  if (before->is_null()) return true;
  unrefreshed_ = *before;
  unrefreshed_private_ = private_;
  tfplugin6::ReadResource::Request read;
  read.set_type_name(type_);
  to_wire(schema(), *before, *read.mutable_current_state());
  read.set_private_(private_);
  if (!identity_.is_null())
    to_wire(identity_type(schema()), identity_, *read.mutable_current_identity()->mutable_identity_data());
  tfplugin6::ReadResource::Response found;
  if (!core_.wire_->ask(&Stub::ReadResource, read, found)) return false;
  auto state = core_.wire_->decode(schema(), found.new_state());
  normalize_blocks(schema().attributes, state);
  bool good = true;
  const auto identity = core_.wire_->decode_identity(schema(), found.new_identity(), "read", good);
  good = core_.wire_->complain(of_object(schema(), state), "read") && good;
  if (!state.is_wholly_known()) good = core_.wire_->complain({"produced invalid object"}, "read");
  if (!good) return false;  // And all stays as it was.
  state_ = std::move(state);
  private_ = found.private_();
  identity_ = identity;
  return true;
}

Life::Planned Life::ask_plan(const cty::Value& prior, const cty::Value& config,
                             const std::string& private_bytes, Half half) {
  tfplugin6::PlanResourceChange::Request request;
  request.set_type_name(type_);
  to_wire(schema(), prior, *request.mutable_prior_state());
  to_wire(schema(), config, *request.mutable_config());
  to_wire(schema(), propose(schema(), prior, config), *request.mutable_proposed_new_state());
  request.set_prior_private(private_bytes);
  tfplugin6::PlanResourceChange::Response response;
  if (!core_.wire_->ask(&Stub::PlanResourceChange, request, response)) return {.refused = true};
  Planned out{core_.wire_->decode(schema(), response.planned_state()), response.planned_private()};
  out.refused = !core_.wire_->complain(of_object(schema(), out.value), "plan");
  if (half == Half::creation) return out;  // Core looks at no more of it before it is applied.
  out.refused = !core_.wire_->complain(of_plan(schema(), prior, config, out.value), "plan") || out.refused;
  for (const auto& wire_path : response.requires_replace()) {
    Path path;
    for (const auto& step : wire_path.steps())
      path = step.has_attribute_name()       ? path.attribute(step.attribute_name())
             : step.has_element_key_string() ? path.key(step.element_key_string())
                                             : path.index(step.element_key_int());
    const auto before = prior.at(path), after = out.value.at(path);
    if (!before && !after && !prior.is_null()) {
      core_.wire_->complain({path.text() + " does not exist"}, "requires_replace");
      out.refused = true;
    }
    out.replaces = out.replaces || (!prior.is_null() && (before != after || (after && after->is_unknown()) ||
                                                         is_write_only(schema().attributes, path)));
  }
  bool good = true;
  out.identity = core_.wire_->decode_identity(schema(), response.planned_identity(), "plan", good,
                                              prior.is_null() || out.replaces);
  out.refused = out.refused || !good;
  return out;
}

// Core hides from the provider what changed there.
cty::Value Life::with_ignored(cty::Value config) const {
  auto* attributes = config.get<cty::Value::Map>();
  if (attributes && !state_.is_null())
    for (const std::string& name : ignored_) attributes->insert_or_assign(name, state_[name]);
  return config;
}

bool Life::validate(const cty::Value& config) {
  tfplugin6::ValidateResourceConfig::Request request;
  request.set_type_name(type_);
  request.mutable_client_capabilities()->set_write_only_attributes_allowed(core_.wire_->knows_write_only);
  to_wire(schema(), config, *request.mutable_config());
  tfplugin6::ValidateResourceConfig::Response response;
  return core_.wire_->ask(&Stub::ValidateResourceConfig, request, response);
}

Action Life::plan(const cty::Value& config) {
  action_ = Action::none;
  if (!refresh()) return action_;
  if (!config.is_null() && !validate(config)) return action_;
  if (state_.is_null() && config.is_null()) return action_;
  const bool anew = tainted_ && !config.is_null();
  // Terraform before 1.12 plans the end of what is configured no more from what was there before the read.
  const bool reads_late = config.is_null() && core_.wire_->minor < 12;
  doomed_ = reads_late ? unrefreshed_ : state_;
  const cty::Value prior = anew ? cty::Value() : doomed_;
  planned_ = ask_plan(prior, anew ? config : with_ignored(config),
                      anew         ? std::string()
                      : reads_late ? unrefreshed_private_
                                   : private_);
  if (planned_.refused) return action_;
  if (config.is_null()) return action_ = Action::destroy;
  if (planned_.replaces) {
    planned_ = ask_plan({}, config, planned_.private_bytes, Half::creation);
    return action_ = planned_.refused ? Action::none : Action::replace;
  }
  if (anew) return action_ = state_.is_null() ? Action::create : Action::replace;
  if (prior.is_null()) return action_ = Action::create;
  return action_ = planned_.value == prior ? Action::none : Action::update;
}

namespace {

// As core saves what should have been known by then.
cty::Value unknown_as_null(const cty::Type& type, const cty::Value& value) {
  if (!value.is_known()) return {};
  if (const auto* map = value.get<cty::Value::Map>()) {
    cty::Value::Map out;
    for (const auto& [key, inner] : *map)
      out.emplace(
          key, unknown_as_null(type.kind() == cty::Kind::map ? type.element() : *type.attribute(key), inner));
    return out;
  }
  if (const auto* list = value.get<cty::Value::List>(); list && type.kind() != cty::Kind::tuple) {
    cty::Value::List out;
    for (const auto& inner : *list) out.push_back(unknown_as_null(type.element(), inner));
    return type.kind() == cty::Kind::set ? cty::Value::set(std::move(out)) : cty::Value(std::move(out));
  }
  return value;
}

}  // namespace

void Life::forget() {
  state_ = identity_ = {};
  private_.clear();
  tainted_ = false;
}

bool Life::change(const cty::Value& prior, const Planned& planned, const cty::Value& config) {
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name(type_);
  to_wire(schema(), prior, *request.mutable_prior_state());
  to_wire(schema(), planned.value, *request.mutable_planned_state());
  to_wire(schema(), config, *request.mutable_config());
  request.set_planned_private(planned.private_bytes);
  if (!planned.identity.is_null())
    to_wire(identity_type(schema()), planned.identity,
            *request.mutable_planned_identity()->mutable_identity_data());
  tfplugin6::ApplyResourceChange::Response response;
  bool good = core_.wire_->ask(&Stub::ApplyResourceChange, request, response);
  auto result = core_.wire_->decode(schema(), response.new_state());
  const auto identity = core_.wire_->decode_identity(schema(), response.new_identity(), "apply", good);
  if (!core_.wire_->complain(of_object(schema(), result), "apply")) {
    if (core_.wire_->minor < 15) forget();  // What was made is lost; until then so is what was there before.
    return false;
  }
  if (!result.is_wholly_known())
    good = core_.wire_->complain({"returned invalid result object"}, "apply") && good;
  if (good) good = core_.wire_->complain(of_result(schema(), planned.value, result), "apply");
  if (result.is_null() && !good) return false;  // The object stays as it was.
  if (prior.is_null()) tainted_ = !good;
  state_ = unknown_as_null(schema().type(), result);
  private_ = response.private_();
  identity_ = identity;
  return good;
}

void Life::apply(const cty::Value& config) {
  if (action_ == Action::none) return;
  const Action action = std::exchange(action_, Action::none);
  if (action == Action::destroy || action == Action::replace) {
    if (!change(doomed_, {.value = {}, .private_bytes = planned_.private_bytes}, {})) return;
    forget();
  }
  if (action == Action::destroy || !validate(config)) return;
  const cty::Value now = with_ignored(config);
  const auto before = upgraded();
  if (!before) return;
  const Planned again = ask_plan(*before, now, private_);
  if (again.refused) return;
  if (!core_.wire_->complain(of_result(schema(), planned_.value, again.value), "final plan")) return;
  if (again.replaces) {
    core_.wire_->complain({"replaces only now"}, "final plan");
    return;
  }
  if (again.value != *before) change(*before, again, now);
}

void Life::load(std::int64_t version, std::string json, std::int64_t identity_version,
                std::string identity_json) {
  stored_ = {version, std::move(json), identity_version, std::move(identity_json)};
  identity_ = {};
  private_.clear();
}

void Life::import(const std::string& id) { import(id, {}); }
void Life::import_by_identity(const cty::Value& identity) { import("", identity); }

void Life::import(const std::string& id, const cty::Value& identity) {
  tfplugin6::ImportResourceState::Request request;
  request.set_id(id);
  if (!identity.is_null())
    to_wire(identity_type(schema()), identity, *request.mutable_identity()->mutable_identity_data());
  request.set_type_name(type_);
  tfplugin6::ImportResourceState::Response response;
  if (!core_.wire_->ask(&Stub::ImportResourceState, request, response)) return;
  if (response.imported_resources_size() != 1) {
    core_.wire_->complain({"returned no resources, or several"}, "import");
    return;
  }
  const auto& imported = response.imported_resources(0);
  state_ = core_.wire_->decode(schema(), imported.state());
  private_ = imported.private_();
  bool good = true;
  identity_ = core_.wire_->decode_identity(schema(), imported.identity(), "import", good);
  if (!good) return forget();
  core_.wire_->complain(of_object(schema(), state_), "import");
  if (request.has_identity() && identity_.is_null())
    core_.wire_->complain({"returned no identity"}, "import");
  if (state_.is_null()) core_.wire_->complain({"returned null resource"}, "import");
  if (refresh() && state_.is_null()) core_.wire_->complain({"cannot import non-existent object"}, "import");
}

}  // namespace ghboot::tfplugin::core
