// SPDX-License-Identifier: Apache-2.0
#include "helper/lock_access.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "github/base_url.h"
#include "helper/system_access.h"
#include "nats/lock_status.h"

namespace ghboot::helper {
namespace {

constexpr std::chrono::seconds answer_max{10};

Result<std::string> github_host(const Environment& environment) {
  const auto base = environment("GITHUB_BASE_URL");
  if (!base) return "github.com";
  const auto url = github::BaseUrl::parse(*base);
  if (!url) return fail(ExitCode::wrong_use, fmt::format("GITHUB_BASE_URL: {}", url.error().message));
  return url->host();
}

}  // namespace

Result<std::unique_ptr<LockAccess>> LockAccess::make(const DataFolder& folder, const LockArgs& args,
                                                     const Environment& environment) {
  const auto host = github_host(environment);
  if (!host) return std::unexpected(host.error());
  auto names = nats::BusNames::make(args.org, *host);
  if (!names) return fail(ExitCode::wrong_use, fmt::format("--org: {}", names.error().message));
  const std::string file = args.creds.empty() ? environment("NATS_CREDS").value_or("") : args.creds;
  if (file.empty())
    return fail(
        ExitCode::wrong_use,
        "no creds: name with --creds, or in NATS_CREDS, the file of a user of the account that has the "
        "lock; ghboot creds show writes it");
  auto options = servers_access(folder, environment);
  if (!options) return std::unexpected(options.error());
  auto creds = creds_in(file);
  if (!creds) return std::unexpected(creds.error());
  options->creds = *std::move(creds);
  return std::unique_ptr<LockAccess>(new LockAccess(*std::move(names), *std::move(options)));
}

LockAccess::LockAccess(nats::BusNames names, nats::ConnectOptions options)
    : names_(std::move(names)),
      connector_(std::move(options), nats::system_clock()),
      stream_(names_.lock(), connector_, nats::system_clock()),
      writer_(stream_, nats::system_clock(), nats::system_lock_clock(), nats::system_random()) {}

Result<nats::LockEntry> LockAccess::last() {
  auto last = nats::last_of(stream_, names_.lock(), lock_patience());
  if (last) return *std::move(last);
  const bool is_refused = last.error().kind == nats::ErrorKind::refused;
  return fail(is_refused ? ExitCode::failed : ExitCode::unknown,
              fmt::format("who holds the lock is not known: {}", last.error().message));
}

nats::LockParts LockAccess::parts() {
  return {.stream = stream_,
          .clock = nats::system_clock(),
          .lock_clock = nats::system_lock_clock(),
          .random = nats::system_random(),
          .files = nats::system_files()};
}

nats::SightPlace lock_sight_place(const DataFolder& folder, const nats::BusNames& names) {
  std::error_code ignored;  // Without the file a dead holder is waited for a little longer.
  std::filesystem::create_directories(folder.run_folder(), ignored);
  return {.path = folder.run_folder() / fmt::format("lock_{}.json", names.key()),
          .boot = nats::boot_identity(nats::system_files())};
}

nats::Wait lock_patience() { return {nats::system_clock().now() + answer_max}; }

Failure lock_failure(const nats::LeaseFailure& failure) {
  switch (failure.error) {
    case nats::LeaseError::held:
      return {ExitCode::in_progress, failure.message};
    case nats::LeaseError::unknown:
      return {ExitCode::unknown, failure.message};
    case nats::LeaseError::lost:
    case nats::LeaseError::refused:
      break;
  }
  return {ExitCode::failed, failure.message};
}

std::string on_one_line(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::ranges::replace_if(text, is_control, '?');
  // U+0080 to U+009F, which terminals obey too: C2 and a byte below A0.
  for (std::size_t at = text.find('\xc2'); at != std::string::npos; at = text.find('\xc2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0) text.replace(at, 2, "?");
  return text;
}

}  // namespace ghboot::helper
