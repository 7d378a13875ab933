// SPDX-License-Identifier: Apache-2.0
// Ephemeral ghboot_nats_creds: the creds of a user, for another provider's write-only attribute, as they lie
// in the store or signed anew for a while. No plan or state ever holds them. It reads the account, so that
// creds which servers refuse are handed to nobody, and writes nothing. Threads: as every resource.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "provider/session.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/ephemeral.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

struct CredsModel {
  Value<std::string> account, public_key, name, creds, jwt, seed, expires_at;
  Value<tfplugin::Duration> valid_for;

  static constexpr auto fields() {
    using M = CredsModel;
    return std::tuple{
        Field{"account", &M::account, Use::required, "Public key, `A…`, of the user's account."},
        Field{"public_key", &M::public_key, Use::required,
              "Public key, `U…`, of the user, whose creds are in the store."},
        Field{"valid_for", &M::valid_for, Use::optional,
              "Signs creds anew, which are valid so long from now, like `1h`, and are kept nowhere; the key "
              "that signed the stored ones must be in the store. Null: the stored creds."},
        Field{"name", &M::name, Use::computed, "The user's name."},
        Field{"expires_at", &M::expires_at, Use::computed,
              "When the creds expire, in RFC 3339; null: never."},
        Field{"creds",
              &M::creds,
              Use::computed,
              "The text of a creds file, as every NATS client reads it.",
              {.sensitive = true}},
        Field{"jwt", &M::jwt, Use::computed, "The JWT in them.", {.sensitive = true}},
        Field{"seed", &M::seed, Use::computed, "The seed in them, `SU…`.", {.sensitive = true}},
    };
  }
};
static_assert(tfplugin::valid<CredsModel>());

class EphemeralCreds final : public tfplugin::Ephemeral<CredsModel> {
 public:
  explicit EphemeralCreds(const Sessions& sessions);

 protected:
  void check(const CredsModel& config, tfplugin::Diagnostics& diagnostics) const override;
  std::optional<Opened> open_thing(const CredsModel& config, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
