// SPDX-License-Identifier: Apache-2.0
// A NATS JWT (version 2): header {"typ":"JWT","alg":"ed25519-nkey"}, payload, Ed25519 signature by its
// issuer. This file knows the envelope alone; what is inside is read by account_claims.h and its neighbours.
// What cannot be decoded is an error here; what is merely wrong (a limit, an expiry) is the reader's to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

// The payload of a token whose form and signature are right: "iss" signed it, "nats.version" is 2 and
// "nats.type" is present. ErrorKind::invalid names the part that is not; the token's text is never in the
// message. Limits: 8 MiB a token, 64 levels of nesting.
Result<nlohmann::json> decode_jwt(std::string_view token);

// Signs `payload` after setting iss = signer, iat = issued_at and jti = base32(SHA-512/256 over the whole
// payload with an empty jti). Not Go's rule, which leaves the body out: two changes within a second would
// bear one jti, and a server that was away would keep the older one for good (servers merge by jti first).
std::string encode_jwt(nlohmann::json payload, const KeyPair& signer, std::int64_t issued_at);

}  // namespace ghboot::nats
