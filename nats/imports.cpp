// SPDX-License-Identifier: Apache-2.0
#include "nats/imports.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/activation_claims.h"
#include "nats/claim_entries.h"
#include "nats/subject.h"
#include "nats/subject_overlap.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::tuple members{
    EntryMember{"subject", &Import::subject}, EntryMember{"type", &Import::type},
    EntryMember{"account", &Import::account}, EntryMember{"name", &Import::name},
    EntryMember{"token", &Import::token},     EntryMember{"local_subject", &Import::local_subject},
    EntryMember{"share", &Import::share},     EntryMember{"allow_trace", &Import::allow_trace},
};

// 2 of "$2"; nothing of what is no reference.
std::optional<int> reference_of(std::string_view token) {
  int number = 0;
  if (token.size() < 2 || token[0] != '$') return std::nullopt;
  const auto [end, error] = std::from_chars(token.data() + 1, token.data() + token.size(), number);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return number;
}

bool has_tail(std::string_view subject) { return subject == ">" || subject.ends_with(".>"); }

// What is wrong with a local subject, as the end of a sentence.
std::string problem_of_renaming(const std::string& subject, const std::string& local) {
  if (const auto problem = problem_of_subject(local); !problem.empty())
    return fmt::format("has a local subject that {}", problem);
  if (has_tail(local) != has_tail(subject))
    return fmt::format("has the local subject \"{}\": both subjects must end in > or neither", local);
  const auto stars = std::ranges::count(tokens_of(subject), "*");
  std::ptrdiff_t used = 0;
  for (const std::string_view token : tokens_of(local)) {
    const auto number = reference_of(token);
    if (number && (*number < 1 || *number > stars))
      return fmt::format("has the local subject \"{}\": {} refers to a * that its subject does not have",
                         local, token);
    used += number || token == "*" ? 1 : 0;
  }
  if (used != stars)
    return fmt::format(
        "has the local subject \"{}\" with {} of its subject's {} *: each must stand there, "
        "as * or as $1, $2 and so on",
        local, used, stars);
  return "";
}

// A token's own words are never repeated.
std::string problem_of_token(const Import& import, std::string_view importer) {
  const auto token = ActivationClaims::decode(import.token);
  if (!token) return "has a token that is no activation: " + token.error().message;
  if (token->issuer != import.account && token->issuer_account != import.account)
    return fmt::format("has a token of another exporter, {}",
                       token->issuer_account.empty() ? token->issuer : token->issuer_account);
  if (!importer.empty() && token->importer != importer)
    return fmt::format("has a token for another importer, {}; this account is {}", token->importer, importer);
  if (token->kind != import.type)
    return fmt::format("has a token for a {}, and is of kind {}", token->kind, import.type);
  if (!covers(token->subject, import.subject))
    return fmt::format("has a token for \"{}\", which does not contain its subject", token->subject);
  return "";
}

class ImportProblems {
 public:
  ImportProblems(const Import& entry, std::string_view importer) : import_(entry), importer_(importer) {}

  std::vector<std::string> find() && {
    const bool is_service = import_.type == "service", is_stream = import_.type == "stream";
    if (!is_service && !is_stream) add("is neither of a stream nor of a service");
    if (parse_public_key(import_.account) != KeyKind::account)
      add("names no account's public key (A…) to import from");
    else if (import_.account == importer_)
      add("is from the account itself, which needs none");
    if (const auto problem = problem_of_subject(import_.subject); !problem.empty())
      add(fmt::format("has a subject that {}", problem));
    else if (!import_.local_subject.empty())
      add(problem_of_renaming(import_.subject, import_.local_subject));
    if (is_stream && import_.share) add("shares who asks, which only the import of a service does");
    if (is_service && import_.allow_trace)
      add("allows traces: of a service the exporter does, at its export");
    if (!import_.token.empty()) add(problem_of_token(import_, importer_));
    return std::move(found_);
  }

 private:
  void add(std::string problem) {
    if (!problem.empty()) found_.push_back(std::move(problem));
  }

  const Import& import_;
  std::string_view importer_;
  std::vector<std::string> found_;
};

std::string shown(const Import& import) {
  return fmt::format("the import of {} \"{}\" from {}", import.type.empty() ? "what is" : import.type,
                     import.subject, import.account);
}

// Within one exporter, as servers of now have it.
void find_overlaps(const std::vector<Import>& imports, std::vector<std::string>& out) {
  std::map<std::string, std::vector<std::string>> services;
  std::map<std::string, int> streams;
  for (const Import& entry : imports) {
    if (entry.type == "service") services[entry.account].push_back(entry.local_name());
    if (entry.type == "stream" && ++streams[entry.account + " " + entry.subject] == 2)
      out.push_back(shown(entry) + " is there twice: servers take the first of them alone");
  }
  for (const auto& [account, names] : services)
    for (const auto& [inner, outer] : overlaps_of(names))
      out.push_back(
          fmt::format("the imports of services from {} overlap: \"{}\" and \"{}\" are both reached "
                      "here; give one of them another local subject",
                      account, names[inner], names[outer]));
}

// The one by which a server decides: of this very subject, else any that contains it.
const Export* find_export(const std::vector<Export>& exports, std::string_view type,
                          std::string_view subject) {
  const Export* found = nullptr;
  for (const Export& entry : exports) {
    if (entry.type != type || !covers(entry.subject, subject)) continue;
    if (entry.subject == subject) return &entry;
    found = &entry;
  }
  return found;
}

ImportState state_of_token(const Import& import, const Export& entry, const Exporter& exporter,
                           std::int64_t now) {
  const auto token = ActivationClaims::decode(import.token);
  if (!token) return ImportState::needs_token;
  if (!token->issuer_account.empty() && std::ranges::count(exporter.signing_keys, token->issuer) == 0)
    return ImportState::token_untrusted;
  for (const std::string& key : {token->importer, std::string("*")})
    if (const auto at = entry.revocations.find(key);
        at != entry.revocations.end() && at->second >= token->issued_at)
      return ImportState::token_revoked;
  // As the server's own clock has it, which may be seconds off.
  if (token->expires_at != 0 && token->expires_at <= now) return ImportState::token_expired;
  return ImportState::resolved;
}

}  // namespace

std::string Import::local_name() const {
  if (local_subject.empty()) return subject;
  std::string out;
  for (const std::string_view part : tokens_of(local_subject))
    out += fmt::format("{}{}", out.empty() ? "" : ".", reference_of(part) ? "*" : part);
  return out;
}

Import Import::read(const ClaimMembers& from) {
  Import out;
  read_members(from, members, out);
  const std::string to = from.text("to");
  if (!to.empty() && out.local_subject.empty()) {
    if (out.type == "service") {
      out.local_subject = std::exchange(out.subject, to);
    } else {
      out.local_subject = to + (to.ends_with('.') ? "" : ".") + out.subject;
    }
  }
  if (out.local_subject == out.subject) out.local_subject.clear();
  return out;
}

void Import::write(json& into) const {
  const auto present = read_entry<Import>(into);
  if (*this == present) return;
  if (into.contains("to")) {
    into.erase("to");
    into["subject"] = present.subject;
    if (!present.local_subject.empty()) into["local_subject"] = present.local_subject;
  }
  write_members(*this, present, members, into);
}

std::vector<Import> read_imports(const ClaimMembers& body, ClaimFault& fault) {
  return read_entries<Import>(body, "imports", fault);
}

void write_imports(const std::vector<Import>& imports, json& body) {
  write_entries(imports, "imports", body);
}

std::vector<std::string> problems_of(const std::vector<Import>& imports, std::string_view importer) {
  std::vector<std::string> out;
  for (const Import& entry : imports)
    for (const std::string& problem : ImportProblems(entry, importer).find())
      out.push_back(fmt::format("{} {}", shown(entry), problem));
  find_overlaps(imports, out);
  return out;
}

ImportState state_of(const Import& import, std::string_view importer, const Exporter& exporter,
                     std::int64_t now) {
  const Export* entry = find_export(exporter.exports, import.type, import.subject);
  if (!entry) {
    const auto other = import.type == "stream" ? "service" : "stream";
    return find_export(exporter.exports, other, import.subject) ? ImportState::other_kind
                                                                : ImportState::not_exported;
  }
  if (entry->account_token_position > 0) {
    const auto tokens = tokens_of(import.subject);
    const auto at = static_cast<std::size_t>(entry->account_token_position - 1);
    return at < tokens.size() && tokens[at] == importer ? ImportState::resolved : ImportState::other_position;
  }
  if (!entry->token_required) return ImportState::resolved;
  return import.token.empty() ? ImportState::needs_token : state_of_token(import, *entry, exporter, now);
}

}  // namespace ghboot::nats
