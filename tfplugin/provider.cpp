// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/provider.h"

namespace ghboot::tfplugin {

std::vector<std::string> problems(const Provider& provider) {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view owner, const Schema& schema) {
    for (const auto& problem : problems(schema)) out.push_back(std::string(owner) + ": " + problem);
  };
  add("provider", provider.schema());
  for (const auto& [name, resource] : provider.resources) add(name, resource->schema());
  for (const auto& [name, source] : provider.data_sources) add("data " + name, source->schema());
  return out;
}

}  // namespace ghboot::tfplugin
