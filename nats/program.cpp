// SPDX-License-Identifier: Apache-2.0
#include "nats/program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nats/file_system.h"

namespace ghboot::nats {

namespace fs = std::filesystem;

namespace {

bool is_open(const File& file) { return file.descriptor() >= 0; }

struct Pipe {
  File read, write;
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    read = File(ends[0]);
    write = File(ends[1]);
  }
};

// A file without a name: whoever opens /dev/stdin finds a file, and nobody waits for a reader.
File file_of(std::string_view text) {
  if (text.empty()) return File(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  File file(memfd_create("input", MFD_CLOEXEC));
  while (is_open(file) && !text.empty()) {
    const ssize_t count = ::write(file.descriptor(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {};
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (lseek(file.descriptor(), 0, SEEK_SET) != 0) return {};
  return file;
}

// What the child needs between fork and exec, made before: it may not allocate there.
struct Prepared {
  std::vector<std::string> words, settings;
  std::vector<char*> argv, envp;
  File in;
  Pipe out, err;
  int parent = getpid();

  explicit Prepared(const ProgramCommand& command)
      : words(command.argv), settings(command.environment), in(file_of(command.input)) {
    for (auto& word : words) argv.push_back(word.data());
    for (auto& setting : settings) envp.push_back(setting.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
  }
  bool complete() const { return is_open(in) && is_open(out.write) && is_open(err.write); }
};

[[noreturn]] void become(const ProgramCommand& command, const Prepared& prepared) {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (command.own_group) setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != prepared.parent) _exit(127);  // The parent went before the request was made.
  const std::array<int, 3> streams{prepared.in.descriptor(), prepared.out.write.descriptor(),
                                   prepared.err.write.descriptor()};
  for (int number = 0; number < 3; ++number) {
    if (dup2(streams[static_cast<std::size_t>(number)], number) < 0) _exit(127);
  }
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (command.folder.empty() || chdir(command.folder.c_str()) == 0)
    execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  const char* why = strerrordesc_np(errno);
  [[maybe_unused]] const auto written = ::write(2, why, std::strlen(why));
  _exit(127);
}

class Running {
 public:
  Running(const ProgramCommand& command, const ProgramPatience& patience, Clock& clock, Prepared& prepared,
          int child)
      : command_(command), patience_(patience), clock_(clock), child_(child) {
    out_.stream = std::move(prepared.out.read);
    err_.stream = std::move(prepared.err.read);
    prepared.out.write = File();
    prepared.err.write = File();
  }

  Result<ProgramOutcome> wait() {
    std::string why = collect(patience_.wait.until);
    if (!why.empty() && patience_.farewell.count() > 0) {
      send(SIGTERM);
      if (collect(clock_.now() + patience_.farewell).empty()) ended_ = true;
    }
    if (!why.empty() && !ended_) send(SIGKILL);
    int status = 0;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    if (!why.empty()) return fail(ErrorKind::unknown, std::move(why));
    return ProgramOutcome{.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                          .out = std::move(out_.text),
                          .err = std::move(err_.text)};
  }

 private:
  struct Stream {
    File stream;
    std::string text;
  };

  void send(int signal) const { ::kill(command_.own_group ? -child_ : child_, signal); }

  // False: there is nothing more to be had now.
  bool take(Stream& from) const {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(from.stream.descriptor(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return true;
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) {
      from.stream = File();
      return false;
    }
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(count));
    from.text += piece;
    if (command_.on_output) command_.on_output(piece);
    return from.text.size() <= patience_.output_max;
  }
  void drain(Stream& from) const {
    if (!is_open(from.stream)) return;
    fcntl(from.stream.descriptor(), F_SETFL, O_NONBLOCK);
    while (take(from)) {
    }
  }
  bool too_much() const { return std::max(out_.text.size(), err_.text.size()) > patience_.output_max; }

  // Until the child has ended; a grandchild that keeps the streams is not waited for. Why it must be ended;
  // empty when it did by itself.
  std::string collect(SteadyTime until) {
    const File ended(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    const File stopped(eventfd(0, EFD_CLOEXEC));
    const std::stop_callback wake(patience_.wait.stop, [&] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(stopped.descriptor(), &one, sizeof(one));
    });
    bool stops = false;
    while (true) {
      std::array<pollfd, 4> waits{{{ended.descriptor(), POLLIN, 0},
                                   {out_.stream.descriptor(), POLLIN, 0},
                                   {err_.stream.descriptor(), POLLIN, 0},
                                   {stops ? -1 : stopped.descriptor(), POLLIN, 0}}};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.now()).count();
      const int ready = poll(waits.data(), waits.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000)));
      if (ready == 0)
        return stops ? "did not end after it was asked to stop, and was ended"
                     : "did not end in time, and was ended";
      if (ready < 0) continue;
      if (waits[1].revents != 0) take(out_);
      if (waits[2].revents != 0) take(err_);
      if (waits[3].revents != 0) {
        stops = true;
        until = std::min(until, clock_.now() + patience_.after_stop);
      }
      if (too_much()) return "printed more than is taken, and was ended";
      if (waits[0].revents != 0) {
        ended_ = true;
        drain(out_);
        drain(err_);
        return too_much() ? "printed more than is taken" : "";
      }
    }
  }

  const ProgramCommand& command_;
  const ProgramPatience& patience_;
  Clock& clock_;
  const int child_;
  Stream out_, err_;
  bool ended_ = false;
};

}  // namespace

Result<ProgramOutcome> run_program(const ProgramCommand& command, const ProgramPatience& patience,
                                   Clock& clock) {
  Prepared prepared(command);
  const int child = prepared.complete() ? fork() : -1;
  if (child == 0) become(command, prepared);
  if (child < 0) return fail(ErrorKind::invalid, std::generic_category().message(errno));
  if (command.own_group) setpgid(child, child);  // Whichever comes first: a kill must not miss it.
  return Running(command, patience, clock, prepared, child).wait();
}

std::optional<fs::path> find_program(const std::string& name, const std::string& path,
                                     const std::vector<fs::path>& otherwise) {
  std::vector<fs::path> candidates;
  if (name.contains('/')) candidates.emplace_back(name);
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty() && !name.contains('/')) candidates.push_back(fs::absolute(fs::path(folder) / name));
  }
  candidates.insert(candidates.end(), otherwise.begin(), otherwise.end());
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

}  // namespace ghboot::nats
