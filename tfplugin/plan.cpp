// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/plan.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "tfplugin/correlate.h"
#include "tfplugin/defect.h"
#include "tfplugin/identity.h"
#include "tfplugin/spelling.h"

namespace ghboot::tfplugin {
namespace {

using Attributes = std::vector<Attribute>;

// Core correlates a set's elements one by one: it may miss the pairing that leaves nothing to do, and makes
// two of them one. What it proposes for a set counts for nothing here.
bool is_unchanged_set(const Attribute& attribute, const cty::Value& config, const cty::Value& prior) {
  return attribute.nesting == Nesting::set && derives(attribute, config, prior, Defaults::required);
}

// What null in the configuration means: the prior value where there is one to keep, else the default. What is
// configured stays in its older spelling when that means the same.
void fill(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
          const cty::Value& prior) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    const cty::Value& before = prior[attribute.name];
    if (attribute.write_only) {
      value = cty::Value();
    } else if (!configured.is_null()) {
      if ((attribute.same && means_same(attribute, before, value)) ||
          is_unchanged_set(attribute, configured, before)) {
        value = before;
        continue;
      }
      if (attribute.nesting == Nesting::set) value = configured;
      for_each_child(attribute, value, configured, before, Path(),
                     [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior,
                         const Path&) { fill(attribute.nested, child, child_config, child_prior); });
    } else if (attribute.is_computed()) {
      if (attribute.default_value && !(attribute.keep && prior.is_known()))
        value = attribute.same && means_same(attribute, before, *attribute.default_value)
                    ? before
                    : *attribute.default_value;
      else
        value =
            before;  // Null is "not managed", also where core proposes to remove what was configured once.
    }
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
    for_each_child(attribute, value, configured, prior[attribute.name], Path(),
                   [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior,
                       const Path&) { mark_unknown(attribute.nested, child, child_config, child_prior); });
  }
}

void modify(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
            const cty::Value& prior) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    const cty::Value& before = prior[attribute.name];
    for_each_child(attribute, value, configured, before, Path(),
                   [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior,
                       const Path&) { modify(attribute.nested, child, child_config, child_prior); });
    for (const PlanModifier* modifier : attribute.modifiers) modifier->modify(configured, before, value);
  }
}

// `planned` as far as the configuration decides it: what the provider will choose is as it was before, since
// a choice of its own replaces nothing.
void settle(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
            const cty::Value& prior) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    const cty::Value& before = prior[attribute.name];
    if (configured.is_null() && value.is_unknown()) value = before;
    if (configured.is_null()) continue;
    for_each_child(attribute, value, configured, before, Path(),
                   [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior,
                       const Path&) { settle(attribute.nested, child, child_config, child_prior); });
  }
}

// What decides on a replacement: attributes that replace, and values that hold some, by their paths.
class Replacements {
 public:
  explicit Replacements(std::vector<Path>& out) : out_(out) {}

  void find(const Attributes& attributes, const cty::Value& planned, const cty::Value& prior,
            const Path& path) {
    for (const Attribute& attribute : attributes)
      find(attribute, planned[attribute.name], prior[attribute.name], path.attribute(attribute.name));
  }
  static bool holds_replacing(const Attribute& attribute) {
    return attribute.requires_replace || attribute.replace_if ||
           std::ranges::any_of(attribute.nested, holds_replacing);
  }

 private:
  void find(const Attribute& attribute, const cty::Value& planned, const cty::Value& prior,
            const Path& path) {
    if (planned == prior) return;
    if (attribute.requires_replace || replaces_if(attribute, planned, prior)) out_.push_back(path);
    if (attribute.nesting == Nesting::none) return;
    // Of a set's elements, and of what is not known yet, there is no path: the whole stands for them.
    if (attribute.nesting == Nesting::set || planned.is_unknown()) {
      if (differs_inside(attribute, planned, prior)) out_.push_back(path);
      return;
    }
    visit_both(attribute, planned, prior, path);
  }

  // The decision falls once: with what is not known yet it is for replacing, since at apply it is too late.
  static bool replaces_if(const Attribute& attribute, const cty::Value& planned, const cty::Value& prior) {
    if (!attribute.replace_if) return false;
    if (!planned.is_wholly_known()) return true;
    return planned.is_known() && prior.is_known() ? attribute.replace_if->compare(prior, planned) : true;
  }

  // Elements that one side alone has count as null on the other.
  void visit_both(const Attribute& attribute, const cty::Value& planned, const cty::Value& prior,
                  const Path& path) {
    const auto find_inside = [&](const cty::Value& after, const cty::Value& before, const Path& here) {
      find(attribute.nested, after, before, here);
    };
    if (attribute.nesting == Nesting::single) return find_inside(planned, prior, path);
    if (attribute.nesting == Nesting::list) {
      const std::size_t count = std::max(list_size(planned), list_size(prior));
      for (std::size_t i = 0; i < count; ++i)
        find_inside(sibling(planned, Nesting::list, i, ""), sibling(prior, Nesting::list, i, ""),
                    path.index(static_cast<std::int64_t>(i)));
      return;
    }
    std::set<std::string> keys;
    for (const cty::Value* value : {&planned, &prior})
      if (const auto* map = value->get<cty::Value::Map>())
        for (const auto& [key, element] : *map) keys.insert(key);
    for (const auto& key : keys) find_inside(planned[key], prior[key], path.key(key));
  }

  static std::size_t list_size(const cty::Value& value) {
    const auto* list = value.get<cty::Value::List>();
    return list ? list->size() : 0;
  }

  // Whether what replaces, in the elements of a set, is not what it was.
  static bool differs_inside(const Attribute& attribute, const cty::Value& planned, const cty::Value& prior) {
    const auto part = [&](const cty::Value& whole) {
      cty::Value::List out;
      for_each_nested(attribute, whole, Path(), [&](const cty::Value& child, const Path&) {
        cty::Value::Map replacing;
        for (const Attribute& inner : attribute.nested)
          if (holds_replacing(inner)) replacing.emplace(inner.name, child[inner.name]);
        out.emplace_back(std::move(replacing));
      });
      return cty::Value::set(std::move(out));
    };
    return std::ranges::any_of(attribute.nested, holds_replacing) &&
           (planned.is_unknown() || part(planned) != part(prior));
  }

  std::vector<Path>& out_;
};

// Whether what was there before may stay in another spelling: what is known of an unknown is then no promise.
bool holds_spelling(const Attribute& attribute) {
  return attribute.same || std::ranges::any_of(attribute.nested, holds_spelling);
}

// Core's rule for what an author planned: a configured value is kept exactly, or the prior one is; only what
// the configuration leaves out of a computed attribute is the provider's to choose. What core knows of an
// unknown does not count; it is put back where an author's model has lost it.
void check_plan(const Attributes& attributes, cty::Value& planned, const cty::Value& config,
                const cty::Value& prior, const Path& path, bool in_secret, Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(planned, attribute.name);
    const cty::Value& configured = config[attribute.name];
    const cty::Value& before = prior[attribute.name];
    const bool may_stay = !before.is_null() && holds_spelling(attribute);
    if (!attribute.write_only && !(may_stay && attribute.block && value.is_known()) &&
        cty::same_but_for_refinements(attribute.type, value, configured)) {
      value = may_stay && !attribute.block ? cty::unrefined(attribute.type, configured) : configured;
      continue;
    }
    const bool keeps_prior =
        !attribute.block && !before.is_null() && !configured.is_null() && value == before;
    const bool free = attribute.use == Use::computed || (attribute.is_computed() && configured.is_null());
    if (attribute.write_only ? value.is_null() : keeps_prior || free) continue;
    const Path here = path.attribute(attribute.name);
    const bool is_secret = in_secret || attribute.sensitive;
    if (attribute.nesting != Nesting::none && value.is_known() && configured.is_known() &&
        size_of(value) == size_of(configured)) {
      for_each_child(attribute, value, configured, before, here,
                     [&](cty::Value& child, const cty::Value& child_config, const cty::Value& child_prior,
                         const Path& child_path) {
                       check_plan(attribute.nested, child, child_config, child_prior, child_path, is_secret,
                                  diagnostics);
                     });
      continue;
    }
    if (attribute.nesting == Nesting::set && size_of(value) < size_of(configured)) {
      diagnostics.error(
          here, "Elements that are the same",
          "Of \"" + here.text() +
              "\" two elements differ in nothing but what one leaves to its default. Remove one.");
      continue;
    }
    diagnostics.error(
        here, "Defect of the provider",
        fmt::format("The plan for \"{}\" is neither what the configuration says nor what was "
                    "there before: planned is {}, configured {}, before {}. Please report this "
                    "with the configuration.",
                    here.text(), shown(attribute, in_secret, value), shown(attribute, in_secret, configured),
                    shown(attribute, in_secret, before)));
  }
}

// A set's elements have no paths.
bool goes_into_set(const Attributes& attributes, const Path& path) {
  const Attributes* inside = &attributes;
  bool in_set = false;
  for (const cty::Step& step : path.steps()) {
    if (in_set) return true;
    const auto* name = std::get_if<cty::AttributeName>(&step);
    if (!name) continue;
    const auto found = std::ranges::find(*inside, name->name, &Attribute::name);
    if (found == inside->end()) return false;
    in_set = found->type.kind() == cty::Kind::set;
    inside = &found->nested;
  }
  return false;
}

// Core looks for each path in both objects.
void check_replacements(const Attributes& attributes, const cty::Value& prior, const PlanResult& result,
                        Diagnostics& diagnostics) {
  for (const Path& path : result.requires_replace)
    if (goes_into_set(attributes, path) || (!prior.at(path) && !result.planned.at(path)))
      diagnostics.error(path, "Defect of the provider",
                        "\"" + path.text() +
                            "\" is to replace the resource and is not there, before or after. Please report "
                            "this with the configuration.");
}

// An update keeps the identity; what is made, or made anew, has one that may not be known yet.
cty::Value identified_by(const Schema& schema, const cty::Value& prior, const PlanResult& result,
                         Diagnostics& diagnostics) {
  if (result.planned.is_null()) return prior;
  if (prior.is_null() || !result.requires_replace.empty()) return result.planned;
  const cty::Value identity = identity_of(schema, result.planned);
  if (!identity.is_wholly_known()) return prior;
  check_identity(schema, identity_of(schema, prior), identity, diagnostics);
  return result.planned;
}

}  // namespace

PlanResult plan_change(const ManagedResource& resource, const cty::Value& prior, cty::Value proposed,
                       const cty::Value& config, Call& call) {
  PlanResult result{std::move(proposed), {}, {}};
  const auto& attributes = resource.schema().attributes;
  const bool destroys = result.planned.is_null();
  if (!destroys) {
    fill(attributes, result.planned, config, prior);
    if (result.planned != prior) mark_unknown(attributes, result.planned, config, prior);
    modify(attributes, result.planned, config, prior);
  }
  resource.plan({prior, config, result.planned, result.requires_replace, call});
  if (!destroys) refuse_misfits(resource.schema(), config, result.planned, call.diagnostics);
  const auto secrets = write_only_paths(attributes, result.planned);
  result.planned = without_write_only(attributes, std::move(result.planned));
  if (!destroys && !call.diagnostics.has_error())
    check_plan(attributes, result.planned, config, prior, Path(), false, call.diagnostics);
  for (const Path& path : secrets)
    report_defect(path, "is write-only, and no plan holds such a value", call.diagnostics);
  if (!destroys && prior.is_known()) {
    check_replacements(attributes, prior, result, call.diagnostics);
    if (std::ranges::any_of(attributes, Replacements::holds_replacing)) {
      cty::Value settled = result.planned;
      settle(attributes, settled, config, prior);
      Replacements(result.requires_replace).find(attributes, settled, prior, Path());
    }
  }
  std::ranges::sort(result.requires_replace);
  const auto rest = std::ranges::unique(result.requires_replace);
  result.requires_replace.erase(rest.begin(), rest.end());
  if (!call.diagnostics.has_error())
    result.identified_by = identified_by(resource.schema(), prior, result, call.diagnostics);
  return result;
}

}  // namespace ghboot::tfplugin
