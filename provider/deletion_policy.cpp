// SPDX-License-Identifier: Apache-2.0
#include "provider/deletion_policy.h"

#include <fmt/format.h>

namespace ghboot::provider {

bool may_go(const tfplugin::Value<std::string>& policy, const Doomed& thing, std::string_view how,
            tfplugin::Diagnostics& diagnostics) {
  if (policy.value_or("") != "prevent") return true;
  diagnostics.error(
      tfplugin::Path({"deletion_policy"}), fmt::format("{} that must not be deleted", thing.kind),
      fmt::format("{} {} ({}) would be {}, and its deletion_policy is \"prevent\". Apply another "
                  "policy first if that is what you want.",
                  thing.kind, thing.name, thing.public_key, how));
  return false;
}

bool must_go(const tfplugin::Value<std::string>& policy, const Doomed& thing,
             tfplugin::Diagnostics& diagnostics) {
  if (!may_go(policy, thing, "deleted", diagnostics)) return false;
  if (policy.value_or("") != "retain") return true;
  diagnostics.warning(fmt::format("{} left in place", thing.kind),
                      fmt::format("{} {} ({}) stays as it is{}, as its deletion_policy \"retain\" says; "
                                  "Terraform no longer knows it.",
                                  thing.kind, thing.name, thing.public_key,
                                  thing.in_store ? ", and what the store has of it" : ""));
  return false;
}

}  // namespace ghboot::provider
