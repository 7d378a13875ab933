// SPDX-License-Identifier: Apache-2.0
#include "helper/process_tree.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;

constexpr int pause_ms = 5;  // Between two looks; an end cannot be waited for by name while new ones come.

bool to_pid(std::string_view text, pid_t& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// Of "<pid> (<name>) <state> <parent> …", where the name may hold anything.
pid_t parent_of(const fs::path& process) {
  std::ifstream file(process / "stat");
  const std::string stat(std::istreambuf_iterator<char>(file), {});
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= stat.size()) return 0;  // It has ended meanwhile.
  const std::string_view parent = std::string_view(stat).substr(name_end + 4);
  pid_t found = 0;
  return to_pid(parent.substr(0, parent.find(' ')), found) ? found : 0;
}

}  // namespace

bool inherit_orphans() { return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

std::vector<pid_t> descendants() {
  std::multimap<pid_t, pid_t> children;
  std::error_code ignored;
  for (fs::directory_iterator at("/proc", ignored), end; at != end; at.increment(ignored)) {
    pid_t process = 0;
    if (to_pid(at->path().filename().native(), process)) children.emplace(parent_of(at->path()), process);
  }
  std::vector<pid_t> found{getpid()};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const auto [first, last] = children.equal_range(found[next]);
    std::transform(first, last, std::back_inserter(found), [](const auto& child) { return child.second; });
  }
  found.erase(found.begin());
  return found;
}

void kill_descendants() {
  for (;;) {
    for (const pid_t process : descendants()) ::kill(process, SIGKILL);
    for (;;) {
      const pid_t reaped = waitpid(-1, nullptr, WNOHANG);
      if (reaped < 0 && errno == ECHILD) return;
      if (reaped == 0) break;
    }
    ::poll(nullptr, 0, pause_ms);
  }
}

}  // namespace ghboot::helper
