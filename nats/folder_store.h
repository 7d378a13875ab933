// SPDX-License-Identifier: Apache-2.0
// A store that is a folder, laid out so that nsc reads it as its keystore (NKEYS_PATH). Beside nsc's folders
// lie trash/ (what was discarded), pending/ (the marks), made/ (an empty file for each key of ours) and tmp/
// (files being written). Always holds, also after a kill or a full disk: a seed or creds file is there whole
// or not at all, readable by its owner alone; nothing is overwritten but an older version of the same thing.
// Reading makes nothing. It cannot undo the loss of the folder: back it up. Processes: any number, each
// change is made under a lock that is held for a few renames only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nats/store.h"

namespace ghboot::nats {

struct CredsPaths;

class FolderStore final : public Store {
 public:
  // Touches nothing; the folder is made by the first change.
  FolderStore(std::string_view folder, FileSystem& files, Random& random);

  // Where the seed of a key lies, or would.
  std::string key_path(std::string_view public_key) const;
  // A seed that others may read is ErrorKind::invalid.
  Result<KeyPair> key(std::string_view public_key) const override;
  Result<void> add_key(const KeyPair& key) override;
  Result<void> discard_key(std::string_view public_key) override;  // To trash/.

  // Returns the path: nsc's place, or beside it, with the public key in the name, where that is another
  // user's.
  Result<std::string> put_creds(const CredsPlace& place, const Creds& creds) override;
  Result<Creds> creds(const CredsPlace& place, std::string_view user_public_key) const override;
  Result<std::optional<std::string>> holder(const CredsPlace& place) const override;
  bool same_place(const CredsPlace& a, const CredsPlace& b) const override;
  Result<Creds> creds_of(std::string_view operator_name, std::string_view account_name,
                         std::string_view user_public_key) const override;
  Result<std::vector<std::string>> users_signed_by(std::string_view public_key) const override;
  Result<void> discard_creds(const CredsPlace& place,
                             std::string_view user_public_key) override;  // To trash/.

 protected:
  Result<File> put_mark(const PendingMark& mark, const std::optional<KeyPair>& made) override;

 private:
  // Which of the two places holds the user's creds, if any.
  Result<std::optional<std::string>> find_creds(const CredsPaths& paths) const;
  template <class See>
  Result<bool> look_through(const std::string& below, See see) const;
  template <class See>
  Result<bool> look_everywhere(See see) const;
};

}  // namespace ghboot::nats
