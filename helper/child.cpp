// SPDX-License-Identifier: Apache-2.0
#include "helper/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/descriptor.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds farewell_max{30};  // For terraform to write its state after SIGTERM.

using SteadyTime = std::chrono::steady_clock::time_point;

struct Pipe {
  Descriptor read, write;
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
};

// What the child needs between fork and exec, made before: it may not allocate there.
struct Prepared {
  std::vector<std::string> words, settings;
  std::vector<char*> argv, envp;
  Descriptor null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  Pipe out, err;

  explicit Prepared(const ChildCommand& command) : words(command.argv) {
    for (const auto& [name, value] : command.environment)
      settings.push_back(fmt::format("{}={}", name, value));
    for (auto& word : words) argv.push_back(word.data());
    for (auto& setting : settings) envp.push_back(setting.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
  }
  bool complete() const { return null.open() && out.write.open() && err.write.open(); }
};

[[noreturn]] void become(const ChildCommand& command, const Prepared& prepared, int parent) {
  ::signal(SIGINT, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);     // Terraform then gives its locks back.
  if (getppid() != parent) _exit(127);  // The parent went before the request was made.
  const std::array<int, 3> streams{prepared.null.get(), prepared.out.write.get(), prepared.err.write.get()};
  for (int number = 0; number < 3; ++number) {
    if (dup2(streams[static_cast<std::size_t>(number)], number) < 0) _exit(127);
  }
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::signal(SIGPIPE, SIG_DFL);
  if (command.folder.empty() || chdir(command.folder.c_str()) == 0)
    execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  const char* why = strerrordesc_np(errno);
  [[maybe_unused]] const auto written = ::write(2, why, std::strlen(why));
  _exit(127);
}

// At the end of the stream it is closed.
void take(Descriptor& from, std::string& into, const Descriptor& log) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return;
  if (count <= 0) return from.reset();
  into.append(buffer.data(), static_cast<std::size_t>(count));
  if (log.open()) [[maybe_unused]]
    const auto written = ::write(log.get(), buffer.data(), static_cast<std::size_t>(count));
}

int milliseconds_until(SteadyTime time) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// True when both streams have ended before `until`.
bool collect(Pipe& out, Pipe& err, const Descriptor& log, SteadyTime until, ChildOutcome& into) {
  while (out.read.open() || err.read.open()) {
    std::array<pollfd, 2> waits{{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
    const int ready = poll(waits.data(), waits.size(), milliseconds_until(until));
    if (ready == 0) return false;
    if (ready < 0) continue;
    if (waits[0].revents != 0) take(out.read, into.out, log);
    if (waits[1].revents != 0) take(err.read, into.err, log);
  }
  return true;
}

}  // namespace

Result<ChildOutcome> run_child(const ChildCommand& command) {
  Prepared prepared(command);
  Descriptor log;
  if (!command.log.empty())
    log = Descriptor(::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const int parent = getpid();
  // Ctrl-C reaches the child too. If it ended us, the child would get a second signal for it, at which
  // terraform leaves without writing its state.
  const auto on_interrupt = ::signal(SIGINT, SIG_IGN);
  const int child = prepared.complete() ? fork() : -1;
  if (child == 0) become(command, prepared, parent);
  if (child < 0)
    return fail(ExitCode::failed, fmt::format("cannot start {}: {}", command.argv[0], std::strerror(errno)));
  prepared.out.write.reset();
  prepared.err.write.reset();
  ChildOutcome outcome;
  const bool ended =
      collect(prepared.out, prepared.err, log, std::chrono::steady_clock::now() + command.longest, outcome);
  if (!ended) {
    kill(child, SIGTERM);
    if (!collect(prepared.out, prepared.err, log, std::chrono::steady_clock::now() + farewell_max, outcome))
      kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::signal(SIGINT, on_interrupt);
  if (!ended)
    return fail(ExitCode::failed, fmt::format("{} did not end within {} s and was stopped", command.argv[0],
                                              command.longest.count()));
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

std::optional<fs::path> find_program(const std::string& name, const std::string& path,
                                     const std::vector<fs::path>& otherwise) {
  std::vector<fs::path> candidates;
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty()) candidates.push_back(fs::absolute(fs::path(folder) / name));
  }
  candidates.insert(candidates.end(), otherwise.begin(), otherwise.end());
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

}  // namespace ghboot::helper
