// SPDX-License-Identifier: Apache-2.0
// The store: where seeds and creds are kept; a folder (folder_store.h), or whatever a program puts them into
// (exec_store.h). What both share is here: the marks of creates that have begun and that no state is known to
// hold. They lie in a folder of this machine, and hold no secret. Always holds: what begin() made is stored
// and marked before it returns. It cannot keep a seed from the user who runs it. Threads: any. FileSystem and
// Random are borrowed and outlive it.
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

// Where nsc keeps a user's creds; another kind of store keeps the names with them. Names are the claims' own:
// any text.
struct CredsPlace {
  std::string operator_name;
  std::string account_name;
  std::string user_name;
};

// Kinds of error of all functions: invalid (something is not what it must be, no right to use it), refused
// (the system or the program did not do it; nothing has changed), conflict (another process holds the store's
// lock; the message names it), missing (the message says where was looked), unknown (a program was ended
// before it said what it did).
class Store {
 public:
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // The key pair of a public key, whose seed it is sure to be.
  virtual Result<KeyPair> key(std::string_view public_key) const = 0;

  // The key for a create: of an earlier create of this kind and name, begun in this working folder and
  // Terraform workspace, neither confirmed nor held by a live create; else a new one. Stored and marked
  // before this returns.
  Result<PendingKey> begin(KeyKind kind, std::string_view name);
  // The same with a given key, whose seed need not be here. ErrorKind::conflict: a live create holds it.
  Result<PendingKey> begin(KeyKind kind, std::string_view name, std::string_view public_key);
  // Somebody's state holds the key: the mark goes. One system call when there is none; failing does no harm.
  void confirm(KeyKind kind, std::string_view name, std::string_view public_key);

  // Keeps a key made elsewhere. The same key again is no error.
  virtual Result<void> add_key(const KeyPair& key) = 0;
  // The seed is taken out of use if begin() made it; any other, or none, is left as it is.
  virtual Result<void> discard_key(std::string_view public_key) = 0;

  // Returns where they lie now.
  virtual Result<std::string> put_creds(const CredsPlace& place, const Creds& creds) = 0;
  virtual Result<Creds> creds(const CredsPlace& place, std::string_view user_public_key) const = 0;
  // Public key of the user whose creds lie in nsc's place; nothing where none do, or none that can be read,
  // or where creds have no such places.
  virtual Result<std::optional<std::string>> holder(const CredsPlace& place) const = 0;
  // Whether creds of one user lie in the same place under both names.
  virtual bool same_place(const CredsPlace& a, const CredsPlace& b) const = 0;
  // Where the user's name is not known: looked for under operator and account, then, as both may have had
  // other names, everywhere.
  virtual Result<Creds> creds_of(std::string_view operator_name, std::string_view account_name,
                                 std::string_view user_public_key) const = 0;
  // The names of all users whose creds this key signed, sorted. What cannot be read is nobody's. Nobody where
  // a store cannot list what it has.
  virtual Result<std::vector<std::string>> users_signed_by(std::string_view public_key) const = 0;
  // Out of use. None there is no error.
  virtual Result<void> discard_creds(const CredsPlace& place, std::string_view user_public_key) = 0;

 protected:
  // Touches nothing; the folder is made by the first change.
  Store(std::string_view folder, FileSystem& files, Random& random);

  // Puts the mark down and keeps the key, if one was made; both or, at an error, neither. The mark, locked.
  virtual Result<File> put_mark(const PendingMark& mark, const std::optional<KeyPair>& made) = 0;

  StoreFolder& folder() { return folder_; }
  const StoreFolder& folder() const { return folder_; }

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

  StoreFolder folder_;
  Random& random_;
};

// What a store has under a public key, read as its seed. ErrorKind::invalid, naming `place` and never the
// text: it is none, or another key's.
Result<KeyPair> key_of_seed(std::string_view seed, std::string_view public_key, std::string_view place);

}  // namespace ghboot::nats
