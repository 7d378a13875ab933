// SPDX-License-Identifier: Apache-2.0
#include "nats/process_end.h"

#include <cstdio>

#include <unistd.h>

namespace ghboot::nats {

void end_process(int exit_code) {
  std::fflush(nullptr);
  _exit(exit_code);
}

}  // namespace ghboot::nats
