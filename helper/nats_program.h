// SPDX-License-Identifier: Apache-2.0
// The nats-server that `up` runs: the one on the PATH, else the one that bootstrap.sh brought, else Debian's
// in /usr/sbin; and what its version knows. Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct NatsProgram {
  std::filesystem::path path;
  std::string version;       // "2.9.10"
  bool knows_sync_interval;  // From 2.10 on.
};

// ExitCode::cannot_run: there is none; the message says how to get one.
Result<NatsProgram> find_nats_program(const Environment& environment);

// Of what `nats-server --version` prints, "nats-server: v2.10.11"; empty when it is something else.
std::string version_in(std::string_view printed);
bool knows_sync_interval(std::string_view version);

}  // namespace ghboot::helper
