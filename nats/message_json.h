// SPDX-License-Identifier: Apache-2.0
// Messages of ghboot/v1 in proto3's JSON form, read and written without protobuf, whose descriptors every
// start of the provider would pay for. Always holds: any bytes may be read; members that are not asked for
// are left out, and a null is as if it were not there; what is written leaves out what is empty, as proto3
// does. Threads: as any value.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/error.h"

namespace ghboot::nats {

// Reads members of one object, which outlives it; the first that is of a wrong type is kept, in words.
class MessageMembers {
 public:
  explicit MessageMembers(const nlohmann::json& object) : object_(object) {}

  void text(const char* key, std::string& into);
  void flag(const char* key, bool& into);
  void count(const char* key, std::uint32_t& into);
  void count(const char* key, std::uint64_t& into);  // Which proto3 writes as strings, and either is read.
  void duration(const char* key, std::chrono::milliseconds& into);
  void time(const char* key, std::optional<std::int64_t>& into);  // Unix seconds.
  void texts(const char* key, std::vector<std::string>& into, std::size_t most);
  // What is not one of the `names` is wrong, and told as not `expected`.
  void choice(const char* key, const std::vector<std::string_view>& names, std::string_view expected,
              std::optional<std::size_t>& into);
  // What is wrong inside is told with the outer key before it.
  void object(const char* key, const std::function<void(MessageMembers&)>& read_inside);
  void objects(const char* key, const std::function<void(MessageMembers&)>& read_one);  // A list of them.

  const std::string& wrong() const { return wrong_; }

 private:
  const nlohmann::json* find(const char* key) const;
  void note(const char* key, std::string_view expected);

  const nlohmann::json& object_;
  std::string wrong_;
};

inline constexpr std::size_t message_size_max = 65536;

// ErrorKind::invalid: "not <what>: …".
Result<nlohmann::json> parse_message(std::string_view bytes, std::string_view what,
                                     std::size_t size_max = message_size_max);

void put_text(nlohmann::json& into, const char* key, const std::string& text);
std::string message_text(const nlohmann::json& object);  // Bytes that are no UTF-8 are replaced.

}  // namespace ghboot::nats
