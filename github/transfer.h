// SPDX-License-Identifier: Apache-2.0
// One request on its way through libcurl. Its caller and the pool's thread share it, so that either may leave
// first. Threads: what is marked so by both, the rest by the pool's thread until it is done.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "github/curl_library.h"
#include "github/transport.h"

namespace ghboot::github {

struct Transfer {
  HttpRequest request;
  HttpAnswer answer{};
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> words{};
  CURLcode code = CURLE_OK;
  bool is_too_large = false;

  std::atomic<bool> was_sent = false;  // Both.
  std::atomic<bool> is_left = false;   // Both: the caller has gone.
  std::mutex mutex;
  std::condition_variable_any changed;
  bool is_done = false;  // Guarded by mutex.

  explicit Transfer(HttpRequest asked) : request(std::move(asked)) {}
};

// False: libcurl gave no handle.
bool prepare(const CurlLibrary& curl, Transfer& transfer);
void release(const CurlLibrary& curl, Transfer& transfer);
std::expected<HttpAnswer, NoAnswer> outcome(const CurlLibrary& curl, Transfer& transfer);

}  // namespace ghboot::github
