// SPDX-License-Identifier: Apache-2.0
#include "nats/server_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ghboot::nats {

namespace {

std::string as_string(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string resolver_text(const ResolverConfig& resolver) {
  if (resolver.kind == ResolverKind::memory) return "resolver: MEMORY\n";
  const bool full = resolver.kind == ResolverKind::full;
  std::string text = fmt::format("resolver {{\n  type: {}\n  dir: {}\n", full ? "full" : "cache",
                                 as_string(resolver.dir.string()));
  if (full) text += fmt::format("  allow_delete: {}\n", resolver.allow_delete);
  if (resolver.accounts_max) text += fmt::format("  limit: {}\n", *resolver.accounts_max);
  if (full && resolver.interval) text += fmt::format("  interval: {}\n", as_string(*resolver.interval));
  return text + "}\n";
}

std::string preload_text(const std::map<std::string, std::string>& preload) {
  std::string text = "resolver_preload {\n";
  for (const auto& [account, jwt] : preload) text += fmt::format("  {}: {}\n", account, as_string(jwt));
  return text + "}\n";
}

std::string jetstream_text(const ServerConfig& config) {
  if (config.jetstream_dir.empty()) return {};
  return fmt::format("jetstream {{\n  store_dir: {}\n{}}}\n", as_string(config.jetstream_dir.string()),
                     config.sync_always ? "  sync_interval: always\n" : "");
}

std::string cluster_text(const std::optional<ClusterConfig>& cluster) {
  if (!cluster) return {};
  const std::string_view password = cluster->password.reveal();
  std::string text = fmt::format("cluster {{\n  name: {}\n  listen: \"127.0.0.1:{}\"\n",
                                 as_string(cluster->name), cluster->port);
  if (!password.empty())
    text += fmt::format("  authorization {{ user: ghboot, password: {} }}\n", as_string(password));
  text += "  routes: [\n";
  const std::string user = password.empty() ? "" : fmt::format("ghboot:{}@", password);
  for (int port : cluster->routes) text += fmt::format("    \"nats-route://{}127.0.0.1:{}\"\n", user, port);
  return text + "  ]\n}\n";
}

std::string gateway_text(const std::optional<GatewayConfig>& gateway) {
  if (!gateway) return {};
  std::string text = fmt::format("gateway {{\n  name: {}\n  listen: \"127.0.0.1:{}\"\n  gateways: [\n",
                                 as_string(gateway->cluster), gateway->port);
  for (const auto& [cluster, ports] : gateway->others) {
    std::vector<std::string> urls;
    for (int port : ports) urls.push_back(fmt::format("\"nats://127.0.0.1:{}\"", port));
    text += fmt::format("    {{ name: {}, urls: [{}] }}\n", as_string(cluster), fmt::join(urls, ", "));
  }
  return text + "  ]\n}\n";
}

}  // namespace

std::string server_config_text(const ServerConfig& config) {
  std::string text =
      fmt::format("server_name: {}\nlisten: \"127.0.0.1:{}\"\n", as_string(config.name), config.port);
  if (config.monitoring_port) text += fmt::format("http: \"127.0.0.1:{}\"\n", *config.monitoring_port);
  if (!config.log_file.empty()) text += fmt::format("log_file: {}\n", as_string(config.log_file.string()));
  if (config.debug) text += "debug: true\n";
  if (config.max_payload) text += fmt::format("max_payload: {}\n", *config.max_payload);
  text += fmt::format("operator: {}\nsystem_account: {}\n", as_string(config.operator_jwt),
                      config.system_account);
  return text + resolver_text(config.resolver) + preload_text(config.preload) + jetstream_text(config) +
         cluster_text(config.cluster) + gateway_text(config.gateway);
}

}  // namespace ghboot::nats
