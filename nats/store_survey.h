// SPDX-License-Identifier: Apache-2.0
// What lies in a store's folder, and what is wrong with it, file by file: for people. Changes nothing, and
// nothing that it returns is a secret. It cannot tell whether a server knows the keys. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/file_system.h"

namespace ghboot::nats {

struct StoredItem {
  std::string path;
  std::string public_key;  // Of creds that cannot be read: empty.
  // Of creds: operator/account/user, as file names; of a mark: kind/name; of seeds: kind. Of what does not
  // belong there, an editor's back-up or another system's .DS_Store: empty, like its key.
  std::string name;
  std::string problem;  // Empty: none.
};

struct StoreSurvey {
  std::vector<StoredItem> seeds, creds;
  std::vector<StoredItem> pending;  // Creates that have begun and that no state is known to hold.
};

// ErrorKind::invalid, refused: a folder cannot be listed. A store that is not there is empty.
Result<StoreSurvey> survey_store(std::string_view folder, FileSystem& files, Random& random);

}  // namespace ghboot::nats
