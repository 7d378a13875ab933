// SPDX-License-Identifier: Apache-2.0
// Whose a login is: an organisation or a user, by the id that stays when the login changes. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "github/client.h"

namespace ghboot::github {

struct Account {
  std::int64_t id = 0;
  std::string login;  // As its owner writes it.
};

// ErrorKind::missing: nobody has the login now; GitHub does not lead on from a former one.
Result<Account> find_account(Client& client, std::string_view login, const Wait& wait);

}  // namespace ghboot::github
