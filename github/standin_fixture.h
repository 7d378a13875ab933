// SPDX-License-Identifier: Apache-2.0
// The client beside the stand-in, through real sockets: the organisation Acme with the repository Acme/Shop,
// its owner "ada", its member "ben", and clients with whatever token a test makes. Time is real, but that a
// test may move the client's. Writes are not spaced unless a test asks for it.
#pragma once

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "github/hooks.h"
#include "standin/service.h"
#include "standin/standin.h"
#include "standin/test_exchanges.h"

namespace ghboot::github {

class MovedClock : public nats::Clock {  // The system's; waits are real, but that a test may have its own.
 public:
  nats::SteadyTime now() override { return nats::system_clock().now() + std::chrono::seconds(steady_ahead); }
  std::int64_t unix_seconds() override { return nats::system_clock().unix_seconds() + unix_ahead; }
  bool sleep(std::chrono::milliseconds duration, const Wait& wait) override {
    ++sleeps;
    if (instead_of_sleep) {
      instead_of_sleep(duration);
      return true;
    }
    Wait real = wait;
    real.until -= std::chrono::seconds(steady_ahead);
    return nats::system_clock().sleep(duration, real);
  }
  std::atomic<std::int64_t> steady_ahead = 0, unix_ahead = 0;
  std::atomic<int> sleeps = 0;
  std::function<void(std::chrono::milliseconds)> instead_of_sleep;
};

class StandinMeeting : public ::testing::Test {
 protected:
  using Json = standin::Json;

  StandinMeeting() {
    const char* path = std::getenv("PATH");
    auto opened = standin::Service::open({.admin_token = "ghp_admin",
                                          .search_path = path == nullptr ? "" : path,
                                          .exchanges = standin::test_exchanges()});
    EXPECT_TRUE(opened) << opened.error();
    service_ = *std::move(opened);
    control("POST", "/owners", {{"login", "ada"}, {"type", "User"}});
    control("POST", "/owners", {{"login", "ben"}, {"type", "User"}});
    control("POST", "/owners", {{"login", "Acme"}, {"admins", {"ada"}}, {"members", {"ben"}}});
    control("POST", "/repositories", {{"full_name", "Acme/Shop"}, {"private", true}});
    client_ = client("ghp_admin");
  }

  // The control API, whose answer has to be a good one.
  Json control(const std::string& method, const std::string& path, const Json& body = Json::object()) {
    const auto response =
        service_->standin().answer(standin::make_request({.method = method,
                                                          .target = "/_standin" + path,
                                                          .origin = service_->address(),
                                                          .headers = {{"User-Agent", "test"}},
                                                          .body = body.dump()}));
    EXPECT_LT(response.status, 300U) << method << ' ' << path << ": " << response.body;
    return Json::parse(response.body, nullptr, false);
  }
  std::string token(Json wanted) { return control("POST", "/tokens", wanted)["token"].get<std::string>(); }
  std::unique_ptr<Client> client(const std::string& token, std::string base = "") {
    ClientOptions options{.base_url = base.empty() ? service_->address() : std::move(base),
                          .token = nats::Secret(token)};
    return made(std::move(options));
  }
  std::unique_ptr<Client> made(ClientOptions options) {
    options.pace = pace_;
    options.log = [this](std::string_view line) {
      const std::lock_guard lock(log_mutex_);
      log_ += std::string(line) + '\n';
    };
    auto client = Client::make(std::move(options), clock_, nats::system_random());
    EXPECT_TRUE(client) << client.error().message;
    return *std::move(client);
  }
  Wait wait(std::chrono::milliseconds longest = std::chrono::seconds(30)) { return {clock_.now() + longest}; }

  // What the stand-in was asked since the last call of mark().
  void mark() { control("DELETE", "/requests"); }
  Json requests() { return control("GET", "/requests"); }
  std::int64_t counted() {
    std::int64_t count = 0;
    for (const Json& one : requests()) count += one["counted"].get<bool>() ? 1 : 0;
    return count;
  }
  void fault(const Json& fault) { control("POST", "/faults", fault); }

  Hooks shop() { return {*client_, {"Acme", "Shop"}}; }
  Hook hook(const std::string& url, std::vector<std::string> events = {"push"}) {
    auto made = shop().create({.url = url, .secret = nats::Secret("s"), .events = std::move(events)}, wait());
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(Hook{});
  }
  // The secret that the stand-in keeps, which the API never shows.
  std::string kept_secret(std::int64_t id) {
    const standin::State state = service_->standin().state();
    const auto found = state.hooks.find(id);
    return found == state.hooks.end() ? "no such hook" : found->second.secret;
  }

  MovedClock clock_;
  Pace pace_{.between_writes = std::chrono::milliseconds(0)};
  std::mutex log_mutex_;
  std::string log_;
  std::unique_ptr<standin::Service> service_;
  std::unique_ptr<Client> client_;  // Of who may do all.
};

}  // namespace ghboot::github
