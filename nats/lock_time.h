// SPDX-License-Identifier: Apache-2.0
// The two clocks by which a lock judges: CLOCK_BOOTTIME, which goes on while the machine is suspended, and
// CLOCK_REALTIME, which jumps when a guest wakes up elsewhere. Neither is ever compared with another
// machine's. Threads: any.
#pragma once

#include <chrono>
#include <string>

namespace ghboot::nats {

class FileSystem;

struct Instant {
  std::chrono::nanoseconds boot{0};
  std::chrono::nanoseconds real{0};
};

class LockClock {
 public:
  virtual ~LockClock() = default;
  virtual Instant read() = 0;
};

LockClock& system_lock_clock();  // Lives as long as the process.

// Names what CLOCK_BOOTTIME counts from: the kernel's boot id, with the offset of this process's time
// namespace. Empty where the kernel does not say: then no reading of an earlier process is comparable.
std::string boot_identity(FileSystem& files);

}  // namespace ghboot::nats
