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
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "helper/daemon.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyTime = SupervisedServer::SteadyTime;
using Phase = SupervisedServer::Phase;

constexpr seconds stop_max{10};

void log(const std::string& line) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%FT%TZ", &utc);
  std::fputs(fmt::format("{} {}\n", stamp.data(), line).c_str(), stderr);
}

class Supervisor {
 public:
  Supervisor(const DataFolder& folder, const SupervisedCommands& commands, Descriptor ready)
      : folder_(folder), ready_(std::move(ready)) {
    for (const ServerCommand& command : commands.nats) servers_.emplace_back(folder, command);
    servers_.emplace_back(folder, commands.github);
  }

  int run() {
    if (!prepare()) end_all(1, "the supervisor could not start");
    for (SupervisedServer& server : servers_)
      if (!ending_) start(server);
    while (!exit_code_) wait_once();
    return *exit_code_;
  }

 private:
  struct Ending {
    int exit_code;
    std::string why;  // For whoever waits for the start.
  };

  bool prepare() {
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&awaited, number);
    sigprocmask(SIG_BLOCK, &awaited, nullptr);
    signals_ = Descriptor(signalfd(-1, &awaited, SFD_CLOEXEC));
    std::error_code error;
    fs::remove_all(ports_folder(folder_), error);  // Of servers that were killed.
    if (!error) fs::create_directories(ports_folder(folder_), error);
    port_files_ = Descriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    const int watch =
        inotify_add_watch(port_files_.get(), ports_folder(folder_).c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
    return !error && signals_.open() && watch >= 0 && write_down().has_value();
  }

  Result<void> write_down() const {
    RunState state{.supervisor = {.id = getpid(), .started = start_ticks(getpid())},
                   .servers = {},
                   .restarts = restarts_};
    for (const SupervisedServer& server : servers_) state.servers.push_back(server.process());
    state.github = state.servers.back();  // The last that was started.
    state.servers.pop_back();
    return write_state(folder_, state);
  }
  void write_down_or_log() const {
    if (const auto written = write_down(); !written) log(written.error().message);
  }

  void start(SupervisedServer& server) {
    if (const auto failed = server.start()) end_all(1, *failed);
  }

  std::optional<SteadyTime> next_deadline() const {
    std::optional<SteadyTime> next;
    for (const SupervisedServer& server : servers_)
      if (server.deadline() && (!next || *server.deadline() < *next)) next = server.deadline();
    return next;
  }

  void wait_once() {
    std::vector<pollfd> waits{{signals_.get(), POLLIN, 0}, {port_files_.get(), POLLIN, 0}};
    for (const SupervisedServer& server : servers_) waits.push_back({server.pidfd().get(), POLLIN, 0});
    int timeout_ms = -1;
    if (const auto next = next_deadline())
      timeout_ms = static_cast<int>(std::max<std::int64_t>(
          std::chrono::ceil<milliseconds>(*next - std::chrono::steady_clock::now()).count(), 0));
    if (poll(waits.data(), waits.size(), timeout_ms) < 0) return;
    if (waits[0].revents != 0) on_signal();
    if (waits[1].revents != 0) on_port_files();
    const SteadyTime now = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < servers_.size() && !exit_code_; ++at) {
      SupervisedServer& server = servers_[at];
      if (waits[at + 2].revents != 0) {
        on_ended(server);
      } else if (server.deadline() && *server.deadline() <= now) {
        on_deadline(server);
      }
    }
  }

  void on_signal() {
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info || ending_) return;
    log(fmt::format("signal {}: stops", info.ssi_signo));
    end_all(0, "was told to stop while it started");
  }

  void on_port_files() {
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = ::read(port_files_.get(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size;) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        const std::string name = event.len > 0 ? buffer.data() + at + sizeof event : "";
        for (SupervisedServer& server : servers_)
          if (server.phase() == Phase::starting && name.ends_with(ports_file_ending(server.id())))
            on_listens(server);
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
  }

  void on_listens(SupervisedServer& server) {
    if (ending_) return;
    server.listens();
    log(fmt::format("{} runs as process {}", server.name(), server.id()));
    write_down_or_log();
    const bool all = std::ranges::all_of(
        servers_, [](const SupervisedServer& one) { return one.phase() == Phase::running; });
    if (all) tell("ready");
  }

  void on_ended(SupervisedServer& server) {
    const bool came_up = server.phase() == Phase::running;
    const int process = server.id();
    const std::string how = server.reap();
    log(fmt::format("{}, process {}, {}", server.name(), process, how));
    if (ending_) return finish_when_all_ended();
    if (!came_up && ready_.open())
      return end_all(1, fmt::format("{} {}:\n{}", server.name(), how, server.said()));
    ++restarts_;
    if (!server.may_start_again()) end_all(1, fmt::format("{} crashed too often: gives up", server.name()));
    write_down_or_log();
  }

  void on_deadline(SupervisedServer& server) {
    if (server.phase() == Phase::pausing) return start(server);
    log(fmt::format("{} does not {}: kills it", server.name(), ending_ ? "end" : "listen"));
    server.send(SIGKILL);
    server.expect_nothing();
  }

  void end_all(int exit_code, std::string why) {
    if (exit_code != 0) log(why);
    ending_ = Ending{exit_code, std::move(why)};
    for (SupervisedServer& server : servers_) {
      server.send(SIGTERM);
      server.expect_nothing();
      if (server.pidfd().open()) server.expect_end(std::chrono::steady_clock::now() + stop_max);
    }
    finish_when_all_ended();
  }

  void finish_when_all_ended() {
    if (std::ranges::any_of(servers_, [](const SupervisedServer& one) { return one.pidfd().open(); })) return;
    log("stopped");
    remove_state(folder_);
    tell(ending_->why);
    exit_code_ = ending_->exit_code;
  }

  void tell(const std::string& text) {
    if (!ready_.open()) return;
    if (::write(ready_.get(), text.data(), text.size()) < 0) log("nobody waits for the start");
    ready_.reset();
  }

  const DataFolder folder_;
  Descriptor ready_, signals_, port_files_;
  std::vector<SupervisedServer> servers_;
  int restarts_ = 0;
  std::optional<Ending> ending_;
  std::optional<int> exit_code_;
};

}  // namespace

Result<RunState> start_supervisor(const DataFolder& folder, const SupervisedCommands& commands,
                                  Descriptor lock) {
  const auto said = start_daemon(folder.supervisor_log(), lock, [&](Descriptor ready) {
    return Supervisor(folder, commands, std::move(ready)).run();
  });
  if (!said) return std::unexpected(said.error());
  if (*said != "ready")
    return fail(ExitCode::failed,
                fmt::format("the servers did not start: {}\nlogs: {}",
                            said->empty() ? "the supervisor ended" : *said, folder.logs().string()));
  if (const auto state = running(folder)) return *state;
  return fail(ExitCode::failed,
              fmt::format("the servers started and ended again; logs: {}", folder.logs().string()));
}

}  // namespace ghboot::helper
