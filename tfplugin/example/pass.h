// SPDX-License-Identifier: Apache-2.0
// An ephemeral resource.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <spdlog/spdlog.h>

#include "tfplugin/ephemeral.h"

namespace ghboot::tfplugin::example {

struct Pass {
  Value<std::string> holder, word;

  static constexpr auto fields() {
    return std::tuple{
        Field{"holder", &Pass::holder, Use::required, "Whose it is."},
        Field{"word", &Pass::word, Use::computed, "What opens.", {.sensitive = true}},
    };
  }
};
static_assert(valid<Pass>());

// What happens to it is told on standard error alone: it exists nowhere.
class Passes final : public Ephemeral<Pass> {
 public:
  Passes() : Ephemeral("A pass for as long as a command runs.") {}

 protected:
  std::optional<Opened> open_thing(const Pass& config, Call& call) const override {
    spdlog::info("opens the pass of {}", *config.holder);
    call.private_state.set("holder", *config.holder);
    if (*config.holder == "nobody")  // What is open all the same is closed by the engine.
      call.diagnostics.error(Path({"holder"}), "A pass for nobody", "Say whose it is.");
    Pass out = config;
    out.word = "open-" + *config.holder;
    return Opened{.thing = std::move(out), .renew_at = std::chrono::system_clock::now()};
  }
  RenewAt renew_thing(Call& call) const override {
    spdlog::info("renews the pass of {}", call.private_state.get("holder").value_or("nobody"));
    return std::nullopt;
  }
  void close_thing(Call& call) const override {
    const std::string holder = call.private_state.get("holder").value_or("nobody");
    if (call.stop.stop_requested())  // Ctrl-C is no such stop: what is open is closed then too.
      spdlog::warn("leaves the pass of {} open", holder);
    else
      spdlog::info("closes the pass of {}", holder);
  }
};

}  // namespace ghboot::tfplugin::example
