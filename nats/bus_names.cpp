// SPDX-License-Identifier: Apache-2.0
#include "nats/bus_names.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view login_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789_-";
// No "_", which stands for the other two in the key.
constexpr std::string_view host_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-.:";
constexpr std::size_t login_max = 39;
constexpr std::size_t key_max = 128;
constexpr std::size_t shown_max = 60;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_login(std::string_view text) {
  return !text.empty() && text.size() <= login_max && letters_and_digits.contains(text.front()) &&
         text.find_first_not_of(login_alphabet) == std::string_view::npos && !text.contains("__");
}

std::string prefix_of(BusStream which) {
  switch (which) {
    case BusStream::events:
      return "GITHUB_EVENTS_";
    case BusStream::requests:
      return "GITHUB_REQUESTS_";
    case BusStream::regeneration:
      return "GITHUB_REGENERATION_";
    case BusStream::lock:
      return "GITHUB_LOCK_";
    case BusStream::bucket:
      return "KV_ghboot_";
  }
  std::unreachable();
}

}  // namespace

Result<BusNames> BusNames::make(std::string_view login, std::string_view host) {
  std::string key = lower(login);
  if (!is_login(key))
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" is no organization's login: expected 1 to {} letters, digits and single "
                            "\"-\" or \"_\", the first of them a letter or a digit",
                            login.substr(0, shown_max), login_max));
  std::string name = lower(host);
  if (name == "github.com") return BusNames(std::move(key));
  const bool is_host = !name.empty() && letters_and_digits.contains(name.front()) &&
                       name.find_first_not_of(host_alphabet) == std::string::npos;
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == ':'; }, '_');
  key += "__" + name;
  if (!is_host || key.size() > key_max)
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" can't be part of the streams' names: expected a host such as github.com "
                            "or ghe.example.com:8443, of letters, digits, \"-\", \".\" and \":\", and at "
                            "most {} characters together with the login",
                            host.substr(0, shown_max), key_max - 2));
  return BusNames(std::move(key));
}

std::string BusNames::stream(BusStream which) const { return prefix_of(which) + key_; }

std::vector<std::string> BusNames::subjects(BusStream which) const {
  switch (which) {
    case BusStream::events:
      return {subject("hook.*"), subject("template_changed"), subject("workflow_status")};
    case BusStream::requests:
      return {regeneration().request};
    case BusStream::regeneration:
      return {regeneration().started, regeneration().completed, regeneration().failed, regeneration().asked};
    case BusStream::lock:
      return {lock().subject};
    case BusStream::bucket:
      return {fmt::format("$KV.{}.>", bucket())};
  }
  std::unreachable();
}

std::string BusNames::subject(std::string_view what) const { return fmt::format("github.{}.{}", key_, what); }
std::string BusNames::bucket() const { return "ghboot_" + key_; }

LockNames BusNames::lock() const {
  return {.stream = stream(BusStream::lock),
          .subject = subject("regeneration_lock"),
          .wait_subject = subject("regeneration_wait")};
}

RegenerationNames BusNames::regeneration() const {
  return {.requests_stream = stream(BusStream::requests),
          .request = subject("regeneration_requested"),
          .stream = stream(BusStream::regeneration),
          .started = subject("regeneration_started"),
          .completed = subject("regeneration_completed"),
          .failed = subject("regeneration_failed"),
          .asked = subject("regeneration_asked"),
          .snapshot_stream = stream(BusStream::bucket),
          .snapshot = fmt::format("$KV.{}.regeneration", bucket())};
}

}  // namespace ghboot::nats
