// SPDX-License-Identifier: Apache-2.0
#include "helper/daemon.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ghboot::helper {

namespace {

// Descriptors of whoever called, a pipe that captures its output above all, are not kept open.
void close_all_but(int first, int second) {
  const auto low = static_cast<unsigned>(std::min(first, second)),
             high = static_cast<unsigned>(std::max(first, second));
  if (low > 3) close_range(3, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0U, 0);
}

bool redirect(const std::filesystem::path& log) {
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return null >= 0 && out >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2 &&
         chdir("/") == 0;
}

void forget_environment() {
  for (char** entry = environ; *entry; ++entry) std::memset(*entry, 0, std::strlen(*entry));
  clearenv();
}

[[noreturn]] void become_daemon(const std::filesystem::path& log, const Descriptor& kept,
                                const std::function<int(Descriptor)>& work, Descriptor told) {
  setsid();
  if (fork() != 0) _exit(0);  // Not a session's leader: it never gets a terminal.
  ::signal(SIGPIPE, SIG_IGN);
  forget_environment();
  if (!redirect(log)) _exit(1);
  close_all_but(kept.get(), told.get());
  _exit(work(std::move(told)));
}

std::string read_to_end(const Descriptor& from) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<std::string> start_daemon(const std::filesystem::path& log, const Descriptor& kept,
                                 const std::function<int(Descriptor told)>& work) {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ExitCode::failed, "cannot make a pipe");
  const Descriptor listening(ends[0]);
  Descriptor told(ends[1]);
  const int child = fork();
  if (child < 0)
    return fail(ExitCode::failed, fmt::format("cannot start the supervisor: {}", std::strerror(errno)));
  if (child == 0) become_daemon(log, kept, work, std::move(told));
  told.reset();
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return read_to_end(listening);
}

}  // namespace ghboot::helper
