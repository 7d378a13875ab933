// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nsc.h"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "nats/account_claims.h"
#include "nats/operator_claims.h"

namespace ghboot::acceptance {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view operator_name = "interop";

template <class T>
T value_of(nats::Result<T> result) {
  if (!result) {
    throw std::runtime_error("what nsc wrote cannot be read: " + result.error().message);
  }
  return *std::move(result);
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

}  // namespace

std::optional<fs::path> Nsc::program() {
  const char* named = std::getenv("GHBOOT_NSC");
  return find_program(named != nullptr && *named != '\0' ? named : "nsc");
}

Nsc::Nsc() : keystore_(root_.path() / "keystore") {}
Nsc::Nsc(fs::path keystore) : keystore_(std::move(keystore)) {}

Outcome Nsc::run(const std::vector<std::string>& words) const {
  Command command{
      {program().value().string()},
      root_.path(),
      {{"HOME", root_.path().string()}, {"NSC_NO_GIT_IGNORE", "true"}, {"PATH", "/usr/bin:/bin"}}};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  for (const auto& [flag, folder] : {std::pair{"--config-dir", scratch("config")},
                                     {"--data-dir", scratch("data")},
                                     {"--keystore-dir", keystore_}}) {
    command.argv.insert(command.argv.end(), {flag, folder.string()});
  }
  return Process(command).wait();
}

std::string Nsc::must(const std::vector<std::string>& words) const {
  Outcome outcome = run(words);
  if (!outcome.ok()) {
    throw std::runtime_error(fmt::format("nsc {} failed: {}", fmt::join(words, " "), outcome.text()));
  }
  return outcome.out;
}

fs::path Nsc::creds_file(std::string_view account, std::string_view user) const {
  return keystore_ / "creds" / operator_name / account / fmt::format("{}.creds", user);
}
std::string Nsc::operator_jwt() const { return trimmed(must({"describe", "operator", "--raw"})); }
std::string Nsc::account_jwt(std::string_view account) const {
  return trimmed(must({"describe", "account", std::string(account), "--raw"}));
}
std::string Nsc::user_jwt(std::string_view account, std::string_view user) const {
  return trimmed(
      must({"describe", "user", "--account", std::string(account), "--name", std::string(user), "--raw"}));
}
std::string Nsc::public_key(std::string_view account) const { return described(account)["sub"]; }
nlohmann::json Nsc::described(std::string_view account) const {
  return nlohmann::json::parse(must({"describe", "account", std::string(account), "--json"}));
}

void Nsc::make_operator() const {
  must({"add", "operator", "--name", std::string(operator_name), "--sys", "--generate-signing-key"});
}

void Nsc::make_team() const {
  const std::string token = scratch("activation.jwt");
  must({"add", "account", "partner"});
  must({"add", "export", "--account", "partner", "--name", "feed", "--subject", "feed.>", "--private"});
  must({"add", "export", "--account", "partner", "--name", "ask", "--subject", "rpc.ask", "--service",
        "--response-type", "Stream"});
  must({"add", "account", "team"});
  must({"generate", "activation", "--account", "partner", "--subject", "feed.>", "--target-account",
        public_key("team"), "--output-file", token});
  must({"add", "import", "--account", "team", "--name", "feed", "--token", token, "--local-subject",
        "in.feed.>"});
  must({"add", "import", "--account", "team", "--name", "ask", "--src-account", public_key("partner"),
        "--remote-subject", "rpc.ask", "--service", "--local-subject", "ask"});
  must({"add", "export", "--account", "team", "--name", "orders", "--subject", "orders.>"});
  must({"add", "export", "--account", "team", "--name", "quote", "--subject", "quote.*", "--service",
        "--latency", "lat.quote", "--sampling", "10", "--response-threshold", "3s"});
  must({"add", "mapping", "--account", "team", "--from", "old.*", "--to", "new.{{wildcard(1)}}", "--weight",
        "60"});
  must({"edit", "account", "--name", "team", "--sk", "generate"});
  must({"edit", "signing-key", "--account", "team", "--sk", "generate", "--role", "reader", "--allow-sub",
        "orders.>", "--deny-pub", ">", "--subs", "10"});
  must({"add", "user", "--account", "team", "--name", "alice", "--allow-pub", "orders.new", "--tag", "x"});
  must({"add", "user", "--account", "team", "--name", "bob", "--private-key", "reader"});
  must({"revocations", "add-user", "--account", "team", "--name", "alice", "--at", "1700000000"});
  // Each edit without a flag of JetStream's writes its defaults anew, which tiers exclude: tiers come last.
  must({"edit",
        "account",
        "--name",
        "team",
        "--conns",
        "7",
        "--leaf-conns",
        "3",
        "--description",
        "Made by nsc",
        "--info-url",
        "https://example.com/team",
        "--tag",
        "one,two",
        "--allow-pub",
        "open.>",
        "--deny-sub",
        "secret.>",
        "--allow-pub-response=2",
        "--response-ttl",
        "5s"});
  must({"edit", "account", "--name", "team", "--rm-js-tier", "0"});
  for (const char* tier : {"1", "3"}) {
    must({"edit", "account", "--name", "team", "--js-tier", tier, "--js-disk-storage", "1G",
          "--js-mem-storage", "1M", "--js-streams", "5"});
  }
}

nats::KeyPair Nsc::key(std::string_view public_key) const {
  return value_of(nats::KeyPair::from_seed(
      trimmed(read_file(keystore_ / "keys" / public_key.substr(0, 1) / public_key.substr(1, 2) /
                        fmt::format("{}.nk", public_key)))));
}

nats::NewOperator Nsc::issuer() const {
  const std::string jwt = operator_jwt(), system_jwt = account_jwt("SYS");
  const auto claims = value_of(nats::OperatorClaims::decode(jwt));
  const auto system = value_of(nats::AccountClaims::decode(system_jwt));
  return {.key = key(claims.subject),
          .signing_key = key(claims.signing_keys.at(0)),
          .jwt = jwt,
          .system_account = key(system.subject()),
          .system_signing_key = key(system.signing_keys().at(0)),
          .system_account_jwt = system_jwt,
          .system_creds = value_of(nats::Creds::parse(read_file(creds_file("SYS", "sys"))))};
}

}  // namespace ghboot::acceptance
