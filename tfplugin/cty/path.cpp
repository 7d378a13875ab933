// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/path.h"

namespace ghboot::tfplugin::cty {

std::string Path::text() const {
  std::string out;
  for (const Step& step : steps_) {
    if (const auto* name = std::get_if<AttributeName>(&step)) {
      out += (out.empty() ? "" : ".") + name->name;
    } else if (const auto* key = std::get_if<std::string>(&step)) {
      out += "[\"" + *key + "\"]";
    } else {
      out += "[" + std::to_string(std::get<std::int64_t>(step)) + "]";
    }
  }
  return out;
}

}  // namespace ghboot::tfplugin::cty
