// SPDX-License-Identifier: Apache-2.0
#include "helper/supervisor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr seconds start_max{30};  // A server with much JetStream data reads it before it listens.
constexpr seconds stop_max{10};
constexpr seconds crash_window{60};
constexpr std::size_t crashes_max = 5;  // In one window; one more and the supervisor gives up.
constexpr seconds restart_delay{1};     // From the second crash in a window on.

void log(const std::string& line) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%FT%TZ", &utc);
  std::fputs(fmt::format("{} {}\n", stamp.data(), line).c_str(), stderr);
}

fs::path ports_folder(const DataFolder& folder) { return folder.run_folder() / "ports"; }

[[noreturn]] void become_server(const std::array<const char*, 6>& argv, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // The supervisor went before the request was made.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  dup2(1, 2);  // Its first words go into its log too.
  // Nothing of the environment of whoever called `up`: it lives long, and a token may be there.
  const std::array<const char*, 2> environment{"PATH=/usr/bin:/bin", nullptr};
  execve(argv[0], const_cast<char* const*>(argv.data()), const_cast<char* const*>(environment.data()));
  std::perror(argv[0]);
  _exit(127);
}

enum class Phase : std::uint8_t { starting, running, pausing, stopping };

class Supervisor {
 public:
  Supervisor(const DataFolder& folder, fs::path program, Descriptor ready)
      : folder_(folder), program_(std::move(program)), ready_(std::move(ready)) {}

  int run() {
    if (!prepare()) return give_up("the supervisor could not start");
    start_server();
    while (!exit_code_) wait_once();
    return *exit_code_;
  }

 private:
  bool prepare() {
    state_.supervisor = getpid();
    state_.supervisor_started = start_ticks(getpid());
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&awaited, number);
    sigprocmask(SIG_BLOCK, &awaited, nullptr);
    signals_ = Descriptor(signalfd(-1, &awaited, SFD_CLOEXEC));
    std::error_code error;
    fs::create_directories(ports_folder(folder_), error);
    port_files_ = Descriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    const int watch =
        inotify_add_watch(port_files_.get(), ports_folder(folder_).c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
    return !error && signals_.open() && watch >= 0 && write_state(folder_, state_).has_value();
  }

  void start_server() {
    std::error_code ignored;
    for (fs::directory_iterator entry(ports_folder(folder_), ignored), end; !ignored && entry != end;
         entry.increment(ignored))
      fs::remove(entry->path(), ignored);  // Of a server that was killed.
    log_size_before_ = fs::file_size(folder_.server_log(), ignored);
    if (ignored) log_size_before_ = 0;
    const std::string config = folder_.server_config(), ports = ports_folder(folder_);
    const std::array<const char*, 6> argv{program_.c_str(),   "-c",          config.c_str(),
                                          "--ports_file_dir", ports.c_str(), nullptr};
    const int parent = getpid();
    const int child = fork();
    if (child == 0) become_server(argv, parent);
    if (child < 0)
      return finish(give_up(fmt::format("cannot start {}: {}", program_.string(), std::strerror(errno))));
    pid_ = child;
    server_ = open_pidfd(child);
    enter(Phase::starting, start_max);
  }

  void enter(Phase phase, std::optional<seconds> longest = std::nullopt) {
    phase_ = phase;
    deadline_.reset();
    if (longest) deadline_ = std::chrono::steady_clock::now() + *longest;
  }
  void finish(int exit_code) { exit_code_ = exit_code; }

  int timeout_ms() const {
    if (!deadline_) return -1;
    const auto left = std::chrono::ceil<milliseconds>(*deadline_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  void wait_once() {
    std::array<pollfd, 3> waits{
        {{signals_.get(), POLLIN, 0}, {port_files_.get(), POLLIN, 0}, {server_.get(), POLLIN, 0}}};
    if (poll(waits.data(), waits.size(), timeout_ms()) < 0) return;
    if (waits[0].revents != 0) on_signal();
    if (waits[1].revents != 0) on_port_files();
    if (waits[2].revents != 0) return on_server_ended();
    if (deadline_ && timeout_ms() == 0) on_deadline();
  }

  void on_signal() {
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) return;
    if (phase_ == Phase::stopping) return;
    log(fmt::format("signal {}: stops", info.ssi_signo));
    if (!server_.open()) return finish(leave());
    send_signal(server_, SIGTERM);
    enter(Phase::stopping, stop_max);
  }

  // A port file is written when the server listens: its name ends with the server's id.
  void on_port_files() {
    const std::string ending = fmt::format("_{}.ports", pid_);
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = ::read(port_files_.get(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size;) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        const std::string name = event.len > 0 ? buffer.data() + at + sizeof event : "";
        if (name.ends_with(ending) && phase_ == Phase::starting) on_ready();
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
  }

  void on_ready() {
    enter(Phase::running);
    state_.server = pid_;
    state_.server_started = start_ticks(pid_);
    if (const auto written = write_state(folder_, state_); !written) log(written.error().message);
    log(fmt::format("nats-server runs as process {}", pid_));
    tell("ready");
  }

  void on_server_ended() {
    int status = 0;
    waitpid(pid_, &status, 0);
    server_.reset();
    if (phase_ == Phase::stopping) return finish(leave());
    const bool came_up = phase_ == Phase::running;
    const std::string how = WIFSIGNALED(status) ? fmt::format("was ended by signal {}", WTERMSIG(status))
                                                : fmt::format("ended with {}", WEXITSTATUS(status));
    log(fmt::format("nats-server, process {}, {}", pid_, how));
    if (!came_up && ready_.open()) return finish(give_up(fmt::format("nats-server {}:\n{}", how, said())));
    state_.server = 0;
    state_.server_started = 0;
    ++state_.restarts;
    if (const auto written = write_state(folder_, state_); !written) log(written.error().message);
    start_again();
  }

  void start_again() {
    const SteadyTime now = std::chrono::steady_clock::now();
    while (!crashes_.empty() && now - crashes_.front() > crash_window) crashes_.pop_front();
    crashes_.push_back(now);
    if (crashes_.size() > crashes_max)
      return finish(
          give_up(fmt::format("{} crashes within {} s: gives up", crashes_.size(), crash_window.count())));
    if (crashes_.size() == 1) return start_server();
    enter(Phase::pausing, restart_delay);
  }

  void on_deadline() {
    if (phase_ == Phase::pausing) return start_server();
    log(phase_ == Phase::starting ? "nats-server does not listen: kills it"
                                  : "nats-server does not end: kills it");
    send_signal(server_, SIGKILL);
    deadline_.reset();
  }

  // What the server wrote into its log in this run: the last lines.
  std::string said() const {
    std::ifstream stream(folder_.server_log(), std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(log_size_before_));
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    constexpr std::size_t size_max = 2000;
    return text.size() > size_max ? text.substr(text.size() - size_max) : text;
  }

  void tell(const std::string& text) {
    if (!ready_.open()) return;
    if (::write(ready_.get(), text.data(), text.size()) < 0) log("nobody waits for the start");
    ready_.reset();
  }
  int give_up(const std::string& why) {
    log(why);
    remove_state(folder_);
    tell(why);
    return 1;
  }
  int leave() {
    log("stopped");
    remove_state(folder_);
    tell("was told to stop while it started");
    return 0;
  }

  const DataFolder folder_;
  const fs::path program_;
  Descriptor ready_, signals_, port_files_, server_;
  int pid_ = 0;
  RunState state_;
  Phase phase_ = Phase::starting;
  std::optional<SteadyTime> deadline_;
  std::deque<SteadyTime> crashes_;
  std::uintmax_t log_size_before_ = 0;
  std::optional<int> exit_code_;
};

// Descriptors of whoever called `up`, a pipe that captures its output above all, are not kept open.
void close_all_but(int first, int second) {
  const auto low = static_cast<unsigned>(std::min(first, second)),
             high = static_cast<unsigned>(std::max(first, second));
  if (low > 3) close_range(3, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0U, 0);
}

// Into the log as well as the server's first words, which it says before it opens its own log.
bool redirect(const DataFolder& folder) {
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = ::open(folder.server_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int err = ::open(folder.supervisor_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return null >= 0 && out >= 0 && err >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2 &&
         chdir("/") == 0;
}

// The supervisor lives for weeks, and /proc shows what it was started with: a token may be among it.
void forget_environment() {
  for (char** entry = environ; *entry; ++entry) std::memset(*entry, 0, std::strlen(*entry));
  clearenv();
}

[[noreturn]] void daemonize(const DataFolder& folder, const fs::path& program, const Descriptor& lock,
                            Descriptor ready) {
  setsid();
  if (fork() != 0) _exit(0);  // Not a session's leader: it never gets a terminal.
  ::signal(SIGPIPE, SIG_IGN);
  forget_environment();
  if (!redirect(folder)) _exit(1);
  close_all_but(lock.get(), ready.get());
  _exit(Supervisor(folder, program, std::move(ready)).run());
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

Result<RunState> start_supervisor(const DataFolder& folder, const fs::path& program, Descriptor lock) {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ExitCode::failed, "cannot make a pipe");
  const Descriptor told(ends[0]);
  Descriptor ready(ends[1]);
  const int child = fork();
  if (child < 0)
    return fail(ExitCode::failed, fmt::format("cannot start the supervisor: {}", std::strerror(errno)));
  if (child == 0) daemonize(folder, program, lock, std::move(ready));
  ready.reset();
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  const std::string said = read_to_end(told);
  if (said != "ready")
    return fail(ExitCode::failed,
                fmt::format("NATS did not start: {}\nlogs: {}", said.empty() ? "the supervisor ended" : said,
                            folder.logs().string()));
  if (const auto state = running(folder)) return *state;
  return fail(ExitCode::failed,
              fmt::format("NATS started and ended again; logs: {}", folder.logs().string()));
}

}  // namespace ghboot::helper
