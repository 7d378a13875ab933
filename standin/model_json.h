// SPDX-License-Identifier: Apache-2.0
// The model as the text of files. A member that a file lacks has its default, so that an older folder is
// read. Threads: any.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "standin/model.h"

namespace ghboot::standin {

std::string state_text(const State& state);  // All but the deliveries.
std::string delivery_text(const Delivery& delivery);
// The error says what is wrong, and shows nothing of the text, which has secrets.
std::expected<State, std::string> parse_state(std::string_view text);
std::expected<Delivery, std::string> parse_delivery(std::string_view text);

}  // namespace ghboot::standin
