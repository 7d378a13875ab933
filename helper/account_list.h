// SPDX-License-Identifier: Apache-2.0
// The accounts that the dev system's server keeps, asked by the system account. Always holds: it ends within
// ten seconds. It names the first hundred only: a name costs a question. Makes threads. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "helper/data_folder.h"
#include "helper/dev_settings.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct ListedAccount {
  std::string public_key, name;  // No name: not asked, or not told.
};

// The system account is among them. ExitCode::failed: the server refuses our creds, or does not answer.
Result<std::vector<ListedAccount>> list_accounts(const DataFolder& folder, const DevSettings& settings);

}  // namespace ghboot::helper
