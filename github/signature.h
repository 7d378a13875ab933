// SPDX-License-Identifier: Apache-2.0
// How GitHub signs what it delivers: HMAC-SHA256 of the raw bytes of the body, for both content types, keyed
// with the webhook's secret (docs.github.com, "Validating webhook deliveries"). A body that was parsed and
// written again has other bytes, and another signature. Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::github {

// What X-Hub-Signature-256 says: "sha256=" and 64 digits of hex in lower case. An empty secret signs too;
// GitHub itself sends no signature without one.
std::string signature_256(std::string_view secret, std::string_view body);

// Whether `given` is that signature; it takes as long for any of that length. An empty secret fits nothing: a
// body that anybody could have signed was signed by nobody.
bool is_signed(std::string_view secret, std::string_view body, std::string_view given);

}  // namespace ghboot::github
