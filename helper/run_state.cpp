// SPDX-License-Identifier: Apache-2.0
#include "helper/run_state.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr int stop_max_ms = 20'000;  // The supervisor gives the servers 10 s and then kills them.

fs::path state_file(const DataFolder& folder) { return folder.run_folder() / "state.json"; }

std::optional<RunState> written_state(const DataFolder& folder) {
  const auto text = read_whole(state_file(folder));
  return text ? RunState::parse(*text) : std::nullopt;
}

// Whether the process of this descriptor, or one that had its id and has ended, is the one that started then.
bool is_still(const Descriptor& pidfd, const RunningProcess& process) {
  return pidfd.open() && process.lives();
}

nlohmann::ordered_json json_of(const RunningProcess& process) {
  return {{"process", process.id}, {"started", process.started}};
}

std::optional<RunningProcess> process_in(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto id = json.find("process"), started = json.find("started");
  if (id == json.end() || started == json.end() || !id->is_number_unsigned() ||
      !started->is_number_unsigned())
    return std::nullopt;
  return RunningProcess{id->get<int>(), started->get<std::uint64_t>()};
}

}  // namespace

bool RunningProcess::lives() const { return id != 0 && start_ticks(id) == started; }

std::vector<RunningProcess> RunState::children() const {
  std::vector<RunningProcess> all = servers;
  if (github) all.push_back(*github);
  return all;
}

std::string RunState::json() const {
  nlohmann::ordered_json json{{"supervisor", json_of(supervisor)},
                              {"servers", nlohmann::ordered_json::array()},
                              {"restarts", restarts}};
  for (const RunningProcess& server : servers) json["servers"].push_back(json_of(server));
  if (github) json["github"] = json_of(*github);
  return json.dump() + "\n";
}

std::optional<RunState> RunState::parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto supervisor = process_in(json.value("supervisor", nlohmann::json()));
  const auto servers = json.find("servers"), restarts = json.find("restarts");
  if (!supervisor || servers == json.end() || !servers->is_array() || restarts == json.end() ||
      !restarts->is_number_unsigned())
    return std::nullopt;
  RunState state{.supervisor = *supervisor, .servers = {}, .github = {}, .restarts = restarts->get<int>()};
  for (const nlohmann::json& server : *servers) {
    const auto process = process_in(server);
    if (!process) return std::nullopt;
    state.servers.push_back(*process);
  }
  if (json.contains("github")) {
    state.github = process_in(json["github"]);
    if (!state.github) return std::nullopt;
  }
  return state;
}

std::uint64_t start_ticks(int process) {
  std::ifstream stream(fmt::format("/proc/{}/stat", process));
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  const auto name_end = text.rfind(')');  // The program's name may hold anything.
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  fields >> field;
  if (field == "Z" || field == "X") return 0;  // It has ended, and nobody has looked yet.
  constexpr int state_to_starttime = 19;       // Fields 3 to 22 of proc(5).
  for (int i = 0; i < state_to_starttime; ++i) fields >> field;
  std::uint64_t ticks = 0;
  std::from_chars(field.data(), field.data() + field.size(), ticks);
  return ticks;
}

Result<std::optional<Descriptor>> try_run_lock(const DataFolder& folder) {
  const fs::path path = folder.run_folder() / "lock";
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.open())
    return fail(ExitCode::failed, fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return std::nullopt;
  return fail(ExitCode::failed, fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)));
}

std::optional<RunState> running(const DataFolder& folder) {
  const auto state = written_state(folder);
  if (!state || !state->supervisor.lives()) return std::nullopt;
  return state;
}

std::optional<RunState> wait_until_ready(const DataFolder& folder, const RunState& state,
                                         std::chrono::milliseconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  const Descriptor supervisor = open_pidfd(state.supervisor.id);
  const Descriptor changes(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  inotify_add_watch(changes.get(), folder.run_folder().c_str(), IN_MOVED_TO);
  while (true) {
    // Looked at after the watch was set: a change after this look is announced.
    const auto now = running(folder);
    if (!now || now->supervisor.id != state.supervisor.id) return std::nullopt;
    // A server that has just crashed is still written down.
    if (std::ranges::all_of(now->children(), &RunningProcess::lives)) return now;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<pollfd, 2> waits{{{supervisor.get(), POLLIN, 0}, {changes.get(), POLLIN, 0}}};
    if (left.count() <= 0 || poll(waits.data(), waits.size(), static_cast<int>(left.count())) == 0)
      return std::nullopt;
    std::array<char, 4096> events{};
    while (::read(changes.get(), events.data(), events.size()) > 0) {
    }
  }
}

Result<void> write_state(const DataFolder& folder, const RunState& state) {
  return write_whole(state_file(folder), state.json());
}

void remove_state(const DataFolder& folder) {
  std::error_code ignored;
  fs::remove(state_file(folder), ignored);
}

void bury(const DataFolder& folder) {
  if (const auto state = written_state(folder)) {
    for (const RunningProcess& one : state->children()) {
      if (one.id == 0) continue;
      const Descriptor server = open_pidfd(one.id);
      if (!is_still(server, one) || !send_signal(server, SIGKILL)) continue;
      pollfd ended{server.get(), POLLIN, 0};
      poll(&ended, 1, stop_max_ms);
    }
  }
  remove_state(folder);
}

Result<void> stop(const RunState& state) {
  const Descriptor supervisor = open_pidfd(state.supervisor.id);
  // Judged after the descriptor was made: it names the process that was looked at, or one that has ended.
  if (!is_still(supervisor, state.supervisor)) return {};
  if (!send_signal(supervisor, SIGTERM)) {
    if (errno == ESRCH) return {};
    return fail(ExitCode::failed,
                fmt::format("cannot end process {}: {}", state.supervisor.id, std::strerror(errno)));
  }
  pollfd ended{supervisor.get(), POLLIN, 0};
  if (poll(&ended, 1, stop_max_ms) == 1) return {};
  return fail(ExitCode::unknown, fmt::format("process {} was asked to end and has not within {} s",
                                             state.supervisor.id, stop_max_ms / 1000));
}

}  // namespace ghboot::helper
