// SPDX-License-Identifier: Apache-2.0
// One server as a child of this process, with how often it crashed. Always holds: it dies with the
// thread that started it, and has nothing of this process's environment but a PATH. It waits for nothing and
// logs nothing: the supervisor does. Threads: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "helper/data_folder.h"
#include "helper/descriptor.h"
#include "helper/run_state.h"

namespace ghboot::helper {

struct ServerCommand {
  std::string name;               // Also of its log.
  std::vector<std::string> argv;  // The program's path first. It writes a ports file, as ports_folder() says.
  std::string search_path = "/usr/bin:/bin";  // PATH; it gets no other variable.
};

class SupervisedServer {
 public:
  enum class Phase : std::uint8_t { starting, running, pausing, ended };
  using SteadyTime = std::chrono::steady_clock::time_point;

  SupervisedServer(const DataFolder& folder, ServerCommand command);

  // Forks; its words go into its log. The failure in words.
  std::optional<std::string> start();
  void listens();               // It takes connections.
  std::string reap();           // After its end: how it ended, in words.
  bool may_start_again();       // False: it crashed too often of late. Else it pauses, or may start at once.
  void send(int signal) const;  // To a child that lives.
  void expect_end(SteadyTime until);  // It was told to end.
  void expect_nothing() { deadline_.reset(); }

  const std::string& name() const { return command_.name; }
  Phase phase() const { return phase_; }
  const Descriptor& pidfd() const { return pidfd_; }  // Closed: no child lives.
  RunningProcess process() const;                     // With an id when it takes connections.
  int id() const { return id_; }
  std::optional<SteadyTime> deadline() const { return deadline_; }
  std::string said() const;  // What it wrote into its log since it was started: the last lines.

 private:
  const DataFolder folder_;
  const ServerCommand command_;
  Descriptor pidfd_;
  int id_ = 0;
  Phase phase_ = Phase::ended;
  std::optional<SteadyTime> deadline_;
  std::deque<SteadyTime> crashes_;
  std::uintmax_t log_size_before_ = 0;
};

// Where servers write, in a file of their own, that they listen: its name ends with the process's id.
std::filesystem::path ports_folder(const DataFolder& folder);
std::string ports_file_ending(int process);

}  // namespace ghboot::helper
