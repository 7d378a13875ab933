// SPDX-License-Identifier: Apache-2.0
#include "acceptance/helper_dev.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ghboot::acceptance {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds wait_max{30};

// With the nats-server that the test run is about before any other.
std::string path_variable() {
  const char* path = std::getenv("PATH");
  std::string text = path == nullptr ? "/usr/bin:/bin" : path;
  const char* server = std::getenv("GHBOOT_NATS_SERVER");
  if (server != nullptr && *server != '\0') text = fs::path(server).parent_path().string() + ":" + text;
  return text;
}

nlohmann::json json_in(const fs::path& file) {
  if (!fs::exists(file)) return nullptr;
  return nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

HelperDev::HelperDev() {
  for (const char* name : {"home", "tmp"}) fs::create_directory(root_.path() / name);
  environment_ = {{"PATH", path_variable()},
                  {"HOME", (root_.path() / "home").string()},
                  {"TMPDIR", (root_.path() / "tmp").string()},
                  {"LANG", "C.UTF-8"},
                  {"GHBOOT_HOME", data().string()}};
}

HelperDev::~HelperDev() {
  try {
    if (run({"down"}).ok()) return;
    const nlohmann::json left = state();
    if (left.is_object()) kill(supervisor_in(left), SIGKILL);
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, what.data(), what.size());
  }
}

Process HelperDev::start(const std::vector<std::string>& words) const {
  Command command{{GHBOOT_PROGRAM}, root_.path(), environment_};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  return Process(command);
}

Outcome HelperDev::run(const std::vector<std::string>& words) const { return start(words).wait(); }

Outcome HelperDev::run_on_terminal(const std::vector<std::string>& words) const {
  std::string line = "'" GHBOOT_PROGRAM "'";
  for (const std::string& word : words) line += " '" + word + "'";
  Process script({{"script", "-qec", line, "/dev/null"}, root_.path(), environment_});
  return script.wait();
}

std::vector<std::string> HelperDev::up_words(const std::vector<std::string>& more) {
  std::vector<std::string> words{"up", "--port", "0", "--monitoring-port", "0", "--github-port", "0"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

nlohmann::json HelperDev::settings() const { return json_in(data() / "dev.json"); }
int HelperDev::port(std::size_t server) const { return settings()["servers"][server]["port"].get<int>(); }
nlohmann::json HelperDev::state() const { return json_in(data() / "run/state.json"); }

nlohmann::json HelperDev::wait_for_state(const std::function<bool(const nlohmann::json&)>& holds) const {
  const int changes = inotify_init1(IN_CLOEXEC);
  if (changes < 0 || inotify_add_watch(changes, (data() / "run").c_str(), IN_MOVED_TO | IN_DELETE) < 0)
    throw std::runtime_error("cannot watch the run folder");
  const auto until = std::chrono::steady_clock::now() + wait_max;
  nlohmann::json found = state();
  while (!holds(found)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd wait{changes, POLLIN, 0};
    std::array<char, 4096> events{};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) != 1 ||
        ::read(changes, events.data(), events.size()) <= 0) {
      found = nullptr;
      break;
    }
    found = state();
  }
  ::close(changes);
  return found;
}

int supervisor_in(const nlohmann::json& state) { return state["supervisor"]["process"].get<int>(); }
int server_in(const nlohmann::json& state, std::size_t at) {
  return state["servers"][at]["process"].get<int>();
}
int github_in(const nlohmann::json& state) { return state["github"]["process"].get<int>(); }

}  // namespace ghboot::acceptance
