// SPDX-License-Identifier: Apache-2.0
// A data source, which may let its caller wait for longer than they want.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>

#include "tfplugin/data_source.h"
#include "tfplugin/example/slow.h"
#include "tfplugin/timeouts.h"

namespace ghboot::tfplugin::example {

struct Echo {
  Value<std::string> name, after, echo;
  Value<ReadTimeouts> timeouts;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Echo::name, Use::required, "What is called."},
        Field{"after",
              &Echo::after,
              Use::optional,
              "How long it takes to come back.",
              {.validators = {&is_duration}}},
        Field{"echo", &Echo::echo, Use::computed, "What comes back."},
        Field{"timeouts", &Echo::timeouts, Use::optional, "How long to listen."},
    };
  }
};
static_assert(valid<Echo>());

class Echoes final : public DataSource<Echo> {
 public:
  Echoes() : DataSource("What is called comes back.", std::chrono::milliseconds(200)) {}

 protected:
  void check(const Echo& config, Diagnostics& diagnostics) const override {
    if (config.name.is_known() && config.name->empty())
      diagnostics.error(Path({"name"}), "Nothing is called", "\"name\" is empty.");
  }
  std::optional<Echo> read_thing(const Echo& config, Call& call) const override {
    if (config.after.is_known() && !wait(*parse_duration(*config.after), call)) {
      call.diagnostics.error(Path({"after"}), "Nothing came back", "It takes " + *config.after + ".");
      return std::nullopt;
    }
    Echo out = config;
    out.echo = *config.name + " " + *config.name;
    return out;
  }
};

}  // namespace ghboot::tfplugin::example
