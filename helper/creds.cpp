// SPDX-License-Identifier: Apache-2.0
// ghboot user list, ghboot creds show: users live in creds alone, and these are the store's. A secret goes to
// a file that its owner alone can read, and to standard output only when that is named. 0: told, or written.
// 1: the folder cannot be read, no user is called so, or several are, or the file is there. 2: there is no
// folder to look into.
#include "nats/creds.h"

#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "helper/store_folder.h"
#include "helper/verbs.h"
#include "nats/store_survey.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"

namespace ghboot::helper {

namespace {

using Items = std::vector<nats::StoredItem>;

struct Kept {
  nats::Secret text;
  nats::UserClaims claims;
};

Result<Kept> read_creds(const nats::StoredItem& item) {
  auto text = read_whole(item.path);
  if (!text) return std::unexpected(text.error());
  nats::Secret secret(*std::move(text));
  const auto creds = nats::Creds::parse(secret.reveal());
  auto claims = nats::claims_of(creds);
  if (!claims) return fail(ExitCode::failed, fmt::format("{}: {}", item.path, claims.error().message));
  return Kept{.text = std::move(secret), .claims = *std::move(claims)};
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

Result<ExitCode> show(const nats::StoredItem& item, const std::string& out) {
  const auto kept = read_creds(item);
  if (!kept) return std::unexpected(kept.error());
  if (out == "-") {
    fmt::print("{}", kept->text.reveal());
    return ExitCode::done;
  }
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(out, ignored)))
    return fail(ExitCode::failed, fmt::format("{} is there, and stays as it is: name another file", out));
  if (auto written = write_whole(out, kept->text.reveal()); !written) return std::unexpected(written.error());
  fmt::print("{} has the creds of {}\n", out, item.public_key);
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> creds(const CredsArgs& args, const Environment& environment) {
  const auto folder = store_folder(args.store, environment);
  if (!folder) return std::unexpected(folder.error());
  const auto found = nats::survey_store(folder->string(), nats::system_files(), nats::system_random());
  if (!found) return fail(ExitCode::failed, found.error().message);
  if (args.user.empty()) return list(found->creds, args.as_json);
  const auto item = find(found->creds, args.user, folder->string());
  if (!item) return std::unexpected(item.error());
  return show(**item, args.out);
}

}  // namespace ghboot::helper
