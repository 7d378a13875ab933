// SPDX-License-Identifier: Apache-2.0
// Pull requests of one repository (docs.github.com, REST API, "Pull requests"). Threads: those of the Client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "github/git_data.h"

namespace ghboot::github {

struct PullRequest {
  std::int64_t number = 0;
  std::string html_url{}, title{}, body{};
};

struct PullRequestInput {
  std::string head{}, base{};  // Branches of this repository.
  std::string title{}, body{};
};

class PullRequests {
 public:
  PullRequests(Client& client, RepositoryName repository);

  // The open one from `head` into `base`; nothing: there is none.
  Result<std::optional<PullRequest>> open(std::string_view head, std::string_view base, const Wait& wait);
  // ErrorKind::conflict: there is an open one of these already. ErrorKind::unknown is settled by open().
  Result<PullRequest> make(const PullRequestInput& input, const Wait& wait);
  Result<void> change(std::int64_t number, std::string_view title, std::string_view body, const Wait& wait);

 private:
  Client& client_;
  RepositoryName repository_;
  std::string path_;
};

}  // namespace ghboot::github
