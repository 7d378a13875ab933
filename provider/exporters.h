// SPDX-License-Identifier: Apache-2.0
// What the accounts that export say of the imports of an account. That an exporter is not there, or does not
// export it yet, is no error: the order of two accounts in one apply is Terraform's, and a later push mends
// it. Threads: as the resolver.
#pragma once

#include <cstdint>
#include <string_view>

#include "nats/resolver.h"
#include "provider/imports_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

// Whose imports are judged, and when.
struct Importer {
  std::string_view public_key;
  std::int64_t now;  // Unix seconds.
};

// Before a write: false, with an error, where an import is of another kind than what is exported; a warning
// where a private export will not answer.
bool may_import(nats::Resolver& resolver, const Importer& importer, const Value<ImportsModel>& imports,
                tfplugin::Call& call);

// Of a read: a warning for each import that nothing answers, with the reason.
void warn_of_unresolved(nats::Resolver& resolver, const Importer& importer,
                        const Value<ImportsModel>& imports, tfplugin::Call& call);

}  // namespace ghboot::provider
