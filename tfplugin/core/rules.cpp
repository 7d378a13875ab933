// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/rules.h"

#include <algorithm>

namespace ghboot::tfplugin::core {
namespace {

using Attributes = std::vector<Attribute>;
using List = cty::Value::List;
using Map = cty::Value::Map;

const cty::Value none;

const cty::Value& at(const cty::Value& list, std::size_t index) {
  const auto* elements = list.get<List>();
  return elements && index < elements->size() ? (*elements)[index] : none;
}

cty::Value propose(const Attributes& attributes, const cty::Value& prior, const cty::Value& config);

// P7: whether an element that was there before can be what `config` became: what differs is computed and not
// configured. As core walks it: what the prior element has must be in the configured one, not the other way
// round.
bool valid_prior(const Attributes& attributes, const cty::Value& prior, const cty::Value& config) {
  if (prior == config) return true;
  return std::ranges::all_of(attributes, [&](const Attribute& attribute) {
    const cty::Value& before = prior[attribute.name];
    const cty::Value& now = config[attribute.name];
    if (before == now) return true;
    if (attribute.type.kind() == cty::Kind::set) return false;
    if (attribute.nesting == Nesting::none) return attribute.is_computed() && now.is_null();
    if (before.is_null()) return true;
    if (attribute.nesting == Nesting::single)
      return now.is_known() && valid_prior(attribute.nested, before, now);
    bool good = true;
    for_each_nested(attribute, before, Path(), [&](const cty::Value& child, const Path& path) {
      const auto there = now.is_known() ? now.at(path) : std::nullopt;
      good = good && there && valid_prior(attribute.nested, child, *there);
    });
    return good;
  });
}

// An object that the schema describes, wherever it stands: merged by index or key.
cty::Value propose_nested(const Attribute& attribute, const cty::Value& prior, const cty::Value& config) {
  if (!config.is_known()) return config;
  const auto merge = [&](const cty::Value& before, const cty::Value& now) {
    return now.is_known() ? propose(attribute.nested, before, now) : now;
  };
  if (attribute.nesting == Nesting::single) return merge(prior, config);
  if (attribute.nesting == Nesting::set) {
    const auto* before = prior.get<List>();
    std::vector<bool> used(before ? before->size() : 0, false);
    List out;
    for (const cty::Value& now : *config.get<List>()) {
      const cty::Value* match = &none;
      for (std::size_t i = 0; i < used.size() && match->is_null(); ++i)
        if (!used[i] && valid_prior(attribute.nested, (*before)[i], now)) {
          used[i] = true;
          match = &(*before)[i];
        }
      out.push_back(merge(*match, now));
    }
    return cty::Value::set(std::move(out));
  }
  if (const auto* list = config.get<List>()) {
    List out;
    for (std::size_t i = 0; i < list->size(); ++i) out.push_back(merge(at(prior, i), (*list)[i]));
    return out;
  }
  Map out;
  for (const auto& [key, element] : *config.get<Map>()) out.emplace(key, merge(prior[key], element));
  return out;
}

// P4's exception: something in there, at any depth, that only a configuration can have given.
bool holds_configured(const Attribute& attribute, const cty::Value& value) {
  bool found = false;
  for_each_nested(attribute, value, Path(), [&](const cty::Value& child, const Path&) {
    for (const Attribute& inner : attribute.nested)
      found = found || (!inner.is_computed() && !child[inner.name].is_null()) ||
              holds_configured(inner, child[inner.name]);
  });
  return found;
}

cty::Value propose(const Attributes& attributes, const cty::Value& prior, const cty::Value& config) {
  Map out;
  for (const Attribute& attribute : attributes) {
    const cty::Value& before = prior[attribute.name];
    const cty::Value& now = config[attribute.name];
    const bool nested = attribute.nesting != Nesting::none;
    if (attribute.is_computed() && now.is_null()) {
      const bool dropped =
          attribute.use == Use::optional_computed && nested && holds_configured(attribute, before);
      out[attribute.name] = dropped ? now : before;
    } else {
      out[attribute.name] = nested ? propose_nested(attribute, before, now) : now;
    }
  }
  return out;
}

class PlanRules {
 public:
  Complaints complaints;

  void check(const Attributes& attributes, const cty::Value& prior, const cty::Value& config,
             const cty::Value& planned, const Path& path) {
    for (const Attribute& attribute : attributes)
      check(attribute, prior[attribute.name], config[attribute.name], planned[attribute.name],
            path.attribute(attribute.name));
  }

 private:
  void check(const Attribute& attribute, const cty::Value& prior, const cty::Value& config,
             const cty::Value& planned, const Path& path) {
    if (attribute.is_collection_block() && planned.is_null())
      return complain(path, "must be empty to indicate no blocks, not null");
    // A1 of attributes; R3 of blocks, which are compared with what is known of their unknowns (R4).
    const bool same =
        attribute.block ? planned == config : cty::same_but_for_refinements(attribute.type, planned, config);
    if (same && !(attribute.write_only && !planned.is_null())) return;
    if (attribute.write_only) {
      if (!planned.is_null()) complain(path, "planned for a write-only attribute");
      return;
    }
    if (attribute.block && planned.is_unknown()) return complain(path, "planned as unknown, is a block");
    if (!attribute.block && planned == prior && !prior.is_null() && !config.is_null()) return;
    if (attribute.use == Use::computed || (config.is_null() && attribute.is_computed())) return;
    if (config.is_null()) return complain(path, "planned for a non-computed attribute");
    if (attribute.nesting == Nesting::none || planned.is_null() || planned.is_unknown() ||
        config.is_unknown())
      return complain(path, "planned value matches neither config nor prior");
    check_nested(attribute, prior, config, planned, path);
  }

  void check_nested(const Attribute& attribute, const cty::Value& prior, const cty::Value& config,
                    const cty::Value& planned, const Path& path) {
    const auto element = [&](const cty::Value& before, const cty::Value& now, const cty::Value& then,
                             const Path& here) {
      if (now.is_known() && then.is_known()) return check(attribute.nested, before, now, then, here);
      const cty::Type& type =
          attribute.nesting == Nesting::single ? attribute.type : attribute.type.element();
      if (!cty::same_but_for_refinements(type, now, then))
        complain(here, "planned element matches not the configured one");
    };
    if (attribute.nesting == Nesting::single) return element(prior, config, planned, path);
    if (attribute.nesting == Nesting::set) {
      const auto& then = *planned.get<List>();
      if (attribute.block && std::ranges::any_of(then, &cty::Value::is_unknown) &&
          std::ranges::none_of(*config.get<List>(), &cty::Value::is_unknown))
        complain(path, "planned an unknown element");
      if (!attribute.block && planned.is_wholly_known() && config.is_wholly_known() &&
          then.size() != config.get<List>()->size())
        complain(path, "count in plan disagrees with count in config");
      return;
    }
    if (attribute.nesting == Nesting::list) {
      const auto& now = *config.get<List>();
      const auto& then = *planned.get<List>();
      if (now.size() != then.size()) return complain(path, "count in plan disagrees with count in config");
      for (std::size_t i = 0; i < now.size(); ++i)
        element(at(prior, i), now[i], then[i], path.index(static_cast<std::int64_t>(i)));
      return;
    }
    const auto& now = *config.get<Map>();
    const auto& then = *planned.get<Map>();
    if (!std::ranges::equal(now, then, {}, &Map::value_type::first, &Map::value_type::first))
      return complain(path, "keys in plan disagree with keys in config");
    for (const auto& [key, configured] : now) element(prior[key], configured, then.at(key), path.key(key));
  }

  void complain(const Path& path, const std::string& what) {
    complaints.push_back(path.text() + ": " + what);
  }
};

bool within(const cty::Refinement& promised, const cty::Value& given) {
  if (promised.null == false && given.is_null()) return false;
  const auto* text = given.get<std::string>();
  return !text || text->starts_with(promised.prefix);
}

// Each has its like among the others, and there are not more of them than was planned.
template <class Same>
bool compatible_sets(const List& planned, const List& given, const Same& same) {
  return given.size() <= planned.size() &&
         std::ranges::all_of(planned,
                             [&](const auto& a) {
                               return std::ranges::any_of(given, [&](const auto& b) { return same(a, b); });
                             }) &&
         std::ranges::all_of(given, [&](const auto& b) {
           return std::ranges::any_of(planned, [&](const auto& a) { return same(a, b); });
         });
}

bool compatible(const cty::Type& type, const cty::Value& planned, const cty::Value& given) {
  if (planned.is_unknown()) return !planned.refinement() || within(*planned.refinement(), given);
  if (planned.is_null() || !given.is_known()) return planned.is_null() && given.is_null();
  const auto* dynamic = planned.get<std::shared_ptr<const cty::Value::Dynamic>>();
  const auto* brought = given.get<std::shared_ptr<const cty::Value::Dynamic>>();
  if (dynamic && brought && (*dynamic)->type == (*brought)->type)
    return compatible((*dynamic)->type, (*dynamic)->value, (*brought)->value);
  const auto* list = planned.get<List>();
  const auto* map = planned.get<Map>();
  if (!list && !map) return planned == given;
  if (type.kind() == cty::Kind::tuple) {
    const List& parts = *given.get<List>();
    bool same = parts.size() == list->size();
    for (std::size_t i = 0; same && i < list->size(); ++i)
      same = compatible(type.attributes()[i].type, (*list)[i], parts[i]);
    return same;
  }
  if (type.kind() == cty::Kind::set) {
    return compatible_sets(*list, *given.get<List>(), [&](const cty::Value& a, const cty::Value& b) {
      return compatible(type.element(), a, b);
    });
  }
  if (list)
    return std::ranges::equal(*list, *given.get<List>(), [&](const cty::Value& a, const cty::Value& b) {
      return compatible(type.element(), a, b);
    });
  return std::ranges::equal(*map, *given.get<Map>(), [&](const auto& a, const auto& b) {
    return a.first == b.first &&
           compatible(type.kind() == cty::Kind::map ? type.element() : *type.attribute(a.first), a.second,
                      b.second);
  });
}

bool compatible_objects(const Attributes& attributes, const cty::Value& planned, const cty::Value& given);

// Of blocks, null or unknown says nothing, but of a single one.
bool compatible_blocks(const Attribute& attribute, const cty::Value& planned, const cty::Value& given) {
  const auto same = [&](const cty::Value& a, const cty::Value& b) {
    return compatible_objects(attribute.nested, a, b);
  };
  if (planned.is_unknown() || given.is_unknown()) return true;
  if (attribute.nesting == Nesting::single) return same(planned, given);
  if (planned.is_null() || given.is_null()) return true;
  if (attribute.nesting == Nesting::set)
    return compatible_sets(*planned.get<List>(), *given.get<List>(), same);
  if (attribute.nesting == Nesting::list)
    return std::ranges::equal(*planned.get<List>(), *given.get<List>(), same);
  return std::ranges::equal(*planned.get<Map>(), *given.get<Map>(), [&](const auto& a, const auto& b) {
    return a.first == b.first && same(a.second, b.second);
  });
}

bool compatible_objects(const Attributes& attributes, const cty::Value& planned, const cty::Value& given) {
  if (!planned.is_known() || !given.is_known()) return planned.is_null() == given.is_null();
  return std::ranges::all_of(attributes, [&](const Attribute& attribute) {
    const cty::Value& before = planned[attribute.name];
    const cty::Value& after = given[attribute.name];
    return attribute.block ? compatible_blocks(attribute, before, after)
                           : compatible(attribute.type, before, after);
  });
}

Complaints of_write_only(const Attributes& attributes, const cty::Value& value, const Path& path) {
  Complaints out;
  for (const Attribute& attribute : attributes) {
    const Path here = path.attribute(attribute.name);
    const cty::Value& inner = value[attribute.name];
    if (attribute.write_only && !inner.is_null()) out.push_back(here.text() + ": is write-only and not null");
    for_each_nested(attribute, inner, here, [&](const cty::Value& child, const Path& child_path) {
      for (auto& complaint : of_write_only(attribute.nested, child, child_path))
        out.push_back(std::move(complaint));
    });
  }
  return out;
}

}  // namespace

cty::Value propose(const Schema& schema, const cty::Value& prior, const cty::Value& config) {
  return config.is_null() ? cty::Value() : propose(schema.attributes, prior, config);
}

Complaints of_object(const Schema& schema, const cty::Value& value) {
  return of_write_only(schema.attributes, value, Path());
}

Complaints of_plan(const Schema& schema, const cty::Value& prior, const cty::Value& config,
                   const cty::Value& planned) {
  if (planned.is_null() && config.is_null()) return {};
  if (planned.is_null()) return {": planned for absence but config wants existence"};
  if (config.is_null()) return {": planned for existence but config wants absence"};
  PlanRules rules;
  rules.check(schema.attributes, prior, config, planned, Path());
  return std::move(rules.complaints);
}

Complaints of_result(const Schema& schema, const cty::Value& planned, const cty::Value& result) {
  if (planned.is_null() != result.is_null()) return {": was present or absent against the plan"};
  Complaints out;
  for (const Attribute& attribute : schema.attributes)
    if (!planned.is_null() &&
        !(attribute.block ? compatible_blocks(attribute, planned[attribute.name], result[attribute.name])
                          : compatible(attribute.type, planned[attribute.name], result[attribute.name])))
      out.push_back(attribute.name + ": is not what was planned");
  return out;
}

}  // namespace ghboot::tfplugin::core
