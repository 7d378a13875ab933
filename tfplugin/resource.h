// SPDX-License-Identifier: Apache-2.0
// What the author of a managed resource writes. Resource<Model> turns Terraform's calls into typed ones; the
// engine (plan.h, apply.h) does what is the same for all: required and read-only attributes, defaults,
// unknowns, prior values of what is not managed, replacement, private state.
//
// Rules that the author keeps: create() returns what exists, also when something failed after it was made;
// update() returns the state as far as it got; read() returns nothing only when the thing is certainly gone.
// An error with no state means: nothing was changed. Threads: core calls for several instances at once; a
// resource object is shared by all and keeps no state of a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tfplugin/diagnostics.h"
#include "tfplugin/field.h"
#include "tfplugin/private_state.h"
#include "tfplugin/schema.h"
#include "tfplugin/timeouts.h"
#include "tfplugin/upgrade.h"

namespace ghboot::tfplugin {

// What comes with every call that may wait or talk to the outside.
struct Call {
  Diagnostics& diagnostics;
  PrivateState& private_state;
  std::stop_token stop{};  // Terraform was asked to end: return at the next safe point.
  std::chrono::steady_clock::time_point deadline{};  // From `timeouts`, else the resource's own default.
  cty::Value provider_meta{};  // Of the module's `provider_meta` block, by the provider's schema; null: none.
};

struct ResourceOptions {
  std::chrono::milliseconds default_timeout = timeout_default;  // Without `timeouts`.
  std::int64_t version = 0, identity_version = 0;
  bool identity_changes = false;  // An update may change the identity.
  std::string_view deprecated{};  // What to use instead.
};

enum class Operation : std::uint8_t { create, read, update, destroy };

// One planned change as values; `prior` is null when it creates, `config` and `planned` when it destroys.
struct PlanStep {
  const cty::Value& prior;
  const cty::Value& config;
  cty::Value& planned;
  // Core ignores paths whose values do not differ, but for what is write-only, of which it sees no value.
  std::vector<Path>& requires_replace;
  Call& call;
};

class ManagedResource {  // As the engine sees it. Authors derive from Resource<Model>.
 public:
  virtual ~ManagedResource() = default;
  virtual const Schema& schema() const = 0;
  virtual std::chrono::milliseconds timeout(Operation operation, const cty::Value& state) const = 0;
  virtual void validate(const cty::Value& config, Diagnostics& diagnostics) const = 0;
  virtual void plan(PlanStep step) const = 0;
  // Null: nothing exists (create), gone (read), nothing was changed (update, with an error).
  virtual cty::Value create(const cty::Value& planned, Call& call) const = 0;
  virtual cty::Value read(const cty::Value& state, Call& call) const = 0;
  virtual cty::Value update(const cty::Value& prior, const cty::Value& planned, Call& call) const = 0;
  virtual void destroy(const cty::Value& state, Call& call) const = 0;  // No error: it is gone.
  virtual cty::Value import(const std::string& id, Call& call) const = 0;
  // `known` is a state with an identity in it and nothing else.
  virtual cty::Value import_identity(const cty::Value& known, Call& call) const = 0;
  // A state, or an identity, of another version of the schema. Null: with an error, or it knows no way.
  virtual cty::Value upgrade(std::int64_t version, std::string_view json, Diagnostics&) const = 0;
  virtual cty::Value upgrade_identity(std::int64_t version, std::string_view json, Diagnostics&) const = 0;
};

template <IsModel Model>
class Resource : public ManagedResource {
 public:
  explicit Resource(std::string_view doc, const ResourceOptions& options = {})
      : schema_(make_schema<Model>(doc, options.version)), default_timeout_(options.default_timeout) {
    schema_.deprecated = options.deprecated;
    schema_.identity_version = options.identity_version;
    schema_.identity_changes = options.identity_changes;
  }

  const Schema& schema() const final { return schema_; }

  std::chrono::milliseconds timeout(Operation operation, const cty::Value& state) const final {
    static constexpr std::string_view names[] = {"create", "read", "update", "delete"};
    return timeout_in(state, names[static_cast<std::size_t>(operation)], default_timeout_);
  }

 protected:
  struct PlannedChange {
    const Model* prior;   // Null: it creates.
    const Model* config;  // Null: it destroys.
    Model*
        planned;  // Null: it destroys. Only computed attributes that the configuration leaves out may change.
    std::vector<Path>& requires_replace;
    Call& call;
  };

  virtual void check(const Model& /*config*/, Diagnostics&) const {
  }  // Across attributes; any may be unknown.
  virtual void plan_change(PlannedChange) const {}
  virtual std::optional<Model> create_thing(const Model& planned, Call& call) const = 0;
  virtual std::optional<Model> read_thing(const Model& state, Call& call) const = 0;
  virtual std::optional<Model> update_thing(const Model& prior, const Model& planned, Call& call) const = 0;
  virtual void destroy_thing(const Model& state, Call& call) const = 0;
  // The least that read_thing() needs, or nothing with an error. Attributes of the provider's own get their
  // defaults here.
  virtual std::optional<Model> import_thing(const std::string& id, Call& call) const = 0;
  // By the attributes that Flags::identity marks, the only ones that `known` has. Reading does the rest.
  virtual std::optional<Model> import_identity_thing(const Model& known, Call&) const { return known; }

  // For the constructor: how a state of an older version, whose attributes Old names, becomes one of now.
  // Attributes of Old that the state lacks are null. Nothing: with an error.
  template <IsModel Old>
  void upgrades_from(std::int64_t version, std::optional<Model> (*to_model)(const Old&, Diagnostics&)) {
    upgrades_.insert_or_assign(version, upgrade_by(to_model));
  }
  // The same of an identity: of what it gives, the attributes of the identity count.
  template <IsModel Old>
  void upgrades_identity_from(std::int64_t version,
                              std::optional<Model> (*to_model)(const Old&, Diagnostics&)) {
    identity_upgrades_.insert_or_assign(version, upgrade_by(to_model));
  }

 private:
  using Upgrade = std::function<cty::Value(std::string_view json, Diagnostics&)>;
  using Upgrades = std::map<std::int64_t, Upgrade>;

  template <IsModel Old>
  static Upgrade upgrade_by(std::optional<Model> (*to_model)(const Old&, Diagnostics&)) {
    return [to_model](std::string_view json, Diagnostics& diagnostics) {
      const auto old = decode_old<Old>(json, diagnostics);
      return old ? value_of(to_model(*old, diagnostics)) : cty::Value();
    };
  }

  static cty::Value value_of(const std::optional<Model>& model) {
    return model ? Codec<Model>::encode(*model) : cty::Value();
  }

  void validate(const cty::Value& config, Diagnostics& diagnostics) const final {
    const Model model = model_of<Model>(config, diagnostics);
    if (!diagnostics.has_error()) check(model, diagnostics);
  }

  void plan(PlanStep step) const final {
    Diagnostics& diagnostics = step.call.diagnostics;
    std::optional<Model> prior, config, before, planned;
    if (!step.prior.is_null()) prior = model_of<Model>(step.prior, diagnostics);
    if (!step.config.is_null()) config = model_of<Model>(step.config, diagnostics);
    if (!step.planned.is_null()) planned = before = model_of<Model>(step.planned, diagnostics);
    if (diagnostics.has_error()) return;
    const auto address = [](std::optional<Model>& model) { return model ? &*model : nullptr; };
    plan_change({address(prior), address(config), address(planned), step.requires_replace, step.call});
    if (planned) step.planned = with_changes(std::move(step.planned), *before, *planned);
  }

  cty::Value create(const cty::Value& planned, Call& call) const final {
    const Model model = model_of<Model>(planned, call.diagnostics);
    return call.diagnostics.has_error() ? cty::Value() : value_of(create_thing(model, call));
  }
  cty::Value read(const cty::Value& state, Call& call) const final {
    const Model model = model_of<Model>(state, call.diagnostics);
    return call.diagnostics.has_error() ? cty::Value() : value_of(read_thing(model, call));
  }
  cty::Value update(const cty::Value& prior, const cty::Value& planned, Call& call) const final {
    const Model from = model_of<Model>(prior, call.diagnostics);
    const Model to = model_of<Model>(planned, call.diagnostics);
    return call.diagnostics.has_error() ? cty::Value() : value_of(update_thing(from, to, call));
  }
  void destroy(const cty::Value& state, Call& call) const final {
    const Model model = model_of<Model>(state, call.diagnostics);
    if (!call.diagnostics.has_error()) destroy_thing(model, call);
  }
  cty::Value import(const std::string& id, Call& call) const final {
    return value_of(import_thing(id, call));
  }
  cty::Value import_identity(const cty::Value& known, Call& call) const final {
    const Model model = model_of<Model>(known, call.diagnostics);
    return call.diagnostics.has_error() ? cty::Value() : value_of(import_identity_thing(model, call));
  }
  static cty::Value upgraded(const Upgrades& upgrades, std::int64_t version, std::string_view json,
                             Diagnostics& diagnostics) {
    const auto found = upgrades.find(version);
    if (found == upgrades.end()) return {};
    cty::Value value = found->second(json, diagnostics);
    if (value.is_null() && !diagnostics.has_error())
      diagnostics.error("Defect of the provider",
                        "The upgrade from version " + std::to_string(version) +
                            " ended without a result and without an error. Please report this.");
    return value;
  }
  cty::Value upgrade(std::int64_t version, std::string_view json, Diagnostics& diagnostics) const final {
    return upgraded(upgrades_, version, json, diagnostics);
  }
  cty::Value upgrade_identity(std::int64_t version, std::string_view json,
                              Diagnostics& diagnostics) const final {
    return upgraded(identity_upgrades_, version, json, diagnostics);
  }

  Schema schema_;
  std::chrono::milliseconds default_timeout_;
  Upgrades upgrades_, identity_upgrades_;
};

}  // namespace ghboot::tfplugin
