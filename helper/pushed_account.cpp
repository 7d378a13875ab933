// SPDX-License-Identifier: Apache-2.0
#include "helper/pushed_account.h"

#include <fmt/format.h>

#include "nats/time_text.h"

namespace ghboot::helper {

Result<void> check_pushed(std::string_view jwt, std::string_view account,
                          const nats::Result<nats::AccountState>& there) {
  if (!there && there.error().kind == nats::ErrorKind::missing)
    return fail(ExitCode::failed,
                fmt::format("the servers said that they have stored account {}, and none of them has it: "
                            "another has deleted it since, or they do not keep what they are given",
                            account));
  if (!there)
    return fail(
        ExitCode::unknown,
        fmt::format("the servers said that they have stored account {}, which could not be read back: "
                    "{}. See what stands: ghboot account show {}",
                    account, there.error().message, account));
  if (there->jwt != jwt)
    return fail(
        ExitCode::failed,
        fmt::format("another JWT of account {} stands than the one that was pushed, issued at {}: "
                    "another writer has pushed since. See what it says (ghboot account show {}), then "
                    "sign anew and push again",
                    account, nats::time_text(there->claims.issued_at()), account));
  if (!there->in_sync)
    return fail(ExitCode::failed,
                fmt::format("account {} stands as it was pushed on some servers, and others store something "
                            "else: push it again",
                            account));
  return {};
}

}  // namespace ghboot::helper
