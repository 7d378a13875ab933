// SPDX-License-Identifier: Apache-2.0
// ghboot_nats_user: a user of an account, as creds in the store. No server knows of it before it connects:
// making one is signing a JWT with a key of the account, ending one is revoking it in the account's claims.
// So what is read back is the account: while it is there and has not revoked the user, the user is there.
// Threads: as every resource.
#pragma once

#include <optional>
#include <string>

#include "provider/session.h"
#include "provider/user_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

class UserResource final : public tfplugin::Resource<UserModel> {
 public:
  explicit UserResource(const Sessions& sessions);

 protected:
  void check(const UserModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<UserModel> create_thing(const UserModel& planned, tfplugin::Call& call) const override;
  std::optional<UserModel> read_thing(const UserModel& state, tfplugin::Call& call) const override;
  std::optional<UserModel> update_thing(const UserModel& prior, const UserModel& planned,
                                        tfplugin::Call& call) const override;
  void destroy_thing(const UserModel& state, tfplugin::Call& call) const override;
  // Of an id "A…/U…".
  std::optional<UserModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<UserModel> import_identity_thing(const UserModel& known, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
