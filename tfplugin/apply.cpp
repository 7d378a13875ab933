// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/apply.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "tfplugin/correlate.h"
#include "tfplugin/defect.h"
#include "tfplugin/identity.h"
#include "tfplugin/spelling.h"

namespace ghboot::tfplugin {
namespace {

bool keeps(const cty::Type& type, const cty::Value& promised, const cty::Value& given);

// While an element is unknown in part nobody can say which one it became: each has one that it could be, on
// both sides, and two may have become one.
bool keeps_set(const cty::Type& element, const cty::Value& promised, const cty::Value& given) {
  const auto* from = promised.get<cty::Value::List>();
  const auto* to = given.get<cty::Value::List>();
  return from && to && to->size() <= from->size() &&
         std::ranges::all_of(*from,
                             [&](const auto& a) {
                               return std::ranges::any_of(
                                   *to, [&](const auto& b) { return keeps(element, a, b); });
                             }) &&
         std::ranges::all_of(*to, [&](const auto& b) {
           return std::ranges::any_of(*from, [&](const auto& a) { return keeps(element, a, b); });
         });
}

// Whether a result keeps what was promised: what was known is the same, what was unknown is anything.
bool keeps(const cty::Type& type, const cty::Value& promised, const cty::Value& given) {
  if (promised.is_unknown()) return true;
  const auto* dynamic = promised.get<std::shared_ptr<const cty::Value::Dynamic>>();
  const auto* brought = given.get<std::shared_ptr<const cty::Value::Dynamic>>();
  if (dynamic && brought && (*dynamic)->type == (*brought)->type)
    return keeps((*dynamic)->type, (*dynamic)->value, (*brought)->value);
  if (type.kind() == cty::Kind::set && !promised.is_wholly_known())
    return keeps_set(type.element(), promised, given);
  const auto* list = promised.get<cty::Value::List>();
  const auto* map = promised.get<cty::Value::Map>();
  const auto* elements = given.get<cty::Value::List>();
  if (list && type.kind() == cty::Kind::list)
    return elements && std::ranges::equal(*list, *elements, [&](const auto& a, const auto& b) {
             return keeps(type.element(), a, b);
           });
  if (list && type.kind() == cty::Kind::tuple) {
    bool same = elements && elements->size() == list->size();
    for (std::size_t i = 0; same && i < list->size(); ++i)
      same = keeps(type.attributes()[i].type, (*list)[i], (*elements)[i]);
    return same;
  }
  if (map) {
    const auto* entries = given.get<cty::Value::Map>();
    return entries && std::ranges::equal(*map, *entries, [&](const auto& a, const auto& b) {
             const auto* inner = type.kind() == cty::Kind::map ? &type.element() : type.attribute(a.first);
             return a.first == b.first && inner && keeps(*inner, a.second, b.second);
           });
  }
  const bool may_become_another = dynamic && (*dynamic)->type.has_dynamic() && !promised.is_wholly_known();
  return promised == given || may_become_another;
}

// Whether the two hold the same elements, by index or key, so that one can be compared with the other's.
bool same_elements(const Attribute& attribute, const cty::Value& a, const cty::Value& b) {
  if (attribute.nesting == Nesting::none || attribute.nesting == Nesting::set) return false;
  if (!a.is_known() || !b.is_known()) return false;
  if (attribute.nesting == Nesting::single) return true;
  const auto* from = a.get<cty::Value::Map>();
  const auto* to = b.get<cty::Value::Map>();
  if (!from || !to) return size_of(a) == size_of(b);
  return std::ranges::equal(*from, *to, {}, &cty::Value::Map::value_type::first,
                            &cty::Value::Map::value_type::first);
}

// Of what is decided: the innermost attributes that are not what was promised.
void check_kept(const std::vector<Attribute>& attributes, const cty::Value& planned, cty::Value& result,
                const Path& path, bool in_secret, Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(result, attribute.name);
    const cty::Value& promised = planned[attribute.name];
    if (!value.is_wholly_known() || keeps(attribute.type, promised, value)) continue;
    const Path here = path.attribute(attribute.name);
    if (same_elements(attribute, value, promised))
      for_each_child(attribute, value, promised, absent, here,
                     [&](cty::Value& child, const cty::Value& child_promised, const cty::Value&,
                         const Path& child_path) {
                       check_kept(attribute.nested, child_promised, child, child_path,
                                  in_secret || attribute.sensitive, diagnostics);
                     });
    else
      report_defect(here,
                    "is not what the plan promised: planned was " + shown(attribute, in_secret, promised) +
                        ", the result is " + shown(attribute, in_secret, value),
                    diagnostics);
  }
}

// Core would taint a created resource for either; said here it has the attribute's name and our words.
void check_result(const std::vector<Attribute>& attributes, const cty::Value& planned, cty::Value result,
                  Diagnostics& diagnostics) {
  check_decided(attributes, result, Path(), diagnostics);
  check_kept(attributes, planned, result, Path(), false, diagnostics);
}

cty::Value create(const ManagedResource& resource, const cty::Value& wanted, Call& call) {
  cty::Value created = resource.create(wanted, call);
  if (created.is_null() && !call.diagnostics.has_error())
    call.diagnostics.error(
        "Defect of the provider",
        "Creating ended without a result and without an error. It may be there all the same: look "
        "for it before you apply again. Please report this.");
  return created;
}

cty::Value destroy(const ManagedResource& resource, const cty::Value& prior, Call& call) {
  resource.destroy(prior, call);
  return call.diagnostics.has_error() ? prior : cty::Value();
}

cty::Value update(const ManagedResource& resource, const cty::Value& prior, const cty::Value& wanted,
                  Call& call) {
  cty::Value updated = resource.update(prior, wanted, call);
  if (!updated.is_null()) return updated;
  if (!call.diagnostics.has_error())
    call.diagnostics.error(
        "Defect of the provider",
        "Changing ended without a result and without an error. The state is left as it was. Please "
        "report this.");
  return prior;
}

// What an author gave, as core may see it.
cty::Value settled(const ManagedResource& resource, const cty::Value& older, cty::Value value,
                   Diagnostics& diagnostics) {
  const auto& attributes = resource.schema().attributes;
  refuse_misfits(resource.schema(), older, value, diagnostics);
  value = without_write_only(attributes, std::move(value));
  keep_spelling(attributes, older, value);
  return value;
}

// What an import found, by `what`.
cty::Value found(const ManagedResource& resource, const cty::Value& known, cty::Value value,
                 const std::string& what, Call& call) {
  value = settled(resource, known, std::move(value), call.diagnostics);
  if (!value.is_null())
    check_decided(resource.schema().attributes, value, Path(), call.diagnostics);
  else if (!call.diagnostics.has_error())
    call.diagnostics.error("Nothing to import", "There is nothing with " + what + ".");
  return value;
}

// What is configured comes back as it is; inside of it, too, only what is computed may be filled.
void check_repeated(const std::vector<Attribute>& attributes, cty::Value& answer, const cty::Value& config,
                    const Path& path, bool in_secret, Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes) {
    cty::Value& value = slot(answer, attribute.name);
    const cty::Value& configured = config[attribute.name];
    if (keeps(attribute.type, configured, value) || (configured.is_null() && attribute.is_computed()))
      continue;
    const Path here = path.attribute(attribute.name);
    if (attribute.nesting != Nesting::none && value.is_known() && configured.is_known() &&
        size_of(value) == size_of(configured))
      for_each_child(
          attribute, value, configured, absent, here,
          [&](cty::Value& child, const cty::Value& child_config, const cty::Value&, const Path& child_path) {
            check_repeated(attribute.nested, child, child_config, child_path,
                           in_secret || attribute.sensitive, diagnostics);
          });
    else
      report_defect(here,
                    "is not what the configuration says: configured is " +
                        shown(attribute, in_secret, configured) + ", the answer is " +
                        shown(attribute, in_secret, value),
                    diagnostics, "with the configuration");
  }
}

// Whether an answer is there, is decided, and says again what was configured.
bool repeats(const Schema& schema, const cty::Value& config, cty::Value answer, Diagnostics& diagnostics) {
  if (diagnostics.has_error()) return false;
  if (answer.is_null()) {
    diagnostics.error("Defect of the provider",
                      "Reading ended without a result and without an error. Please report this.");
    return false;
  }
  check_decided(schema.attributes, answer, Path(), diagnostics);
  check_repeated(schema.attributes, answer, config, Path(), false, diagnostics);
  return !diagnostics.has_error();
}

}  // namespace

cty::Value apply_change(const ManagedResource& resource, const cty::Value& prior, const cty::Value& planned,
                        const cty::Value& config, Call& call) {
  if (planned.is_null()) return prior.is_null() ? cty::Value() : destroy(resource, prior, call);
  const Schema& schema = resource.schema();
  const cty::Value wanted = with_write_only(schema.attributes, planned, config);
  cty::Value result =
      settled(resource, planned,
              prior.is_null() ? create(resource, wanted, call) : update(resource, prior, wanted, call),
              call.diagnostics);
  if (result.is_null()) return result;
  if (!call.diagnostics.has_error()) {
    check_result(schema.attributes, planned, result, call.diagnostics);
    check_identity(schema, identity_of(schema, prior), identity_of(schema, result), call.diagnostics);
  }
  if (!call.diagnostics.has_error()) return result;
  // Core would add an error of its own for each unknown, and store null for it.
  result = decided(schema.type(), result, prior);
  complete_blocks(schema.attributes, result);
  return result;
}

cty::Value read_resource(const ManagedResource& resource, const cty::Value& state, Call& call) {
  if (state.is_null()) return {};
  const Schema& schema = resource.schema();
  cty::Value current = settled(resource, state, resource.read(state, call), call.diagnostics);
  if (!current.is_null()) check_decided(schema.attributes, current, Path(), call.diagnostics);
  if (!call.diagnostics.has_error())
    check_identity(schema, identity_of(schema, state), identity_of(schema, current), call.diagnostics);
  return call.diagnostics.has_error() ? state : current;
}

cty::Value import_resource(const ManagedResource& resource, const std::string& id, Call& call) {
  cty::Value imported = found(resource, {}, resource.import(id, call), "the id \"" + id + "\"", call);
  if (imported == empty_object(resource.schema()))
    call.diagnostics.error("Defect of the provider",
                           "Importing \"" + id + "\" ended without any value. Please report this.");
  return imported;
}

cty::Value import_by_identity(const ManagedResource& resource, const cty::Value& identity, Call& call) {
  const Schema& schema = resource.schema();
  if (!has_identity(schema)) {
    call.diagnostics.error("No identity", "This resource is imported by its id alone.");
    return {};
  }
  const cty::Value known = state_of(schema, identity, call.diagnostics);
  if (call.diagnostics.has_error()) return {};
  cty::Value imported = found(resource, known, resource.import_identity(known, call), "this identity", call);
  check_identity(schema, identity, identity_of(schema, imported), call.diagnostics);
  return imported;
}

cty::Value read_data(const DataSourceBase& source, const cty::Value& config, Call& call) {
  cty::Value found = source.read(config, call);
  refuse_misfits(source.schema(), config, found, call.diagnostics);
  keep_spelling(source.schema().attributes, config, found);
  return repeats(source.schema(), config, found, call.diagnostics) ? found : cty::Value();
}

cty::Value open_ephemeral(const EphemeralBase& resource, const cty::Value& config, RenewAt& renew_at,
                          Call& call) {
  // Also where the opening was stopped, or took all of its time.
  const auto close = [&] {
    Call closing{call.diagnostics, call.private_state, {}, std::chrono::steady_clock::now() + close_timeout};
    resource.close(closing);
  };
  cty::Value opened;
  try {
    opened = resource.open(config, renew_at, call);
  } catch (...) {
    if (!call.private_state.empty()) close();
    throw;
  }
  refuse_misfits(resource.schema(), config, opened, call.diagnostics);
  keep_spelling(resource.schema().attributes, config, opened);
  if (repeats(resource.schema(), config, opened, call.diagnostics)) return opened;
  if (!opened.is_null()) close();
  return {};
}

}  // namespace ghboot::tfplugin
