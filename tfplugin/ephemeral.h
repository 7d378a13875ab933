// SPDX-License-Identifier: Apache-2.0
// What the author of an ephemeral resource writes: something that is opened while a command runs, perhaps
// renewed, and closed, and that no plan or state ever holds; a password that was drawn, a session. Rules that
// the author keeps: open_thing() repeats what was configured; what the later calls need lies in
// Call::private_state, and close_thing() bears that of the opening as well as that of any renewal, since
// Terraform gives the one and OpenTofu the other. Open runs while planning too. When Terraform is killed
// nothing is closed. Threads: as for resources.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "tfplugin/resource.h"

namespace ghboot::tfplugin {

// OpenTofu waits this long for a close and no longer.
inline constexpr std::chrono::milliseconds close_timeout = std::chrono::seconds(10);

using RenewAt = std::optional<std::chrono::system_clock::time_point>;  // Nothing: never.
// From an answer to the next renewal at least: Terraform renews at once what is due, again and again.
inline constexpr std::chrono::milliseconds renew_after_min = std::chrono::seconds(1);

class EphemeralBase {  // As the engine sees it. Authors derive from Ephemeral<Model>.
 public:
  virtual ~EphemeralBase() = default;
  virtual const Schema& schema() const = 0;
  // For opening, by `timeouts` of the configuration; for renewing, which has none, by null.
  virtual std::chrono::milliseconds timeout(const cty::Value& config) const = 0;
  virtual void validate(const cty::Value& config, Diagnostics& diagnostics) const = 0;
  virtual cty::Value open(const cty::Value& config, RenewAt& renew_at,
                          Call& call) const = 0;  // Null: nothing is open.
  virtual RenewAt renew(Call& call) const = 0;
  virtual void close(Call& call) const = 0;
};

template <IsModel Model>
class Ephemeral : public EphemeralBase {
 public:
  explicit Ephemeral(std::string_view doc, std::chrono::milliseconds default_timeout = timeout_default)
      : schema_(make_schema<Model>(doc)), default_timeout_(default_timeout) {}
  const Schema& schema() const final { return schema_; }
  std::chrono::milliseconds timeout(const cty::Value& config) const final {
    return timeout_in(config, "open", default_timeout_);
  }

 protected:
  struct Opened {
    Model thing;
    RenewAt renew_at{};  // Sooner than renew_after_min: then.
  };

  virtual void check(const Model& /*config*/, Diagnostics&) const {}
  // Nothing, with an error: nothing is open. With an error beside something the engine closes it again.
  virtual std::optional<Opened> open_thing(const Model& config, Call& call) const = 0;
  virtual RenewAt renew_thing(Call&) const {
    return std::nullopt;
  }  // After an error nothing is renewed any more.
  virtual void close_thing(Call&) const {}

 private:
  void validate(const cty::Value& config, Diagnostics& diagnostics) const final {
    const auto model = model_of<Model>(config, diagnostics);
    if (!diagnostics.has_error()) check(model, diagnostics);
  }
  cty::Value open(const cty::Value& config, RenewAt& renew_at, Call& call) const final {
    const auto model = model_of<Model>(config, call.diagnostics);
    if (call.diagnostics.has_error()) return {};
    const auto opened = open_thing(model, call);
    if (!opened) return {};
    renew_at = opened->renew_at;
    return Codec<Model>::encode(opened->thing);
  }
  RenewAt renew(Call& call) const final { return renew_thing(call); }
  void close(Call& call) const final { close_thing(call); }

  Schema schema_;
  std::chrono::milliseconds default_timeout_;
};

}  // namespace ghboot::tfplugin
