// SPDX-License-Identifier: Apache-2.0
// An answer of any status, headers and body: read, or an error in one line of words, which is no larger than
// it may be.
#include <algorithm>

#include "fuzz/oracle.h"
#include "github/answer.h"

using ghboot::fuzz::require;
using namespace ghboot::github;

namespace {

std::string take_line(std::string_view& input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  std::string line(input.substr(0, end));
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

void look_at_error(const Error& error) {
  require(!error.message.empty(), "an error says what is wrong");
  require(error.message.size() < 100'000, "an error is no copy of the body");
  require(error.errors.size() <= 20, "errors are counted");
  require(std::ranges::none_of(error.message, [](unsigned char c) { return c < 0x20; }),
          "an error has no control characters");
}

}  // namespace

// A byte for the status, one for what is asked; lines of headers up to an empty one; the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int statuses[] = {200, 201, 204, 304, 400, 401, 403, 404, 409, 410, 422, 429, 451, 500, 502, 599};
  std::string_view input = ghboot::fuzz::text_of(data, size);
  HttpAnswer answer;
  answer.status = statuses[ghboot::fuzz::take_choice(input) % std::size(statuses)];
  const unsigned choice = ghboot::fuzz::take_choice(input);
  answer.is_whole = (choice & 2U) == 0;
  for (std::string line = take_line(input); !line.empty(); line = take_line(input)) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    answer.headers[line.substr(0, colon)] = line.substr(std::min(colon + 1, line.size()));
  }
  answer.body = input;
  const auto met = limit_met(answer, 1'800'000'000, static_cast<int>(choice >> 4U));
  require(!met || (met->wait_seconds >= 1 && met->wait_seconds <= 86'400), "a wait has a bound");
  const Asked asked{"POST", "https://api.github.com/x", (choice & 1U) != 0};
  const auto read = read_answer(asked, answer);
  if (!read) {
    look_at_error(read.error());
    return 0;
  }
  require(answer.is_whole && answer.status < 400, "only what is whole and good is taken");
  require(read->json != nullptr, "a response has JSON");
  const auto id = id_in(*read->json, "id");
  require(!id || *id > 0, "an id is above 0");
  return 0;
}
