// SPDX-License-Identifier: Apache-2.0
#include "helper/guard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/process_tree.h"
#include "nats/held_locks.h"

namespace ghboot::helper {
namespace {

using std::chrono::nanoseconds;

enum class Word : std::uint8_t { start, extend, end };

struct Order {  // To the guard.
  Word word = Word::end;
  nanoseconds boot{0}, real{0};
  std::array<char, 64> token{};  // With a 0 at its end.
};

struct Report {  // From it.
  GuardOutcome outcome{};
  int start_error = 0;  // An errno.
};

// The terminal is the command's while it runs, so that Ctrl-C is too, and terraform can ask.
class Terminal {
 public:
  Terminal() : is_ours_(tcgetpgrp(STDIN_FILENO) == getpgrp()) {}
  void give_to(pid_t group) const {
    if (is_ours_) tcsetpgrp(STDIN_FILENO, group);
  }
  void take_back() const { give_to(getpgrp()); }

 private:
  bool is_ours_;
};

class GuardProcess {
 public:
  GuardProcess(const GuardedCommand& command, int socket)
      : words_(command.argv), settings_(command.environment), socket_(socket) {}

  [[noreturn]] void run() {
    prepare();
    for (;;) {
      std::array<pollfd, 4> watched{pollfd{.fd = socket_, .events = POLLIN, .revents = 0},
                                    {.fd = children_.get(), .events = POLLIN, .revents = 0},
                                    {.fd = timers_[0].get(), .events = POLLIN, .revents = 0},
                                    {.fd = timers_[1].get(), .events = POLLIN, .revents = 0}};
      if (::poll(watched.data(), watched.size(), -1) < 0) continue;
      if (watched[2].revents != 0 || watched[3].revents != 0) on_time();
      if (watched[1].revents != 0) on_child();
      if (watched[0].revents != 0) on_order();
    }
  }

 private:
  void prepare() {
    // Whatever is sent to our group or by a terminal that closes: the guard stays while there is anything to
    // guard.
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    children_ = Descriptor(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    timers_[0] = Descriptor(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
    timers_[1] = Descriptor(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
    const bool is_whole = children_.open() && timers_[0].open() && timers_[1].open();
    if (!is_whole || !inherit_orphans()) tell({.start_error = errno});
  }

  [[noreturn]] void tell(const Report& report) const {
    [[maybe_unused]] const auto sent = ::send(socket_, &report, sizeof report, MSG_NOSIGNAL);
    _exit(0);
  }

  void on_order() {
    Order order;
    const ssize_t count = ::recv(socket_, &order, sizeof order, MSG_DONTWAIT);
    if (count < 0) return;
    if (count != sizeof order) {  // Who renews the lock is gone.
      if (child_ == 0) _exit(0);
      socket_ = -1;  // Nobody hears a report, either.
      farewell();
      return;
    }
    if (order.word != Word::end && !outcome_.was_told) deadline_ = {.boot = order.boot, .real = order.real};
    if (order.word == Word::start) start(order.token.data());
    if (order.word == Word::end && child_ == 0) _exit(0);
    if (order.word == Word::end) farewell();
    arm();
  }

  void start(const char* token) {
    settings_.push_back(fmt::format("{}={}", nats::HeldLocks::token_variable, token));
    std::vector<char*> argv, envp;
    for (auto& word : words_) argv.push_back(word.data());
    for (auto& setting : settings_) envp.push_back(setting.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    std::array<int, 2> failure{-1, -1};
    if (::pipe2(failure.data(), O_CLOEXEC) != 0) tell({.start_error = errno});
    child_ = ::fork();
    if (child_ < 0) tell({.start_error = errno});
    if (child_ == 0) become(argv.data(), envp.data(), failure[1]);
    ::setpgid(child_, child_);  // Both do, as either may come first.
    ::close(failure[1]);
    int error = 0;
    while (::read(failure[0], &error, sizeof error) < 0 && errno == EINTR) {
    }
    ::close(failure[0]);
    if (error != 0) {
      kill_descendants();
      terminal_.take_back();
      tell({.start_error = error});
    }
  }

  [[noreturn]] void become(char* const* argv, char* const* envp, int failure) const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    terminal_.give_to(getpid());
    for (const int number : {SIGINT, SIGPIPE, SIGTTOU, SIGTSTP}) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(argv[0], argv, envp);
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(failure, &error, sizeof error);
    _exit(127);
  }

  // From the first SIGTERM on the end comes after the farewell, or before the deadline.
  void farewell() {
    if (outcome_.was_told) return;
    outcome_.was_told = true;
    const nats::Instant now = nats::system_lock_clock().read();
    deadline_.boot = std::min(deadline_.boot, now.boot + Guard::farewell);
    deadline_.real = std::min(deadline_.real, now.real + Guard::farewell);
    send_to_group(SIGTERM);
    send_to_group(SIGCONT);  // One that is stopped hears of nothing else.
    arm();
  }

  void send_to_group(int signal) const {
    if (!has_ended_) ::kill(-child_, signal);
  }

  void arm() const {
    const nanoseconds before = outcome_.was_told ? nanoseconds(Guard::margin) : nanoseconds(Guard::farewell);
    const std::array<nanoseconds, 2> when{deadline_.boot - before, deadline_.real - before};
    for (std::size_t at = 0; at < timers_.size(); ++at) {
      const nanoseconds due = std::max(when[at], nanoseconds(1));  // 0 would disarm it.
      const auto seconds = std::chrono::floor<std::chrono::seconds>(due);
      const itimerspec spec{.it_interval = {},
                            .it_value = {.tv_sec = seconds.count(), .tv_nsec = (due - seconds).count()}};
      timerfd_settime(timers_[at].get(), TFD_TIMER_ABSTIME, &spec, nullptr);
    }
  }

  void on_time() {
    const nats::Instant now = nats::system_lock_clock().read();
    const auto is_past = [&](nanoseconds before) {
      return now.boot >= deadline_.boot - before || now.real >= deadline_.real - before;
    };
    if (is_past(Guard::margin)) finish();
    if (is_past(Guard::farewell)) farewell();
    arm();  // Of an older deadline, or for the next step.
  }

  void on_child() {
    signalfd_siginfo ignored{};
    while (::read(children_.get(), &ignored, sizeof ignored) > 0) {
    }
    for (;;) {
      int status = 0;
      const pid_t reaped = ::waitpid(-1, &status, WNOHANG | WUNTRACED);
      if (reaped <= 0) return;
      // Ctrl-Z: a lock is not held for a command that sleeps, and no shell would wake it.
      if (reaped == child_ && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP) send_to_group(SIGCONT);
      if (reaped != child_ || WIFSTOPPED(status)) continue;
      has_ended_ = true;
      outcome_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      outcome_.left = static_cast<std::uint32_t>(descendants().size());
      finish();
    }
  }

  [[noreturn]] void finish() {
    if (!has_ended_) outcome_.exit_code = 128 + SIGKILL;
    kill_descendants();
    terminal_.take_back();
    tell({.outcome = outcome_});
  }

  std::vector<std::string> words_, settings_;
  int socket_;
  const Terminal terminal_;
  Descriptor children_;
  std::array<Descriptor, 2> timers_;
  nats::Instant deadline_{};
  pid_t child_ = 0;
  bool has_ended_ = false;
  GuardOutcome outcome_{};
};

void send_order(const Descriptor& socket, const Order& order) {
  [[maybe_unused]] const auto sent = ::send(socket.get(), &order, sizeof order, MSG_NOSIGNAL);
}

}  // namespace

Result<Guard> Guard::make(const GuardedCommand& command) {
  std::array<int, 2> ends{-1, -1};
  // Of what the guard leaves when somebody kills it.
  if (!inherit_orphans() || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(ExitCode::failed, fmt::format("no guard for the command: {}", strerrordesc_np(errno)));
  Descriptor ours(ends[0]), theirs(ends[1]);
  const pid_t process = ::fork();
  if (process < 0)
    return fail(ExitCode::failed, fmt::format("no guard for the command: {}", strerrordesc_np(errno)));
  if (process == 0) {
    ours.reset();
    GuardProcess(command, theirs.get()).run();
  }
  return Guard(std::move(ours));
}

Guard::~Guard() {
  if (!socket_.open() || is_over_) return;
  end();
  static_cast<void>(wait());
}

void Guard::start(const std::string& token, const nats::Instant& deadline) const {
  Order order{.word = Word::start, .boot = deadline.boot, .real = deadline.real};
  token.copy(order.token.data(), order.token.size() - 1);
  send_order(socket_, order);
}

void Guard::extend(const nats::Instant& deadline) const {
  send_order(socket_, {.word = Word::extend, .boot = deadline.boot, .real = deadline.real});
}

void Guard::end() const { send_order(socket_, {.word = Word::end}); }

Result<GuardOutcome> Guard::wait() {
  Report report;
  ssize_t count = 0;
  // ECONNRESET: the guard ended before it read an order of ours. Its report is there all the same.
  while ((count = ::recv(socket_.get(), &report, sizeof report, 0)) < 0 &&
         (errno == EINTR || errno == ECONNRESET)) {
  }
  is_over_ = true;
  kill_descendants();  // The guard has ended; or it was killed, and what it guarded is ours.
  if (count != sizeof report)
    return fail(ExitCode::failed, "the command's guard was killed, and the command with it");
  if (report.start_error != 0)
    return fail(ExitCode::failed,
                fmt::format("the command could not be started: {}", strerrordesc_np(report.start_error)));
  return report.outcome;
}

}  // namespace ghboot::helper
