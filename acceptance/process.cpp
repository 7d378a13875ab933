// SPDX-License-Identifier: Apache-2.0
#include "acceptance/process.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/descriptor.h"

namespace ghboot::acceptance {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  helper::Descriptor read, write;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw_errno("pipe2");
    }
    read = helper::Descriptor(ends[0]);
    write = helper::Descriptor(ends[1]);
    fcntl(read.get(), F_SETFL, O_NONBLOCK);
  }
};

// All that the child needs between fork and exec, made before: it may not allocate there.
struct Prepared {
  std::vector<std::string> words, settings;
  std::vector<char*> argv, envp;
  std::string folder;
  helper::Descriptor null_input;
  rlimit file_size{};
  bool limits_file_size = false;
};

Prepared prepare(const Command& command) {
  Prepared made;
  made.words = command.argv;
  auto program = find_program(command.argv.at(0));
  if (!program) {
    throw std::system_error(ENOENT, std::generic_category(), command.argv[0]);
  }
  made.words[0] = program->string();
  for (const auto& [name, value] : command.environment) {
    made.settings.push_back(name + "=" + value);
  }
  for (auto& word : made.words) {
    made.argv.push_back(word.data());
  }
  for (auto& setting : made.settings) {
    made.envp.push_back(setting.data());
  }
  made.argv.push_back(nullptr);
  made.envp.push_back(nullptr);
  made.folder = command.folder.string();
  made.null_input = helper::Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (command.file_size_max) {
    made.limits_file_size = true;
    made.file_size = {*command.file_size_max, *command.file_size_max};
  }
  return made;
}

[[noreturn]] void become(const Prepared& prepared, int out, int err, int complaint) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(prepared.null_input.get(), 0);
  dup2(out, 1);
  dup2(err, 2);
  // What a test program ignores or blocks must not be inherited: a server would miss its SIGTERM.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number : {SIGPIPE, SIGINT, SIGTERM, SIGXFSZ}) {
    ::signal(number, SIG_DFL);
  }
  bool ready = prepared.folder.empty() || chdir(prepared.folder.c_str()) == 0;
  if (ready && prepared.limits_file_size) {
    // Ignored, so that a write fails with EFBIG as on a full disk instead of ending the program.
    ::signal(SIGXFSZ, SIG_IGN);
    ready = setrlimit(RLIMIT_FSIZE, &prepared.file_size) == 0;
  }
  if (ready) {
    execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  }
  int error = errno;
  [[maybe_unused]] auto written = ::write(complaint, &error, sizeof error);
  _exit(127);
}

// False at the end of the stream.
bool take(int descriptor, std::string& into) {
  std::array<char, 65536> buffer{};
  for (;;) {
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): the descriptor does not block.
    ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      return count < 0 && errno == EAGAIN;
    }
  }
}

}  // namespace

struct Process::Shared {
  int pid = -1;
  helper::Descriptor pidfd, out, err;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  Outcome outcome;     // Guarded by mutex.
  bool ended = false;  // Likewise.
  std::jthread reader;

  void read_until_end();
  bool take_output(bool out_ready, bool err_ready, bool exited);
};

// True when the child has ended and all is read that it wrote. Grandchildren may hold the pipes open for
// longer: their words after its end are not waited for.
bool Process::Shared::take_output(bool out_ready, bool err_ready, bool exited) {
  std::lock_guard lock(mutex);
  if ((out_ready || exited) && out.get() >= 0 && !take(out.get(), outcome.out)) {
    out.reset();
  }
  if ((err_ready || exited) && err.get() >= 0 && !take(err.get(), outcome.err)) {
    err.reset();
  }
  if (exited) {
    siginfo_t info{};
    waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED);
    if (info.si_code == CLD_EXITED) {
      outcome.exit_code = info.si_status;
    } else {
      outcome.signal = info.si_status;
    }
    ended = true;
  }
  changed.notify_all();
  return exited;
}

void Process::Shared::read_until_end() {
  for (bool done = false; !done;) {
    std::array<pollfd, 3> waits{{{pidfd.get(), POLLIN, 0}, {out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}}};
    if (poll(waits.data(), waits.size(), -1) > 0) {
      done = take_output(waits[1].revents != 0, waits[2].revents != 0, waits[0].revents != 0);
    }
  }
}

Process::Process(const Command& command) : shared_(std::make_unique<Shared>()) {
  Prepared prepared = prepare(command);
  Pipe out, err, complaint;
  int pid = fork();
  if (pid < 0) {
    throw_errno("fork");
  }
  if (pid == 0) {
    become(prepared, out.write.get(), err.write.get(), complaint.write.get());
  }
  setpgid(pid, pid);  // Here too, so that signal_group() never comes too early.
  shared_->pid = pid;
  shared_->pidfd = helper::open_pidfd(pid);
  shared_->out = std::move(out.read);
  shared_->err = std::move(err.read);
  complaint.write.reset();
  pollfd wait{complaint.read.get(), POLLIN, 0};
  poll(&wait, 1, -1);  // Closed by a successful exec.
  int error = 0;
  if (::read(complaint.read.get(), &error, sizeof error) == sizeof error) {
    waitpid(pid, nullptr, 0);
    throw std::system_error(error, std::generic_category(), command.argv[0]);
  }
  shared_->reader = std::jthread([shared = shared_.get()] { shared->read_until_end(); });
}

Process::Process(Process&&) noexcept = default;

Process& Process::operator=(Process&& other) noexcept {
  std::swap(shared_, other.shared_);
  return *this;
}

Process::~Process() {
  if (shared_) {
    signal_group(SIGKILL);
  }
}

int Process::id() const { return shared_->pid; }

bool Process::running() const {
  std::lock_guard lock(shared_->mutex);
  return !shared_->ended;
}

Outcome Process::wait(std::chrono::seconds longest) {
  std::unique_lock lock(shared_->mutex);
  if (shared_->changed.wait_for(lock, longest, [this] { return shared_->ended; })) {
    return shared_->outcome;
  }
  std::string so_far = shared_->outcome.text();
  lock.unlock();
  signal_group(SIGKILL);
  throw std::runtime_error("still running after " + std::to_string(longest.count()) + " s:\n" + so_far);
}

bool Process::wait_for_output(std::string_view text, std::chrono::seconds longest) {
  std::unique_lock lock(shared_->mutex);
  bool found = false;
  shared_->changed.wait_for(lock, longest, [&] {
    found = shared_->outcome.out.contains(text) || shared_->outcome.err.contains(text);
    return found || shared_->ended;
  });
  return found;
}

void Process::signal(int number) {
  std::lock_guard lock(shared_->mutex);
  if (!shared_->ended) {
    helper::send_signal(shared_->pidfd, number);
  }
}

void Process::signal_group(int number) { kill(-shared_->pid, number); }

std::string Process::output() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->outcome.text();
}

bool ends_within(int process_id, std::chrono::seconds longest) {
  const auto watched = helper::open_pidfd(process_id);
  if (watched.get() < 0) {
    return errno == ESRCH;
  }
  pollfd wait{watched.get(), POLLIN, 0};
  return poll(&wait, 1, static_cast<int>(std::chrono::milliseconds(longest).count())) == 1;
}

std::optional<fs::path> find_program(const std::string& name) {
  if (name.contains('/')) {
    return access(name.c_str(), X_OK) == 0 ? std::optional<fs::path>(fs::absolute(name)) : std::nullopt;
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    fs::path candidate = fs::path(folder) / name;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate)) {
      return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace ghboot::acceptance
