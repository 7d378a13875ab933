// SPDX-License-Identifier: Apache-2.0
#include "github/account.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::github {

Result<Account> find_account(Client& client, std::string_view login, const Wait& wait) {
  // Organisations are found there too.
  const auto answer = client.send({.path = "/users/" + encoded(login)}, wait);
  if (!answer) {
    Error error = answer.error();
    if (error.kind == ErrorKind::missing)
      error.message = fmt::format(
          "GitHub has no organisation and no user with the login {}: it is mistyped, or has another login "
          "now.",
          login);
    return std::unexpected(std::move(error));
  }
  const auto id = id_in(*answer->json, "id");
  if (!id) return std::unexpected(id.error());
  return Account{.id = *id, .login = text_in(*answer->json, "login")};
}

}  // namespace ghboot::github
