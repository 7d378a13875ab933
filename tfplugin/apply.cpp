// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/apply.h"

namespace ghboot::tfplugin {
namespace {

void report_defect(const Path& path, std::string_view what, Diagnostics& diagnostics) {
  diagnostics.error(
      path, "Defect of the provider",
      "\"" + path.text() + "\" " + std::string(what) +
          ". The resource is in the state as it is now. Please report this with the plan's output.");
}

// Core would taint a created resource for either; said here it has the attribute's name and our words.
void check_result(const std::vector<Attribute>& attributes, const cty::Value& planned,
                  const cty::Value& result, Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes) {
    const cty::Value& promised = planned[attribute.name];
    const cty::Value& given = result[attribute.name];
    if (!given.is_wholly_known()) {
      report_defect(Path({attribute.name}), "was left undecided", diagnostics);
    } else if (promised.is_wholly_known() && promised != given && !attribute.sensitive) {
      report_defect(Path({attribute.name}), "is not what the plan promised", diagnostics);
    }
  }
}

cty::Value create(const ManagedResource& resource, const cty::Value& planned, Call& call) {
  cty::Value created = resource.create(planned, call);
  if (created.is_null() && !call.diagnostics.has_error())
    call.diagnostics.error("Defect of the provider", "Creating ended without a result and without an error.");
  return created;
}

cty::Value destroy(const ManagedResource& resource, const cty::Value& prior, Call& call) {
  resource.destroy(prior, call);
  return call.diagnostics.has_error() ? prior : cty::Value();
}

cty::Value update(const ManagedResource& resource, const cty::Value& prior, const cty::Value& planned,
                  Call& call) {
  cty::Value updated = resource.update(prior, planned, call);
  if (!updated.is_null()) return updated;
  if (!call.diagnostics.has_error())
    call.diagnostics.error("Defect of the provider", "Changing ended without a result and without an error.");
  return prior;
}

}  // namespace

cty::Value apply_change(const ManagedResource& resource, const cty::Value& prior, const cty::Value& planned,
                        Call& call) {
  if (planned.is_null()) return prior.is_null() ? cty::Value() : destroy(resource, prior, call);
  cty::Value result =
      prior.is_null() ? create(resource, planned, call) : update(resource, prior, planned, call);
  if (!result.is_null() && !call.diagnostics.has_error())
    check_result(resource.schema().attributes, planned, result, call.diagnostics);
  return result;
}

cty::Value read_resource(const ManagedResource& resource, const cty::Value& state, Call& call) {
  if (state.is_null()) return {};
  cty::Value current = resource.read(state, call);
  return call.diagnostics.has_error() ? state : current;
}

cty::Value import_resource(const ManagedResource& resource, const std::string& id, Call& call) {
  cty::Value imported = resource.import(id, call);
  if (imported.is_null() && !call.diagnostics.has_error())
    call.diagnostics.error("Nothing to import", "There is nothing with the id \"" + id + "\".");
  return imported;
}

}  // namespace ghboot::tfplugin
