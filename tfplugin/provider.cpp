// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/provider.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace ghboot::tfplugin {
namespace {

using Names = std::vector<std::string_view>;

}  // namespace

std::vector<std::string> problems(const Provider& provider) {
  std::vector<std::string> out;
  const auto add = [&out](const std::string& owner, const Schema& schema, const Names& reserved) {
    for (const auto& problem : problems(schema)) out.push_back(owner + ": " + problem);
    for (const Attribute& attribute : schema.attributes)
      if (std::ranges::find(reserved, attribute.name) != reserved.end())
        out.push_back(owner + ": " + attribute.name + ": Terraform keeps this name for itself");
  };
  add("provider", provider.schema(), {"alias", "version"});
  const Names of_resources{"connection", "count",    "depends_on", "for_each",
                           "lifecycle",  "provider", "provisioner"};
  for (const auto& [name, resource] : provider.resources) add(name, resource->schema(), of_resources);
  for (const auto& [name, source] : provider.data_sources)
    add("data " + name, source->schema(), of_resources);
  for (const auto& [name, resource] : provider.ephemeral_resources)
    add("ephemeral " + name, resource->schema(), of_resources);
  for (const auto& [name, function] : provider.functions)
    for (const auto& problem : problems(function->signature()))
      out.push_back("function " + name + ": " + problem);
  return out;
}

}  // namespace ghboot::tfplugin
