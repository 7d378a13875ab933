// SPDX-License-Identifier: Apache-2.0
// An operator of one's own, kept in a folder: made on the first run, whole or not at all, and
// never again. Always holds: seeds and creds are in files of their owner alone, and in no message. Threads:
// one.
#pragma once

#include <filesystem>
#include <string>

#include "helper/data_folder.h"
#include "helper/dev_settings.h"
#include "helper/exit_code.h"
#include "nats/new_operator.h"

namespace ghboot::helper {

struct OperatorFiles {  // What the server's configuration needs; public.
  std::string operator_jwt, system_account, system_account_jwt;
};

// Makes the operator when there is none.
Result<OperatorFiles> operator_files(const std::filesystem::path& folder,
                                     const nats::NewOperatorOptions& options);

struct ServerTraits {
  bool sync_always = false;  // The server knows the key.
  bool debug = false;
};

// The configurations of all servers, each into its folder. The servers of a cluster get a password for one
// another that is made here.
Result<void> write_server_configs(const DataFolder& folder, const DevSettings& settings,
                                  const OperatorFiles& files, const ServerTraits& traits);

}  // namespace ghboot::helper
