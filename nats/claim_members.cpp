// SPDX-License-Identifier: Apache-2.0
#include "nats/claim_members.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/jwt.h"
#include "nats/server_reply.h"

namespace ghboot::nats {
namespace {

bool fits(const nlohmann::json& value) {
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_integer();
}

}  // namespace

std::string ClaimMembers::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void ClaimMembers::expect(std::string_view name, std::string_view what) const {
  if (!fault_)
    fault_ = Error{ErrorKind::invalid,
                   fmt::format("the claim's \"{}\" is wrong: {} is expected", path_of(name), what)};
}

const nlohmann::json& ClaimMembers::at(std::string_view name) const { return member(object_, name); }

ClaimMembers ClaimMembers::object(std::string_view name) const {
  const nlohmann::json& value = at(name);
  if (!value.is_null() && !value.is_object()) expect(name, "an object");
  return {value, path_of(name), fault_};
}

std::string ClaimMembers::text(std::string_view name) const {
  const nlohmann::json& value = at(name);
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_null()) expect(name, "a text");
  return {};
}

std::int64_t ClaimMembers::number(std::string_view name) const {
  const nlohmann::json& value = at(name);
  if (fits(value)) return value.get<std::int64_t>();
  if (!value.is_null()) expect(name, "a whole number of 64 bits");
  return 0;
}

bool ClaimMembers::flag(std::string_view name) const {
  const nlohmann::json& value = at(name);
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_null()) expect(name, "true or false");
  return false;
}

std::vector<std::string> ClaimMembers::texts(std::string_view name) const {
  const nlohmann::json& value = at(name);
  std::vector<std::string> texts;
  if (!value.is_null() && !value.is_array()) expect(name, "a list of texts");
  if (!value.is_array()) return texts;
  for (const nlohmann::json& entry : value) {
    if (entry.is_string())
      texts.push_back(entry.get<std::string>());
    else
      expect(name, "a list of texts");
  }
  return texts;
}

std::string ClaimMembers::key(std::string_view name, KeyKind kind) const {
  const std::string key = text(name);
  if (!key.empty() && parse_public_key(key) != kind)
    expect(name, fmt::format("a public key of kind {} ({}…)", to_string(kind), key_prefix(kind)));
  return key;
}

Result<nlohmann::json> decode_claims(std::string_view jwt, std::string_view type) {
  auto payload = decode_jwt(jwt);
  if (!payload) return payload;
  if (const std::string found = text_member(member(*payload, "nats"), "type"); found != type)
    return fail(ErrorKind::invalid,
                fmt::format("the JWT is of type \"{}\"; type \"{}\" is expected", found, type));
  return payload;
}

}  // namespace ghboot::nats
