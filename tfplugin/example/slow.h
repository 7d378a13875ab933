// SPDX-License-Identifier: Apache-2.0
// A resource that takes its time: timeouts, Ctrl-C, and what is half made.
#pragma once

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>

#include <spdlog/spdlog.h>

#include "tfplugin/resource.h"

namespace ghboot::tfplugin::example {

// Waits so long, or until Terraform says stop or the call's time is over: false.
inline bool wait(std::chrono::milliseconds time, Call& call) {
  const auto end = std::chrono::steady_clock::now() + time;
  std::promise<void> stopped;
  const std::stop_callback on_stop(call.stop, [&] { stopped.set_value(); });
  const auto until = std::min(end, call.deadline);
  return stopped.get_future().wait_until(until) == std::future_status::timeout && until == end;
}

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
  Slows() : Resource("A thing that is never finished.", {.deprecated = "Take `example_thing`."}) {}

 protected:
  std::optional<Slow> create_thing(const Slow& planned, Call& call) const override {
    spdlog::info("making {}", *planned.name);
    wait(std::chrono::hours(1), call);
    call.diagnostics.error(call.stop.stop_requested() ? "Stopped" : "Out of time",
                           "Half of " + *planned.name + " is there.");
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
