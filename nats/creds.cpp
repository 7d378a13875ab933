// SPDX-License-Identifier: Apache-2.0
#include "nats/creds.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nats/user_claims.h"

namespace ghboot::nats {
namespace {

constexpr std::string_view begin_jwt = "-----BEGIN NATS USER JWT-----\n";
constexpr std::string_view end_jwt = "\n------END NATS USER JWT------\n";
constexpr std::string_view warning = "\nThe seed below is a secret: who has it can act as this user.\n\n";
constexpr std::string_view begin_seed = "-----BEGIN USER NKEY SEED-----\n";
constexpr std::string_view end_seed = "\n------END USER NKEY SEED------\n";

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(line);
}

bool is_dashed(std::string_view line) { return line.starts_with("---") && line.ends_with("---"); }

struct Blocks {
  std::optional<std::string_view> jwt, seed;
};

// A block is one line between two dashed ones. Which it is, its own letters say: only a JWT has dots.
Blocks find_blocks(std::string_view text) {
  Blocks blocks;
  std::string_view before, line = take_line(text);
  while (!text.empty()) {
    const std::string_view after = take_line(text);
    if (is_dashed(before) && is_dashed(after) && !line.empty() && !is_dashed(line)) {
      auto& block = line.contains('.') ? blocks.jwt : blocks.seed;
      if (!block) block = line;
    }
    before = std::exchange(line, after);
  }
  return blocks;
}

}  // namespace

Result<Creds> Creds::parse(std::string_view text) {
  const auto [jwt, seed] = find_blocks(text);
  if (!jwt && !seed)
    return fail(
        ErrorKind::invalid,
        "these are no creds: no line stands between dashed ones such as -----BEGIN NATS USER JWT-----");
  if (!jwt) return fail(ErrorKind::invalid, "the creds hold a seed and no user JWT");
  if (!seed) return fail(ErrorKind::invalid, "the creds hold a user JWT and no seed");
  const auto claims = UserClaims::decode(*jwt);
  if (!claims)
    return fail(ErrorKind::invalid,
                fmt::format("the user JWT of the creds is wrong: {}", claims.error().message));
  auto key = KeyPair::from_seed(*seed);
  if (!key)
    return fail(ErrorKind::invalid, fmt::format("the seed of the creds is wrong: {}", key.error().message));
  if (key->kind() != KeyKind::user)
    return fail(ErrorKind::invalid, fmt::format("the seed of the creds is of kind {}; a user's is expected",
                                                to_string(key->kind())));
  if (key->public_key() != claims->subject)
    return fail(
        ErrorKind::invalid,
        fmt::format("the creds' two parts do not belong together: the JWT is of user {}, the seed of {}",
                    claims->subject, key->public_key()));
  return Creds{.jwt = Secret(std::string(*jwt)), .key = *std::move(key)};
}

Secret Creds::format() const {
  std::string text;  // Reserved, so that no half-written copy stays in memory.
  text.reserve(begin_jwt.size() + jwt.reveal().size() + end_jwt.size() + warning.size() + begin_seed.size() +
               key.seed().reveal().size() + end_seed.size());
  text.append(begin_jwt).append(jwt.reveal()).append(end_jwt).append(warning);
  text.append(begin_seed).append(key.seed().reveal()).append(end_seed);
  return Secret(std::move(text));
}

}  // namespace ghboot::nats
