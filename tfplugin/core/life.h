// SPDX-License-Identifier: Apache-2.0
// Core drives a provider in this process through its real gRPC service, in the order of Terraform's commands
// and with what each step hands to the next; a Life is one resource in its state. What Terraform would show a
// user is in said(): the provider's diagnostics as "path: summary", and core's own as "core: …", which a
// provider must never cause. Cannot: expressions, several resources, moves, provider_meta, identities in a
// plan's request, create_before_destroy. Throws std::runtime_error when an RPC itself fails. Threads: one
// Core and one Life, one thread; stop() from any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tfplugin/provider.h"

namespace grpc {
class Service;
}

namespace ghboot::tfplugin::core {

class Core {
 public:
  // `spoil` may put another service around the one that is asked (faults.h).
  using Spoil = std::function<std::unique_ptr<grpc::Service>(std::unique_ptr<grpc::Service>)>;
  explicit Core(Provider& provider, const Spoil& spoil = {});  // Borrowed.
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  void configure(const cty::Value& config);
  cty::Value read_data(const std::string& type, const cty::Value& config);
  void stop();               // Ctrl-C.
  void forget_write_only();  // From now on it is a Terraform before 1.11.
  // From now on it is Terraform 1.`minor`, 11 or later; without a call the newest of the rules that it knows.
  void be_terraform(int minor);
  // Since the last call of this.
  std::vector<std::string> said();

 private:
  friend class Life;
  struct Wire;
  std::unique_ptr<Wire> wire_;
};

enum class Action : std::uint8_t { none, create, update, replace, destroy };

class Life {
 public:
  Life(Core& core, std::string type) : core_(core), type_(std::move(type)) {}

  // Upgrade, read, validate, plan; a second plan for what is replaced. Null: it is to be destroyed.
  Action plan(const cty::Value& config);
  // lifecycle.ignore_changes, from now on: attributes by name.
  void ignore_changes(std::vector<std::string> names) { ignored_ = std::move(names); }
  // terraform taint.
  void taint() { tainted_ = !state_.is_null(); }
  // What plan() said, with the configuration as it is known by now: it is validated again, then a second
  // plan, which must keep the first, and the change itself.
  void apply(const cty::Value& config);
  void import(const std::string& id);
  // A stored state, as a state file of that schema version has it; the identity as it stands beside it, if at
  // all.
  void load(std::int64_t version, std::string json, std::int64_t identity_version = 0,
            std::string identity_json = {});
  void load_private(std::string bytes) { private_ = std::move(bytes); }  // Beside it.
  void import_by_identity(const cty::Value& identity);

  const cty::Value& state() const { return state_; }
  const std::string& private_bytes() const { return private_; }
  const cty::Value& identity() const { return identity_; }  // Null: none is stored.
  bool tainted() const { return tainted_; }

 private:
  struct Planned {
    cty::Value value;
    std::string private_bytes;
    cty::Value identity;
    bool replaces = false;
    bool refused = false;
  };
  enum class Half : std::uint8_t { whole, creation };  // Of a replacement there is a second plan.
  const Schema& schema() const;
  cty::Value with_ignored(cty::Value config) const;
  std::optional<cty::Value> upgraded();
  bool upgrade_identity();
  bool refresh();
  bool validate(const cty::Value& config);
  Planned ask_plan(const cty::Value& prior, const cty::Value& config, const std::string& private_bytes,
                   Half half = Half::whole);
  void import(const std::string& id, const cty::Value& identity);
  void forget();
  bool change(const cty::Value& prior, const Planned& planned, const cty::Value& config);

  Core& core_;
  std::string type_;
  cty::Value state_;
  struct Stored {
    std::int64_t version;
    std::string json;
    std::int64_t identity_version;
    std::string identity_json;
  };
  std::optional<Stored> stored_;  // Not read yet; none: state_ and identity_ are what counts.
  std::string private_;
  cty::Value identity_;
  cty::Value unrefreshed_;  // What the last read was asked about, and its private part.
  std::string unrefreshed_private_;
  bool tainted_ = false;
  std::vector<std::string> ignored_;
  Action action_ = Action::none;
  cty::Value doomed_;  // What is to be destroyed, as its plan had it.
  Planned planned_;
};

}  // namespace ghboot::tfplugin::core
