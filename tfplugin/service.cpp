// SPDX-License-Identifier: Apache-2.0
// One function an RPC: decode, hand to the engine, encode. What goes wrong is a diagnostic, never a gRPC
// status, which core would show as a plugin that broke.
#include "tfplugin/service.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/apply.h"
#include "tfplugin/identity.h"
#include "tfplugin/plan.h"
#include "tfplugin/spelling.h"
#include "tfplugin/upgrade.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin {
namespace {

using grpc::ServerContext;
using grpc::Status;

// A defect is reported to people who do not have the plan: it says what was asked, of which type. `message`:
// "tfplugin6.ReadResource.Response".
Diagnostics with_origin(const Diagnostics& said, const std::string& message, const std::string& type_name) {
  const auto begin = message.find('.') + 1;
  const std::string rpc = message.substr(begin, message.rfind('.') - begin);
  Diagnostics out;
  for (Diagnostic diagnostic : said.list()) {
    if (diagnostic.summary == "Defect of the provider")
      diagnostic.detail +=
          fmt::format(" Asked was {}{}.", rpc, type_name.empty() ? "" : " of \"" + type_name + "\"");
    out.add(std::move(diagnostic));
  }
  return out;
}

// Runs `work(diagnostics)`, puts what it said into the response, and turns what it threw into a diagnostic
// too.
template <class Response, class Work>
Status answer(Response* response, const std::string& type_name, const Work& work) {
  Diagnostics diagnostics;
  try {
    work(diagnostics);
  } catch (const std::exception& e) {
    diagnostics.error("Defect of the provider", std::string("An unexpected failure: ") + e.what() + ".");
  } catch (...) {
    diagnostics.error("Defect of the provider", "An unexpected failure of an unknown kind.");
  }
  to_wire(with_origin(diagnostics, std::string(response->GetTypeName()), type_name),
          *response->mutable_diagnostics());
  return Status::OK;
}

// An identity that lacks what it needs, as of something half made, is none.
bool is_identified(const Schema& schema, const cty::Value& state) {
  return !state.is_null() && has_identity(schema) &&
         std::ranges::none_of(schema.attributes, [&](const Attribute& attribute) {
           return attribute.identity == IdentityUse::required && state[attribute.name].is_null();
         });
}

template <class Things>
auto* find(const Things& things, const std::string& name, Diagnostics& diagnostics) {
  const auto found = things.find(name);
  if (found == things.end())
    diagnostics.error("Unknown type",
                      "This provider has no \"" + name + "\". Was the state written by another version?");
  return found == things.end() ? nullptr : found->second.get();
}

void renewal_to_wire(std::chrono::system_clock::time_point renew_at, google::protobuf::Timestamp& out) {
  to_wire(std::max(renew_at, std::chrono::system_clock::now() + renew_after_min), out);
}

class ProviderService final : public tfplugin6::Provider::Service {
 public:
  ProviderService(Provider& provider, Session& session) : provider_(provider), session_(session) {}

  Status GetProviderSchema(ServerContext*, const tfplugin6::GetProviderSchema::Request*,
                           tfplugin6::GetProviderSchema::Response* response) override {
    response->CopyFrom(announced());
    return Status::OK;
  }

  Status GetResourceIdentitySchemas(ServerContext*, const tfplugin6::GetResourceIdentitySchemas::Request*,
                                    tfplugin6::GetResourceIdentitySchemas::Response* response) override {
    for (const auto& [name, resource] : provider_.resources)
      if (has_identity(resource->schema()))
        identity_to_wire(resource->schema(), (*response->mutable_identity_schemas())[name]);
    return Status::OK;
  }

  Status ValidateProviderConfig(ServerContext*, const tfplugin6::ValidateProviderConfig::Request* request,
                                tfplugin6::ValidateProviderConfig::Response* response) override {
    return answer(response, "",
                  [&](Diagnostics& diagnostics) { validate(provider_, request->config(), diagnostics); });
  }

  Status ConfigureProvider(ServerContext*, const tfplugin6::ConfigureProvider::Request* request,
                           tfplugin6::ConfigureProvider::Response* response) override {
    return answer(response, "", [&](Diagnostics& diagnostics) {
      session_.begin();
      const auto config = from_wire(provider_.schema(), request->config(), diagnostics);
      if (!diagnostics.has_error()) provider_.configure(config, request->terraform_version(), diagnostics);
    });
  }

  Status StopProvider(ServerContext*, const tfplugin6::StopProvider::Request*,
                      tfplugin6::StopProvider::Response*) override {
    session_.stop();
    return Status::OK;
  }

  Status ValidateResourceConfig(ServerContext*, const tfplugin6::ValidateResourceConfig::Request* request,
                                tfplugin6::ValidateResourceConfig::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto config = validate(*resource, request->config(), diagnostics);
      if (!request->client_capabilities().write_only_attributes_allowed() && !diagnostics.has_error())
        refuse_write_only(resource->schema(), config, diagnostics);
    });
  }

  Status ValidateDataResourceConfig(ServerContext*,
                                    const tfplugin6::ValidateDataResourceConfig::Request* request,
                                    tfplugin6::ValidateDataResourceConfig::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      if (const auto* source = find(provider_.data_sources, request->type_name(), diagnostics))
        validate(*source, request->config(), diagnostics);
    });
  }

  Status UpgradeResourceState(ServerContext*, const tfplugin6::UpgradeResourceState::Request* request,
                              tfplugin6::UpgradeResourceState::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto state = upgrade_state(*resource, request->type_name(), request->version(),
                                       request->raw_state().json(), diagnostics);
      to_wire(resource->schema(), state, *response->mutable_upgraded_state());
    });
  }

  Status UpgradeResourceIdentity(ServerContext*, const tfplugin6::UpgradeResourceIdentity::Request* request,
                                 tfplugin6::UpgradeResourceIdentity::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto identity = upgrade_identity(*resource, request->type_name(), request->version(),
                                             request->raw_identity().json(), diagnostics);
      to_wire(identity_type(resource->schema()), identity,
              *response->mutable_upgraded_identity()->mutable_identity_data());
    });
  }

  Status ReadResource(ServerContext*, const tfplugin6::ReadResource::Request* request,
                      tfplugin6::ReadResource::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      response->set_private_(request->private_());
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto state = from_wire(resource->schema(), request->current_state(), diagnostics);
      if (diagnostics.has_error()) return;
      auto private_state = PrivateState::decode(request->private_());
      Call call =
          begin(*resource, Operation::read, state, request->provider_meta(), private_state, diagnostics);
      const auto current = read_resource(*resource, state, call);
      private_state.erase_plan_entries();
      to_wire(resource->schema(), current, *response->mutable_new_state());
      response->set_private_(private_state.encode());
      if (is_identified(resource->schema(), current))
        identity_to_wire(resource->schema(), current, *response->mutable_new_identity());
    });
  }

  Status PlanResourceChange(ServerContext*, const tfplugin6::PlanResourceChange::Request* request,
                            tfplugin6::PlanResourceChange::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto& schema = resource->schema();
      const auto prior = from_wire(schema, request->prior_state(), diagnostics);
      auto proposed = from_wire(schema, request->proposed_new_state(), diagnostics);
      const auto config = from_wire(schema, request->config(), diagnostics);
      if (diagnostics.has_error()) return;
      auto private_state = PrivateState::decode(request->prior_private());
      private_state.erase_plan_entries();
      Call call =
          begin(*resource, Operation::read, prior, request->provider_meta(), private_state, diagnostics);
      const auto plan = plan_change(*resource, prior, std::move(proposed), config, call);
      to_wire(schema, plan.planned, *response->mutable_planned_state());
      for (const Path& path : plan.requires_replace) to_wire(path, *response->add_requires_replace());
      response->set_planned_private(private_state.encode());
      // Core would take one that is not known yet, and then could not show the plan as JSON.
      if (is_identified(schema, plan.identified_by) &&
          identity_of(schema, plan.identified_by).is_wholly_known())
        identity_to_wire(schema, plan.identified_by, *response->mutable_planned_identity());
    });
  }

  Status ApplyResourceChange(ServerContext*, const tfplugin6::ApplyResourceChange::Request* request,
                             tfplugin6::ApplyResourceChange::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto& schema = resource->schema();
      const auto prior = from_wire(schema, request->prior_state(), diagnostics);
      const auto planned = from_wire(schema, request->planned_state(), diagnostics);
      const auto config = from_wire(schema, request->config(), diagnostics);
      if (diagnostics.has_error()) return;  // No state beside an error: core keeps the prior one, whole.
      // A create starts from what its plan left for it; the delete half of a replace sees what the plan
      // carried over from the old object.
      auto private_state = PrivateState::decode(request->planned_private());
      if (prior.is_null()) private_state = private_state.plan_entries();
      const auto operation = prior.is_null()     ? Operation::create
                             : planned.is_null() ? Operation::destroy
                                                 : Operation::update;
      Call call = begin(*resource, operation, planned.is_null() ? prior : planned, request->provider_meta(),
                        private_state, diagnostics);
      const auto result = apply_change(*resource, prior, planned, config, call);
      private_state.erase_plan_entries();
      to_wire(schema, result, *response->mutable_new_state());
      if (!result.is_null()) response->set_private_(private_state.encode());
      if (is_identified(schema, result)) identity_to_wire(schema, result, *response->mutable_new_identity());
    });
  }

  Status ImportResourceState(ServerContext*, const tfplugin6::ImportResourceState::Request* request,
                             tfplugin6::ImportResourceState::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.resources, request->type_name(), diagnostics);
      if (!resource) return;
      PrivateState private_state;
      Call call = begin(*resource, Operation::read, cty::Value(), {}, private_state, diagnostics);
      const auto state = import(*resource, *request, call);
      if (diagnostics.has_error()) return;
      private_state.erase_plan_entries();
      auto& imported = *response->add_imported_resources();
      imported.set_type_name(request->type_name());
      to_wire(resource->schema(), state, *imported.mutable_state());
      imported.set_private_(private_state.encode());
      if (is_identified(resource->schema(), state))
        identity_to_wire(resource->schema(), state, *imported.mutable_identity());
    });
  }

  Status ReadDataSource(ServerContext*, const tfplugin6::ReadDataSource::Request* request,
                        tfplugin6::ReadDataSource::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* source = find(provider_.data_sources, request->type_name(), diagnostics);
      if (!source) return;
      const auto config = from_wire(source->schema(), request->config(), diagnostics);
      if (diagnostics.has_error()) return;
      PrivateState private_state;
      Call call = begin(source->timeout(config), private_state, diagnostics);
      call.provider_meta = meta(request->provider_meta(), diagnostics);
      to_wire(source->schema(), read_data(*source, config, call), *response->mutable_state());
    });
  }

  Status ValidateEphemeralResourceConfig(
      ServerContext*, const tfplugin6::ValidateEphemeralResourceConfig::Request* request,
      tfplugin6::ValidateEphemeralResourceConfig::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      if (const auto* resource = find(provider_.ephemeral_resources, request->type_name(), diagnostics))
        validate(*resource, request->config(), diagnostics);
    });
  }

  Status OpenEphemeralResource(ServerContext*, const tfplugin6::OpenEphemeralResource::Request* request,
                               tfplugin6::OpenEphemeralResource::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.ephemeral_resources, request->type_name(), diagnostics);
      if (!resource) return;
      const auto config = from_wire(resource->schema(), request->config(), diagnostics);
      if (diagnostics.has_error()) return;
      PrivateState private_state;
      Call call = begin(resource->timeout(config), private_state, diagnostics);
      RenewAt renew_at;
      to_wire(resource->schema(), open_ephemeral(*resource, config, renew_at, call),
              *response->mutable_result());
      response->set_private_(private_state.encode());
      if (renew_at && !diagnostics.has_error()) renewal_to_wire(*renew_at, *response->mutable_renew_at());
    });
  }

  Status RenewEphemeralResource(ServerContext*, const tfplugin6::RenewEphemeralResource::Request* request,
                                tfplugin6::RenewEphemeralResource::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      response->set_private_(request->private_());
      const auto* resource = find(provider_.ephemeral_resources, request->type_name(), diagnostics);
      if (!resource) return;
      auto private_state = PrivateState::decode(request->private_());
      Call call = begin(resource->timeout({}), private_state, diagnostics);
      const RenewAt renew_at = resource->renew(call);
      response->set_private_(private_state.encode());
      if (renew_at && !diagnostics.has_error()) renewal_to_wire(*renew_at, *response->mutable_renew_at());
    });
  }

  Status CloseEphemeralResource(ServerContext*, const tfplugin6::CloseEphemeralResource::Request* request,
                                tfplugin6::CloseEphemeralResource::Response* response) override {
    return answer(response, request->type_name(), [&](Diagnostics& diagnostics) {
      const auto* resource = find(provider_.ephemeral_resources, request->type_name(), diagnostics);
      if (!resource) return;
      auto private_state = PrivateState::decode(request->private_());
      // After Ctrl-C Terraform still has closed what is open.
      Call call{diagnostics, private_state, session_.process(),
                std::chrono::steady_clock::now() + close_timeout};
      resource->close(call);
    });
  }

  Status GetFunctions(ServerContext*, const tfplugin6::GetFunctions::Request*,
                      tfplugin6::GetFunctions::Response* response) override {
    *response->mutable_functions() = announced().functions();
    return Status::OK;
  }

  // It has no diagnostics: what is wrong is its one error.
  Status CallFunction(ServerContext*, const tfplugin6::CallFunction::Request* request,
                      tfplugin6::CallFunction::Response* response) override {
    const auto found = provider_.functions.find(request->name());
    std::expected<cty::Value, FunctionFailure> result = std::unexpected(
        FunctionFailure{"This provider has no function \"" + request->name() + "\".", std::nullopt});
    const auto defect = [&](const std::string& what) {
      return std::unexpected(FunctionFailure{
          fmt::format("Defect of the provider: an unexpected failure{} in the function \"{}\".", what,
                      request->name()),
          std::nullopt});
    };
    try {
      if (found != provider_.functions.end()) result = call(*found->second, request->arguments());
    } catch (const std::exception& e) {
      result = defect(std::string(" (") + e.what() + ")");
    } catch (...) {
      result = defect("");
    }
    if (result)
      to_wire(found->second->signature().result, *result, *response->mutable_result());
    else
      to_wire(result.error(), *response->mutable_error());
    return Status::OK;
  }

 private:
  // Built when it is asked for first: a schema never changes, and a host may ask again for each command.
  const tfplugin6::GetProviderSchema::Response& announced() {
    std::call_once(announced_once_, [this] { announce(&announced_); });
    return announced_;
  }

  Status announce(tfplugin6::GetProviderSchema::Response* response) {
    return answer(response, "", [&](Diagnostics& diagnostics) {
      for (const auto& problem : problems(provider_))
        diagnostics.error("Defect of the provider's schema", problem);
      if (diagnostics.has_error()) return;
      to_wire(provider_.schema(), *response->mutable_provider());
      for (const auto& [name, resource] : provider_.resources)
        to_wire(resource->schema(), (*response->mutable_resource_schemas())[name]);
      for (const auto& [name, source] : provider_.data_sources)
        to_wire(source->schema(), (*response->mutable_data_source_schemas())[name]);
      if (const Schema* meta = provider_.meta_schema()) to_wire(*meta, *response->mutable_provider_meta());
      for (const auto& [name, resource] : provider_.ephemeral_resources)
        to_wire(resource->schema(), (*response->mutable_ephemeral_resource_schemas())[name]);
      for (const auto& [name, function] : provider_.functions)
        to_wire(function->signature(), (*response->mutable_functions())[name]);
      response->mutable_server_capabilities()->set_plan_destroy(true);
      response->mutable_server_capabilities()->set_get_provider_schema_optional(true);
      const std::size_t bytes = response->ByteSizeLong();
      if (bytes <= announced_bytes_max) return;
      response->Clear();
      diagnostics.error("Defect of the provider's schema",
                        "All schemas together take " + std::to_string(bytes) +
                            " bytes, and Terraform reads at most " + std::to_string(announced_bytes_max) +
                            ": the provider has to say less.");
    });
  }

  template <class Arguments>
  static std::expected<cty::Value, FunctionFailure> call(const FunctionBase& function,
                                                         const Arguments& arguments) {
    std::vector<cty::Value> values;
    for (const auto& argument : arguments) {
      const Attribute* parameter = parameter_at(function.signature(), values.size());
      auto value = parameter ? from_wire(parameter->type, argument) : cty::Value();
      if (!value)
        return std::unexpected(FunctionFailure{
            "Terraform sent an argument that does not fit the parameter's type: " + value.error().message +
                ".",
            values.size()});
      values.push_back(*std::move(value));
    }
    return call_function(function, values);
  }

  template <class Thing>
  static cty::Value validate(const Thing& thing, const tfplugin6::DynamicValue& wire,
                             Diagnostics& diagnostics) {
    auto config = from_wire(thing.schema(), wire, diagnostics);
    if (diagnostics.has_error() || !config.is_known()) return config;
    if (!thing.schema().deprecated.empty())
      diagnostics.warning(Path(), "Deprecated", thing.schema().deprecated);
    validate_object(thing.schema().attributes, thing.schema().rules, config, Path(), diagnostics);
    if (!diagnostics.has_error()) thing.validate(config, diagnostics);
    return config;
  }

  // An older Terraform does not know what write-only is: it would store the value.
  static void refuse_write_only(const Schema& schema, const cty::Value& config, Diagnostics& diagnostics) {
    for (const Path& path : write_only_paths(schema.attributes, config))
      diagnostics.error(
          path, "Write-only attribute",
          "\"" + path.text() +
              "\" is never stored, which needs Terraform 1.11, OpenTofu 1.11 or newer: this one "
              "would keep it in its state. Remove it, or use a newer one.");
  }

  static cty::Value import(const ManagedResource& resource,
                           const tfplugin6::ImportResourceState::Request& request, Call& call) {
    if (!request.id().empty()) return import_resource(resource, request.id(), call);
    const cty::Type type = identity_type(resource.schema());
    const auto identity = from_wire(type, request.identity().identity_data());
    if (identity && identity->is_known()) return import_by_identity(resource, *identity, call);
    call.diagnostics.error("No id to import",
                           "A " + request.type_name() + " is imported by its id, a text" +
                               (has_identity(resource.schema()) ? ", or by its identity." : ", alone."));
    return {};
  }

  cty::Value meta(const tfplugin6::DynamicValue& wire, Diagnostics& diagnostics) const {
    const Schema* schema = provider_.meta_schema();
    return schema ? from_wire(*schema, wire, diagnostics) : cty::Value();
  }

  Call begin(std::chrono::milliseconds timeout, PrivateState& private_state, Diagnostics& diagnostics) {
    return {diagnostics, private_state, session_.token(), std::chrono::steady_clock::now() + timeout};
  }

  Call begin(const ManagedResource& resource, Operation operation, const cty::Value& state,
             const tfplugin6::DynamicValue& provider_meta, PrivateState& private_state,
             Diagnostics& diagnostics) {
    const auto deadline = std::chrono::steady_clock::now() + resource.timeout(operation, state);
    return {diagnostics, private_state, session_.token(), deadline, meta(provider_meta, diagnostics)};
  }

  Provider& provider_;
  Session& session_;
  std::once_flag announced_once_;
  tfplugin6::GetProviderSchema::Response announced_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_provider_service(Provider& provider, Session& session) {
  return std::make_unique<ProviderService>(provider, session);
}

}  // namespace ghboot::tfplugin
