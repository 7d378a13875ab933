// SPDX-License-Identifier: Apache-2.0
#include "provider/operators.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "provider/report.h"
#include "provider/session.h"

namespace ghboot::provider {
namespace {

// In the private state: public keys, with a space between.
constexpr std::string_view entry = "operators";

std::string keys_of(const std::vector<nats::OperatorClaims>& operators) {
  std::string keys;
  for (const auto& claims : operators) keys += (keys.empty() ? "" : " ") + claims.subject;
  return keys;
}

}  // namespace

void remember_operators(nats::Resolver& resolver, tfplugin::Call& call) {
  const auto operators = resolver.operators(wait_of(call));
  if (operators && !operators->empty()) call.private_state.set(entry, keys_of(*operators));
}

void remember_operator(std::string_view public_key, tfplugin::Call& call) {
  call.private_state.set(entry, std::string(public_key));
}

nats::Result<std::string> operator_of(nats::Resolver& resolver, const tfplugin::Call& call) {
  const auto operators = resolver.operators(wait_of(call));
  if (!operators) return std::unexpected(operators.error());
  return operators->empty() ? std::string() : operators->front().subject;
}

std::string remembered_operator(const tfplugin::Call& call) {
  const std::string all = call.private_state.get(entry).value_or("");
  return all.substr(0, all.find(' '));
}

bool same_system(nats::Resolver& resolver, std::string_view thing, tfplugin::Call& call) {
  const auto before = call.private_state.get(entry);
  if (!before) return true;
  const auto operators = resolver.operators(wait_of(call));
  if (!operators) {
    report(call.diagnostics, "Operator of the servers not read", operators.error());
    return false;
  }
  const bool same = operators->empty() || std::ranges::any_of(*operators, [&](const auto& claims) {
                      return before->contains(claims.subject);
                    });
  if (!same)
    call.diagnostics.error(
        "Servers of another operator",
        fmt::format(
            "{} was made on servers of operator {}; these are servers of operator {}, and do not have "
            "it. Is the provider configured for another system? Correct it, or remove the resource "
            "from the state (terraform state rm).",
            thing, *before, keys_of(*operators)));
  return same;
}

bool is_trusted(nats::Resolver& resolver, const nats::AccountClaims& claims, tfplugin::Call& call) {
  const auto operators = resolver.operators(wait_of(call));
  if (!operators || operators->empty()) return true;
  const std::string issuer = claims.issuer();
  if (std::ranges::any_of(*operators, [&](const auto& known) { return known.trusts(issuer); })) return true;
  call.diagnostics.warning(
      "Account signed by a stranger",
      fmt::format("Account {} is stored with a signature of {}, which the servers' "
                  "operator {} does not trust: its users are refused, at the latest after "
                  "a restart. The next apply signs and pushes it again.",
                  claims.subject(), issuer, keys_of(*operators)));
  return false;
}

}  // namespace ghboot::provider
