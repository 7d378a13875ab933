// SPDX-License-Identifier: Apache-2.0
// A child process with an environment of its own making, its output collected while it runs. It leads a
// process group, and no member of that group outlives the object; the kernel ends the child as well when the
// thread that started it dies (so start it from a thread that stays). Cannot: feed the child's standard
// input, which is /dev/null. Threads: any. Waits are on the kernel's notification, never on a clock alone.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::acceptance {

using Environment = std::map<std::string, std::string>;

struct Command {
  std::vector<std::string> argv;  // argv[0] is a path, or is looked for in this process's PATH.
  std::filesystem::path folder;
  Environment environment;                     // All of it: nothing is inherited.
  std::optional<std::size_t> file_size_max{};  // RLIMIT_FSIZE in bytes.
};

struct Outcome {
  int exit_code = -1;  // -1 when a signal ended it.
  int signal = 0;
  std::string out, err;

  bool ok() const { return exit_code == 0; }
  std::string text() const { return out + err; }  // What a user sees, standard error last.
};

class Process {
 public:
  explicit Process(const Command&);  // Throws std::system_error when nothing could be started.
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  // SIGKILL to the whole group.

  int id() const;
  bool running() const;
  // Throws std::runtime_error with what was printed so far when it has not ended in time; it is killed then.
  Outcome wait(std::chrono::seconds longest = std::chrono::seconds(60));
  // True as soon as standard output or error holds `text`; false when the process ended, or the time, without
  // it.
  bool wait_for_output(std::string_view text, std::chrono::seconds longest = std::chrono::seconds(30));
  void signal(int number);        // To the child alone; nothing happens when it has ended.
  void signal_group(int number);  // To it and all its children that did not leave its group.
  std::string output() const;     // So far: standard output, then standard error.

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

// Whether any process (a child's child too) has ended in time; one that is not there any more has.
bool ends_within(int process_id, std::chrono::seconds longest);

// Full path of `name` in this process's PATH (or itself, when it is a path), else nothing.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace ghboot::acceptance
