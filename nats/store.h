// SPDX-License-Identifier: Apache-2.0
// The store: seeds and creds in a folder, laid out so that nsc reads it as its keystore (NKEYS_PATH). Beside
// nsc's folders lie trash/ (what was discarded), pending/ (creates that have begun and that no state is known
// to hold), made/ (an empty file for each key of ours) and tmp/ (files being written). Always holds, also
// after a kill or a full disk: a seed or creds file is there whole or not at all, readable by its owner
// alone; nothing is overwritten but an older version of the same thing. Reading makes nothing. It cannot keep
// a seed from the user who runs it, nor undo the loss of the folder: back it up. Threads: any. FileSystem and
// Random are borrowed and outlive it. Processes: any number, each change is made under a lock that is held
// for a few renames only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/creds.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/file_system.h"
#include "nats/nkey.h"
#include "nats/store_folder.h"

namespace ghboot::nats {

// A create that has begun. While it lives, no other create gets its key, in this process or another. Its mark
// stays in the store when it goes, or when the process is killed: confirm() takes it away, else a later
// begin() finds it.
class [[nodiscard]] PendingKey {
 public:
  const std::string& public_key() const { return public_key_; }
  // Only of a begin() that was given no public key.
  const KeyPair& key() const { return key_.value(); }
  // An earlier create began with this key and was never confirmed: what is found under it is its work.
  bool found() const { return found_; }
  // Public keys of unconfirmed creates of the same kind and name, made from another working folder or
  // workspace.
  const std::vector<std::string>& elsewhere() const { return elsewhere_; }

 private:
  friend class Store;
  PendingKey(std::string public_key, std::optional<KeyPair> key, File mark, bool found);
  std::string public_key_;
  std::optional<KeyPair> key_;
  File mark_;  // Locked.
  bool found_;
  std::vector<std::string> elsewhere_;
};

struct PendingMark;
struct CredsPaths;

// Where nsc keeps a user's creds. Names are the claims' own: any text.
struct CredsPlace {
  std::string operator_name;
  std::string account_name;
  std::string user_name;
};

// Kinds of error of all functions: invalid (a folder or file that is not what it must be, no right to use
// it), refused (the system did not do it: no space, an I/O error; nothing has changed), conflict (another
// process holds the store's lock; the message names it), missing (the message says where was looked).
class Store {
 public:
  // Touches nothing; the folder is made by the first change.
  Store(std::string_view folder, FileSystem& files, Random& random);

  // The key pair of a public key. A seed that others may read is ErrorKind::invalid.
  Result<KeyPair> key(std::string_view public_key) const;

  // The key for a create: of an earlier create of this kind and name, begun in this working folder and
  // Terraform workspace, neither confirmed nor held by a live create; else a new one. Stored and marked
  // before this returns.
  Result<PendingKey> begin(KeyKind kind, std::string_view name);
  // The same with a given key, whose seed need not be here. ErrorKind::conflict: a live create holds it.
  Result<PendingKey> begin(KeyKind kind, std::string_view name, std::string_view public_key);
  // Somebody's state holds the key: the mark goes. One system call when there is none; failing does no harm.
  void confirm(KeyKind kind, std::string_view name, std::string_view public_key);

  // Keeps a key made elsewhere. The same key again is no error.
  Result<void> add_key(const KeyPair& key);
  // The seed goes to trash/ if begin() made it; any other, or none, is left as it is.
  Result<void> discard_key(std::string_view public_key);

  // Returns the path: nsc's place, or beside it, with the public key in the name, where that is another
  // user's.
  Result<std::string> put_creds(const CredsPlace& place, const Creds& creds);
  Result<Creds> creds(const CredsPlace& place, std::string_view user_public_key) const;
  // Public key of the user whose creds lie in nsc's place; nothing where none do, or none that can be read.
  Result<std::optional<std::string>> holder(const CredsPlace& place) const;
  // Where the user's name is not known: of all creds that lie under operator and account.
  Result<Creds> creds_of(std::string_view operator_name, std::string_view account_name,
                         std::string_view user_public_key) const;
  // Of all users whose creds lie under an account of this name, of any operator, and that this key signed:
  // their names, sorted. What cannot be read is nobody's.
  Result<std::vector<std::string>> users_signed_by(std::string_view account_name,
                                                   std::string_view public_key) const;
  // To trash/. None there is no error.
  Result<void> discard_creds(const CredsPlace& place, std::string_view user_public_key);

 private:
  // The key of an earlier create like `wanted`, in `earlier`; and of those from elsewhere.
  struct Earlier {
    std::optional<PendingKey> found;
    std::vector<std::string> elsewhere;
  };
  Result<PendingKey> begin(PendingMark wanted);
  Result<Earlier> look_for_earlier(const PendingMark& wanted);
  Result<std::optional<PendingKey>> take_up(const PendingMark& wanted, const std::string& public_key,
                                            File mark);
  Result<File> put_mark(const PendingMark& mark, const std::optional<KeyPair>& key);
  // Which of the two places holds the user's creds, if any.
  Result<std::optional<std::string>> find_creds(const CredsPaths& paths) const;

  StoreFolder folder_;
  Random& random_;
};

}  // namespace ghboot::nats
