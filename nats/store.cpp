// SPDX-License-Identifier: Apache-2.0
#include "nats/store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/creation_place.h"
#include "nats/pending_mark.h"

namespace ghboot::nats {
namespace {

template <class T>
std::unexpected<Error> error_of(T& result) {
  return std::unexpected(std::move(result).error());
}

}  // namespace

PendingKey::PendingKey(std::string public_key, std::optional<KeyPair> key, File mark, bool found)
    : public_key_(std::move(public_key)), key_(std::move(key)), mark_(std::move(mark)), found_(found) {}

Store::Store(std::string_view folder, FileSystem& files, Random& random)
    : folder_(folder, files, random), random_(random) {}

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

void Store::confirm(KeyKind kind, std::string_view name, std::string_view public_key) {
  const PendingMark mark{.kind = kind, .name = std::string(name), .place = {}, .public_key = {}};
  FileSystem& files = folder_.files();
  if (files.remove(folder_.path(mark.path_of(public_key))))
    static_cast<void>(files.remove_folder(folder_.path(mark.folder())));
}

Result<KeyPair> key_of_seed(std::string_view seed, std::string_view public_key, std::string_view place) {
  auto key = KeyPair::from_seed(seed);
  if (!key)
    return fail(ErrorKind::invalid,
                fmt::format("{} does not hold the seed of {}: {}", place, public_key, key.error().message));
  if (key->public_key() != public_key)
    return fail(ErrorKind::invalid,
                fmt::format("{} holds the seed of another key, {}; that of {} is expected", place,
                            key->public_key(), public_key));
  return key;
}

}  // namespace ghboot::nats
