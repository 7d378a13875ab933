// SPDX-License-Identifier: Apache-2.0
// Base32 as NATS writes it: RFC 4648's upper-case alphabet without padding. One text for each value: what
// encode() would not write, decode() does not take. Threads: any.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ghboot::nats {

constexpr std::size_t base32_size(std::size_t bytes) { return (bytes * 8 + 4) / 5; }

std::string base32_encode(std::span<const unsigned char> bytes);

// Fills `bytes` exactly. False: another length, another letter, or bits behind the end that are not zero.
bool base32_decode(std::string_view text, std::span<unsigned char> bytes);

// The place of the first letter that is not of the alphabet; npos when all are.
std::size_t find_not_base32(std::string_view text);

}  // namespace ghboot::nats
