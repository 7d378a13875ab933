// SPDX-License-Identifier: Apache-2.0
#include "nats/person.h"

#include <array>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace ghboot::nats {

Person this_person() {
  const passwd* user = ::getpwuid(::geteuid());
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return {.name = user != nullptr ? user->pw_name : fmt::format("user {}", ::geteuid()), .host = host.data()};
}

}  // namespace ghboot::nats
