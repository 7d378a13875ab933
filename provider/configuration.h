// SPDX-License-Identifier: Apache-2.0
// The provider block, and what it becomes together with the environment. A setting of the block wins over its
// variable; of a pair (`x`, `x_file`) only one is set. Nothing is contacted here: files are read, and what
// they hold is checked, when it is first needed (session.h).
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "nats/held_locks.h"
#include "provider/github_configuration.h"
#include "provider/secret_source.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

struct TlsModel {
  Value<std::string> ca_file, cert_file, key_file;
  static constexpr auto fields() {
    return std::tuple{
        Field{"ca_file", &TlsModel::ca_file, Use::optional,
              "Certificates to trust, PEM. Variable `NATS_CA`."},
        Field{"cert_file", &TlsModel::cert_file, Use::optional,
              "The client's certificate, PEM. `NATS_CERT`."},
        Field{"key_file", &TlsModel::key_file, Use::optional, "The client's key, PEM. `NATS_KEY`."},
    };
  }
  bool operator==(const TlsModel&) const = default;
};

struct NatsModel {
  Value<std::vector<std::string>> servers;
  Value<std::string> creds, creds_file, context, operator_seed, operator_seed_file, system_creds,
      system_creds_file;
  Value<TlsModel> tls;
  static constexpr auto fields() {
    using M = NatsModel;
    constexpr tfplugin::Flags secret{.sensitive = true};
    return std::tuple{
        Field{"servers", &M::servers, Use::optional,
              "Addresses like `nats://host:4222`, tried in order. Variable `NATS_URL` (also `NATS_URLS`), "
              "with commas."},
        Field{"creds", &M::creds, Use::optional,
              "Creds of a user, as text: who reaches an organisation's streams where no other user is named.",
              secret},
        Field{"creds_file", &M::creds_file, Use::optional,
              "Path of those creds. Variable `NATS_CREDS` (also `NATS_CREDS_FILE`)."},
        Field{"context", &M::context, Use::optional,
              "Name of a context of the `nats` program, for what is not set here. Variable `NATS_CONTEXT`."},
        Field{"operator_seed", &M::operator_seed, Use::optional,
              "Seed of the operator, or of one of its signing keys. Variable `GHBOOT_OPERATOR_SEED`.",
              secret},
        Field{"operator_seed_file", &M::operator_seed_file, Use::optional,
              "Path of that seed. Variable `GHBOOT_OPERATOR_SEED_FILE`."},
        Field{"system_creds", &M::system_creds, Use::optional,
              "Creds of a user of the system account, as text. Variable `GHBOOT_SYSTEM_CREDS`.", secret},
        Field{"system_creds_file", &M::system_creds_file, Use::optional,
              "Path of those creds. Variable `GHBOOT_SYSTEM_CREDS_FILE`."},
        Field{"tls", &M::tls, Use::optional, "Files for TLS."},
    };
  }
  bool operator==(const NatsModel&) const = default;
};

struct StoreModel {
  Value<std::string> dir;
  Value<std::vector<std::string>> exec;
  static constexpr auto fields() {
    return std::tuple{
        Field{"dir", &StoreModel::dir, Use::optional,
              "Folder of seeds and creds; with `exec`, of the marks of creates alone. Variable "
              "`GHBOOT_STORE_DIR`; else `$XDG_DATA_HOME/ghboot/store`."},
        Field{
            "exec", &StoreModel::exec, Use::optional,
            "Program that keeps seeds and creds instead of the folder, and its arguments; it speaks the "
            "protocol of docker's credential helpers. Variable `GHBOOT_STORE_EXEC`, with spaces between the "
            "words or as a list in JSON."},
    };
  }
  bool operator==(const StoreModel&) const = default;
};

struct ProviderModel {
  Value<NatsModel> nats;
  Value<GithubModel> github;
  Value<StoreModel> store;
  static constexpr auto fields() {
    return std::tuple{
        Field{"nats", &ProviderModel::nats, Use::optional, "How NATS is reached and accounts are signed."},
        Field{"github", &ProviderModel::github, Use::optional, "How GitHub is reached."},
        Field{"store", &ProviderModel::store, Use::optional, "Where seeds and creds are kept."},
    };
  }
};
static_assert(tfplugin::valid<TlsModel>() && tfplugin::valid<NatsModel>() && tfplugin::valid<StoreModel>() &&
              tfplugin::valid<ProviderModel>());

struct Configuration {
  std::vector<std::string> servers;
  SecretSource creds, system_creds, operator_seed;
  std::string ca_file, cert_file, key_file;
  std::string store_dir;
  std::vector<std::string> store_exec;  // Empty: the store is the folder.
  GithubConfiguration github;
  nats::HeldLocks held_locks;  // Under which terraform runs.
  // What the block says and Terraform does not know yet, as "nats.servers": nothing that needs it can be done
  // now. What GitHub alone needs is in `github`; of `creds` it is here only where accounts need them.
  std::vector<std::string> unknown;
  bool are_creds_unknown = false;
};

// Pairs of which both are set in the block: an error at the second. A store's program without a word.
void check(const ProviderModel& model, tfplugin::Diagnostics& diagnostics);

Configuration make_configuration(const ProviderModel& model, const Environment& environment,
                                 tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
