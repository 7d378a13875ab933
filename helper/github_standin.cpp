// SPDX-License-Identifier: Apache-2.0
// ghboot github-standin: a small GitHub on loopback, until SIGTERM or SIGINT ends it. 0: it was ended, with
// all that it acknowledged stored. 1: it could not listen or use its folder. 2: the token file holds no
// token.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "helper/supervised_server.h"
#include "helper/verbs.h"
#include "standin/service.h"

namespace ghboot::helper {

namespace {

namespace fs = std::filesystem;

Result<std::string> token_in(const std::string& path) {
  if (path.empty()) return "";
  std::ifstream file(path);
  std::string token;
  std::getline(file, token);
  while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (!file && token.empty())
    return fail(ExitCode::wrong_use, fmt::format("{}: no token in its first line; put one there", path));
  if (token.empty() || !std::ranges::all_of(token, [](char letter) { return letter > ' ' && letter < 127; }))
    return fail(ExitCode::wrong_use,
                fmt::format("{}: its first line is no token: printable, without spaces", path));
  return token;
}

// As nats-server writes one.
Result<void> write_ports_file(const std::string& folder, const standin::Service& service) {
  if (folder.empty()) return {};
  const nlohmann::ordered_json ports{{"http", {service.address()}}, {"https", {service.tls_address()}}};
  return write_whole(fs::path(folder) / ("ghboot" + ports_file_ending(::getpid())), ports.dump() + "\n");
}

// Blocked before any thread is made, so that all of them have it blocked and this one takes it.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int received = 0;
    while (sigwait(&signals_, &received) != 0) {
    }
  }

 private:
  sigset_t signals_{};
};

}  // namespace

Result<ExitCode> github_standin(const GithubStandinArgs& args, const Environment& environment) {
  const EndSignals signals;
  const auto token = token_in(args.token_file);
  if (!token) return std::unexpected(token.error());
  std::ofstream log;
  if (!args.log.empty()) log.open(args.log, std::ios::app);
  if (!args.log.empty() && !log) return fail(ExitCode::failed, fmt::format("cannot write {}", args.log));
  standin::ServiceOptions options{.port = args.port,
                                  .tls_port = args.tls_port,
                                  .folder = args.data,
                                  .admin_token = *token,
                                  .search_path = environment("PATH").value_or("")};
  if (log.is_open()) options.log = [&log](const std::string& line) { log << line << '\n' << std::flush; };
  auto service = standin::Service::open(options);
  if (!service) return fail(ExitCode::failed, service.error());
  fmt::print("http: {}\nhttps: {}\ncertificate: {}\n", (*service)->address(), (*service)->tls_address(),
             (*service)->certificate());
  (void)std::fflush(stdout);
  if (const auto written = write_ports_file(args.ports_folder, **service); !written)
    return std::unexpected(written.error());
  signals.wait();
  service->reset();
  return ExitCode::done;
}

}  // namespace ghboot::helper
