// SPDX-License-Identifier: Apache-2.0
// A creds file: a user's JWT and its seed between the dashed lines that every NATS client reads.
#pragma once

#include <string>
#include <string_view>

#include "nats/error.h"
#include "nats/nkey.h"
#include "nats/secret.h"

namespace ghboot::nats {

struct Creds {
  Secret jwt;
  KeyPair key;

  // Takes what nsc and the clients take (any run of three or more dashes, CRLF, text around).
  // ErrorKind::invalid: what is missing or wrong (no JWT block, no seed block, a seed of another kind, a seed
  // that is not the JWT's subject), never the text itself.
  static Result<Creds> parse(std::string_view text);
  Secret format() const;
};

}  // namespace ghboot::nats
