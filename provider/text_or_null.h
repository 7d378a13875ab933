// SPDX-License-Identifier: Apache-2.0
// Claims say that a text is not there by an empty one, Terraform by null.
#pragma once

#include <string>
#include <utility>

#include "tfplugin/value.h"

namespace ghboot::provider {

inline tfplugin::Value<std::string> text_or_null(std::string text) {
  return text.empty() ? tfplugin::Value<std::string>() : tfplugin::Value<std::string>(std::move(text));
}

}  // namespace ghboot::provider
