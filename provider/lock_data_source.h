// SPDX-License-Identifier: Apache-2.0
// The data source ghboot_regeneration_lock: who holds an organisation's lock, as `ghboot lock status` tells
// it. Threads: as every data source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "provider/session.h"
#include "tfplugin/data_source.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

struct LockModel {
  Value<std::string> organization, account, user;
  Value<std::string> state, token, holder, host, reason, since, lease, stored_at, by, why;
  Value<std::int64_t> pid, waiting;
  Value<tfplugin::cty::Number> generation, sequence;

  static constexpr auto fields() {
    using M = LockModel;
    return std::tuple{
        Field{"organization", &M::organization, Use::required,
              "The organisation's login. It is one of the GitHub that the provider block leads to."},
        Field{
            "account", &M::account, Use::optional,
            "Public key, `A…`, of the account that has the organisation's streams: a user of another one is "
            "refused before anything is asked."},
        Field{"user", &M::user, Use::optional,
              "Public key, `U…`, of the user who asks, whose creds are in the store; null: the provider's "
              "`nats.creds`."},
        Field{"state", &M::state, Use::computed,
              "`free`, `held`, or `revoked`: taken from its holder, and free once its lease has passed."},
        Field{"token", &M::token, Use::computed,
              "`GENERATION.SEQUENCE` of who holds it, or had it taken away; null: nobody, or a holder that "
              "does "
              "not tell."},
        Field{"holder", &M::holder, Use::computed, "Who that is; null: nobody."},
        Field{"host", &M::host, Use::computed, "On which machine."},
        Field{"pid", &M::pid, Use::computed, "As which process."},
        Field{"reason", &M::reason, Use::computed, "What for."},
        Field{"since", &M::since, Use::computed, "Since when, by the holder's clock."},
        Field{"lease", &M::lease, Use::computed,
              "For how long the last message keeps others out, as `30s`; null: it is free."},
        Field{"waiting", &M::waiting, Use::computed, "How many wait for it, as the last message has it."},
        Field{"by", &M::by, Use::computed, "Who did by hand what the last message tells; null: nobody."},
        Field{"why", &M::why, Use::computed, "Why."},
        Field{"generation", &M::generation, Use::computed,
              "The number before the point of the tokens that there are."},
        Field{"sequence", &M::sequence, Use::computed,
              "Of the last message: it grows every third of the lease while the holder lives."},
        Field{"stored_at", &M::stored_at, Use::computed,
              "When the last message was stored, by the server's clock."},
    };
  }
};
static_assert(tfplugin::valid<LockModel>());

class LockDataSource final : public tfplugin::DataSource<LockModel> {
 public:
  explicit LockDataSource(const Sessions& sessions);

 protected:
  void check(const LockModel& config, tfplugin::Diagnostics& diagnostics) const override;
  std::optional<LockModel> read_thing(const LockModel& config, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
