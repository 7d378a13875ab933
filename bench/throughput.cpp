// SPDX-License-Identifier: Apache-2.0
// How fast JWTs and cty values are written and read, each beside what it cannot do without: the bare Ed25519
// signature, and nlohmann/json's own msgpack of the same value, which knows neither types nor unknowns.
// Prints NAME OURS PEER a line, in operations a second: the median of rounds in which ours and the peer take
// turns.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "nats/account_claims.h"
#include "nats/environment.h"
#include "nats/nkey.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"

namespace {

using namespace ghboot;
using Work = std::function<void()>;
namespace cty = tfplugin::cty;

double per_second(const Work& work) {
  constexpr std::chrono::milliseconds span{100};
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t count = 0;
  auto end = begin;
  while (end - begin < span) {
    for (int i = 0; i < 16; ++i) work();
    count += 16;
    end = std::chrono::steady_clock::now();
  }
  return static_cast<double>(count) / std::chrono::duration<double>(end - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const char* name, const Work& ours, const Work& peer) {
  constexpr int rounds = 9;
  std::vector<double> ours_rates, peer_rates;
  for (int i = 0; i < rounds; ++i) {
    ours_rates.push_back(per_second(ours));
    peer_rates.push_back(per_second(peer));
  }
  std::printf("%s %.0f %.0f\n", name, median(ours_rates), median(peer_rates));
}

// What the work makes is used: without this it could be left out.
volatile std::size_t sink = 0;
void use(std::size_t value) { sink = sink + value; }

void compare_jwt() {
  const auto signer = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  const auto account = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  nats::AccountClaims claims(account.public_key(), "acme");
  claims.set_description("Events of acme's repositories");
  claims.set_tags({"github", "events"});
  const std::string jwt = claims.encode(signer, 1'700'000'000);
  const std::string signature = signer.sign(jwt);
  compare(
      "jwt_encode", [&] { use(claims.encode(signer, 1'700'000'000).size()); },
      [&] { use(signer.sign(jwt).size()); });
  compare(
      "jwt_decode", [&] { use(nats::AccountClaims::decode(jwt).has_value()); },
      [&] { use(nats::verify_signature(signer.public_key(), jwt, signature)); });
}

void compare_msgpack() {
  constexpr std::string_view type_text =
      R"(["object",{"name":"string","tags":["set","string"],"limits":["object",{"connections":"number",)"
      R"("data":"number","jetstream":["map",["object",{"disk":"number","required":"bool"}]]}]}])";
  const std::string value_text =
      R"({"name":"acme","tags":["events","github"],"limits":{"connections":100,"data":-1,)"
      R"("jetstream":{"R1":{"disk":10737418240,"required":false},"R3":{"disk":1,"required":true}}}})";
  const auto type = *cty::Type::parse(type_text);
  const auto value = *cty::decode_json(type, value_text);
  const auto json = nlohmann::json::parse(value_text);
  const std::string bytes = cty::encode_msgpack(type, value);
  const auto peer_bytes = nlohmann::json::to_msgpack(json);
  compare(
      "msgpack_encode", [&] { use(cty::encode_msgpack(type, value).size()); },
      [&] { use(nlohmann::json::to_msgpack(json).size()); });
  compare(
      "msgpack_decode", [&] { use(cty::decode_msgpack(type, bytes).has_value()); },
      [&] { use(nlohmann::json::from_msgpack(peer_bytes).size()); });
}

}  // namespace

int main() {
  compare_jwt();
  compare_msgpack();
}
