// SPDX-License-Identifier: Apache-2.0
// Changes of a claim's document, carried from one version of it onto another: what two writers made from the
// same version, in one. Threads: as any value.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ghboot::nats {

// What differs between `before` and `after` is made in `onto` too: members are set and erased, entries of
// arrays added and removed, whatever their order. What `onto` itself changed since `before` stays.
void carry_changes(nlohmann::json& onto, const nlohmann::json& before, const nlohmann::json& after);

}  // namespace ghboot::nats
