// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/ending.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ghboot::tfplugin {
namespace {

// Of Ctrl-C, which reaches the whole process group, Terraform itself tells us by StopProvider.
int watch_signals(bool interrupt_too) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (!interrupt_too) sigdelset(&set, SIGINT);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

int watch_parent() { return static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0)); }

}  // namespace

Descriptor::~Descriptor() {
  if (value_ >= 0) close(value_);
}

Output::Output() : descriptor_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
  std::signal(SIGPIPE, SIG_IGN);
  if (descriptor_.get() >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
}

bool Output::say(std::string line) const {
  line += '\n';
  return write(descriptor_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

std::string_view text(End end) {
  switch (end) {
    case End::told:
      return "Terraform is done";
    case End::signalled:
      return "a signal said so";
    case End::orphaned:
      return "Terraform has died";
  }
  std::unreachable();
}

Ending::Ending(const Output* host_output)
    : told_(eventfd(0, EFD_CLOEXEC)),
      signals_(watch_signals(host_output == nullptr)),
      parent_(host_output ? watch_parent() : -1),
      output_(host_output ? host_output->get() : -1) {}

void Ending::tell() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(told_.get(), &one, sizeof one));
}

End Ending::wait() const {
  // Of standard output only an error counts: a pipe without a reader has one.
  pollfd waited[] = {
      {told_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}, {parent_.get(), POLLIN, 0}, {output_, 0, 0}};
  while (poll(waited, std::size(waited), -1) < 0 && errno == EINTR) {
  }
  if (waited[2].revents || waited[3].revents) return End::orphaned;
  return waited[1].revents ? End::signalled : End::told;
}

}  // namespace ghboot::tfplugin
