// SPDX-License-Identifier: Apache-2.0
// A data source.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "tfplugin/data_source.h"

namespace ghboot::tfplugin::example {

struct Echo {
  Value<std::string> name, echo;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Echo::name, Use::required, "What is called."},
        Field{"echo", &Echo::echo, Use::computed, "What comes back."},
    };
  }
};
static_assert(valid<Echo>());

class Echoes final : public DataSource<Echo> {
 public:
  Echoes() : DataSource("What is called comes back.") {}

 protected:
  std::optional<Echo> read_thing(const Echo& config, Call&) const override {
    Echo out = config;
    out.echo = *config.name + " " + *config.name;
    return out;
  }
};

}  // namespace ghboot::tfplugin::example
