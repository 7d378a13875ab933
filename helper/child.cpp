// SPDX-License-Identifier: Apache-2.0
#include "helper/child.h"

#include <csignal>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "helper/descriptor.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds farewell_max{30};  // For terraform to write its state after SIGTERM.

}  // namespace

Result<ChildOutcome> run_child(const ChildCommand& command) {
  nats::ProgramCommand program{.argv = command.argv, .environment = {}, .folder = command.folder};
  for (const auto& [name, value] : command.environment)
    program.environment.push_back(fmt::format("{}={}", name, value));
  Descriptor log;
  if (!command.log.empty())
    log = Descriptor(::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (log.open())
    program.on_output = [&log](std::string_view piece) {
      [[maybe_unused]] const auto written = ::write(log.get(), piece.data(), piece.size());
    };
  nats::Clock& clock = nats::system_clock();
  // Ctrl-C reaches the child too. If it ended us, the child would get a second signal for it, at which
  // terraform leaves without writing its state.
  const auto on_interrupt = ::signal(SIGINT, SIG_IGN);
  auto outcome =
      nats::run_program(program, {.wait = {clock.now() + command.longest}, .farewell = farewell_max}, clock);
  ::signal(SIGINT, on_interrupt);
  if (outcome) return *std::move(outcome);
  const bool started = outcome.error().kind != nats::ErrorKind::invalid;
  return fail(ExitCode::failed,
              started ? fmt::format("{} did not end within {} s and was stopped", command.argv[0],
                                    command.longest.count())
                      : fmt::format("cannot start {}: {}", command.argv[0], outcome.error().message));
}

}  // namespace ghboot::helper
