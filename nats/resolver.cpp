// SPDX-License-Identifier: Apache-2.0
#include "nats/resolver.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// A server that says nothing for so long is silent. A busy one, of a thousand accounts on a loaded machine,
// takes two seconds now and then.
constexpr milliseconds answer_max{5000};
constexpr milliseconds cluster_trust{1000};
// How long a lookup waits before it asks for the list, which costs the server a look at all its accounts.
// Before 2.9.17 a server says nothing of an account that it does not have, so silence is the usual answer
// there.
constexpr milliseconds absent_hedge{10};
constexpr milliseconds silence_hedge{1000};
constexpr std::string_view list_subject = "$SYS.REQ.CLAIMS.LIST";

bool answers_of_absent_accounts(const Server& server) {
  std::array<int, 3> version{};
  return std::sscanf(server.version.c_str(), "%d.%d.%d", &version[0], &version[1], &version[2]) == 3 &&
         version >= std::array{2, 9, 17};
}

std::vector<std::string> names(const std::vector<Server>& servers) {
  std::vector<std::string> all;
  for (const Server& server : servers) all.push_back(shown(server));
  return all;
}

std::string joined(const std::vector<Server>& servers) {
  return fmt::format("{}", fmt::join(names(servers), ", "));
}

std::string joined(const std::vector<Away>& away) {
  std::vector<std::string> texts;
  for (const Away& absent : away) texts.push_back(named(absent));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string lookup_subject(std::string_view account) {
  return fmt::format("$SYS.REQ.ACCOUNT.{}.CLAIMS.LOOKUP", account);
}

void add_stream(std::vector<StoredStream>& streams, const json& stream) {
  const std::string name = text_member(stream, "name");
  const json& state = member(stream, "state");
  auto at = std::ranges::find(streams, name, &StoredStream::name);
  if (at == streams.end()) at = streams.insert(at, {.name = name});
  at->messages = std::max(at->messages, count_member(state, "messages"));
  at->bytes = std::max(at->bytes, count_member(state, "bytes"));
}

Error keeps_no_accounts(std::string_view where) {
  return {
      ErrorKind::refused,
      fmt::format(
          "no server at {} keeps accounts that can be pushed: its resolver is MEMORY or a URL; ghboot needs "
          "resolver type full in the server's configuration",
          where)};
}

}  // namespace

struct Resolver::Answered {
  std::vector<std::pair<Server, json>> replies;
  std::vector<Server> silent;
  std::vector<Away> away;
  RepliesEnd end = RepliesEnd::complete;
  std::string where;
};

bool Stored::equal_everywhere() const {
  return without.empty() && std::ranges::adjacent_find(jwts, std::ranges::not_equal_to{}) == jwts.end();
}

Wait Resolver::patience(const Wait& wait) const { return wait.at_most(clock_.now(), answer_max); }

Result<std::shared_ptr<Connection>> Resolver::connect(const Wait& wait) {
  auto connection = connector_.get(wait);
  if (!connection) return connection;
  const std::lock_guard lock(mutex_);
  if (known_.from.lock() != *connection) {
    known_ = Known();
    known_.from = *connection;
  };
  return connection;
}

Result<Cluster> Resolver::servers_through(Connection& connection, const Wait& wait) {
  {
    const std::lock_guard lock(mutex_);
    if (known_.from.lock().get() == &connection && clock_.now() < known_.cluster_until) return known_.cluster;
  }
  const SteadyTime asked_at = clock_.now();
  auto cluster = ask_cluster(connection, clock_, patience(wait));
  if (!cluster) return cluster;
  const std::lock_guard lock(mutex_);
  if (known_.from.lock().get() == &connection) {
    known_.cluster = *cluster;
    known_.cluster_until = asked_at + cluster_trust;
    known_.round_trip =
        std::chrono::duration_cast<milliseconds>(clock_.now() - asked_at) / 3;  // Three requests.
  }
  return cluster;
}

Result<Cluster> Resolver::servers(const Wait& wait) {
  auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  return servers_through(**connection, wait);
}

Result<Cluster> Resolver::described_servers(const Wait& wait) {
  auto answered = ask_all("$SYS.REQ.SERVER.PING", "", wait);
  if (!answered) return std::unexpected(answered.error());
  Cluster cluster{.present = std::move(answered->silent), .away = std::move(answered->away)};
  for (auto& [server, reply] : answered->replies) cluster.present.push_back(std::move(server));
  return cluster;
}

// By what each server called itself when it last answered.
void Resolver::name_silent(Answered& answered) {
  const std::lock_guard lock(mutex_);
  for (const auto& [server, reply] : answered.replies) known_.names[server.id] = server.name;
  for (Server& server : answered.silent)
    if (const auto known = known_.names.find(server.id); server.name.empty() && known != known_.names.end())
      server.name = known->second;
}

Result<Resolver::Answered> Resolver::ask_all(std::string_view subject, std::string_view body,
                                             const Wait& wait) {
  auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  auto cluster = servers_through(**connection, wait);
  if (!cluster) return std::unexpected(cluster.error());

  Answered answered{
      .replies = {}, .silent = cluster->present, .away = cluster->away, .where = (*connection)->url()};
  const auto take = [&answered](const std::vector<Message>& replies) {
    json reply = json::parse(replies.back().body, nullptr, false);
    if (auto server = reply_server(reply)) {
      std::erase_if(answered.silent, [&](const Server& silent) { return silent.id == server->id; });
      answered.replies.emplace_back(*std::move(server), std::move(reply));
    }
    return answered.silent.empty();
  };
  const auto replies = (*connection)->gather(subject, body, patience(wait), take);
  if (!replies) return std::unexpected(replies.error());
  answered.end = replies->end;
  name_silent(answered);
  if (answered.silent.empty() || replies->end == RepliesEnd::nobody) return answered;

  // Who did not answer may have gone meanwhile: then it is away, and not silent.
  {
    const std::lock_guard lock(mutex_);
    known_.cluster_until = {};
  }
  if (const auto now = servers_through(**connection, wait); now) {
    answered.away = now->away;
    std::erase_if(answered.silent, [&](const Server& silent) {
      const bool gone = std::ranges::find(now->present, silent.id, &Server::id) == now->present.end();
      const Away away{.what = Away::What::server, .name = silent.name};
      if (gone && !silent.name.empty() && std::ranges::find(answered.away, away) == answered.away.end())
        answered.away.push_back(away);
      return gone;
    });
  }
  return answered;
}

Result<std::vector<OperatorClaims>> Resolver::operators(const Wait& wait) {
  const auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  {
    const std::lock_guard lock(mutex_);
    if (known_.operators) return *known_.operators;
  }
  const auto reply = ask_server(**connection, (*connection)->server_id(), "VARZ", "", patience(wait));
  if (!reply) return std::unexpected(reply.error());
  std::vector<OperatorClaims> operators;
  for (const json& token : member(member(*reply, "data"), "trusted_operators_jwt")) {
    if (!token.is_string()) continue;
    auto claims = OperatorClaims::decode(token.get<std::string>());
    if (!claims) return std::unexpected(claims.error());
    operators.push_back(*std::move(claims));
  }
  const std::lock_guard lock(mutex_);
  known_.operators = operators;
  return operators;
}

Result<void> Resolver::check_signer(std::string_view operator_public_key, const Wait& wait) {
  const auto known = operators(wait);
  if (!known) return std::unexpected(known.error());
  if (known->empty()) return {};
  std::vector<std::string> shown_operators;
  for (const OperatorClaims& claims : *known) {
    if (claims.trusts(operator_public_key)) return {};
    if (claims.strict_signing_key_usage && claims.subject == operator_public_key)
      return fail(
          ErrorKind::invalid,
          fmt::format(
              "operator {} ({}) is strict: its servers take nothing that its own key signs; give one of "
              "its signing keys: {}",
              claims.name, claims.subject, fmt::join(claims.signing_keys, ", ")));
    shown_operators.push_back(fmt::format("{} ({})", claims.name, claims.subject));
  }
  return fail(
      ErrorKind::invalid,
      fmt::format(
          "the operator key {} is not one that these servers trust: their operator is {}; nothing was "
          "sent, because they would store what it signs and then refuse every user of the account",
          operator_public_key, fmt::join(shown_operators, ", ")));
}

Result<std::vector<Listing>> Resolver::list(const Wait& wait) {
  const auto answered = ask_all(list_subject, "", wait);
  if (!answered) return std::unexpected(answered.error());
  if (answered->end == RepliesEnd::nobody) return std::unexpected(keeps_no_accounts(answered->where));
  if (answered->replies.empty())
    return fail(ErrorKind::unreachable,
                fmt::format("no server at {} said in time which accounts it has", answered->where));
  std::vector<Listing> listings;
  for (const auto& [server, reply] : answered->replies) {
    Listing listing{.server = server, .accounts = {}};
    if (const json& data = member(reply, "data"); data.is_array())
      for (const json& account : data)
        if (account.is_string()) listing.accounts.push_back(account.get<std::string>());
    listings.push_back(std::move(listing));
  }
  return listings;
}

// Until so many servers have shown a text, or so many have answered, some of them with an empty text: they
// have none.
Result<std::vector<std::string>> Resolver::lookup_texts(std::string_view account, std::size_t texts_wanted,
                                                        std::size_t answers_wanted, const Wait& wait) {
  const auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  auto replies =
      (*connection)->gather(lookup_subject(account), "", wait, [&](const std::vector<Message>& all) {
        const auto empty = std::ranges::count(all, "", &Message::body);
        return all.size() >= answers_wanted || all.size() - static_cast<std::size_t>(empty) >= texts_wanted;
      });
  if (!replies) return std::unexpected(replies.error());
  if (replies->end == RepliesEnd::nobody) return std::unexpected(keeps_no_accounts((*connection)->url()));
  std::vector<std::string> texts;
  for (Message& message : replies->messages) texts.push_back(std::move(message.body));
  return texts;
}

// The list names the servers, the lookup does not; so the list says how many texts must come.
Result<Stored> Resolver::lookup_listed(std::string_view account, const Wait& wait) {
  const auto listed = ask_all(list_subject, "", wait);
  if (!listed) return std::unexpected(listed.error());
  if (listed->end == RepliesEnd::nobody) return std::unexpected(keeps_no_accounts(listed->where));
  Stored stored{.jwts = {}, .without = {}, .silent = listed->silent, .away = listed->away};
  std::vector<Server> with;
  for (const auto& [server, reply] : listed->replies) {
    const json& data = member(reply, "data");
    const bool has = data.is_array() && std::ranges::find(data, json(account)) != data.end();
    (has ? with : stored.without).push_back(server);
  }
  if (with.empty()) return stored;
  const std::size_t expected = with.size();
  auto texts = lookup_texts(account, expected, listed->replies.size(), patience(wait));
  if (!texts) return std::unexpected(texts.error());
  std::erase_if(*texts, [](const std::string& text) { return text.empty(); });
  if (texts->size() < expected)
    return fail(
        ErrorKind::unreachable,
        fmt::format("{} list account {}, and not all of them showed it in time", joined(with), account));
  stored.jwts = *std::move(texts);
  return stored;
}

Result<Stored> Resolver::lookup(std::string_view account, const Wait& wait) {
  const auto cluster = servers(wait);
  if (!cluster) return std::unexpected(cluster.error());
  milliseconds hedge = answers_of_absent_accounts(cluster->present.front()) ? silence_hedge : absent_hedge;
  {
    const std::lock_guard lock(mutex_);
    hedge = std::max(hedge, known_.round_trip * 3);
  }
  // The usual case takes one question: each server shows its text.
  const std::size_t all = cluster->present.size();
  const Wait hedged = wait.at_most(clock_.now(), hedge);
  auto texts = lookup_texts(account, all, all, hedged);
  if (!texts) {
    // A hedge that passes before anything was asked, on a busy machine, is no answer: the list will tell.
    const SteadyTime now = clock_.now();
    if (now < hedged.until || now >= wait.until || wait.stop.stop_requested())
      return std::unexpected(texts.error());
    texts = std::vector<std::string>();
  }
  const auto empty = static_cast<std::size_t>(std::ranges::count(*texts, ""));
  Stored stored{.jwts = {}, .without = {}, .silent = {}, .away = cluster->away};
  if (texts->size() < cluster->present.size() || (empty > 0 && empty < texts->size())) {
    auto listed = lookup_listed(account, wait);
    if (!listed) return listed;
    stored = *std::move(listed);
  } else if (empty > 0) {
    stored.without = cluster->present;
  } else {
    stored.jwts = *std::move(texts);
  }
  if (!stored.jwts.empty()) return stored;
  if (!stored.silent.empty() || stored.without.empty())
    return fail(ErrorKind::unreachable,
                fmt::format("whether account {} is there is not known: {} did not answer in time", account,
                            stored.silent.empty() ? std::string("the servers") : joined(stored.silent)));
  return fail(ErrorKind::missing, fmt::format("account {} is not on {}", account, joined(stored.without)));
}

Result<Answers> Resolver::claims_answers(Result<Answered> asked) const {
  if (!asked) return std::unexpected(asked.error());
  if (asked->end == RepliesEnd::nobody) return std::unexpected(keeps_no_accounts(asked->where));
  Answers answers{
      .done = {}, .refused = {}, .silent = std::move(asked->silent), .away = std::move(asked->away)};
  for (auto& [server, reply] : asked->replies) {
    if (auto result = claims_result(server, reply); result)
      answers.done.push_back(std::move(server));
    else
      answers.refused.push_back({std::move(server), result.error()});
  }
  return answers;
}

Result<Answers> Resolver::push(std::string_view jwt, const Wait& wait) {
  const auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  if (jwt.size() > (*connection)->max_payload())
    return fail(
        ErrorKind::invalid,
        fmt::format(
            "the account's claims are too large: {} bytes signed, and {} takes messages of at most {} "
            "(max_payload); nothing was sent",
            jwt.size(), (*connection)->url(), (*connection)->max_payload()));
  return claims_answers(ask_all("$SYS.REQ.CLAIMS.UPDATE", jwt, wait));
}

Result<Answers> Resolver::remove(const std::vector<std::string>& accounts, const KeyPair& signer,
                                 std::int64_t unix_seconds, const Wait& wait) {
  return claims_answers(
      ask_all("$SYS.REQ.CLAIMS.DELETE", encode_delete_request(accounts, signer, unix_seconds), wait));
}

Result<std::vector<StoredStream>> Resolver::streams(std::string_view account, const Wait& wait) {
  const json question = {{"account", account}, {"accounts", true}, {"streams", true}};
  const auto answered = ask_all("$SYS.REQ.SERVER.PING.JSZ", question.dump(), wait);
  if (!answered) return std::unexpected(answered.error());
  if (!answered->silent.empty())
    return fail(ErrorKind::unreachable,
                fmt::format("which streams account {} holds is not known: {} did not answer", account,
                            joined(answered->silent)));
  if (!answered->away.empty())
    return fail(
        ErrorKind::unreachable,
        fmt::format("which streams account {} holds is not known: {} of the JetStream cluster are away",
                    account, joined(answered->away)));
  std::vector<StoredStream> streams;
  for (const auto& [server, reply] : answered->replies)
    for (const json& detail : member(member(reply, "data"), "account_details"))
      if (text_member(detail, "id") == account)
        for (const json& stream : member(detail, "stream_detail")) add_stream(streams, stream);
  return streams;
}

Result<bool> Resolver::jetstream_enabled(const Wait& wait) {
  const auto answered = ask_all("$SYS.REQ.SERVER.PING.JSZ", "", wait);
  if (!answered) return std::unexpected(answered.error());
  for (const auto& [server, reply] : answered->replies)
    if (member(member(reply, "data"), "disabled") != json(true)) return true;
  if (!answered->silent.empty())
    return fail(ErrorKind::unreachable, fmt::format("whether JetStream is on is not known: {} did not answer",
                                                    joined(answered->silent)));
  return false;
}

Result<Subscription> Resolver::watch(const Wait& wait) {
  const auto connection = connect(wait);
  if (!connection) return std::unexpected(connection.error());
  return (*connection)
      ->subscribe({"$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE",
                   "$SYS.ACCOUNT.*.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.DELETE"});
}

}  // namespace ghboot::nats
