// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_holder.h"

#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>

namespace ghboot::nats {

// A line reads "1: FLOCK ADVISORY WRITE 4711 fe:01:1234 0 EOF"; one that waits has "->" behind the number.
std::optional<int> lock_holder(std::string_view locks, std::uint64_t inode) {
  const std::string end = fmt::format(":{}", inode);
  std::istringstream lines{std::string(locks)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number, kind, strength, access, device_and_inode;
    int process = 0;
    words >> number >> kind >> strength >> access >> process >> device_and_inode;
    if (words && kind == "FLOCK" && process > 0 && device_and_inode.ends_with(end)) return process;
  }
  return std::nullopt;
}

std::optional<std::string> lock_holder(std::uint64_t inode) {
  std::ifstream locks("/proc/locks");
  const std::string text(std::istreambuf_iterator<char>(locks), {});
  const auto process = lock_holder(text, inode);
  if (!process) return std::nullopt;
  std::ifstream comm(fmt::format("/proc/{}/comm", *process));
  std::string program;
  if (!std::getline(comm, program)) return std::to_string(*process);
  return fmt::format("{} ({})", *process, program);
}

}  // namespace ghboot::nats
