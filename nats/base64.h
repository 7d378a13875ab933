// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648) as JWTs have it, with "-" and "_" and no padding, and as JSON bodies have it, with "+",
// "/" and padding. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ghboot::nats {

std::string encode_base64url(std::string_view bytes);
// Nothing for what encode_base64url() would not have written.
std::optional<std::string> decode_base64url(std::string_view text);

std::string encode_base64(std::string_view bytes);
// Lines and padding may be as they like; nothing for other letters, or bits behind the end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace ghboot::nats
