// SPDX-License-Identifier: Apache-2.0
// The key of a create: given, or one of the store, marked as pending until a state is known to hold it; so a
// create that is run again after a kill goes on with the key that it had. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nats/store.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

struct CreateOf {
  nats::KeyKind kind;
  std::string mark;  // The name that its mark is kept under: with whatever makes two things of a name differ.
  std::optional<std::string> public_key;  // Given by the configuration.
  // Else the mark is that of all things of the kind: one from elsewhere says nothing of this one.
  bool has_name = true;
};

// Nothing, with an error of this summary. found() of what is returned: an earlier create left it, and the
// local state does not hold it.
std::optional<nats::PendingKey> begin_create(nats::Store& store, const CreateOf& create,
                                             std::string_view summary, tfplugin::Call& call);

// A create goes on with what an earlier one made: said, because a state that nobody here can see, in another
// backend, might hold it.
void warn_of_going_on(std::string_view thing, const nats::PendingKey& key, tfplugin::Call& call);

}  // namespace ghboot::provider
