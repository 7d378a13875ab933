// SPDX-License-Identifier: Apache-2.0
// Who holds a lock (flock) on a file, as the kernel's list of locks says: for a message alone, since it may
// have changed before it is read. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::nats {

// "4711 (terraform-provid)": process and, where it can be seen, its program. Nothing: no such lock in the
// list, which is also so when the holder lives on another machine or in another container.
std::optional<std::string> lock_holder(std::uint64_t inode);

// The same of the text of /proc/locks, the process alone.
std::optional<int> lock_holder(std::string_view locks, std::uint64_t inode);

}  // namespace ghboot::nats
