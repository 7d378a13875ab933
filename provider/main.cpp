// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <optional>
#include <string>

#include <sys/resource.h>

#include "nats/process_end.h"
#include "provider/ghboot_provider.h"
#include "tfplugin/serve.h"

namespace {

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value || !*value) return std::nullopt;
  return value;
}

// Each create of a run keeps a lock file open until the run ends.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// The process holds seeds. One byte, not none: the kernel hands even a dump of no size to a program that
// collects dumps, and stops at this value alone.
void forbid_core_dumps() {
  const rlimit limit{.rlim_cur = 1, .rlim_max = 1};
  setrlimit(RLIMIT_CORE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ghboot;
  raise_file_limit();
  forbid_core_dumps();
  const provider::Surroundings surroundings{nats::system_clock(), nats::system_random(),
                                            nats::system_files()};
  provider::GhbootProvider provider(surroundings, variable);
  nats::end_process(tfplugin::serve(argc, argv, provider::source_address, provider));
}
