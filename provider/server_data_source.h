// SPDX-License-Identifier: Apache-2.0
// The data source ghboot_nats_server: which servers the provider speaks with, of which versions, and which
// operator's they are. Threads: as every data source.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "provider/session.h"
#include "tfplugin/data_source.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

struct ServerModel {
  Value<std::string> id, name, version;
  Value<bool> jetstream;
  static constexpr auto fields() {
    using M = ServerModel;
    return std::tuple{
        Field{"id", &M::id, Use::computed, "Public key, `N…`; another one after each start."},
        Field{"name", &M::name, Use::computed, "Name, of its configuration; null: it was not told."},
        Field{"version", &M::version, Use::computed, "Version, like `2.10.7`; null: it was not told."},
        Field{"jetstream", &M::jetstream, Use::computed, "Whether JetStream is enabled."},
    };
  }
  bool operator==(const ServerModel&) const = default;
};

struct OperatorModel {
  Value<std::string> public_key, name, system_account;
  Value<std::vector<std::string>> signing_keys;
  Value<bool> strict;
  static constexpr auto fields() {
    using M = OperatorModel;
    return std::tuple{
        Field{"public_key", &M::public_key, Use::computed, "The operator's identity, `O…`."},
        Field{"name", &M::name, Use::computed, "Name."},
        Field{"system_account", &M::system_account, Use::computed,
              "Public key, `A…`, of the system account."},
        Field{"signing_keys", &M::signing_keys, Use::computed, "Keys that sign for it, `O…`."},
        Field{"strict", &M::strict, Use::computed,
              "Whether servers take only what signing keys signed, of accounts and of users."},
    };
  }
  bool operator==(const OperatorModel&) const = default;
};

struct ServerDataModel {
  Value<std::vector<ServerModel>> servers;
  Value<std::vector<std::string>> away;
  Value<std::vector<OperatorModel>> operators;
  Value<bool> jetstream;
  static constexpr auto fields() {
    using M = ServerDataModel;
    return std::tuple{
        Field{"servers", &M::servers, Use::computed, "Servers that are connected with each other, by name."},
        Field{"away", &M::away, Use::computed,
              "Names of servers that JetStream's group knows and that are not connected, and clusters whose "
              "gateways are not, as `every server of cluster east`."},
        Field{"operators", &M::operators, Use::computed,
              "Operators whose accounts the servers trust; none where their configuration has bare keys."},
        Field{"jetstream", &M::jetstream, Use::computed, "Whether JetStream is enabled on any of them."},
    };
  }
};
static_assert(tfplugin::valid<ServerDataModel>());

class ServerDataSource final : public tfplugin::DataSource<ServerDataModel> {
 public:
  explicit ServerDataSource(const Sessions& sessions);

 protected:
  std::optional<ServerDataModel> read_thing(const ServerDataModel& config,
                                            tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
