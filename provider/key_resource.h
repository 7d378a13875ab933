// SPDX-License-Identifier: Apache-2.0
// ghboot_nats_key: a key pair whose seed is in the store, made before anything that it names: two accounts
// that import from each other each need the other's public key. No server knows of it. And the ephemeral
// resource of the same name, which hands a seed on to another provider. Threads: as every resource.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "provider/session.h"
#include "tfplugin/ephemeral.h"
#include "tfplugin/field.h"
#include "tfplugin/resource.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr tfplugin::OneOf key_kinds{"account", "user", "operator", "curve", "server"};

struct KeyModel {
  Value<std::string> kind, public_key, seed, seed_wo;
  Value<std::int64_t> seed_wo_version;
  Value<std::map<std::string, std::string>> keepers;
  Value<bool> keep_seed_in_state;

  static constexpr auto fields() {
    using M = KeyModel;
    return std::tuple{
        Field{"kind",
              &M::kind,
              Use::required,
              "`account`, `user`, `operator`, `curve` (for sealed messages) or `server`.",
              {.requires_replace = true, .validators = {&key_kinds}}},
        Field{"keepers",
              &M::keepers,
              Use::optional,
              "Any texts: a change of one makes a new key, as in a rotation.",
              {.requires_replace = true}},
        Field{
            "seed_wo",
            &M::seed_wo,
            Use::optional,
            "The seed of a key that exists, `S…`, instead of a new one; goes to the store and nowhere else.",
            {.sensitive = true, .write_only = true}},
        Field{"seed_wo_version", &M::seed_wo_version, Use::optional,
              "Raise it when `seed_wo` is another key's: the key is then replaced."},
        Field{"keep_seed_in_state",
              &M::keep_seed_in_state,
              Use::optional_computed,
              "Show the seed as `seed`. It is then in the state, for everyone who may read that.",
              {.default_value = false}},
        Field{"public_key",
              &M::public_key,
              Use::computed,
              "The key's identity, as `A…`.",
              {.keep = true, .identity = tfplugin::IdentityUse::required}},
        Field{"seed",
              &M::seed,
              Use::computed,
              "The seed, where `keep_seed_in_state` is true; else null.",
              {.sensitive = true, .keep = true}},
    };
  }
  static constexpr auto rules() { return std::array{tfplugin::together("seed_wo", "seed_wo_version")}; }
};
static_assert(tfplugin::valid<KeyModel>());

class KeyResource final : public tfplugin::Resource<KeyModel> {
 public:
  explicit KeyResource(const Sessions& sessions);

 protected:
  void check(const KeyModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<KeyModel> create_thing(const KeyModel& planned, tfplugin::Call& call) const override;
  std::optional<KeyModel> read_thing(const KeyModel& state, tfplugin::Call& call) const override;
  std::optional<KeyModel> update_thing(const KeyModel& prior, const KeyModel& planned,
                                       tfplugin::Call& call) const override;
  void destroy_thing(const KeyModel& state, tfplugin::Call& call) const override;
  // Of a public key; its seed need not be in the store.
  std::optional<KeyModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<KeyModel> import_identity_thing(const KeyModel& known, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

struct EphemeralKeyModel {
  Value<std::string> kind, public_key, seed;

  static constexpr auto fields() {
    using M = EphemeralKeyModel;
    return std::tuple{
        Field{"public_key", &M::public_key, Use::optional_computed,
              "Public key of a key whose seed is in the store."},
        Field{
            "kind",
            &M::kind,
            Use::optional_computed,
            "Instead of `public_key`: makes a new key of this kind, another each time that it is opened, and "
            "keeps it nowhere.",
            {.validators = {&key_kinds}}},
        Field{"seed", &M::seed, Use::computed, "The seed, `S…`.", {.sensitive = true}},
    };
  }
  static constexpr auto rules() { return std::array{tfplugin::exactly_one("public_key", "kind")}; }
};
static_assert(tfplugin::valid<EphemeralKeyModel>());

class EphemeralKey final : public tfplugin::Ephemeral<EphemeralKeyModel> {
 public:
  EphemeralKey(const Sessions& sessions, nats::Random& random);

 protected:
  void check(const EphemeralKeyModel& config, tfplugin::Diagnostics& diagnostics) const override;
  std::optional<Opened> open_thing(const EphemeralKeyModel& config, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
  nats::Random& random_;
};

}  // namespace ghboot::provider
