// SPDX-License-Identifier: Apache-2.0
#include "provider/key_resource.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nats/nkey.h"
#include "provider/create_key.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

// What the marks of all creates of keys are kept under: a key that a create left behind serves any other of
// its kind.
constexpr auto mark = "ghboot_nats_key";

// Of the text of a valid `kind`.
nats::KeyKind kind_of(std::string_view text) { return nats::parse_kind(text).value(); }

// Nothing, with an error that never repeats it, unless it is the seed of a key of this kind.
std::optional<nats::KeyPair> parse_seed(const Value<std::string>& seed, nats::KeyKind kind,
                                        Diagnostics& diagnostics) {
  auto key = nats::KeyPair::from_seed(*seed);
  if (!key) {
    report(diagnostics, "Not a seed", key.error(), Path({"seed_wo"}));
    return std::nullopt;
  }
  if (key->kind() == kind) return *std::move(key);
  diagnostics.error(Path({"seed_wo"}), "Seed of another kind of key",
                    fmt::format("It is the seed of a key of kind {} ({}); `kind` says {}.",
                                nats::to_string(key->kind()), key->public_key(), nats::to_string(kind)));
  return std::nullopt;
}

bool check_key(const Value<std::string>& public_key, Diagnostics& diagnostics) {
  const auto kind = nats::parse_public_key(public_key.value_or(""));
  if (!kind) report(diagnostics, "Not a public key", kind.error(), Path({"public_key"}));
  return kind.has_value();
}

}  // namespace

KeyResource::KeyResource(const Sessions& sessions)
    : Resource("A key pair for NATS: its public key is known to Terraform, its seed to the store alone."),
      sessions_(sessions) {}

void KeyResource::check(const KeyModel& config, Diagnostics& diagnostics) const {
  if (config.seed_wo.is_known() && config.kind.is_known())
    parse_seed(config.seed_wo, kind_of(*config.kind), diagnostics);
}

void KeyResource::plan_change(PlannedChange change) const {
  if (!change.planned) return;
  if (change.prior) {
    if (const auto session = sessions_.current(change.call))
      session->confirm(kind_of(*change.prior->kind), mark, *change.prior->public_key);
    // From null, as after an import, its own seed may join the key.
    if (change.prior->seed_wo_version.is_known() && change.config->seed_wo_version.is_known() &&
        *change.prior->seed_wo_version != *change.config->seed_wo_version)
      change.requires_replace.push_back(Path({"seed_wo_version"}));
  }
  const auto& keeps = change.planned->keep_seed_in_state;
  if (keeps.is_known() && !*keeps)
    change.planned->seed = Value<std::string>();
  else if (!change.prior || keeps != change.prior->keep_seed_in_state)
    change.planned->seed = Value<std::string>::unknown();
}

std::optional<KeyModel> KeyResource::create_thing(const KeyModel& planned, Call& call) const {
  static constexpr auto summary = "Key not made";
  const auto session = sessions_.current(call);
  const auto store = session ? session->store(call) : nullptr;
  if (!store) return std::nullopt;
  KeyModel out = planned;
  const auto finish = [&](const nats::KeyPair& key) {
    out.public_key = key.public_key();
    if (*planned.keep_seed_in_state) out.seed = std::string(key.seed().reveal());
    return out;
  };
  if (planned.seed_wo.is_known()) {
    const auto key = parse_seed(planned.seed_wo, kind_of(*planned.kind), call.diagnostics);
    if (!key) return std::nullopt;
    if (const auto added = store->add_key(*key); !added) {
      report(call.diagnostics, summary, added.error());
      return std::nullopt;
    }
    return finish(*key);
  }
  auto pending = begin_create(
      *store, {.kind = kind_of(*planned.kind), .mark = mark, .public_key = {}, .has_name = false}, summary,
      call);
  if (!pending) return std::nullopt;
  if (pending->found()) warn_of_going_on("Key", *pending, call);
  finish(pending->key());
  session->keep(*std::move(pending));
  return out;
}

// A seed that is not in this store is no drift: the store of whoever signs with it has it.
std::optional<KeyModel> KeyResource::read_thing(const KeyModel& state, Call& call) const {
  if (const auto session = sessions_.current(call))
    session->confirm(kind_of(*state.kind), mark, *state.public_key);
  return state;
}

std::optional<KeyModel> KeyResource::update_thing(const KeyModel& prior, const KeyModel& planned,
                                                  Call& call) const {
  static constexpr auto summary = "Key not changed";
  KeyModel out = planned;
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  // An imported key that its seed now joins.
  if (planned.seed_wo.is_known() && planned.seed_wo_version != prior.seed_wo_version) {
    const auto key = parse_seed(planned.seed_wo, kind_of(*prior.kind), call.diagnostics);
    const auto store = key ? session->store(call) : nullptr;
    if (!store) return std::nullopt;
    if (key->public_key() != *prior.public_key) {
      call.diagnostics.error(
          Path({"seed_wo"}), "Seed of another key",
          fmt::format("It is the seed of {}, and this resource is {}. To change to that key, replace the "
                      "resource (terraform apply -replace=…).",
                      key->public_key(), *prior.public_key));
      return std::nullopt;
    }
    if (const auto added = store->add_key(*key); !added) {
      report(call.diagnostics, summary, added.error());
      return std::nullopt;
    }
  }
  if (!out.seed.is_unknown()) return out;
  const auto store = session->store(call);
  if (!store) return std::nullopt;
  const auto key = store->key(*prior.public_key);
  if (!key) {
    report(call.diagnostics, summary, key.error(), Path({"keep_seed_in_state"}));
    return std::nullopt;
  }
  out.seed = std::string(key->seed().reveal());
  return out;
}

void KeyResource::destroy_thing(const KeyModel& state, Call& call) const {
  const auto session = sessions_.current(call);
  const auto store = session ? session->store(call) : nullptr;
  if (!store) return;
  if (const auto discarded = store->discard_key(*state.public_key); !discarded)
    report(call.diagnostics, "Seed not discarded", discarded.error());
}

std::optional<KeyModel> KeyResource::import_thing(const std::string& id, Call& call) const {
  KeyModel known;
  known.public_key = id;
  return import_identity_thing(known, call);
}

std::optional<KeyModel> KeyResource::import_identity_thing(const KeyModel& known, Call& call) const {
  if (!check_key(known.public_key, call.diagnostics)) return std::nullopt;
  const auto kind = *nats::parse_public_key(*known.public_key);
  if (kind == nats::KeyKind::cluster) {
    call.diagnostics.error(Path({"public_key"}), "Key of a kind that is not managed",
                           "It is the key of a cluster, which servers make for themselves.");
    return std::nullopt;
  }
  KeyModel out = known;
  out.kind = std::string(nats::to_string(kind));
  out.keep_seed_in_state = false;
  return out;
}

EphemeralKey::EphemeralKey(const Sessions& sessions, nats::Random& random)
    : Ephemeral(
          "The seed of a key, for another provider's write-only attribute: of the store, or of a key that is "
          "made anew and kept nowhere."),
      sessions_(sessions),
      random_(random) {}

void EphemeralKey::check(const EphemeralKeyModel& config, Diagnostics& diagnostics) const {
  if (config.public_key.is_known()) check_key(config.public_key, diagnostics);
}

std::optional<EphemeralKey::Opened> EphemeralKey::open_thing(const EphemeralKeyModel& config,
                                                             Call& call) const {
  EphemeralKeyModel out = config;
  if (config.kind.is_known()) {
    const auto key = nats::KeyPair::generate(kind_of(*config.kind), random_);
    out.public_key = key.public_key();
    out.seed = std::string(key.seed().reveal());
    return Opened{.thing = std::move(out)};
  }
  const auto session = sessions_.current(call);
  const auto store = session ? session->store(call) : nullptr;
  if (!store || !check_key(config.public_key, call.diagnostics)) return std::nullopt;
  const auto key = store->key(*config.public_key);
  if (!key) {
    report(call.diagnostics, "Seed not opened", key.error(), Path({"public_key"}));
    return std::nullopt;
  }
  out.kind = std::string(nats::to_string(key->kind()));
  out.seed = std::string(key->seed().reveal());
  return Opened{.thing = std::move(out)};
}

}  // namespace ghboot::provider
