// SPDX-License-Identifier: Apache-2.0
// The lock's token in a commit's message, the trailer `Ghboot-Token:`. Along a branch that ghboot alone
// moves, tokens never fall. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nats/lock_contender.h"

namespace ghboot::regen {

struct CommitText {
  std::string subject{}, body{};
  std::string signed_off_by{};  // "Name <address>"; empty: not.
};

// With the mark by which workflows and controllers know what ghboot itself pushed, "[skip-regen]".
std::string commit_message(const CommitText& text, const nats::LockToken& token);
// Nothing: it is none of ghboot's commits.
std::optional<nats::LockToken> token_in(std::string_view message);

}  // namespace ghboot::regen
