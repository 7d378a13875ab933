// SPDX-License-Identifier: Apache-2.0
#include "helper/applied_account.h"

#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::helper {

Result<std::optional<AppliedAccount>> applied_in(std::string_view text) {
  if (text.empty()) return std::nullopt;  // Made to be locked, before anything was written.
  const auto state = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!state.is_object()) return fail(ExitCode::failed, "no JSON object");
  const auto member = [](const nlohmann::json& of, const char* name) {
    return of.is_object() ? of.value(name, nlohmann::json()) : nlohmann::json();
  };
  const auto output = [&](const char* name) {
    const auto value = member(member(member(state, "outputs"), name), "value");
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  AppliedAccount applied{output("account"), output("verify_user")};
  if (applied.account.empty() || applied.verify_user.empty()) return std::nullopt;
  return applied;
}

Result<std::optional<AppliedAccount>> applied_account(const DataFolder& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder.state_file(), ignored)) return std::nullopt;
  const auto text = read_whole(folder.state_file());
  if (!text) return std::unexpected(text.error());
  auto applied = applied_in(*text);
  if (!applied)
    return fail(ExitCode::failed,
                fmt::format("{} holds {}", folder.state_file().string(), applied.error().message));
  return applied;
}

}  // namespace ghboot::helper
