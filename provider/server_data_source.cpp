// SPDX-License-Identifier: Apache-2.0
#include "provider/server_data_source.h"

#include <algorithm>
#include <utility>

#include "provider/report.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

constexpr auto summary = "Servers not read";

ServerModel to_model(const nats::Server& server) {
  return {.id = server.id,
          .name = text_or_null(server.name),
          .version = text_or_null(server.version),
          .jetstream = server.jetstream};
}

OperatorModel to_model(const nats::OperatorClaims& claims) {
  return {.public_key = claims.subject,
          .name = text_or_null(claims.name),
          .system_account = text_or_null(claims.system_account),
          .signing_keys = claims.signing_keys,
          .strict = claims.strict_signing_key_usage};
}

template <class Model, class Things>
std::vector<Model> to_models(const Things& things) {
  std::vector<Model> out;
  for (const auto& thing : things) out.push_back(to_model(thing));
  return out;
}

}  // namespace

ServerDataSource::ServerDataSource(const Sessions& sessions)
    : DataSource("The servers that the provider speaks with, and their operator."), sessions_(sessions) {}

std::optional<ServerDataModel> ServerDataSource::read_thing(const ServerDataModel& config,
                                                            tfplugin::Call& call) const {
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  if (!resolver) return std::nullopt;
  auto cluster = resolver->described_servers(wait_of(call));
  const auto operators =
      cluster ? resolver->operators(wait_of(call))
              : nats::Result<std::vector<nats::OperatorClaims>>(std::unexpected(cluster.error()));
  if (!operators) {
    report(call.diagnostics, summary, operators.error());
    return std::nullopt;
  }
  // The one that was asked comes first, which may be another the next time.
  std::ranges::sort(cluster->present, {},
                    [](const auto& server) { return std::pair(server.name, server.id); });
  std::vector<std::string> away;
  for (const nats::Away& absent : cluster->away) away.push_back(nats::named(absent));
  std::ranges::sort(away);
  ServerDataModel out = config;
  out.servers = to_models<ServerModel>(cluster->present);
  out.away = std::move(away);
  out.operators = to_models<OperatorModel>(*operators);
  out.jetstream = std::ranges::any_of(cluster->present, &nats::Server::jetstream);
  return out;
}

}  // namespace ghboot::provider
