// SPDX-License-Identifier: Apache-2.0
// A creds file. In the input, bytes 1 to 6 stand for right parts (a user's JWT and seed, an account's,
// another user's seed, a seed cut short), which no mutation would hit.
#include <array>

#include "fuzz/cheap_keys.h"
#include "fuzz/oracle.h"
#include "nats/account_claims.h"
#include "nats/creds.h"
#include "nats/test_keys.h"
#include "nats/user_claims.h"

namespace {

using namespace ghboot::nats;
using ghboot::fuzz::require;

using Parts = std::array<std::string, 6>;

const Parts& parts() {
  static const Parts all = [] {
    const KeyPair issuer = test_key(KeyKind::operator_key, 1), account = test_key(KeyKind::account, 2),
                  user = test_key(KeyKind::user, 3), stranger = test_key(KeyKind::user, 4);
    UserClaims claims;
    claims.subject = user.public_key();
    claims.name = "fuzz";
    const std::string seed(user.seed().reveal());
    return Parts{claims.encode(account, 1'700'000'000),
                 seed,
                 AccountClaims(account.public_key(), "fuzz").encode(issuer, 1'700'000'000),
                 std::string(account.seed().reveal()),
                 std::string(stranger.seed().reveal()),
                 seed.substr(0, 40)};
  }();
  return all;
}

std::string with_parts(std::string_view input) {
  std::string text;
  for (const char c : input) {
    const auto part = static_cast<std::uint8_t>(c);
    if (part >= 1 && part <= parts().size())
      text += parts()[part - 1U];
    else
      text += c;
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto creds = Creds::parse(with_parts(ghboot::fuzz::text_of(data, size)));
  if (!creds) {
    require(!creds.error().message.empty() && creds.error().kind == ErrorKind::invalid, "a refusal says why");
    for (const std::string& part : parts())
      require(!creds.error().message.contains(part), "a message holds no part of the creds");
    return 0;
  }
  require(creds->jwt.reveal() == parts()[0] && creds->key.seed().reveal() == parts()[1],
          "the one right pair is what is taken");
  const auto again = Creds::parse(creds->format().reveal());
  require(again && again->jwt.reveal() == creds->jwt.reveal(), "a JWT survives the file");
  require(again->key.seed().reveal() == creds->key.seed().reveal(), "a seed survives the file");
  return 0;
}
