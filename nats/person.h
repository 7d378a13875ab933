// SPDX-License-Identifier: Apache-2.0
// Who runs this process, and where, as the system knows them: for what others read. Threads: one, as
// getpwuid() has it.
#pragma once

#include <string>

namespace ghboot::nats {

struct Person {
  std::string name, host;
};
Person this_person();

}  // namespace ghboot::nats
