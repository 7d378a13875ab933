// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/plan.h"

#include <algorithm>

namespace ghboot::tfplugin {
namespace {

using Attributes = std::vector<Attribute>;

const cty::Value nothing;

// The element of `value`, an attribute with nesting, at a list's index or a map's key.
const cty::Value* sibling(const cty::Value* value, Nesting nesting, std::size_t index,
                          const std::string& key) {
  if (nesting == Nesting::single) return value;
  if (const auto* list = value->get<cty::Value::List>(); list && nesting == Nesting::list)
    return index < list->size() ? &(*list)[index] : &nothing;
  return nesting == Nesting::map ? &(*value)[key] : &nothing;
}

// Calls visit(planned child, config child, prior child) for each object inside an attribute with nesting.
template <class Visit>
void for_each_child(const Attribute& attribute, cty::Value& planned, const cty::Value& config,
                    const cty::Value& prior, const Visit& visit) {
  const auto visit_one = [&](cty::Value& child, std::size_t index, const std::string& key) {
    if (!child.is_known()) return;
    visit(child, *sibling(&config, attribute.nesting, index, key),
          *sibling(&prior, attribute.nesting, index, key));
  };
  if (attribute.nesting == Nesting::none || !planned.is_known()) return;
  if (attribute.nesting == Nesting::single) return visit_one(planned, 0, "");
  if (auto* list = planned.get<cty::Value::List>())
    for (std::size_t i = 0; i < list->size(); ++i) visit_one((*list)[i], i, "");
  if (auto* map = planned.get<cty::Value::Map>(); map && attribute.nesting == Nesting::map)
    for (auto& [key, child] : *map) visit_one(child, 0, key);
}

cty::Value& slot(cty::Value& object, const std::string& name) {
  return (*object.get<cty::Value::Map>())[name];
}

// What null in the configuration means: the prior value where there is one to keep, else the default.
void fill(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
          const cty::Value& prior) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    if (configured.is_null() && attribute.is_computed()) {
      if (attribute.keep && prior.is_known()) {
        value = prior[attribute.name];
      } else if (attribute.default_value) {
        value = *attribute.default_value;
      }
    }
    if (!configured.is_null())
      for_each_child(attribute, value, configured, prior[attribute.name],
                     [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior) {
                       fill(attribute.nested, child, child_config, child_prior);
                     });
  }
}

// What the provider decides, and will only know once it has done it.
void mark_unknown(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
                  const cty::Value& prior) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    if (configured.is_null()) {
      const bool kept = attribute.keep && prior.is_known();
      if (attribute.is_computed() && !attribute.default_value && !kept) value = cty::Value::unknown();
      continue;
    }
    for_each_child(attribute, value, configured, prior[attribute.name],
                   [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior) {
                     mark_unknown(attribute.nested, child, child_config, child_prior);
                   });
  }
}

void find_replacements(const Attributes& attributes, const cty::Value& planned, const cty::Value& prior,
                       const Path& path, std::vector<Path>& out) {
  for (const Attribute& attribute : attributes) {
    const Path here = path.attribute(attribute.name);
    if (attribute.requires_replace && planned[attribute.name] != prior[attribute.name]) out.push_back(here);
    if (attribute.nesting == Nesting::single && planned[attribute.name].is_known())
      find_replacements(attribute.nested, planned[attribute.name], prior[attribute.name], here, out);
  }
}

std::size_t size_of(const cty::Value& collection) {
  if (const auto* list = collection.get<cty::Value::List>()) return list->size();
  const auto* map = collection.get<cty::Value::Map>();
  return map ? map->size() : 0;
}

// Core's rule for what an author planned: a configured value is kept exactly, or the prior one is; only what
// the configuration leaves out of a computed attribute is the provider's to choose.
void check_plan(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
                const cty::Value& prior, const Path& path, Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    const cty::Value& before = prior[attribute.name];
    const bool keeps_prior = !before.is_null() && !configured.is_null() && value == before;
    const bool free = attribute.use == Use::computed || (attribute.is_computed() && configured.is_null());
    if (value == configured || keeps_prior || free) continue;
    const Path here = path.attribute(attribute.name);
    if (attribute.nesting != Nesting::none && value.is_known() && configured.is_known() &&
        size_of(value) == size_of(configured)) {
      for_each_child(attribute, value, configured, before,
                     [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior) {
                       check_plan(attribute.nested, child, child_config, child_prior, here, diagnostics);
                     });
      continue;
    }
    diagnostics.error(here, "Defect of the provider",
                      "The plan for \"" + here.text() +
                          "\" is neither what the configuration says nor what was there before. Please "
                          "report this with the configuration.");
  }
}

}  // namespace

PlanResult plan_change(const ManagedResource& resource, const cty::Value& prior, cty::Value proposed,
                       const cty::Value& config, Call& call) {
  PlanResult result{std::move(proposed), {}};
  const auto& attributes = resource.schema().attributes;
  const bool destroys = result.planned.is_null();
  if (!destroys) {
    fill(attributes, result.planned, config, prior);
    if (result.planned != prior) mark_unknown(attributes, result.planned, config, prior);
  }
  resource.plan({prior, config, result.planned, result.requires_replace, call});
  if (!destroys && !call.diagnostics.has_error())
    check_plan(attributes, result.planned, config, prior, Path(), call.diagnostics);
  if (!destroys && prior.is_known())
    find_replacements(attributes, result.planned, prior, Path(), result.requires_replace);
  std::ranges::sort(result.requires_replace);
  const auto rest = std::ranges::unique(result.requires_replace);
  result.requires_replace.erase(rest.begin(), rest.end());
  return result;
}

}  // namespace ghboot::tfplugin
