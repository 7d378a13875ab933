// SPDX-License-Identifier: Apache-2.0
#include "nats/folder_store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/file_name.h"
#include "nats/pending_mark.h"
#include "nats/user_claims.h"

namespace ghboot::nats {

// nsc takes a folder for one of its first version, to be migrated, when a *.nk or *.creds lies outside keys/
// and creds/; hence the endings in trash/.
namespace {

std::string seed_path(std::string_view public_key) {
  return fmt::format("keys/{}/{}/{}.nk", public_key.substr(0, 1), public_key.substr(1, 2), public_key);
}

std::string made_path(std::string_view public_key) { return fmt::format("made/{}", public_key); }

template <class T>
std::unexpected<Error> error_of(T& result) {
  return std::unexpected(std::move(result).error());
}

}  // namespace

FolderStore::FolderStore(std::string_view folder, FileSystem& files, Random& random)
    : Store(folder, files, random) {}

std::string FolderStore::key_path(std::string_view public_key) const {
  return folder().path(seed_path(public_key));
}

Result<KeyPair> FolderStore::key(std::string_view public_key) const {
  const auto kind = parse_public_key(public_key);
  if (!kind) return std::unexpected(kind.error());
  const std::string place = seed_path(public_key);
  const auto seed = folder().read(place);
  if (!seed) return std::unexpected(seed.error());
  if (!*seed)
    return fail(ErrorKind::missing, fmt::format("the seed of {} {} is not in the store: there is no file {}",
                                                to_string(*kind), public_key, folder().path(place)));
  return key_of_seed((*seed)->reveal(), public_key, folder().path(place));
}

// The mark comes first: a seed without one would stay unnoticed, a mark without a seed is tidied up by
// take_up().
Result<File> FolderStore::put_mark(const PendingMark& mark, const std::optional<KeyPair>& key) {
  auto staged_mark = folder().stage(mark.text());
  if (!staged_mark) return error_of(staged_mark);
  std::optional<StagedFile> staged_seed, staged_made;
  if (key) {
    for (auto& [staged, text] :
         {std::pair{&staged_seed, key->seed().reveal()}, {&staged_made, std::string_view()}}) {
      auto file = folder().stage(text);
      if (!file) return error_of(file);
      staged->emplace(*std::move(file));
    }
  }
  auto change = folder().change();
  if (!change) return error_of(change);
  const std::string mark_place = mark.path_of(mark.public_key);
  auto done = change->place(*staged_mark, mark_place);
  if (done && key) done = change->place(*staged_made, made_path(mark.public_key));
  if (done && key) done = change->place(*staged_seed, seed_path(mark.public_key));
  if (!done) {
    change->remove(mark_place);
    if (key) change->remove(made_path(mark.public_key));
    return error_of(done);
  }
  if (auto finished = change->finish(); !finished) return error_of(finished);
  return std::move(*staged_mark).take();
}

Result<void> FolderStore::add_key(const KeyPair& added) {
  const auto kept = key(added.public_key());
  if (kept) return {};
  if (kept.error().kind != ErrorKind::missing) return std::unexpected(kept.error());
  auto staged = folder().stage(added.seed().reveal());
  if (!staged) return error_of(staged);
  auto change = folder().change();
  if (!change) return error_of(change);
  if (auto placed = change->place(*staged, seed_path(added.public_key())); !placed) return placed;
  return change->finish();
}

Result<void> FolderStore::discard_key(std::string_view public_key) {
  if (const auto kind = parse_public_key(public_key); !kind) return std::unexpected(kind.error());
  const auto ours = folder().exists(made_path(public_key));
  if (!ours) return std::unexpected(ours.error());
  if (!*ours) return {};
  auto change = folder().change();
  if (!change) return error_of(change);
  const auto there = folder().exists(seed_path(public_key));
  if (!there) return std::unexpected(there.error());
  if (*there) {
    auto moved = change->move(seed_path(public_key), fmt::format("trash/{}.nk.discarded", public_key));
    if (!moved) return moved;
  }
  change->remove(made_path(public_key));
  return change->finish();
}

struct CredsPaths {
  std::string plain;  // nsc's.
  std::string
      fallback;  // Where the plain one holds another user's: two accounts, or users, can have one name.
  std::string user;

  CredsPaths(const CredsPlace& place, std::string_view user_public_key) : user(user_public_key) {
    const std::string stem = fmt::format("creds/{}/{}/{}", file_name(place.operator_name),
                                         file_name(place.account_name), file_name(place.user_name));
    plain = stem + ".creds";
    fallback = fmt::format("{}.{}.creds", stem, user);
  }
};

// Unreadable creds are somebody's all the same: they are left alone.
Result<std::optional<std::string>> FolderStore::find_creds(const CredsPaths& paths) const {
  for (const std::string& place : {paths.plain, paths.fallback}) {
    const auto text = folder().read(place);
    if (!text) return std::unexpected(text.error());
    const auto creds = *text ? Creds::parse((*text)->reveal()) : fail(ErrorKind::missing, "");
    if (creds && creds->key.public_key() == paths.user) return place;
  }
  return std::nullopt;
}

Result<std::string> FolderStore::put_creds(const CredsPlace& place, const Creds& creds) {
  const CredsPaths paths(place, creds.key.public_key());
  auto staged = folder().stage(creds.format().reveal());
  if (!staged) return error_of(staged);
  auto change = folder().change();
  if (!change) return error_of(change);
  const auto found = find_creds(paths);
  if (!found) return std::unexpected(found.error());
  const auto taken = folder().exists(paths.plain);
  if (!taken) return std::unexpected(taken.error());
  const std::string relative = found->value_or(*taken ? paths.fallback : paths.plain);
  if (auto placed = change->place(*staged, relative); !placed) return error_of(placed);
  if (auto finished = change->finish(); !finished) return error_of(finished);
  return folder().path(relative);
}

Result<Creds> FolderStore::creds(const CredsPlace& place, std::string_view user_public_key) const {
  const CredsPaths paths(place, user_public_key);
  const auto found = find_creds(paths);
  if (!found) return std::unexpected(found.error());
  if (*found) {
    const auto text = folder().read(**found);
    if (text && *text) return Creds::parse((*text)->reveal());
  }
  const auto other = folder().exists(paths.plain);
  return fail(ErrorKind::missing,
              fmt::format("the creds of user {} are not in the store: {} {}, and there is no file {}",
                          user_public_key, folder().path(paths.plain),
                          other && *other ? "holds no creds of this user" : "is not there",
                          folder().path(paths.fallback)));
}

Result<std::optional<std::string>> FolderStore::holder(const CredsPlace& place) const {
  const auto text = folder().read(CredsPaths(place, "").plain);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  const auto creds = Creds::parse((*text)->reveal());
  if (!creds) return std::nullopt;
  return creds->key.public_key();
}

bool FolderStore::same_place(const CredsPlace& a, const CredsPlace& b) const {
  return CredsPaths(a, "").plain == CredsPaths(b, "").plain;
}

// Shows `see` each creds in a folder that can be read, until it says that it has seen enough. False: it never
// did.
template <class See>
Result<bool> FolderStore::look_through(const std::string& below, See see) const {
  const auto names = folder().list(below);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto text = folder().read(below + "/" + name);
    auto creds = text && *text ? Creds::parse((*text)->reveal()) : fail(ErrorKind::missing, "");
    if (creds && see(*std::move(creds))) return true;
  }
  return false;
}

template <class See>
Result<bool> FolderStore::look_everywhere(See see) const {
  const auto operators = folder().list("creds");
  if (!operators) return std::unexpected(operators.error());
  for (const std::string& operator_folder : *operators) {
    const auto accounts = folder().list("creds/" + operator_folder);
    if (!accounts) continue;  // Not of ours.
    for (const std::string& account_folder : *accounts) {
      const auto done = look_through(fmt::format("creds/{}/{}", operator_folder, account_folder), see);
      if (done && *done) return true;
    }
  }
  return false;
}

Result<Creds> FolderStore::creds_of(std::string_view operator_name, std::string_view account_name,
                                    std::string_view user_public_key) const {
  std::optional<Creds> found;
  const auto see = [&](Creds creds) {
    if (creds.key.public_key() == user_public_key) found = std::move(creds);
    return found.has_value();
  };
  const std::string below = fmt::format("creds/{}/{}", file_name(operator_name), file_name(account_name));
  auto done = look_through(below, see);
  if (done && !*done) done = look_everywhere(see);
  if (!done) return std::unexpected(done.error());
  if (found) return *std::move(found);
  return fail(ErrorKind::missing,
              fmt::format("the creds of user {} are not in the store: no file below {} is theirs",
                          user_public_key, folder().path("creds")));
}

Result<std::vector<std::string>> FolderStore::users_signed_by(std::string_view public_key) const {
  std::vector<std::string> users;
  const auto done = look_everywhere([&](const Creds& creds) {
    const auto claims = UserClaims::decode(creds.jwt.reveal());
    if (claims && claims->issuer == public_key) users.push_back(claims->name);
    return false;
  });
  if (!done) return std::unexpected(done.error());
  std::ranges::sort(users);
  return users;
}

Result<void> FolderStore::discard_creds(const CredsPlace& place, std::string_view user_public_key) {
  if (const auto kind = parse_public_key(user_public_key); !kind) return std::unexpected(kind.error());
  const CredsPaths paths(place, user_public_key);
  const auto looked = find_creds(paths);
  if (!looked) return std::unexpected(looked.error());
  if (!*looked) return {};
  auto change = folder().change();
  if (!change) return error_of(change);
  const auto found = find_creds(paths);
  if (!found) return std::unexpected(found.error());
  if (!*found) return {};
  if (auto moved = change->move(**found, fmt::format("trash/{}.creds.discarded", user_public_key)); !moved)
    return moved;
  change->remove(**found);  // Its folder, if that is empty now.
  return change->finish();
}

}  // namespace ghboot::nats
