// SPDX-License-Identifier: Apache-2.0
// Whether new rights of a user are at least its old ones: where they are not, copies of the old creds may do
// what the new ones may not. Threads: any.
#pragma once

#include "nats/user_rights.h"

namespace ghboot::nats {

// True: whatever `old_rights` allow, `new_rights` allow too. False: they do not, or it cannot be told.
// Without permissions of its own a user has those that its account gives by default, which are not known
// here.
bool covers(const UserRights& new_rights, const UserRights& old_rights);

}  // namespace ghboot::nats
