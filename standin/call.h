// SPDX-License-Identifier: Apache-2.0
// One request on its way through the rules: who asks, what it is about, what it changes. A handler reads and
// writes the state through it and answers; what has to be stored and sent follows from its marks. Threads:
// one call at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "standin/http.h"
#include "standin/model.h"

namespace ghboot::standin {

struct Actor {
  enum class Kind : std::uint8_t { anonymous, user, app, installation };
  Kind kind = Kind::anonymous;
  const Token* token = nullptr;  // Null for anonymous and for an App's JWT.
  const Owner* user = nullptr;   // Of a user's token.
  const App* app = nullptr;      // Of a JWT, or of the installation.
  const Installation* installation = nullptr;
  std::string name = "anonymous";  // What limits are counted by: all tokens of one user share one.

  bool is_classic() const { return token != nullptr && token->kind == "classic"; }
};

class Git;
struct Memory;

struct Call {
  const Request& request;
  State& state;
  nats::Random& random;
  Memory& memory;
  Git& git;
  std::int64_t now = 0;
  Actor actor{};
  Query parts{};  // What stood in the path for each {…}, decoded.
  Json body = Json::object();
  Owner* owner = nullptr;            // Of /orgs/{org}, and of the repository.
  Repository* repository = nullptr;  // Of /repos/{owner}/{repo}.
  bool changed = false;              // The state is to be stored before the answer goes out.
  std::string revoked{};             // The fingerprint of a token that ends with this call.
  std::vector<Id> sent{};            // New deliveries: stored before it too, and sent after.

  std::string_view part(std::string_view name) const;
  Id id_part(std::string_view name) const;  // -1 for what is no number.
};

inline std::string_view Call::part(std::string_view name) const {
  const auto found = parts.find(name);
  return found == parts.end() ? std::string_view() : found->second;
}

}  // namespace ghboot::standin
