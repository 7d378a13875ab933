// SPDX-License-Identifier: Apache-2.0
// The processes of contenders, each with a Wire of its own and a clock that runs as its number has it, and
// what is done to them. Who is killed, or ends itself, is replaced. Always holds: no process outlives the
// Crew; what was done to one that is gone is not done to its successor. Throws std::runtime_error when a
// contender ends as it never should. Threads: one, which stays.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/process.h"
#include "acceptance/temp_folder.h"
#include "faults/contender.h"
#include "faults/history.h"
#include "faults/wire.h"
#include "nats/creds.h"

namespace ghboot::faults {

constexpr std::string_view history_extension = ".history";

struct CrewOptions {
  std::filesystem::path program, folder;  // See ScheduleOptions.
  std::uint64_t seed = 1;
  std::size_t processes = 8, contenders = 2;
  nats::SteadyTime until{};
};

class Crew {
 public:
  Crew(CrewOptions options, const std::vector<std::uint16_t>& ports, const nats::Creds& creds);

  std::size_t size() const { return all_.size(); }
  std::optional<std::size_t> holder() const;  // By the histories' last lines.
  Wire& wire(std::size_t index) { return all_.at(index).wire; }
  int life(std::size_t index) const { return all_.at(index).life; }

  void kill(std::size_t index);
  void freeze(std::size_t index);
  void thaw(std::size_t index, int life);  // Nothing when another has come since.
  int replace_ended();                     // How many had ended themselves.
  void expect_end();                       // Of all, soon.

 private:
  struct One {
    One(const std::vector<std::uint16_t>& ports, std::size_t index, std::uint64_t seed)
        : wire(ports, index, seed) {}
    std::string name{};
    int life = 0;
    Wire wire;
    std::optional<acceptance::Process> process{};
  };
  void begin(std::size_t index);
  void expect_end(One& one);
  bool is_holder(const One& one) const;

  const CrewOptions options_;
  acceptance::TempFolder creds_;
  HistoryFile own_;
  std::deque<One> all_;
};

}  // namespace ghboot::faults
