// SPDX-License-Identifier: Apache-2.0
// Where a setting comes from beside the provider block, and a secret that is given as text or as a file that
// holds it. Threads: any.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "nats/error.h"
#include "nats/secret.h"

namespace ghboot::provider {

using Environment =
    std::function<std::optional<std::string>(const std::string& name)>;  // Empty counts as not set.

struct SecretSource {
  std::string file{};  // Empty: `text` is it, where there is one.
  nats::Secret text{};
  std::string origin{};  // For messages: "nats.system_creds_file", "the variable GHBOOT_SYSTEM_CREDS_FILE".
  bool given() const { return !file.empty() || !text.empty(); }
};

// The whole file, at most 1 MiB. The message names origin and path, never what the file holds.
nats::Result<nats::Secret> read_secret(const SecretSource& source, std::string_view what);

}  // namespace ghboot::provider
