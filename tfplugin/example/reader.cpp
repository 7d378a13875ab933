// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/example/reader.h"

#include <algorithm>

namespace ghboot::tfplugin::example {
namespace {

// Lends one title after another. What was lent before one that cannot be had is lent all the same.
void lend(Reader& reader, const Reader& wanted, Diagnostics& diagnostics) {
  if (!wanted.loans.is_known()) {
    reader.loans = wanted.loans;
    return;
  }
  std::vector<std::string> lent;
  for (const std::string& title : *wanted.loans) {
    if (title == "Lost") {
      diagnostics.error(Path({"loans"}), "A book that is lost", "\"" + title + "\" cannot be lent.");
      break;
    }
    lent.push_back(title);
  }
  reader.loans = std::move(lent);
}

}  // namespace

Readers::Readers(const Library& library)
    : Resource("A reader, who may be renamed.", {.identity_changes = true}), library_(library) {}

void Readers::plan_change(PlannedChange change) const {
  const auto& [prior, config, planned, requires_replace, call] = change;
  if (!planned) {  // It is to be destroyed.
    if (prior->loans.is_known() && !prior->loans->empty())
      call.diagnostics.warning("Books are still out", "\"" + *prior->name + "\" goes with them.");
    return;
  }
  if (!prior) {
    call.private_state.set("plan:ticket", "T-" + planned->name.value_or("?"));
    return;
  }
  // Nobody becomes younger: it is somebody else of the same name.
  if (prior->adult.value_or(false) && !planned->adult.value_or(true))
    requires_replace.push_back(Path({"adult"}));
}

std::optional<Reader> Readers::create_thing(const Reader& planned, Call& call) const {
  call.private_state.set("library", *library_.name);
  if (planned.fee.is_null())
    call.diagnostics.warning(Path({"fee"}), "Reads for nothing", "No fee is agreed on.");
  Reader out = planned;
  out.ticket = call.private_state.get("plan:ticket").value_or("none");
  lend(out, planned, call.diagnostics);
  return out;
}

// Who was registered in another library is no reader of this one.
std::optional<Reader> Readers::read_thing(const Reader& state, Call& call) const {
  const auto library = call.private_state.get("library");
  if (library && library_.name.is_known() && *library != *library_.name) return std::nullopt;
  return state;
}

std::optional<Reader> Readers::update_thing(const Reader&, const Reader& planned, Call& call) const {
  Reader out = planned;
  lend(out, planned, call.diagnostics);
  return out;
}

void Readers::destroy_thing(const Reader& state, Call& call) const {
  if (state.loans.is_known() && std::ranges::count(*state.loans, "Atlas") > 0)
    call.diagnostics.error(Path({"loans"}), "A book that has to come back", "\"Atlas\" is not back.");
}

std::optional<Reader> Readers::import_thing(const std::string& id, Call&) const {
  Reader out;
  out.name = id;
  out.adult = true;
  out.ticket = "none";
  return out;
}

}  // namespace ghboot::tfplugin::example
