// SPDX-License-Identifier: Apache-2.0
// A stand-in whose time stands still until the test moves it, with the organisation Acme, its owner "ada",
// its member "ben" and the repository Acme/Shop, asked without sockets. What it would send is kept.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "standin/crypto.h"
#include "standin/standin.h"
#include "standin/state.h"
#include "standin/test_exchanges.h"

namespace ghboot::standin {

class TestClock : public nats::Clock {
 public:
  nats::SteadyTime now() override { return nats::SteadyTime(std::chrono::seconds(seconds)); }
  std::int64_t unix_seconds() override { return seconds; }
  bool sleep(std::chrono::milliseconds duration, const nats::Wait&) override {
    slept += duration;
    return true;
  }
  std::int64_t seconds = 1'800'000'000;
  std::chrono::milliseconds slept{0};
};

class TestRandom : public nats::Random {  // Every draw is another.
 public:
  void fill(std::span<unsigned char> bytes) override {
    for (auto& byte : bytes) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      byte = static_cast<unsigned char>(state_ >> 33U);
    }
  }

 private:
  std::uint64_t state_ = 1;
};

using TestHeaders = std::vector<std::pair<std::string, std::string>>;

class StandinTest : public ::testing::Test {
 protected:
  static constexpr Id acme = 1, shop = 2, ada = 3, ben = 4;

  StandinTest() : standin_(open()) {
    standin_->change([](State& state) {
      state.owners[acme] = {.id = acme, .login = "Acme", .admins = {"ada"}, .members = {"ben"}};
      state.owners[ada] = {.id = ada, .login = "ada", .is_organization = false};
      state.owners[ben] = {.id = ben, .login = "ben", .is_organization = false};
      state.repositories[shop] = {.id = shop, .owner_id = acme, .name = "Shop", .is_private = true};
      add_token(state, "ada-token", {.login = "ada", .scopes = {"repo", "admin:org_hook", "workflow"}});
    });
  }

  std::unique_ptr<Standin> open(Store store = {}) {
    auto opened = Standin::open({.clock = clock_,
                                 .random = random_,
                                 .store = std::move(store),
                                 .git = git_,
                                 .send = [this](Outgoing one) { sent_.push_back(std::move(one)); }});
    EXPECT_TRUE(opened) << opened.error();
    (*opened)->set_exchanges(test_exchanges());
    return *std::move(opened);
  }

  static void add_token(State& state, const std::string& text, Token token) {
    token.fingerprint = sha256_hex(text);
    state.tokens[token.fingerprint] = std::move(token);
  }

  Response ask(const std::string& method, const std::string& target, const Json& body = nullptr,
               TestHeaders headers = {}) {
    if (has_user_agent_) headers.emplace_back("User-Agent", "test");
    if (!token_.empty()) headers.emplace_back("Authorization", "Bearer " + token_);
    return standin_->answer(make_request({.method = method,
                                          .target = target,
                                          .origin = "http://127.0.0.1:1",
                                          .headers = std::move(headers),
                                          .body = body.is_null() ? "" : body.dump()}));
  }
  static Json json(const Response& response) { return Json::parse(response.body, nullptr, false); }

  Json make_hook(const std::string& url, std::vector<std::string> events = {"push"},
                 const std::string& secret = "") {
    Json config{{"url", url}, {"content_type", "json"}};
    if (!secret.empty()) config["secret"] = secret;
    const Response response = ask("POST", "/repos/acme/shop/hooks", {{"config", config}, {"events", events}});
    EXPECT_EQ(response.status, 201U) << response.body;
    return json(response);
  }
  static std::string at(const Json& hook) {
    return "/repos/acme/shop/hooks/" + std::to_string(hook["id"].get<Id>());
  }
  // All that was sent since, answered with this code.
  void receive_all(int status_code = 202) {
    for (const Outgoing& one : std::exchange(sent_, {}))
      standin_->delivered(one.id,
                          {.status_code = status_code, .status = status_code == 202 ? "OK" : "failed"});
  }
  static std::string header(const Outgoing& one, std::string_view name) {
    for (const auto& [key, value] : one.headers) {
      if (key == name) return value;
    }
    return "";
  }

  TestClock clock_;
  TestRandom random_;
  Git git_;
  std::vector<Outgoing> sent_;
  bool has_user_agent_ = true;
  std::string token_ = "ada-token";
  std::unique_ptr<Standin> standin_;
};

}  // namespace ghboot::standin
