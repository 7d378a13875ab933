// SPDX-License-Identifier: Apache-2.0
#include "nats/store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/creation_place.h"
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

PendingKey::PendingKey(std::string public_key, std::optional<KeyPair> key, File mark, bool found)
    : public_key_(std::move(public_key)), key_(std::move(key)), mark_(std::move(mark)), found_(found) {}

Store::Store(std::string_view folder, FileSystem& files, Random& random)
    : folder_(folder, files, random), random_(random) {}

Result<KeyPair> Store::key(std::string_view public_key) const {
  const auto kind = parse_public_key(public_key);
  if (!kind) return std::unexpected(kind.error());
  const std::string place = seed_path(public_key);
  const auto seed = folder_.read(place);
  if (!seed) return std::unexpected(seed.error());
  if (!*seed)
    return fail(ErrorKind::missing, fmt::format("the seed of {} {} is not in the store: there is no file {}",
                                                to_string(*kind), public_key, folder_.path(place)));
  auto key = KeyPair::from_seed((*seed)->reveal());
  if (!key)
    return fail(ErrorKind::invalid, fmt::format("{} does not hold the seed of {}: {}", folder_.path(place),
                                                public_key, key.error().message));
  if (key->public_key() != public_key)
    return fail(ErrorKind::invalid,
                fmt::format("{} holds the seed of another key, {}; that of {} is expected",
                            folder_.path(place), key->public_key(), public_key));
  return key;
}

Result<PendingKey> Store::begin(KeyKind kind, std::string_view name) {
  return begin({.kind = kind, .name = std::string(name), .place = creation_place(), .public_key = {}});
}

Result<PendingKey> Store::begin(KeyKind kind, std::string_view name, std::string_view public_key) {
  if (const auto parsed = parse_public_key(public_key); !parsed) return std::unexpected(parsed.error());
  return begin({.kind = kind,
                .name = std::string(name),
                .place = creation_place(),
                .public_key = std::string(public_key),
                .given = true});
}

Result<PendingKey> Store::begin(PendingMark wanted) {
  auto earlier = look_for_earlier(wanted);
  if (!earlier) return error_of(earlier);
  if (!earlier->found) {
    std::optional<KeyPair> key;
    if (!wanted.given) {
      key = KeyPair::generate(wanted.kind, random_);
      wanted.public_key = key->public_key();
    }
    auto mark = put_mark(wanted, key);
    if (!mark) return error_of(mark);
    earlier->found = PendingKey(wanted.public_key, std::move(key), *std::move(mark), false);
  }
  earlier->found->elsewhere_ = std::move(earlier->elsewhere);
  return *std::move(earlier->found);
}

// Under the store's lock, because looking takes the marks' own locks for a moment, and another create that
// looked then would think a live one had them.
Result<Store::Earlier> Store::look_for_earlier(const PendingMark& wanted) {
  const auto change = folder_.change();
  if (!change) return std::unexpected(change.error());
  const auto public_keys = folder_.list(wanted.folder());
  if (!public_keys) return std::unexpected(public_keys.error());
  Earlier earlier;
  FileSystem& files = folder_.files();
  for (const std::string& public_key : *public_keys) {
    const std::string place = wanted.path_of(public_key);
    auto mark = files.open(folder_.path(place));
    if (!mark) continue;  // Confirmed since it was listed.
    const auto locked = files.lock(*mark, std::chrono::milliseconds(0));
    const auto status = files.status(*mark);
    if (locked && !*locked && public_key == wanted.public_key)
      return fail(ErrorKind::conflict,
                  fmt::format("another create of {} {} is at work", to_string(wanted.kind), public_key));
    if (!locked || !*locked || !status || status->links == 0) continue;
    const auto text = files.read(*mark, StoreFolder::file_size_max);
    if (!text || !wanted.is_namesake(*text)) continue;
    if (*text != wanted.text()) {
      earlier.elsewhere.push_back(public_key);
    } else if (!earlier.found && (!wanted.given || public_key == wanted.public_key)) {
      auto found = take_up(wanted, public_key, *std::move(mark));
      if (!found) return error_of(found);
      earlier.found = *std::move(found);
    }
  }
  return earlier;
}

// Nothing: the mark is of a create that was cut off before its seed was there, so nothing else was done
// either.
Result<std::optional<PendingKey>> Store::take_up(const PendingMark& wanted, const std::string& public_key,
                                                 File mark) {
  if (wanted.given) return PendingKey(public_key, std::nullopt, std::move(mark), true);
  auto seed = key(public_key);
  if (seed) return PendingKey(public_key, *std::move(seed), std::move(mark), true);
  if (seed.error().kind != ErrorKind::missing) return error_of(seed);
  static_cast<void>(folder_.files().remove(folder_.path(wanted.path_of(public_key))));
  return std::nullopt;
}

// The mark comes first: a seed without one would stay unnoticed, a mark without a seed is tidied up by
// take_up().
Result<File> Store::put_mark(const PendingMark& mark, const std::optional<KeyPair>& key) {
  auto staged_mark = folder_.stage(mark.text());
  if (!staged_mark) return error_of(staged_mark);
  std::optional<StagedFile> staged_seed, staged_made;
  if (key) {
    for (auto& [staged, text] :
         {std::pair{&staged_seed, key->seed().reveal()}, {&staged_made, std::string_view()}}) {
      auto file = folder_.stage(text);
      if (!file) return error_of(file);
      staged->emplace(*std::move(file));
    }
  }
  auto change = folder_.change();
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

void Store::confirm(KeyKind kind, std::string_view name, std::string_view public_key) {
  const PendingMark mark{.kind = kind, .name = std::string(name), .place = {}, .public_key = {}};
  FileSystem& files = folder_.files();
  if (files.remove(folder_.path(mark.path_of(public_key))))
    static_cast<void>(files.remove_folder(folder_.path(mark.folder())));
}

Result<void> Store::add_key(const KeyPair& added) {
  const auto kept = key(added.public_key());
  if (kept) return {};
  if (kept.error().kind != ErrorKind::missing) return std::unexpected(kept.error());
  auto staged = folder_.stage(added.seed().reveal());
  if (!staged) return error_of(staged);
  auto change = folder_.change();
  if (!change) return error_of(change);
  if (auto placed = change->place(*staged, seed_path(added.public_key())); !placed) return placed;
  return change->finish();
}

Result<void> Store::discard_key(std::string_view public_key) {
  if (const auto kind = parse_public_key(public_key); !kind) return std::unexpected(kind.error());
  const auto ours = folder_.exists(made_path(public_key));
  if (!ours) return std::unexpected(ours.error());
  if (!*ours) return {};
  auto change = folder_.change();
  if (!change) return error_of(change);
  const auto there = folder_.exists(seed_path(public_key));
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
Result<std::optional<std::string>> Store::find_creds(const CredsPaths& paths) const {
  for (const std::string& place : {paths.plain, paths.fallback}) {
    const auto text = folder_.read(place);
    if (!text) return std::unexpected(text.error());
    const auto creds = *text ? Creds::parse((*text)->reveal()) : fail(ErrorKind::missing, "");
    if (creds && creds->key.public_key() == paths.user) return place;
  }
  return std::nullopt;
}

Result<std::string> Store::put_creds(const CredsPlace& place, const Creds& creds) {
  const CredsPaths paths(place, creds.key.public_key());
  auto staged = folder_.stage(creds.format().reveal());
  if (!staged) return error_of(staged);
  auto change = folder_.change();
  if (!change) return error_of(change);
  const auto found = find_creds(paths);
  if (!found) return std::unexpected(found.error());
  const auto taken = folder_.exists(paths.plain);
  if (!taken) return std::unexpected(taken.error());
  const std::string relative = found->value_or(*taken ? paths.fallback : paths.plain);
  if (auto placed = change->place(*staged, relative); !placed) return error_of(placed);
  if (auto finished = change->finish(); !finished) return error_of(finished);
  return folder_.path(relative);
}

Result<Creds> Store::creds(const CredsPlace& place, std::string_view user_public_key) const {
  const CredsPaths paths(place, user_public_key);
  const auto found = find_creds(paths);
  if (!found) return std::unexpected(found.error());
  if (*found) {
    const auto text = folder_.read(**found);
    if (text && *text) return Creds::parse((*text)->reveal());
  }
  const auto other = folder_.exists(paths.plain);
  return fail(ErrorKind::missing,
              fmt::format("the creds of user {} are not in the store: {} {}, and there is no file {}",
                          user_public_key, folder_.path(paths.plain),
                          other && *other ? "holds no creds of this user" : "is not there",
                          folder_.path(paths.fallback)));
}

Result<std::optional<std::string>> Store::holder(const CredsPlace& place) const {
  const auto text = folder_.read(CredsPaths(place, "").plain);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  const auto creds = Creds::parse((*text)->reveal());
  if (!creds) return std::nullopt;
  return creds->key.public_key();
}

Result<Creds> Store::creds_of(std::string_view operator_name, std::string_view account_name,
                              std::string_view user_public_key) const {
  const std::string folder = fmt::format("creds/{}/{}", file_name(operator_name), file_name(account_name));
  const auto names = folder_.list(folder);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto text = folder_.read(folder + "/" + name);
    if (!text || !*text) continue;
    auto creds = Creds::parse((*text)->reveal());
    if (creds && creds->key.public_key() == user_public_key) return creds;
  }
  return fail(ErrorKind::missing,
              fmt::format("the creds of user {} are not in the store: no file in {} is theirs",
                          user_public_key, folder_.path(folder)));
}

Result<std::vector<std::string>> Store::users_signed_by(std::string_view account_name,
                                                        std::string_view public_key) const {
  std::vector<std::string> users;
  const auto operators = folder_.list("creds");
  if (!operators) return std::unexpected(operators.error());
  for (const std::string& operator_folder : *operators) {
    const std::string folder = fmt::format("creds/{}/{}", operator_folder, file_name(account_name));
    for (const std::string& name : folder_.list(folder).value_or(std::vector<std::string>())) {
      const auto text = folder_.read(folder + "/" + name);
      const auto creds = text && *text ? Creds::parse((*text)->reveal()) : fail(ErrorKind::missing, "");
      const auto claims = creds ? UserClaims::decode(creds->jwt.reveal()) : fail(ErrorKind::missing, "");
      if (claims && claims->issuer == public_key) users.push_back(claims->name);
    }
  }
  std::ranges::sort(users);
  return users;
}

Result<void> Store::discard_creds(const CredsPlace& place, std::string_view user_public_key) {
  if (const auto kind = parse_public_key(user_public_key); !kind) return std::unexpected(kind.error());
  const CredsPaths paths(place, user_public_key);
  const auto looked = find_creds(paths);
  if (!looked) return std::unexpected(looked.error());
  if (!*looked) return {};
  auto change = folder_.change();
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
