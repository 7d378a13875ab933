// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_time.h"

#include <ctime>
#include <sstream>

#include "nats/file_system.h"

namespace ghboot::nats {
namespace {

constexpr std::size_t kernel_file_max = 4096;

std::chrono::nanoseconds time_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class SystemLockClock final : public LockClock {
 public:
  Instant read() override { return {.boot = time_of(CLOCK_BOOTTIME), .real = time_of(CLOCK_REALTIME)}; }
};

std::string words_of(FileSystem& files, const std::string& path) {
  const auto file = files.open(path);
  if (!file) return "";
  const auto bytes = files.read(*file, kernel_file_max);
  if (!bytes) return "";
  std::istringstream in(*bytes);
  std::string words;
  for (std::string word; in >> word;) words += (words.empty() ? "" : " ") + word;
  return words;
}

}  // namespace

LockClock& system_lock_clock() {
  static SystemLockClock clock;
  return clock;
}

std::string boot_identity(FileSystem& files) {
  const std::string boot = words_of(files, "/proc/sys/kernel/random/boot_id");
  // A kernel without time namespaces has no such file, and one clock for all.
  return boot.empty() ? "" : boot + " " + words_of(files, "/proc/self/timens_offsets");
}

}  // namespace ghboot::nats
