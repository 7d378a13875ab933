// SPDX-License-Identifier: Apache-2.0
#include "nats/exec_store.h"

#include <utility>

#include <fmt/format.h>

#include "nats/pending_mark.h"

namespace ghboot::nats {
namespace {

// Usernames of seeds. Only what begins with the first is ever erased.
constexpr std::string_view made_here = "made by ghboot";
constexpr std::string_view brought = "brought to ghboot";

std::string key_name(std::string_view public_key) { return fmt::format("ghboot/keys/{}", public_key); }
std::string creds_name(std::string_view user) { return fmt::format("ghboot/creds/{}", user); }

Credential of_key(const KeyPair& key, std::string_view origin) {
  return {.name = key_name(key.public_key()),
          .username = fmt::format("{}, {}", origin, to_string(key.kind())),
          .secret = key.seed()};
}

}  // namespace

ExecStore::ExecStore(CredentialProgram program, std::string_view marks, FileSystem& files, Random& random)
    : Store(marks, files, random), program_(std::move(program)) {}

Result<KeyPair> ExecStore::key(std::string_view public_key) const {
  const auto kind = parse_public_key(public_key);
  if (!kind) return std::unexpected(kind.error());
  const auto kept = program_.get(key_name(public_key));
  if (!kept && kept.error().kind == ErrorKind::missing)
    return fail(ErrorKind::missing, fmt::format("the seed of {} {} is not in the store: {}", to_string(*kind),
                                                public_key, kept.error().message));
  if (!kept) return std::unexpected(kept.error());
  return key_of_seed(kept->secret.reveal(), public_key,
                     fmt::format("{} of the store's program {}", kept->name, program_.program()));
}

Result<void> ExecStore::add_key(const KeyPair& added) {
  const auto kept = key(added.public_key());
  if (kept) return {};
  if (kept.error().kind != ErrorKind::missing) return std::unexpected(kept.error());
  return program_.store(of_key(added, brought));
}

Result<void> ExecStore::discard_key(std::string_view public_key) {
  if (const auto kind = parse_public_key(public_key); !kind) return std::unexpected(kind.error());
  const auto kept = program_.get(key_name(public_key));
  if (!kept && kept.error().kind == ErrorKind::missing) return {};
  if (!kept) return std::unexpected(kept.error());
  if (!kept->username.starts_with(made_here)) return {};
  return program_.erase(kept->name);
}

Result<std::string> ExecStore::put_creds(const CredsPlace& place, const Creds& creds) {
  std::string name = creds_name(creds.key.public_key());
  auto stored = program_.store(
      {.name = name,
       .username = fmt::format("{}/{}/{}", place.operator_name, place.account_name, place.user_name),
       .secret = creds.format()});
  if (!stored) return std::unexpected(std::move(stored).error());
  return name;
}

Result<Creds> ExecStore::find_creds(std::string_view user) const {
  const auto kept = program_.get(creds_name(user));
  if (!kept && kept.error().kind == ErrorKind::missing)
    return fail(ErrorKind::missing,
                fmt::format("the creds of user {} are not in the store: {}", user, kept.error().message));
  if (!kept) return std::unexpected(kept.error());
  auto creds = Creds::parse(kept->secret.reveal());
  if (!creds)
    return fail(ErrorKind::invalid, fmt::format("{} of the store's program {} holds no creds: {}", kept->name,
                                                program_.program(), creds.error().message));
  if (creds->key.public_key() != user)
    return fail(ErrorKind::invalid,
                fmt::format("{} of the store's program {} holds the creds of another user, {}", kept->name,
                            program_.program(), creds->key.public_key()));
  return creds;
}

Result<Creds> ExecStore::creds(const CredsPlace& /*place*/, std::string_view user_public_key) const {
  return find_creds(user_public_key);
}

// The name of creds is the user's key, so no two users have one place.
Result<std::optional<std::string>> ExecStore::holder(const CredsPlace& /*place*/) const {
  return std::nullopt;
}

bool ExecStore::same_place(const CredsPlace& /*a*/, const CredsPlace& /*b*/) const { return true; }

Result<Creds> ExecStore::creds_of(std::string_view /*operator_name*/, std::string_view /*account_name*/,
                                  std::string_view user_public_key) const {
  return find_creds(user_public_key);
}

// A program is asked by name; none has to list what it has.
Result<std::vector<std::string>> ExecStore::users_signed_by(std::string_view /*public_key*/) const {
  return std::vector<std::string>();
}

Result<void> ExecStore::discard_creds(const CredsPlace& /*place*/, std::string_view user_public_key) {
  if (const auto kind = parse_public_key(user_public_key); !kind) return std::unexpected(kind.error());
  return program_.erase(creds_name(user_public_key));
}

// The mark comes first, as in a folder: a seed without one would stay unnoticed. It stays when nobody knows
// whether the seed was stored: the next create looks.
Result<File> ExecStore::put_mark(const PendingMark& mark, const std::optional<KeyPair>& made) {
  auto staged = folder().stage(mark.text());
  if (!staged) return std::unexpected(std::move(staged).error());
  auto change = folder().change();
  if (!change) return std::unexpected(std::move(change).error());
  const std::string place = mark.path_of(mark.public_key);
  auto done = change->place(*staged, place);
  if (done) done = change->finish();
  if (!done) return std::unexpected(std::move(done).error());
  if (made) done = program_.store(of_key(*made, made_here));
  if (done) return std::move(*staged).take();
  if (done.error().kind != ErrorKind::unknown) {
    static_cast<void>(folder().files().remove(folder().path(place)));
    static_cast<void>(folder().files().remove_folder(folder().path(mark.folder())));
  }
  return std::unexpected(std::move(done).error());
}

}  // namespace ghboot::nats
