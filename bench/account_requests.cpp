// SPDX-License-Identifier: Apache-2.0
// account_requests COUNT: what COUNT accounts cost in bare requests, one after another on one connection,
// each answered by every server: a push and a lookup for each, which no apply can do without, then a lookup
// for each, which no plan can do without. The claims are signed before the clock runs, and deleted after it.
// Reads what `ghboot env` exports. Prints NAME SECONDS a line.
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nats/account_claims.h"
#include "nats/connection.h"
#include "nats/creds.h"
#include "nats/environment.h"
#include "nats/nkey.h"
#include "nats/process_end.h"
#include "nats/resolver.h"
#include "nats/text_parts.h"

namespace {

using namespace ghboot::nats;

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value) throw std::runtime_error(fmt::format("{} is not set: see ghboot env", name));
  return value;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run(int count) {
  Clock& clock = system_clock();
  const Wait wait{clock.now() + std::chrono::minutes(5)};
  const auto signer = need(KeyPair::from_seed(content(variable("GHBOOT_OPERATOR_SEED_FILE"))));
  Connector connector({.servers = listed_in(variable("NATS_URL"), ','),
                       .creds = need(Creds::parse(content(variable("GHBOOT_SYSTEM_CREDS_FILE"))))},
                      clock);
  const auto connection = need(connector.get(wait));
  std::vector<std::string> accounts, jwts;
  for (int i = 0; i < count; ++i) {
    accounts.push_back(KeyPair::generate(KeyKind::account, system_random()).public_key());
    jwts.push_back(
        AccountClaims(accounts.back(), fmt::format("bare-{}", i)).encode(signer, clock.unix_seconds()));
  }
  const std::size_t servers = need(Resolver(connector, clock).servers(wait)).present.size();
  const auto ask = [&](const std::string& subject, std::string_view body) {
    auto replies = need(connection->gather(
        subject, body, wait, [servers](const std::vector<Message>& all) { return all.size() >= servers; }));
    if (replies.messages.size() < servers) throw std::runtime_error("not every server answered " + subject);
    return replies.messages;
  };
  const auto look_up = [&](std::size_t i) {
    for (const Message& found : ask(fmt::format("$SYS.REQ.ACCOUNT.{}.CLAIMS.LOOKUP", accounts[i]), ""))
      if (found.body != jwts[i]) throw std::runtime_error("a lookup gave other claims than were pushed");
  };
  const auto timed = [&](const char* name, const auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < accounts.size(); ++i) work(i);
    std::cout << name << ' '
              << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() << '\n';
  };
  timed("apply", [&](std::size_t i) {
    ask("$SYS.REQ.CLAIMS.UPDATE", jwts[i]);
    look_up(i);
  });
  timed("plan", look_up);
  const auto removed = need(Resolver(connector, clock).remove(accounts, signer, clock.unix_seconds(), wait));
  if (!removed.refused.empty() || !removed.silent.empty())
    throw std::runtime_error("the accounts were not deleted");
}

}  // namespace

int main(int argc, char** argv) {
  int status = 0;
  try {
    const std::string_view text = argc == 2 ? argv[1] : "";
    int count = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), count).ptr != text.data() + text.size() ||
        count < 1)
      throw std::runtime_error("usage: account_requests COUNT");
    run(count);
  } catch (const std::exception& error) {
    std::cerr << "account_requests: " << error.what() << '\n';
    status = 1;
  }
  end_process(status);
}
