// SPDX-License-Identifier: Apache-2.0
// A server of one test on 127.0.0.1: each request goes to the test's function, whose text is sent as it is.
// An empty text closes the connection without an answer. Threads: the function is called by one connection at
// a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nats/environment.h"

namespace ghboot::github {

class TestServer {
 public:
  struct Asked {
    std::string method, path, head, body;
  };
  using Handler = std::function<std::string(const Asked&)>;

  explicit TestServer(Handler handler)
      : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 64);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this] { accept_all(); });
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int one : connections_) shutdown(one, SHUT_RDWR);
    serving_.clear();
    for (const int one : connections_) close(one);
    close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Asked> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::size_t connections() {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  static std::string json(int status, const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Type: application/json\r\nX-GitHub-Request-Id: T:1\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void accept_all() {
    for (;;) {
      const int one = accept(listener_, nullptr, nullptr);
      if (one < 0) return;
      const std::lock_guard lock(mutex_);
      connections_.push_back(one);
      serving_.emplace_back([this, one] { serve(one); });
    }
  }
  void serve(int connection) {
    std::string input;
    for (;;) {
      Asked asked;
      if (!read_request(connection, input, asked)) break;
      std::string answer;
      {
        const std::lock_guard turn(handling_);
        {
          const std::lock_guard lock(mutex_);
          asked_.push_back(asked);
        }
        answer = handler_(asked);
      }
      if (answer.empty()) break;
      for (std::size_t sent = 0; sent < answer.size();) {
        const auto more = send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (more <= 0) return;
        sent += static_cast<std::size_t>(more);
      }
      if (answer.contains("Connection: close")) break;
    }
    shutdown(connection, SHUT_RDWR);
  }
  static bool read_request(int connection, std::string& input, Asked& asked) {
    std::size_t end = 0;
    while ((end = input.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(connection, input)) return false;
    }
    asked.head = input.substr(0, end + 2);
    std::size_t length = 0;
    if (const std::size_t at = asked.head.find("Content-Length: "); at != std::string::npos)
      length = std::strtoul(asked.head.c_str() + at + 16, nullptr, 10);
    while (input.size() < end + 4 + length) {
      if (!read_more(connection, input)) return false;
    }
    asked.body = input.substr(end + 4, length);
    input.erase(0, end + 4 + length);
    const std::size_t space = asked.head.find(' ');
    asked.method = asked.head.substr(0, space);
    asked.path = asked.head.substr(space + 1, asked.head.find(' ', space + 1) - space - 1);
    return true;
  }
  static bool read_more(int connection, std::string& input) {
    char buffer[4096];
    const auto size = recv(connection, buffer, sizeof buffer, 0);
    if (size > 0) input.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  Handler handler_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_, handling_;
  std::vector<Asked> asked_;  // Guarded by mutex_, like the next two.
  std::vector<int> connections_;
  std::list<std::jthread> serving_;
  std::jthread accepting_;
};

class TestClock : public nats::Clock {  // Real, but that sleeping takes no time and is kept.
 public:
  nats::SteadyTime now() override { return std::chrono::steady_clock::now() + skipped(); }
  std::int64_t unix_seconds() override {
    return 1'800'000'000 + std::chrono::duration_cast<std::chrono::seconds>(skipped()).count();
  }
  bool sleep(std::chrono::milliseconds duration, const nats::Wait& wait) override {
    const std::lock_guard lock(mutex_);
    slept.push_back(duration);
    skipped_ += duration;
    return !wait.stop.stop_requested();
  }
  std::chrono::milliseconds skipped() {
    const std::lock_guard lock(mutex_);
    return skipped_;
  }
  std::vector<std::chrono::milliseconds> slept;

 private:
  std::mutex mutex_;
  std::chrono::milliseconds skipped_{0};
};

class TestRandom : public nats::Random {
 public:
  void fill(std::span<unsigned char> bytes) override {
    for (auto& byte : bytes) byte = 128;
  }
};

}  // namespace ghboot::github
