// SPDX-License-Identifier: Apache-2.0
#include "provider/create_key.h"

#include <fmt/format.h>

#include "nats/creation_place.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

nats::Result<nats::PendingKey> begin(nats::Store& store, const CreateOf& create) {
  if (create.public_key) return store.begin(create.kind, create.mark, *create.public_key);
  // Each key that the local state holds was confirmed by nobody, but it is somebody's: -target leaves out the
  // read that would have said so.
  while (true) {
    auto pending = store.begin(create.kind, create.mark);
    if (!pending || !pending->found() || !nats::local_state_mentions(pending->public_key())) return pending;
    store.confirm(create.kind, create.mark, pending->public_key());
  }
}

}  // namespace

std::optional<nats::PendingKey> begin_create(nats::Store& store, const CreateOf& create,
                                             std::string_view summary, tfplugin::Call& call) {
  auto pending = begin(store, create);
  if (!pending) {
    report(call.diagnostics, std::string(summary), pending.error());
    return std::nullopt;
  }
  if (!create.has_name) return *std::move(pending);
  for (const std::string& other : pending->elsewhere())
    call.diagnostics.warning(
        "Unconfirmed create of the same name",
        fmt::format(
            "The {} {} of the same name was created from another folder, workspace or backend, and no "
            "state has been seen with it since. If that apply was cut off, import it there, or delete "
            "it.",
            nats::to_string(create.kind), other));
  return *std::move(pending);
}

void warn_of_going_on(std::string_view thing, const nats::PendingKey& key, tfplugin::Call& call) {
  call.diagnostics.warning(
      "Create that goes on",
      fmt::format(
          "{} {} was made by an apply from here that was cut off: no state has been seen with it. This "
          "apply goes on with it.",
          thing, key.public_key()));
}

}  // namespace ghboot::provider
