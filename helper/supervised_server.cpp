// SPDX-License-Identifier: Apache-2.0
#include "helper/supervised_server.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

using std::chrono::seconds;

constexpr seconds start_max{30};  // A server with much JetStream data reads it before it listens.
constexpr seconds crash_window{60};
constexpr std::size_t crashes_max = 5;  // In one window; one more and it is given up.
constexpr seconds restart_delay{1};     // From the second crash in a window on.

[[noreturn]] void become_server(const std::vector<const char*>& argv, const std::string& path,
                                const char* log, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // The supervisor went before the request was made.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // What it says before it opens its own log goes there too.
  const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0 || dup2(out, 1) != 1 || dup2(out, 2) != 2) _exit(127);
  // Nothing of the environment of whoever called `up`: it lives long, and a token may be there.
  const std::array<const char*, 2> environment{path.c_str(), nullptr};
  execve(argv[0], const_cast<char* const*>(argv.data()), const_cast<char* const*>(environment.data()));
  std::perror(argv[0]);
  _exit(127);
}

void remove_ports_file(const DataFolder& folder, int process) {
  std::error_code error;
  for (fs::directory_iterator entry(ports_folder(folder), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().ends_with(ports_file_ending(process)))
      fs::remove(entry->path(), error);
  }
}

}  // namespace

fs::path ports_folder(const DataFolder& folder) { return folder.run_folder() / "ports"; }
std::string ports_file_ending(int process) { return fmt::format("_{}.ports", process); }

SupervisedServer::SupervisedServer(const DataFolder& folder, ServerCommand command)
    : folder_(folder), command_(std::move(command)) {}

std::optional<std::string> SupervisedServer::start() {
  std::error_code none_yet;
  log_size_before_ = fs::file_size(folder_.server_log(name()), none_yet);
  if (none_yet) log_size_before_ = 0;
  const std::string log = folder_.server_log(name()), path = "PATH=" + command_.search_path;
  std::vector<const char*> argv;
  for (const std::string& word : command_.argv) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const int parent = getpid();
  const int child = fork();
  if (child == 0) become_server(argv, path, log.c_str(), parent);
  if (child < 0) return fmt::format("cannot start {}: {}", command_.argv.front(), std::strerror(errno));
  id_ = child;
  pidfd_ = open_pidfd(child);
  phase_ = Phase::starting;
  deadline_ = std::chrono::steady_clock::now() + start_max;
  return std::nullopt;
}

void SupervisedServer::listens() {
  phase_ = Phase::running;
  deadline_.reset();
}

std::string SupervisedServer::reap() {
  int status = 0;
  waitpid(id_, &status, 0);
  pidfd_.reset();
  phase_ = Phase::ended;
  deadline_.reset();
  remove_ports_file(folder_, std::exchange(id_, 0));
  return WIFSIGNALED(status) ? fmt::format("was ended by signal {}", WTERMSIG(status))
                             : fmt::format("ended with {}", WEXITSTATUS(status));
}

bool SupervisedServer::may_start_again() {
  const SteadyTime now = std::chrono::steady_clock::now();
  while (!crashes_.empty() && now - crashes_.front() > crash_window) crashes_.pop_front();
  crashes_.push_back(now);
  if (crashes_.size() > crashes_max) return false;
  phase_ = Phase::pausing;
  deadline_ = crashes_.size() == 1 ? now : now + restart_delay;
  return true;
}

void SupervisedServer::send(int signal) const { send_signal(pidfd_, signal); }

void SupervisedServer::expect_end(SteadyTime until) { deadline_ = until; }

RunningProcess SupervisedServer::process() const {
  if (phase_ != Phase::running) return {};
  return {.id = id_, .started = start_ticks(id_)};
}

std::string SupervisedServer::said() const {
  std::ifstream stream(folder_.server_log(name()), std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(log_size_before_));
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  constexpr std::size_t size_max = 2000;
  return text.size() > size_max ? text.substr(text.size() - size_max) : text;
}

}  // namespace ghboot::helper
