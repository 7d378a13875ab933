// SPDX-License-Identifier: Apache-2.0
// ghboot user list, user show, creds show, creds mint: users live in creds alone, and these are the store's.
// A secret goes to a file that its owner alone can read, and to standard output only when that is named. 0:
// told, or written. 1: the folder cannot be read, no user is called so, or several are, or the file is there;
// servers refuse what would be minted. 2: there is no folder to look into, or no servers are known.
#include "nats/creds.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "helper/store_folder.h"
#include "helper/system_access.h"
#include "helper/verbs.h"
#include "nats/folder_store.h"
#include "nats/jwt.h"
#include "nats/resolver.h"
#include "nats/store_survey.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"
#include "nats/user_home.h"

namespace ghboot::helper {

namespace {

using Items = std::vector<nats::StoredItem>;

constexpr std::chrono::seconds answer_max{60};

struct Kept {
  nats::Creds creds;
  nats::UserClaims claims;
};

Result<Kept> read_creds(const nats::StoredItem& item) {
  auto creds = creds_in(item.path);
  if (!creds) return std::unexpected(creds.error());
  auto claims = nats::UserClaims::decode(creds->jwt.reveal());
  if (!claims) return fail(ExitCode::failed, fmt::format("{}: {}", item.path, claims.error().message));
  return Kept{.creds = *std::move(creds), .claims = *std::move(claims)};
}

ExitCode list(const Items& items, bool as_json) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& item : items) {
    const auto kept = read_creds(item);
    const std::string account = kept ? kept->claims.account() : "";
    const std::int64_t expires_at = kept ? kept->claims.expires_at : 0;
    const std::string expires = expires_at != 0 ? nats::time_text(expires_at) : "";
    const std::string problem = kept ? "" : kept.error().message;
    if (as_json)
      json.push_back({{"public_key", item.public_key},
                      {"name", item.name},
                      {"account", account},
                      {"expires_at", expires},
                      {"problem", problem}});
    else
      fmt::print("{:<56} {}{}{}\n", item.public_key, item.name, expires.empty() ? "" : "  until " + expires,
                 problem.empty() ? "" : "  ! " + problem);
  }
  // A file's name may be no UTF-8.
  if (as_json) fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return ExitCode::done;
}

Result<const nats::StoredItem*> find(const Items& items, const std::string& user, const std::string& folder) {
  const nats::StoredItem* found = nullptr;
  std::vector<std::string> keys;
  for (const auto& item : items) {
    if (item.public_key != user && item.name != user && !item.name.ends_with("/" + user)) continue;
    found = &item;
    keys.push_back(item.public_key);
  }
  if (keys.size() > 1)
    return fail(ExitCode::failed, fmt::format("{} users are called {}: take one by its public key, {}",
                                              keys.size(), user, fmt::join(keys, ", ")));
  if (found == nullptr)
    return fail(ExitCode::failed,
                fmt::format("no creds in {} are of user {}; ghboot user list has all", folder, user));
  return found;
}

Result<ExitCode> hand_out(const nats::Creds& creds, const std::string& out, std::string_view whose) {
  const nats::Secret text = creds.format();
  if (out == "-") {
    fmt::print("{}", text.reveal());
    return ExitCode::done;
  }
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(out, ignored)))
    return fail(ExitCode::failed, fmt::format("{} is there, and stays as it is: name another file", out));
  if (auto written = write_whole(out, text.reveal()); !written) return std::unexpected(written.error());
  fmt::print("{} has the creds of {}\n", out, whose);
  return ExitCode::done;
}

// The claims alone: no key is in them, and without the seed nobody connects by them.
Result<ExitCode> show_user(const Kept& kept) {
  const auto claims = nats::decode_jwt(kept.creds.jwt.reveal());
  if (!claims) return fail(ExitCode::failed, claims.error().message);
  fmt::print("{}\n", claims->dump(2));
  return ExitCode::done;
}

// Signed anew by the key that signed the stored ones, for a while, and kept nowhere.
Result<ExitCode> mint(const Kept& kept, const std::filesystem::path& folder, const CredsArgs& args,
                      const DataFolder& data, const Environment& environment) {
  auto access = system_access(data, environment);
  if (!access) return std::unexpected(access.error());
  nats::Clock& clock = nats::system_clock();
  nats::Connector connector(*std::move(access), clock);
  nats::Resolver resolver(connector, clock);
  nats::UserClaims claims = kept.claims;
  const auto home = nats::read_user_home(resolver, claims.account(), {clock.now() + answer_max, {}});
  if (!home) return fail(ExitCode::failed, home.error().message);
  if (const auto stand = nats::check_standing(claims, home->account.claims); !stand)
    return fail(ExitCode::failed, stand.error().message);
  const nats::FolderStore store(folder.string(), nats::system_files(), nats::system_random());
  const auto signer = store.key(claims.issuer);
  if (!signer) return fail(ExitCode::failed, signer.error().message);
  const std::int64_t now = clock.unix_seconds();
  claims.expires_at = now + args.valid_seconds;
  return hand_out({.jwt = nats::Secret(claims.encode(*signer, now)), .key = kept.creds.key}, args.out,
                  fmt::format("{} until {}", claims.subject, nats::time_text(claims.expires_at)));
}

}  // namespace

Result<ExitCode> creds(const DataFolder& data, const CredsArgs& args, const Environment& environment) {
  const auto folder = store_folder(args.store, environment);
  if (!folder) return std::unexpected(folder.error());
  const auto found = nats::survey_store(folder->string(), nats::system_files(), nats::system_random());
  if (!found) return fail(ExitCode::failed, found.error().message);
  if (args.user.empty()) return list(found->creds, args.as_json);
  const auto item = find(found->creds, args.user, folder->string());
  if (!item) return std::unexpected(item.error());
  const auto kept = read_creds(**item);
  if (!kept) return std::unexpected(kept.error());
  if (args.out.empty()) return show_user(*kept);
  if (args.valid_seconds != 0) return mint(*kept, *folder, args, data, environment);
  return hand_out(kept->creds, args.out, kept->claims.subject);
}

}  // namespace ghboot::helper
