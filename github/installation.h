// SPDX-License-Identifier: Apache-2.0
// The token of a GitHub App's installation: got with the App's JWT, kept in memory until five minutes before
// it expires (after half of its life, where that is less). GitHub's own clock counts, so that a wrong one
// here does no harm once GitHub has taken the JWT. Threads: any; one gets the token, the others wait for it.
// The Exchange and the Clock outlive it.
#pragma once

#include <mutex>
#include <optional>

#include "github/client.h"
#include "nats/turn.h"

namespace ghboot::github {

class Installation {
 public:
  Installation(AppCredentials app, Exchange& exchange, Clock& clock)
      : app_(std::move(app)), exchange_(exchange), clock_(clock) {}

  // ErrorKind::missing: the App is not installed there. ErrorKind::refused: GitHub does not take the JWT; the
  // message says how far the clocks are apart.
  Result<Identity> identity(const Wait& wait);
  Result<AppToken> make_token(const TokenWanted& wanted, const Wait& wait);  // As Client::make_token().
  void forget(const Identity& identity);  // GitHub does not know this token any more.

 private:
  std::optional<Identity> valid();
  Result<Identity> renew(const Wait& wait);
  struct Minted {
    Response answer;
    std::int64_t installation_id = 0;
  };
  Result<Minted> mint(const TokenWanted& wanted, const Wait& wait);
  Result<std::int64_t> installation_id(const Identity& as_app, const Wait& wait);

  const AppCredentials app_;
  Exchange& exchange_;
  Clock& clock_;
  nats::Turns renewing_;
  std::mutex mutex_;
  std::optional<Identity> current_;  // Guarded by mutex_, like the rest.
  SteadyTime renew_at_{};
  std::int64_t found_id_ = 0;
};

}  // namespace ghboot::github
