// SPDX-License-Identifier: Apache-2.0
// The mark of a create that has begun: a file of the store that names the key, under the kind and name of
// what is made. Its text says for whom, so that two creates are of one origin exactly when their texts are
// equal.
#pragma once

#include <string>
#include <string_view>

#include "nats/nkey.h"

namespace ghboot::nats {

struct PendingMark {
  KeyKind kind;
  std::string name;
  std::string place;       // creation_place() of the maker.
  std::string public_key;  // Empty: not known yet.
  bool given = false;      // The key was not made by the create.

  std::string folder() const;  // Relative to the store's.
  std::string path_of(std::string_view key) const { return folder() + "/" + std::string(key); }
  std::string text() const;  // The key is not in it.
  // Whether the text is of a mark of the same name; another's can lie here where case is not kept.
  bool is_namesake(std::string_view text) const;
};

}  // namespace ghboot::nats
