// SPDX-License-Identifier: Apache-2.0
// Secrets kept by a program that speaks the protocol of docker's credential helpers: it is run with one word
// more (get, store, erase, list), and what it is asked, and what it answers, goes by its standard input and
// output. Always holds: no secret is in an argument or a variable of it, our own secrets are not in its
// environment, and no message repeats one, also when the program prints one where it should not. It cannot
// judge what the program does with a secret. Threads: any, each call runs the program once. The Clock is
// borrowed and outlives it. Source: github.com/docker/docker-credential-helpers, credentials/credentials.go.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/program.h"
#include "nats/secret.h"

namespace ghboot::nats {

struct Credential {
  std::string name;      // "ServerURL" in the protocol.
  std::string username;  // Not empty, no secret.
  Secret secret;
};

// Kinds of error: missing (get alone; "credentials not found" is what the program said), invalid (it could
// not be started, or answered what is no credential), refused (it said no: its words are in the message),
// unknown (it did not end in time).
class CredentialProgram {
 public:
  // Of the words of a command; its first is a path, or is looked for on the PATH. At least one.
  CredentialProgram(std::vector<std::string> command, Wait wait, Clock& clock);

  Result<Credential> get(const std::string& name) const;
  Result<void> store(const Credential& credential) const;  // Replaces one of the same name.
  Result<void> erase(const std::string& name) const;       // None there is no error.

  const std::string& program() const { return command_.front(); }

 private:
  Result<std::string> run(std::string_view word, std::string_view what, std::string_view input) const;

  const std::vector<std::string> command_;
  const Wait wait_;
  Clock& clock_;
};

// The first line of what a program printed, fit for a message: what looks like a seed, a JWT or creds is
// replaced, control characters go, and it is cut after 300 bytes.
std::string first_line_without_secrets(std::string_view text);

}  // namespace ghboot::nats
