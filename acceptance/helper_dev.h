// SPDX-License-Identifier: Apache-2.0
// A user at a terminal with ghboot: a data folder and a home of its own, and an environment that holds
// nothing but what the test set, with the nats-server under test first on the PATH. When the object goes, so
// does everything that `up` started. Throws std::runtime_error when the harness itself fails. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "acceptance/process.h"
#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {

class HelperDev {
 public:
  HelperDev();
  HelperDev(const HelperDev&) = delete;
  HelperDev& operator=(const HelperDev&) = delete;
  ~HelperDev();

  std::filesystem::path data() const { return root_.path() / "data"; }
  void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }
  Process start(const std::vector<std::string>& words) const;
  Outcome run(const std::vector<std::string>& words) const;
  // Standard output and error are one terminal; no word has a single quote.
  Outcome run_on_terminal(const std::vector<std::string>& words) const;
  // On any free ports.
  Outcome up(const std::vector<std::string>& more = {}) const { return run(up_words(more)); }
  static std::vector<std::string> up_words(const std::vector<std::string>& more = {});

  nlohmann::json settings() const;  // dev.json
  int port(std::size_t server = 0) const;
  nlohmann::json state() const;  // run/state.json; null when there is none.
  // The first state for which `holds` is true, by the kernel's notification; null when the time is over.
  nlohmann::json wait_for_state(const std::function<bool(const nlohmann::json&)>& holds) const;

 private:
  TempFolder root_;
  Environment environment_;
};

// Processes of a state; of a server that is being started, 0.
int supervisor_in(const nlohmann::json& state);
int server_in(const nlohmann::json& state, std::size_t at = 0);
int github_in(const nlohmann::json& state);

}  // namespace ghboot::acceptance
