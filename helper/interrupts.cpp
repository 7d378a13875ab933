// SPDX-License-Identifier: Apache-2.0
#include "helper/interrupts.h"

#include <array>
#include <csignal>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

namespace ghboot::helper {

Interrupts::Interrupts() : over_(eventfd(0, EFD_CLOEXEC)) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  sigprocmask(SIG_BLOCK, &ends, nullptr);  // Threads that are made later have it too.
  signals_ = Descriptor(signalfd(-1, &ends, SFD_CLOEXEC));
  watcher_ = std::jthread([this] {
    std::array<pollfd, 2> watched{pollfd{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = over_.get(), .events = POLLIN, .revents = 0}};
    while (::poll(watched.data(), watched.size(), -1) < 0) {
    }
    if (watched[0].revents != 0) stop_.request_stop();
  });
}

Interrupts::~Interrupts() { eventfd_write(over_.get(), 1); }

}  // namespace ghboot::helper
