// SPDX-License-Identifier: Apache-2.0
#include "provider/functions.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/creds.h"
#include "nats/test_keys.h"
#include "nats/user_claims.h"
#include "provider/offered_functions.h"

namespace ghboot::provider {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using V = tfplugin::cty::Value;

const OfferedFunctions offered{add_functions};
const nats::KeyPair account = nats::test_key(nats::KeyKind::account),
                    user = nats::test_key(nats::KeyKind::user);

std::string seed_of(const nats::KeyPair& key) { return std::string(key.seed().reveal()); }

std::string user_jwt(std::int64_t expires_at = 0) {
  return nats::UserClaims{.subject = user.public_key(), .name = "svc", .expires_at = expires_at}.encode(
      account, 1'700'000'000);
}

std::string creds() {
  return std::string(nats::Creds{.jwt = nats::Secret(user_jwt()), .key = user}.format().reveal());
}

V call(std::string_view name, const std::vector<V>& arguments) {
  const auto result = offered.call(name, arguments);
  EXPECT_TRUE(result) << result.error().text;
  return result.value_or(V());
}

std::string error_of(std::string_view name, const std::vector<V>& arguments) {
  const auto result = offered.call(name, arguments);
  return result ? "no error" : result.error().text;
}

std::string text(const V& value) {
  const auto* found = value.get<std::string>();
  return found ? *found : "not a text";
}

TEST(Functions, AreWellDeclared) {
  for (const auto& [name, function] : offered.functions)
    EXPECT_THAT(problems(function->signature()), testing::IsEmpty()) << name;
}

TEST(Functions, SeedPublicKeyIsOfAnyKind) {
  for (const auto kind : {nats::KeyKind::account, nats::KeyKind::user, nats::KeyKind::operator_key,
                          nats::KeyKind::curve, nats::KeyKind::server}) {
    const nats::KeyPair key = nats::test_key(kind);
    EXPECT_EQ(text(call("seed_public_key", {seed_of(key) + "\n"})), key.public_key());
  }
}

TEST(Functions, SeedPublicKeyNeverRepeatsASeed) {
  const std::string cut = seed_of(account).substr(0, 50);
  EXPECT_THAT(error_of("seed_public_key", {cut}), AllOf(HasSubstr("Not a seed"), Not(HasSubstr(cut))));
  EXPECT_THAT(error_of("seed_public_key", {account.public_key()}), HasSubstr("Not a seed"));
}

TEST(Functions, JwtDecodeTellsWhatIsInside) {
  const V of_user = call("jwt_decode", {user_jwt(1'800'000'000)});
  EXPECT_EQ(text(of_user["type"]), "user");
  EXPECT_EQ(text(of_user["subject"]), user.public_key());
  EXPECT_EQ(text(of_user["issuer"]), account.public_key());
  EXPECT_TRUE(of_user["issuer_account"].is_null());
  EXPECT_EQ(text(of_user["name"]), "svc");
  EXPECT_EQ(text(of_user["issued_at"]), "2023-11-14T22:13:20Z");
  EXPECT_EQ(text(of_user["expires_at"]), "2027-01-15T08:00:00Z");
  EXPECT_THAT(text(of_user["claims"]), HasSubstr("\"payload\":-1"));
  EXPECT_TRUE(call("jwt_decode", {user_jwt()})["expires_at"].is_null());
}

TEST(Functions, JwtDecodeRefusesWhatWasChangedByHand) {
  std::string jwt = user_jwt();
  jwt[jwt.size() - 5] = jwt[jwt.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_THAT(error_of("jwt_decode", {jwt}), AllOf(HasSubstr("it was changed or cut"), Not(HasSubstr(jwt))));
  EXPECT_THAT(error_of("jwt_decode", {"a.b"}), HasSubstr("three parts"));
}

TEST(Functions, CredsComeApartAndTogetherAgain) {
  const V parts = call("creds_decode", {creds()});
  EXPECT_EQ(text(parts["jwt"]), user_jwt());
  EXPECT_EQ(text(parts["seed"]), seed_of(user));
  EXPECT_EQ(text(parts["public_key"]), user.public_key());
  EXPECT_EQ(text(parts["account"]), account.public_key());
  EXPECT_EQ(text(call("creds_format", {parts["jwt"], parts["seed"]})), creds());
}

TEST(Functions, CredsOfTwoUsersAreRefused) {
  const nats::KeyPair other = nats::test_key(nats::KeyKind::user, 1);
  EXPECT_THAT(
      error_of("creds_format", {user_jwt(), seed_of(other)}),
      AllOf(HasSubstr("Seed of another key"), HasSubstr(other.public_key()), Not(HasSubstr(seed_of(other)))));
  EXPECT_THAT(error_of("creds_format", {"x", seed_of(user)}), HasSubstr("Not the JWT of a user"));
  EXPECT_THAT(error_of("creds_decode", {"-----BEGIN"}), HasSubstr("Not creds of a user"));
}

TEST(Functions, SubjectMatchesAsServersDo) {
  EXPECT_EQ(call("subject_matches", {"orders.*", "orders.eu"}), V(true));
  EXPECT_EQ(call("subject_matches", {"orders.*", "orders.>"}), V(false));
  EXPECT_THAT(error_of("subject_matches", {"orders..eu", "a"}), HasSubstr("has an empty token"));
}

}  // namespace
}  // namespace ghboot::provider
