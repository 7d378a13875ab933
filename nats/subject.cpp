// SPDX-License-Identifier: Apache-2.0
#include "nats/subject.h"

#include <algorithm>

#include "nats/text_parts.h"

namespace ghboot::nats {
namespace {

// The first token; `rest` becomes what follows it, empty after the last.
std::string_view take_token(std::string_view& rest) {
  const auto dot = rest.find('.');
  const std::string_view token = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return token;
}

bool has_white_space(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

}  // namespace

bool covers(std::string_view pattern, std::string_view subject) {
  while (!pattern.empty() && !subject.empty()) {
    const std::string_view wanted = take_token(pattern);
    if (wanted == ">") return true;
    const std::string_view token = take_token(subject);
    if (token == ">" || (wanted != "*" && wanted != token)) return false;
  }
  return pattern.empty() && subject.empty();
}

std::vector<std::string_view> tokens_of(std::string_view subject) { return parts_of(subject, '.'); }

bool has_wildcard(std::string_view subject) {
  return std::ranges::any_of(tokens_of(subject),
                             [](std::string_view token) { return token == "*" || token == ">"; });
}

std::string_view problem_of_subject(std::string_view subject) {
  if (subject.empty()) return "is empty";
  if (has_white_space(subject)) return "has white space";
  if (subject.front() == '.' || subject.back() == '.' || subject.contains("..")) return "has an empty token";
  const auto tail = subject.find('>');
  const bool whole_token = tail == 0 || (tail != std::string_view::npos && subject[tail - 1] == '.');
  if (whole_token && tail + 1 < subject.size()) return "has a \">\" before its end";
  return "";
}

std::string_view problem_of_subscription(std::string_view subscription) {
  const auto space = subscription.find(' ');
  if (space == std::string_view::npos) return problem_of_subject(subscription);
  const auto queue = subscription.substr(space + 1);
  if (queue.empty() || has_white_space(queue)) return "has no queue group of one word after its space";
  return problem_of_subject(subscription.substr(0, space));
}

}  // namespace ghboot::nats
