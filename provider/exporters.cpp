// SPDX-License-Identifier: Apache-2.0
#include "provider/exporters.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "nats/account_state.h"
#include "nats/activation_claims.h"
#include "nats/time_text.h"
#include "provider/session.h"

namespace ghboot::provider {
namespace {

using nats::ImportState;
using tfplugin::Call;
using tfplugin::Path;

const Path path({"imports"});

struct Judged {
  nats::Import import;
  std::optional<ImportState> state;  // Nothing: the exporter is not there.
};

// Exporters that cannot be asked are left out: what cannot be read stops the push itself, or is told by the
// account's own read.
void for_each_judged(nats::Resolver& resolver, const Importer& importer, const Value<ImportsModel>& imports,
                     const Call& call, const std::function<void(const Judged&)>& visit) {
  if (!imports.is_known()) return;
  std::map<std::string, std::optional<nats::Exporter>> exporters;
  std::map<std::string, bool> asked;
  for (const nats::Import& entry : to_claims(*imports)) {
    if (!asked.contains(entry.account)) {
      const auto there = nats::read_account(resolver, entry.account, wait_of(call));
      asked[entry.account] = there || there.error().kind == nats::ErrorKind::missing;
      if (there)
        exporters[entry.account] =
            nats::Exporter{.exports = there->claims.exports(), .signing_keys = there->claims.signing_keys()};
    }
    if (!asked[entry.account]) continue;
    const auto exporter = exporters.find(entry.account);
    Judged judged{.import = entry, .state = std::nullopt};
    if (exporter != exporters.end())
      judged.state = nats::state_of(entry, importer.public_key, *exporter->second, importer.now);
    visit(judged);
  }
}

std::string_view other_kind(const nats::Import& entry) {
  return entry.type == "stream" ? "service" : "stream";
}

std::string expiry_of(const nats::Import& entry) {
  const auto token = nats::ActivationClaims::decode(entry.token);
  return fmt::format(
      "its token expired at {}: give it a new one of that account, by a ghboot_nats_activation "
      "with a later expires_at, or by what made this one",
      nats::time_text(token ? token->expires_at : 0));
}

// Why nothing comes by it, as the end of a sentence; empty: something does, or may.
std::string reason_of(const Judged& judged) {
  const nats::Import& entry = judged.import;
  if (!judged.state) return "that account is not there";
  switch (*judged.state) {
    case ImportState::resolved:
      return "";
    case ImportState::not_exported:
      return "that account does not export it";
    case ImportState::other_kind:
      return fmt::format("that account exports it as a {}", other_kind(entry));
    case ImportState::other_position:
      return "that export wants this account's public key at another place of the subject";
    case ImportState::needs_token:
      return "that export is private, and there is no token: give it one by ghboot_nats_activation";
    case ImportState::token_untrusted:
      return "its token is signed by a key that is no signing key of that account";
    case ImportState::token_revoked:
      return "its token was revoked at that export";
    case ImportState::token_expired:
      return expiry_of(entry);
  }
  return "";
}

std::string named(const nats::Import& entry) {
  return fmt::format("{} \"{}\" of {}", entry.type, entry.subject, entry.account);
}

// One warning for all: Terraform shows the first of several alike.
class Warning {
 public:
  void add(const Judged& judged) {
    if (const std::string reason = reason_of(judged); !reason.empty() && ++count_ <= shown_max)
      lines_ += fmt::format("\n  {}: {}", named(judged.import), reason);
  }
  void tell(Call& call) const {
    if (count_ == 0) return;
    const std::string more = count_ > shown_max ? fmt::format("\n  and {} more", count_ - shown_max) : "";
    call.diagnostics.warning(path, "Import that nothing answers",
                             fmt::format("Nothing comes by:{}{}\nWhat is imported works as soon as its "
                                         "exporter has it so; otherwise leave the import out.",
                                         lines_, more));
  }

 private:
  static constexpr int shown_max = 20;
  int count_ = 0;
  std::string lines_;
};

bool can_be_mended_there(const Judged& judged) {
  return !judged.state || *judged.state == ImportState::not_exported;
}

}  // namespace

bool may_import(nats::Resolver& resolver, const Importer& importer, const Value<ImportsModel>& imports,
                Call& call) {
  bool all = true;
  Warning warning;
  for_each_judged(resolver, importer, imports, call, [&](const Judged& judged) {
    if (judged.state != ImportState::other_kind) {
      if (!can_be_mended_there(judged)) warning.add(judged);
      return;
    }
    all = false;
    call.diagnostics.error(
        path, "Import of another kind",
        fmt::format(
            "The import of {} is of what that account exports as a {}: nothing was sent. Import it as "
            "a {}; if the export itself is to change, apply the exporter first.",
            named(judged.import), other_kind(judged.import), other_kind(judged.import)));
  });
  warning.tell(call);
  return all;
}

void warn_of_unresolved(nats::Resolver& resolver, const Importer& importer,
                        const Value<ImportsModel>& imports, Call& call) {
  Warning warning;
  for_each_judged(resolver, importer, imports, call, [&](const Judged& judged) { warning.add(judged); });
  warning.tell(call);
}

}  // namespace ghboot::provider
