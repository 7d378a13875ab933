// SPDX-License-Identifier: Apache-2.0
// A place in the request stream as messages have it. Threads: any.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "nats/message_json.h"
#include "regen/regeneration_message.h"

namespace ghboot::regen {

inline nlohmann::json place_json(const RequestPlace& place) {
  nlohmann::json object = nlohmann::json::object();
  nats::put_text(object, "streamCreated", place.created);
  if (place.sequence != 0) object["sequence"] = std::to_string(place.sequence);
  return object;
}

inline void read_place(nats::MessageMembers& members, const char* key, RequestPlace& into) {
  members.object(key, [&](nats::MessageMembers& place) {
    place.text("streamCreated", into.created);
    place.count("sequence", into.sequence);
  });
}

}  // namespace ghboot::regen
