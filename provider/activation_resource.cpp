// SPDX-License-Identifier: Apache-2.0
#include "provider/activation_resource.h"

#include <fmt/format.h>

#include "nats/activation_claims.h"
#include "nats/time_text.h"
#include "provider/permissions_model.h"
#include "provider/public_key.h"
#include "provider/user_issuer.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

bool has_expired(const ActivationModel& activation, nats::Clock& clock) {
  const auto expires = nats::parse_time(activation.expires_at.value_or(""));
  return expires && *expires <= clock.unix_seconds();
}

bool refuse_past(const ActivationModel& activation, nats::Clock& clock, Diagnostics& diagnostics) {
  const bool past = has_expired(activation, clock);
  if (past)
    diagnostics.error(
        Path({"expires_at"}), "Expiry in the past",
        fmt::format("{} is over: nobody could import by the token. Give a time to come, or leave "
                    "it out for a token without an end.",
                    *activation.expires_at));
  return past;
}

void check_expiry(const Value<std::string>& expires_at, Diagnostics& diagnostics) {
  if (expires_at.is_known() && !nats::parse_time(*expires_at))
    diagnostics.error(
        Path({"expires_at"}), "Not a point in time",
        fmt::format("\"{}\" is no time in RFC 3339; one is like \"2027-01-15T08:00:00Z\".", *expires_at));
}

void check_other(const Value<std::string>& key, const Value<std::string>& account, std::string_view attribute,
                 std::string_view detail, Diagnostics& diagnostics) {
  if (key.is_known() && key == account)
    diagnostics.error(Path({attribute}), "The exporter's own key", std::string(detail));
}

bool same_input(const ActivationModel& a, const ActivationModel& b) {
  return a.account == b.account && a.signing_key == b.signing_key && a.subject == b.subject &&
         a.kind == b.kind && a.importer == b.importer && a.expires_at == b.expires_at;
}

}  // namespace

ActivationResource::ActivationResource(const Sessions& sessions)
    : Resource(
          "Lets one account import a private export of another: a token that the exporter signs, for the "
          "importer's import. No server is needed to make it."),
      sessions_(sessions) {}

void ActivationResource::check(const ActivationModel& config, Diagnostics& diagnostics) const {
  for (const auto& [name, value] : {std::pair{"account", &config.account},
                                    {"signing_key", &config.signing_key},
                                    {"importer", &config.importer}})
    check_public_key(nats::KeyKind::account, *value, name, diagnostics);
  check_other(config.signing_key, config.account, "signing_key",
              "A signing key is another key, which the account lists among its signing keys. Leave this out "
              "for a token that the account's own key signs.",
              diagnostics);
  check_other(config.importer, config.account, "importer",
              "An account does not import from itself. Give the public key of the account that shall import.",
              diagnostics);
  check_subject(config.subject, Path({"subject"}), diagnostics);
  check_expiry(config.expires_at, diagnostics);
}

void ActivationResource::plan_change(PlannedChange change) const {
  if (!change.planned) return;
  const auto session = sessions_.current(change.call);
  if (!session) return;
  if (!change.prior || !same_input(*change.prior, *change.planned)) {
    refuse_past(*change.planned, session->clock(), change.call.diagnostics);
  } else if (has_expired(*change.planned, session->clock())) {
    change.call.diagnostics.warning(
        Path({"expires_at"}), "Activation that has expired",
        fmt::format(
            "The token for {} ended at {}: imports by it get nothing any more. Give another time for a "
            "new token.",
            *change.planned->importer, *change.planned->expires_at));
  }
}

std::optional<ActivationModel> ActivationResource::sign(const ActivationModel& planned,
                                                        std::string_view summary, Call& call) const {
  const auto session = sessions_.current(call);
  const auto store = session ? session->store(call) : nullptr;
  if (!store || refuse_past(planned, session->clock(), call.diagnostics)) return std::nullopt;
  const bool by_other = !planned.signing_key.is_null();
  const auto key = signing_pair(by_other ? *planned.signing_key : *planned.account, {}, *store,
                                std::string(summary), call);
  if (!key) return std::nullopt;
  const nats::ActivationClaims claims{
      .importer = *planned.importer,
      .issuer_account = by_other ? *planned.account : "",
      .subject = *planned.subject,
      .kind = *planned.kind,
      .expires_at = nats::parse_time(planned.expires_at.value_or("")).value_or(0)};
  ActivationModel out = planned;
  out.token = claims.encode(*key, session->clock().unix_seconds());
  return out;
}

std::optional<ActivationModel> ActivationResource::create_thing(const ActivationModel& planned,
                                                                Call& call) const {
  return sign(planned, "Activation not created", call);
}

// The state is all there is.
std::optional<ActivationModel> ActivationResource::read_thing(const ActivationModel& state, Call&) const {
  return state;
}

std::optional<ActivationModel> ActivationResource::update_thing(const ActivationModel&,
                                                                const ActivationModel& planned,
                                                                Call& call) const {
  return sign(planned, "Activation not changed", call);
}

void ActivationResource::destroy_thing(const ActivationModel& state, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session || has_expired(state, session->clock())) return;
  call.diagnostics.warning(
      "Token that stays valid",
      fmt::format(
          "Terraform forgets the token by which {} may import \"{}\" of {}, and servers go on taking it "
          "{}. To end that, revoke the importer at the export, or remove the export.",
          *state.importer, *state.subject, *state.account,
          state.expires_at.is_known() ? "until " + *state.expires_at : "for ever"));
}

std::optional<ActivationModel> ActivationResource::import_thing(const std::string&, Call& call) const {
  call.diagnostics.error("An activation is not imported",
                         "It is a signature that no server and no store keeps, and whoever has the "
                         "exporter's seed makes another as good: apply without the import, and give the new "
                         "token to the importer. Tokens "
                         "that were handed out stay valid.");
  return std::nullopt;
}

}  // namespace ghboot::provider
