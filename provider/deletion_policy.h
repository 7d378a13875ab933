// SPDX-License-Identifier: Apache-2.0
// `deletion_policy`, as every resource has it: what destroying does. The policy that counts is the one that
// was applied last. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "tfplugin/diagnostics.h"
#include "tfplugin/validators.h"
#include "tfplugin/value.h"

namespace ghboot::provider {

inline constexpr tfplugin::OneOf deletion_policies{"delete", "retain", "prevent"};

struct Doomed {                  // What is to go, for messages.
  std::string_view kind;         // "Account"
  std::string name, public_key;  // public_key: or what else tells it from its like.
  bool in_store = true;          // The store may have something of it.
};

// For a plan that would delete or replace: false, with an error, under "prevent".
bool may_go(const tfplugin::Value<std::string>& policy, const Doomed& thing, std::string_view how,
            tfplugin::Diagnostics& diagnostics);

// For the apply: whether anything is to be deleted. False, with an error under "prevent", with a warning
// under "retain".
bool must_go(const tfplugin::Value<std::string>& policy, const Doomed& thing,
             tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
