// SPDX-License-Identifier: Apache-2.0
// The JWT by which a GitHub App shows who it is: RS256, issued a minute ago, for nine minutes more
// (docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App"; ten are the most). Threads: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "github/error.h"
#include "nats/secret.h"

namespace ghboot::github {

// `app_id`: the App's id or client id. `pem`: its RSA private key, PKCS#1 or PKCS#8; "\n" written out is
// taken for a line's end, as environments have it. ErrorKind::invalid: no such key, or no such id.
Result<nats::Secret> app_jwt(std::string_view app_id, const nats::Secret& pem, std::int64_t now_unix);

}  // namespace ghboot::github
