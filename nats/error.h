// SPDX-License-Identifier: Apache-2.0
// How anything in nats/ fails: a kind, which is an order to the caller, and a message for people. A message
// never holds a seed, creds or a user's JWT.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace ghboot::nats {

enum class ErrorKind : std::uint8_t {
  invalid,      // What was given can never work: fix the input or the configuration.
  unreachable,  // Nothing was sent, or a read got no answer: try again later.
  refused,      // The far side understood and said no: its reason is in the message.
  missing,      // The right place was asked, and the thing is not there.
  conflict,     // Somebody else has it or changed it: look again, then decide.
  unknown,      // A write was sent and not answered: it may have happened; settle it by reading.
};

struct Error {
  ErrorKind kind;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

}  // namespace ghboot::nats
