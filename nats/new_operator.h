// SPDX-License-Identifier: Apache-2.0
// A new operator, complete enough to start a server with: its key and a signing key, the system account and a
// user of it. Always holds: every claim is signed by a signing key, so that strict servers take all of it.
// Nothing is written anywhere: who calls keeps the seeds. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "nats/creds.h"
#include "nats/environment.h"
#include "nats/nkey.h"

namespace ghboot::nats {

struct NewOperator {
  KeyPair key;             // The operator's identity: needed again only to change signing keys.
  KeyPair signing_key;     // Signs accounts, and requests to delete them.
  std::string jwt;         // For the servers' configuration.
  KeyPair system_account;  // "A…"
  KeyPair system_signing_key;
  std::string system_account_jwt;  // For the preload.
  Creds system_creds;              // Of a user who may do all in the system account.
};

struct NewOperatorOptions {
  std::string_view name;
  bool strict = false;  // Servers then take what signing keys signed, and nothing of the identity's.
};

NewOperator make_operator(const NewOperatorOptions& options, Clock& clock, Random& random);

}  // namespace ghboot::nats
