// SPDX-License-Identifier: Apache-2.0
#include "nats/account_claims.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/claim_changes.h"
#include "nats/claim_members.h"
#include "nats/info_text.h"
#include "nats/jwt.h"
#include "nats/server_reply.h"
#include "nats/subject.h"
#include "nats/tags.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

template <class T, class V>
struct Limit {
  const char* name;
  V T::* at;
};
constexpr std::array basic_limits{
    Limit{"subs", &AccountLimits::subs},       Limit{"data", &AccountLimits::data},
    Limit{"payload", &AccountLimits::payload}, Limit{"imports", &AccountLimits::imports},
    Limit{"exports", &AccountLimits::exports}, Limit{"conn", &AccountLimits::conn},
    Limit{"leaf", &AccountLimits::leaf}};
constexpr std::array basic_flags{Limit{"wildcards", &AccountLimits::wildcards},
                                 Limit{"disallow_bearer", &AccountLimits::disallow_bearer}};
constexpr std::array jetstream_limits{
    Limit{"mem_storage", &JetStreamLimits::mem_storage},
    Limit{"disk_storage", &JetStreamLimits::disk_storage},
    Limit{"streams", &JetStreamLimits::streams},
    Limit{"consumer", &JetStreamLimits::consumer},
    Limit{"max_ack_pending", &JetStreamLimits::max_ack_pending},
    Limit{"mem_max_stream_bytes", &JetStreamLimits::mem_max_stream_bytes},
    Limit{"disk_max_stream_bytes", &JetStreamLimits::disk_max_stream_bytes}};
constexpr std::array jetstream_flags{Limit{"max_bytes_required", &JetStreamLimits::max_bytes_required}};

template <class T, class Numbers, class Flags>
void read(const ClaimMembers& from, const Numbers& numbers, const Flags& flags, T& into) {
  for (const auto& number : numbers) into.*number.at = from.number(number.name);
  for (const auto& flag : flags) into.*flag.at = from.flag(flag.name);
}

// What already reads so is left as it is written: 0 and missing are the same, and a claim that says the same
// stays equal.
template <class T, class Numbers, class Flags>
void write(const T& wanted, const Numbers& numbers, const Flags& flags, json& into) {
  ClaimFault ignored;
  T present{};
  read(ClaimMembers(into, "", ignored), numbers, flags, present);
  for (const auto& number : numbers)
    if (present.*number.at != wanted.*number.at) into[number.name] = wanted.*number.at;
  for (const auto& flag : flags)
    if (present.*flag.at != wanted.*flag.at) into[flag.name] = wanted.*flag.at;
}

JetStreamLimits read_jetstream(const ClaimMembers& from) {
  JetStreamLimits limits;
  read(from, jetstream_limits, jetstream_flags, limits);
  return limits;
}

AccountLimits read_limits(const ClaimMembers& body) {
  const ClaimMembers from = body.object("limits");
  AccountLimits limits;
  read(from, basic_limits, basic_flags, limits);
  limits.jetstream = read_jetstream(from);
  const ClaimMembers tiers = from.object("tiered_limits");
  if (tiers.json().is_object())
    for (const auto& [name, tier] : tiers.json().items())
      limits.tiers[name] = read_jetstream(tiers.object(name));
  return limits;
}

std::map<std::string, std::int64_t> read_revocations(const ClaimMembers& body) {
  std::map<std::string, std::int64_t> revocations;
  const ClaimMembers from = body.object("revocations");
  if (from.json().is_object())
    for (const auto& entry : from.json().items()) revocations[entry.key()] = from.number(entry.key());
  return revocations;
}

json& object_in(json& parent, const char* name) {
  json& child = parent[name];
  if (!child.is_object()) child = json::object();
  return child;
}

void set_text(json& object, const char* name, std::string_view text) {
  if (text.empty())
    object.erase(name);
  else
    object[name] = text;
}

ClaimFault check(const json& document) {
  ClaimFault fault;
  const ClaimMembers claim(document, "", fault);
  const ClaimMembers body = claim.object("nats");
  if (claim.key("sub", KeyKind::account).empty()) claim.expect("sub", "the account's public key (A…)");
  const auto issuer = parse_public_key(claim.text("iss"));
  if (issuer != KeyKind::operator_key && issuer != KeyKind::account)
    claim.expect("iss", "an operator's public key (O…), or the account's own");
  for (const char* name : {"iat", "exp", "nbf"}) claim.number(name);
  claim.text("name");
  body.text("description");
  body.text("info_url");
  body.texts("tags");
  read_limits(body);
  read_permissions(body.object("default_permissions"));
  read_exports(body, fault);
  read_imports(body, fault);
  read_signing_keys(body);
  read_revocations(body);
  read_mappings(body);
  read_authorization(body);
  return fault;
}

std::size_t count_of(const json& list) { return list.is_array() ? list.size() : 0; }

class Problems {
 public:
  explicit Problems(const AccountClaims& claims) : claims_(claims), body_(claims.document().at("nats")) {}

  std::vector<std::string> find() && {
    find_in_limits();
    find_in_counts("exports", claims_.limits().exports);
    find_in_counts("imports", claims_.limits().imports);
    find_in_sharing();
    find_in_keys();
    find_in_texts();
    return std::move(found_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    found_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void find_in_limits() {
    const AccountLimits limits = claims_.limits();
    if (!limits.tiers.empty() && limits.jetstream != JetStreamLimits{})
      add("nats.limits has JetStream limits of its own beside tiered_limits; give one of the two");
    for (const auto& limit : basic_limits) find_below(limits.*limit.at, "", limit.name);
    for (const auto& limit : jetstream_limits) find_below(limits.jetstream.*limit.at, "", limit.name);
    for (const auto& [name, tier] : limits.tiers) {
      if (name.empty()) add("nats.limits.tiered_limits has a tier without a name; a tier is R1 or R3, say");
      for (const auto& limit : jetstream_limits)
        find_below(tier.*limit.at, fmt::format("tiered_limits.{}.", name), limit.name);
    }
  }

  void find_below(std::int64_t value, std::string_view path, std::string_view name) {
    if (value < -1) add("nats.limits.{}{} is {}; -1 means no limit, and nothing is below", path, name, value);
  }

  void find_in_counts(const char* name, std::int64_t limit) {
    const std::size_t count = body_.contains(name) ? count_of(body_.at(name)) : 0;
    if (limit >= 0 && count > static_cast<std::size_t>(limit))
      add("nats.{} has {} entries, and nats.limits.{} allows {}", name, count, name, limit);
  }

  void find_in_sharing() {
    const auto exports = claims_.exports();
    for (const std::string& problem : problems_of(exports)) add("nats.exports: {}", problem);
    if (!claims_.limits().wildcards)
      for (const Export& entry : exports)
        if (has_wildcard(entry.subject))
          add("nats.exports: \"{}\" has a wildcard, and nats.limits.wildcards allows none", entry.subject);
    for (const std::string& problem : problems_of(claims_.imports(), claims_.subject()))
      add("nats.imports: {}", problem);
  }

  void find_in_keys() {
    for (const std::string& key : claims_.signing_keys())
      if (const auto kind = parse_public_key(key); kind != KeyKind::account)
        add("nats.signing_keys has an entry that is no account's public key (A…){}",
            kind ? "" : ": " + kind.error().message);
    for (const auto& [key, at] : claims_.revocations())
      if (key != "*" && parse_public_key(key) != KeyKind::user)
        add("nats.revocations has a key that is neither a user's public key (U…) nor *");
  }

  void find_in_texts() {
    if (const auto problem = problem_of_description(claims_.description()); !problem.empty())
      add("nats.description {}", problem);
    if (const auto problem = problem_of_info_url(claims_.info_url()); !problem.empty())
      add("nats.info_url {}", problem);
  }

  const AccountClaims& claims_;
  const json& body_;
  std::vector<std::string> found_;
};

// Without what each signature makes anew.
json content(json document) {
  for (const char* name : {"iss", "iat", "jti"}) document.erase(name);
  return document;
}

}  // namespace

AccountClaims::AccountClaims(json document) : document_(std::make_unique<json>(std::move(document))) {}

AccountClaims::AccountClaims(std::string_view account_public_key, std::string_view name)
    : AccountClaims(json{{"sub", account_public_key}, {"nats", {{"type", "account"}, {"version", 2}}}}) {
  set_name(name);
  set_limits({});
}

AccountClaims::AccountClaims(const AccountClaims& other) : AccountClaims(json(*other.document_)) {}
AccountClaims::AccountClaims(AccountClaims&&) noexcept = default;
AccountClaims& AccountClaims::operator=(const AccountClaims& other) {
  if (this != &other) document_ = std::make_unique<json>(*other.document_);
  return *this;
}
AccountClaims& AccountClaims::operator=(AccountClaims&&) noexcept = default;
AccountClaims::~AccountClaims() = default;

Result<AccountClaims> AccountClaims::decode(std::string_view jwt) {
  auto payload = decode_claims(jwt, "account");
  if (!payload) return std::unexpected(payload.error());
  if (auto fault = check(*payload)) return std::unexpected(*std::move(fault));
  return AccountClaims(*std::move(payload));
}

namespace {

// Of claims whose types were checked when they were decoded.
template <class Read>
auto from_claim(const json& document, Read read) {
  ClaimFault ignored;
  return read(ClaimMembers(document, "", ignored));
}

template <class Read>
auto from_body(const json& document, Read read) {
  return from_claim(document, [&](const ClaimMembers& claim) { return read(claim.object("nats")); });
}

std::string text_in_body(const json& document, const char* name) {
  return from_body(document, [&](const ClaimMembers& body) { return body.text(name); });
}

std::string text_in_claim(const json& document, const char* name) {
  return from_claim(document, [&](const ClaimMembers& claim) { return claim.text(name); });
}

std::int64_t number_in_claim(const json& document, const char* name) {
  return from_claim(document, [&](const ClaimMembers& claim) { return claim.number(name); });
}

}  // namespace

std::string AccountClaims::subject() const { return text_in_claim(*document_, "sub"); }
std::string AccountClaims::issuer() const { return text_in_claim(*document_, "iss"); }
std::int64_t AccountClaims::issued_at() const { return number_in_claim(*document_, "iat"); }
std::int64_t AccountClaims::expires_at() const { return number_in_claim(*document_, "exp"); }

std::string AccountClaims::name() const { return text_in_claim(*document_, "name"); }
void AccountClaims::set_name(std::string_view name) { set_text(*document_, "name", name); }

std::string AccountClaims::description() const { return text_in_body(*document_, "description"); }
void AccountClaims::set_description(std::string_view text) {
  set_text(object_in(*document_, "nats"), "description", text);
}

std::string AccountClaims::info_url() const { return text_in_body(*document_, "info_url"); }
void AccountClaims::set_info_url(std::string_view url) {
  set_text(object_in(*document_, "nats"), "info_url", url);
}

std::vector<std::string> AccountClaims::tags() const {
  return from_body(*document_, [](const ClaimMembers& body) { return body.texts("tags"); });
}

void AccountClaims::set_tags(const std::vector<std::string>& tags) {
  const auto list = stored_tags(tags);
  json& body = object_in(*document_, "nats");
  if (list.empty())
    body.erase("tags");
  else
    body["tags"] = list;
}

AccountLimits AccountClaims::limits() const { return from_body(*document_, read_limits); }

void AccountClaims::set_limits(const AccountLimits& limits) {
  json& into = object_in(object_in(*document_, "nats"), "limits");
  write(limits, basic_limits, basic_flags, into);
  write(limits.jetstream, jetstream_limits, jetstream_flags, into);
  if (limits.tiers.empty()) {
    into.erase("tiered_limits");
    return;
  }
  json& tiers = object_in(into, "tiered_limits");
  for (auto at = tiers.begin(); at != tiers.end();)
    at = limits.tiers.contains(at.key()) ? std::next(at) : tiers.erase(at);
  for (const auto& [name, tier] : limits.tiers)
    write(tier, jetstream_limits, jetstream_flags, object_in(tiers, name.c_str()));
}

Permissions AccountClaims::default_permissions() const {
  return from_body(*document_, [](const ClaimMembers& body) {
    return read_permissions(body.object("default_permissions"));
  });
}

void AccountClaims::set_default_permissions(const Permissions& permissions) {
  if (permissions == default_permissions()) return;
  json& body = object_in(*document_, "nats");
  json& into = object_in(body, "default_permissions");
  write_permissions(permissions, into);
  if (permissions != Permissions()) return;
  for (const char* name : {"pub", "sub"}) into.erase(name);
  if (into.empty()) body.erase("default_permissions");
}

std::vector<Export> AccountClaims::exports() const {
  return from_body(*document_, [](const ClaimMembers& body) {
    ClaimFault ignored;
    return read_exports(body, ignored);
  });
}
void AccountClaims::set_exports(const std::vector<Export>& exports) {
  write_exports(exports, object_in(*document_, "nats"));
}

std::vector<Import> AccountClaims::imports() const {
  return from_body(*document_, [](const ClaimMembers& body) {
    ClaimFault ignored;
    return read_imports(body, ignored);
  });
}
void AccountClaims::set_imports(const std::vector<Import>& imports) {
  write_imports(imports, object_in(*document_, "nats"));
}

std::vector<SigningKey> AccountClaims::signing_key_scopes() const {
  return from_body(*document_, read_signing_keys);
}

void AccountClaims::set_signing_keys(const std::vector<SigningKey>& keys) {
  write_signing_keys(keys, object_in(*document_, "nats"));
}

std::vector<std::string> AccountClaims::signing_keys() const {
  std::vector<std::string> keys;
  for (SigningKey& key : signing_key_scopes()) keys.push_back(std::move(key.public_key));
  return keys;
}

bool AccountClaims::is_scoped(std::string_view signing_key) const {
  const json& keys = member(member(*document_, "nats"), "signing_keys");
  return std::ranges::any_of(
      keys, [&](const json& entry) { return entry.is_object() && text_member(entry, "key") == signing_key; });
}

std::map<std::string, std::int64_t> AccountClaims::revocations() const {
  return from_body(*document_, read_revocations);
}

void AccountClaims::revoke(std::string_view user_public_key, std::int64_t at) {
  json& revocations = object_in(object_in(*document_, "nats"), "revocations");
  json& known = revocations[std::string(user_public_key)];
  if (!known.is_number_integer() || known.get<std::int64_t>() < at) known = at;
}

void AccountClaims::take_back_revocation(std::string_view user_public_key) {
  json& body = object_in(*document_, "nats");
  json& revocations = object_in(body, "revocations");
  revocations.erase(std::string(user_public_key));
  if (revocations.empty()) body.erase("revocations");
}

SubjectMappings AccountClaims::mappings() const { return from_body(*document_, read_mappings); }

void AccountClaims::set_mappings(const SubjectMappings& mappings) {
  write_mappings(mappings, object_in(*document_, "nats"));
}

Authorization AccountClaims::authorization() const { return from_body(*document_, read_authorization); }

void AccountClaims::set_authorization(const Authorization& authorization) {
  write_authorization(authorization, object_in(*document_, "nats"));
}

bool AccountClaims::same_content(const AccountClaims& other) const {
  return content(*document_) == content(*other.document_);
}

void AccountClaims::carry_over(const AccountClaims& before, const AccountClaims& after) {
  const auto own = revocations();
  carry_changes(*document_, content(*before.document_), content(*after.document_));
  const auto carried = revocations();
  // None is lost to one who never saw it, and of two the one that reaches further counts.
  for (const auto& revoked : {own, after.revocations()})
    for (const auto& [user, at] : revoked)
      if (own.contains(user) || carried.contains(user)) revoke(user, at);
}

std::vector<std::string> AccountClaims::problems() const { return Problems(*this).find(); }

std::string AccountClaims::encode(const KeyPair& signer, std::int64_t issued_at) const {
  return encode_jwt(*document_, signer, issued_at);
}

const json& AccountClaims::document() const { return *document_; }

}  // namespace ghboot::nats
