// SPDX-License-Identifier: Apache-2.0
// A NATS JWT. The first byte chooses: 't', the rest is a token as it comes; else the rest is a payload that
// an operator or an account signs, in which "O" and "A" stand for their keys, so that the claims are reached.
#include <nlohmann/json.hpp>

#include "fuzz/cheap_keys.h"
#include "fuzz/oracle.h"
#include "nats/account_claims.h"
#include "nats/jwt.h"
#include "nats/operator_claims.h"
#include "nats/test_keys.h"
#include "nats/user_claims.h"

namespace {

using namespace ghboot::nats;
using ghboot::fuzz::require;

template <class T>
void says_why(const Result<T>& result) {
  require(result || !result.error().message.empty(), "a refusal says why");
  require(result || result.error().kind == ErrorKind::invalid, "a wrong JWT is invalid input, nothing else");
}

std::string with_keys(std::string_view payload, const KeyPair& issuer, const KeyPair& account) {
  std::string text;
  while (!payload.empty()) {
    const bool is_issuer = payload.starts_with("\"O\""), is_account = payload.starts_with("\"A\"");
    if (is_issuer || is_account) {
      text += '"' + (is_issuer ? issuer : account).public_key() + '"';
      payload.remove_prefix(3);
    } else {
      text += payload.front();
      payload.remove_prefix(1);
    }
  }
  return text;
}

// What is read and signed anew reads the same: members that only a newer tool knows among them.
void survives(const AccountClaims& claims, const KeyPair& signer) {
  const std::string token = claims.encode(signer, 1'700'000'000);
  const auto again = AccountClaims::decode(token);
  require(again.has_value(), "an account's claims that were read can be signed and read");
  require(again->limits() == claims.limits(), "limits survive");
  require(again->tags() == claims.tags(), "tags survive");
  require(again->name() == claims.name() && again->description() == claims.description(), "texts survive");
  require(again->encode(signer, 1'700'000'000) == token, "claims have one form");
}

void survives(const UserClaims& claims, const KeyPair& signer) {
  const std::string token = claims.encode(signer, 1'700'000'000);
  const auto again = UserClaims::decode(token);
  require(again.has_value(), "a user's claims that were read can be signed and read");
  require(again->rights == claims.rights, "rights survive");
  require(again->subject == claims.subject && again->name == claims.name, "a user survives");
  require(again->encode(signer, 1'700'000'000) == token, "claims have one form");
}

void decode_all(std::string_view token, const KeyPair& issuer, const KeyPair& account) {
  const auto payload = decode_jwt(token);
  says_why(payload);
  const auto account_claims = AccountClaims::decode(token);
  const auto user_claims = UserClaims::decode(token);
  const auto operator_claims = OperatorClaims::decode(token);
  says_why(account_claims);
  says_why(user_claims);
  says_why(operator_claims);
  require(payload || (!account_claims && !user_claims && !operator_claims), "claims need a right envelope");
  if (payload) says_why(decode_jwt(encode_jwt(*payload, issuer, 1'700'000'000)));
  if (account_claims) survives(*account_claims, issuer);
  if (user_claims) survives(*user_claims, account);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const KeyPair issuer = test_key(KeyKind::operator_key, 1), account = test_key(KeyKind::account, 2);
  std::string_view input = ghboot::fuzz::text_of(data, size);
  const unsigned choice = ghboot::fuzz::take_choice(input);
  if (choice == 't') {
    decode_all(input, issuer, account);
    return 0;
  }
  const KeyPair& signer = choice % 2 == 0 ? issuer : account;
  decode_all(signed_token(jwt_header, with_keys(input, issuer, account), signer), issuer, account);
  return 0;
}
