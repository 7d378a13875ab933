// SPDX-License-Identifier: Apache-2.0
// The log of a provider: one JSON object a line on stderr, as Terraform's own (hclog) logger reads and shows
// it. spdlog's default logger writes such lines from here on, and so does gRPC. Nothing is written unless the
// environment asks: TF_LOG_PROVIDER_<NAME>, else TF_LOG_PROVIDER, else TF_LOG.
#pragma once

#include <string_view>

#include "tfplugin/handshake.h"

namespace ghboot::tfplugin {

// `name` as in "ghboot". Called once, before the process has threads.
void start_logging(std::string_view name, const EnvironmentVariable& environment);

}  // namespace ghboot::tfplugin
