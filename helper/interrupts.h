// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP, from the making on, as a stop that is asked for. Made before any other thread:
// one that was there before would be ended by them, and the process with it. Threads: any.
#pragma once

#include <stop_token>
#include <thread>

#include "helper/descriptor.h"

namespace ghboot::helper {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  std::stop_source& stop() { return stop_; }

 private:
  std::stop_source stop_;
  Descriptor signals_, over_;
  std::jthread watcher_;
};

}  // namespace ghboot::helper
