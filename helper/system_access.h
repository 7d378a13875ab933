// SPDX-License-Identifier: Apache-2.0
// Where a verb finds the servers and a user of their system account: in the variables that the provider
// reads, else in the dev system of the data folder. Threads: as any value.
#pragma once

#include <filesystem>

#include "helper/data_folder.h"
#include "helper/exit_code.h"
#include "nats/connection.h"
#include "nats/creds.h"

namespace ghboot::helper {

// The creds that a file holds. ExitCode::failed: it cannot be read, or holds none.
Result<nats::Creds> creds_in(const std::filesystem::path& file);

// The servers alone, with what TLS needs: NATS_URL (also NATS_URLS), NATS_CA, NATS_CERT, NATS_KEY.
// ExitCode::wrong_use: neither is set up.
Result<nats::ConnectOptions> servers_access(const DataFolder& folder, const Environment& environment);

// NATS_URL (also NATS_URLS), GHBOOT_SYSTEM_CREDS or GHBOOT_SYSTEM_CREDS_FILE, NATS_CA, NATS_CERT, NATS_KEY.
// ExitCode::wrong_use: neither is set up; the message says what to set. ExitCode::failed: no creds in the
// file.
Result<nats::ConnectOptions> system_access(const DataFolder& folder, const Environment& environment);

}  // namespace ghboot::helper
