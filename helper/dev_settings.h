// SPDX-License-Identifier: Apache-2.0
// What is chosen once for a data folder and kept: names and ports. One JSON file, dev.json, has it. It holds
// no secret. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct DevSettings {
  std::string server_name = "ghboot-dev", operator_name = "ghboot-dev";
  std::uint16_t port = 4222, monitoring_port = 8222;

  std::string url() const;             // "nats://127.0.0.1:4222"
  std::string monitoring_url() const;  // "http://127.0.0.1:8222"
  std::string json() const;
  static Result<DevSettings> parse(std::string_view json);
  static Result<DevSettings> load(const DataFolder& folder);
  bool operator==(const DevSettings&) const = default;
};

struct WantedPorts {  // As flags said it. 0: any free one.
  std::optional<std::uint16_t> port{}, monitoring_port{};
};

struct ChosenSettings {
  DevSettings settings;
  std::string note;  // What a person should be told of the choice; empty: nothing.
};

// On the first run: what was wanted, else the default, else (when that is taken) a free port, which the note
// names together with the owner of the default. Later: what is written down, but for what is wanted now.
// Nothing is written. ExitCode::failed: a port that was wanted or written down is taken; the message names
// its owner.
Result<ChosenSettings> choose_settings(const DataFolder& folder, const WantedPorts& wanted);

}  // namespace ghboot::helper
