// SPDX-License-Identifier: Apache-2.0
// A fixed schedule: a holder hears nothing of the log any more, the log goes back to a backup, another who
// never saw what was lost acquires and renews up to the holder's sequence, and then the holder renews. Not
// promised: that the two do not work at once, as that backup's `free` is believed. Promised: that the
// holder's renewal is not stored over the other's. Throws std::runtime_error when the harness fails. Threads:
// one.
#pragma once

#include <filesystem>
#include <string>

namespace ghboot::faults {

// Writes the history there. What the holder is told; empty: that it holds the lock.
std::string play_restored(const std::filesystem::path& folder);

}  // namespace ghboot::faults
