// SPDX-License-Identifier: Apache-2.0
// What the tests' configurations call their resources.
#pragma once

#include <string_view>

namespace ghboot::acceptance {

inline constexpr std::string_view a = "ghboot_nats_account.a", u = "ghboot_nats_user.u",
                                  w = "ghboot_webhook.w";

}  // namespace ghboot::acceptance
