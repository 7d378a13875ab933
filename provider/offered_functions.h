// SPDX-License-Identifier: Apache-2.0
// For tests: a provider that has functions alone.
#pragma once

#include <string_view>
#include <vector>

#include "tfplugin/provider.h"

namespace ghboot::provider {

class OfferedFunctions final : public tfplugin::PlainProvider<> {
 public:
  explicit OfferedFunctions(void (&add)(tfplugin::Provider&)) : PlainProvider("Functions alone.") {
    add(*this);
  }
  auto call(std::string_view name, const std::vector<tfplugin::cty::Value>& arguments) const {
    return call_function(*functions.find(name)->second, arguments);
  }
};

}  // namespace ghboot::provider
