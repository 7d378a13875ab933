// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/provider.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace ghboot::tfplugin {
namespace {

using Names = std::vector<std::string_view>;

std::string_view first_word(std::string_view name) { return name.substr(0, name.find('_')); }

}  // namespace

std::vector<std::string> problems(const Provider& provider) {
  std::vector<std::string> out;
  const auto add_name = [&out](const std::string& owner, std::string_view name) {
    if (!well_named(name)) out.push_back(owner + ": a name has lower-case letters, digits and underscores");
  };
  const auto add = [&out](const std::string& owner, const Schema& schema, const Names& reserved) {
    for (const auto& problem : problems(schema)) out.push_back(owner + ": " + problem);
    for (const Attribute& attribute : schema.attributes)
      if (std::ranges::find(reserved, attribute.name) != reserved.end())
        out.push_back(owner + ": " + attribute.name + ": Terraform keeps this name for itself");
  };
  const auto add_stateless = [&](const std::string& owner, const Schema& schema, const Names& reserved) {
    add(owner, schema, reserved);
    for (const auto& problem : managed_only(schema.attributes)) out.push_back(owner + ": " + problem);
  };
  add_stateless("provider", provider.schema(), {"alias", "version"});
  if (provider.meta_schema()) add_stateless("provider_meta", *provider.meta_schema(), {});
  const Names of_resources{"connection", "count",    "depends_on", "for_each",
                           "lifecycle",  "provider", "provisioner"};
  std::optional<std::string> first;
  const auto add_each = [&](const std::string& kind, const auto& things, const auto& add_one) {
    for (const auto& [name, thing] : things) {
      if (!first) first = name;
      if (first_word(name) != first_word(*first))
        out.push_back(kind + name + ": begins with another word than \"" + *first +
                      "\", and Terraform takes that word for the provider's name");
      if (thing)
        add_one(kind + name, thing->schema(), of_resources);
      else
        out.push_back(kind + name + ": nothing stands behind this name");
      add_name(kind + name, name);
    }
  };
  add_each("", provider.resources, add);
  add_each("data ", provider.data_sources, add_stateless);
  add_each("ephemeral ", provider.ephemeral_resources, add_stateless);
  for (const auto& [name, function] : provider.functions) {
    add_name("function " + name, name);
    if (!function) {
      out.push_back("function " + name + ": nothing stands behind this name");
      continue;
    }
    for (const auto& problem : problems(function->signature()))
      out.push_back("function " + name + ": " + problem);
  }
  return out;
}

}  // namespace ghboot::tfplugin
