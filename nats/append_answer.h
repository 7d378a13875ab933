// SPDX-License-Identifier: Apache-2.0
// What a stream answers to what was published for it to store. Threads: any.
#pragma once

#include <string_view>

#include "nats/lock_stream.h"

namespace ghboot::nats {

// `stream`: that was meant. Another one's name is in the domain's place, which no domain has: "stream NAME".
Appended decode_append_answer(std::string_view body, std::string_view stream);

}  // namespace ghboot::nats
