// SPDX-License-Identifier: Apache-2.0
// A resource that takes its time: timeouts, Ctrl-C, and what is half made.
#pragma once

#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>

#include <spdlog/spdlog.h>

#include "tfplugin/resource.h"

namespace ghboot::tfplugin::example {

struct Slow {
  Value<std::string> name, id;
  Value<Timeouts> timeouts;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Slow::name, Use::required, "Name."},
        Field{"id", &Slow::id, Use::computed, "Identity.", {.keep = true}},
        Field{"timeouts", &Slow::timeouts, Use::optional, "Longest times."},
    };
  }
};
static_assert(valid<Slow>());

// Being made takes until Terraform says stop, or until its time is over; what is there by then is half a
// thing.
class Slows final : public Resource<Slow> {
 public:
  Slows() : Resource("A thing that is never finished.") {}

 protected:
  std::optional<Slow> create_thing(const Slow& planned, Call& call) const override {
    spdlog::info("making {}", *planned.name);
    std::promise<void> stopped;
    const std::stop_callback on_stop(call.stop, [&] { stopped.set_value(); });
    const bool told = stopped.get_future().wait_until(call.deadline) == std::future_status::ready;
    call.diagnostics.error(told ? "Stopped" : "Out of time", "Half of " + *planned.name + " is there.");
    Slow out = planned;
    out.id = "half";
    return out;
  }
  std::optional<Slow> read_thing(const Slow& state, Call&) const override { return state; }
  std::optional<Slow> update_thing(const Slow&, const Slow& planned, Call&) const override { return planned; }
  void destroy_thing(const Slow&, Call&) const override {}  // The state is all there is.
  std::optional<Slow> import_thing(const std::string&, Call&) const override { return std::nullopt; }
};

}  // namespace ghboot::tfplugin::example
