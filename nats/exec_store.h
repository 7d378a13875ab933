// SPDX-License-Identifier: Apache-2.0
// A store that is a program (credential_program.h), for teams whose state is in no folder of one machine.
// Names: ghboot/keys/A… holds a seed, ghboot/creds/U… a user's creds; usernames are words for people: of a
// seed, who made it, of creds, operator/account/user. Marks of creates lie in a folder of this machine.
// Always holds: what comes back is used only when it is the seed, or the creds, of the key that was asked
// for. It cannot take back what is erased: that is the program's matter. Each object is for one operation,
// whose time is the program's time; the folder that it is given may be shared by any number. Clock outlives
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/credential_program.h"
#include "nats/store.h"

namespace ghboot::nats {

class ExecStore final : public Store {
 public:
  // `marks`: the folder of the marks.
  ExecStore(CredentialProgram program, std::string_view marks, FileSystem& files, Random& random);

  Result<KeyPair> key(std::string_view public_key) const override;
  Result<void> add_key(const KeyPair& key) override;
  Result<void> discard_key(std::string_view public_key) override;  // Erased.

  // Returns the name of the entry.
  Result<std::string> put_creds(const CredsPlace& place, const Creds& creds) override;
  Result<Creds> creds(const CredsPlace& place, std::string_view user_public_key) const override;
  Result<std::optional<std::string>> holder(const CredsPlace& place) const override;  // Nothing.
  bool same_place(const CredsPlace& a, const CredsPlace& b) const override;
  Result<Creds> creds_of(std::string_view operator_name, std::string_view account_name,
                         std::string_view user_public_key) const override;
  Result<std::vector<std::string>> users_signed_by(std::string_view public_key) const override;    // Nobody.
  Result<void> discard_creds(const CredsPlace& place, std::string_view user_public_key) override;  // Erased.

 protected:
  Result<File> put_mark(const PendingMark& mark, const std::optional<KeyPair>& made) override;

 private:
  Result<Creds> find_creds(std::string_view user_public_key) const;

  const CredentialProgram program_;
};

}  // namespace ghboot::nats
