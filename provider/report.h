// SPDX-License-Identifier: Apache-2.0
// How what failed is told to a Terraform user: the failure's own words, then what it means for what exists,
// and what to do. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nats/error.h"
#include "tfplugin/diagnostics.h"

namespace ghboot::provider {

// `summary` says what did not happen: "Account not created".
void report(tfplugin::Diagnostics& diagnostics, std::string summary, const nats::Error& error,
            tfplugin::Path path = {});
void warn(tfplugin::Diagnostics& diagnostics, std::string_view summary,
          const std::vector<std::string>& warnings);

// `setting`, like "nats.servers", is one of the provider block that Terraform does not know yet.
void refuse_unknown(std::string_view setting, tfplugin::Diagnostics& diagnostics);

// With a capital first letter and a full stop at the end.
std::string sentence(std::string text);

}  // namespace ghboot::provider
