// SPDX-License-Identifier: Apache-2.0
#include "nats/pending_mark.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/file_name.h"

namespace ghboot::nats {

std::string PendingMark::folder() const {
  return fmt::format("pending/{}/{}", to_string(kind), file_name(name));
}

// A folder's name may be no UTF-8; what is replaced then is the same each time.
std::string PendingMark::text() const {
  const nlohmann::json members{{"name", name}, {"place", place}, {"given", given}};
  return members.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool PendingMark::is_namesake(std::string_view text) const {
  const auto members = nlohmann::json::parse(text, nullptr, false);
  if (!members.is_object()) return false;
  const auto found = members.find("name");
  return found != members.end() && found->is_string() && *found == name;
}

}  // namespace ghboot::nats
