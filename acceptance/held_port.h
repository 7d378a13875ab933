// SPDX-License-Identifier: Apache-2.0
// A free TCP port of 127.0.0.1 that stays free for one program to listen on, however often it stops and comes
// back: the port is bound here and not listened on, so that the kernel gives it to no connection and to
// nobody who asks for any port, while a program that sets SO_REUSEADDR, as all that are written in Go do,
// listens on it. Throws std::system_error when there is none. Threads: as any value.
#pragma once

#include <cstdint>

#include "helper/descriptor.h"

namespace ghboot::acceptance {

class HeldPort {
 public:
  HeldPort();
  std::uint16_t number() const { return number_; }

 private:
  helper::Descriptor socket_;
  std::uint16_t number_ = 0;
};

}  // namespace ghboot::acceptance
