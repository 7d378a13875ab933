// SPDX-License-Identifier: Apache-2.0
#include "provider/user_model.h"

namespace ghboot::provider {

nats::UserClaims to_claims(const UserModel& model) {
  nats::UserClaims out;
  out.name = model.name.value_or("");
  if (model.permissions.is_known()) out.rights.permissions = to_claims(*model.permissions);
  return out;
}

}  // namespace ghboot::provider
