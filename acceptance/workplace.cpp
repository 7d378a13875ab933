// SPDX-License-Identifier: Apache-2.0
#include "acceptance/workplace.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/creds.h"
#include "nats/file_system.h"
#include "nats/folder_store.h"
#include "nats/jwt.h"

namespace ghboot::acceptance {

namespace fs = std::filesystem;

Workplace::Workplace(const NatsOptions& options, Plugin plugin) : nats(options), terraform(plugin) {
  lead_to(terraform, nats, store());
}

void Workplace::account(std::string_view attributes) const {
  terraform.write(
      "main.tf",
      fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  name = \"acme\"\n  {}\n}}\n", attributes));
}

void Workplace::user(std::string_view attributes) const {
  terraform.write("user.tf", fmt::format(R"(resource "ghboot_nats_user" "u" {{
  account = ghboot_nats_account.a.public_key
  name    = "svc"
  {}
}}
)",
                                         attributes));
}

void Workplace::users(int count) const {
  terraform.write("users.tf", fmt::format(R"(resource "ghboot_nats_user" "many" {{
  count   = {}
  account = ghboot_nats_account.a.public_key
  name    = "svc-${{count.index}}"
}}
)",
                                          count));
}

Outcome Workplace::reimport_user() const {
  constexpr std::string_view address = "ghboot_nats_user.u";
  const std::string id = public_key() + "/" + terraform.attribute(address, "public_key");
  Outcome forgotten = terraform.run({"state", "rm", std::string(address)});
  if (!forgotten.ok()) {
    return forgotten;
  }
  Outcome imported = terraform.import(address, id);
  return imported.ok() ? terraform.plan() : imported;
}

void Workplace::keep(const nats::KeyPair& key) const {
  nats::FolderStore in(store().string(), nats::system_files(), nats::system_random());
  if (auto added = in.add_key(key); !added) {
    throw std::runtime_error("the store does not take the seed: " + added.error().message);
  }
}

std::string Workplace::guest_creds(std::string_view account) const {
  for (const fs::path& file : files_in(store(), ".nk")) {
    if (file.stem() != account) {
      continue;
    }
    auto seed = nats::KeyPair::from_seed(read_file(file));
    if (!seed) {
      throw std::runtime_error("the store's seed cannot be read: " + seed.error().message);
    }
    auto user = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
    nats::UserClaims claims;
    claims.subject = user.public_key();
    claims.name = "guest";
    const std::string jwt = claims.encode(*seed, nats::system_clock().unix_seconds());
    return std::string(nats::Creds{.jwt = nats::Secret(jwt), .key = user}.format().reveal());
  }
  throw std::runtime_error(fmt::format("the store has no seed of {}", account));
}

std::shared_ptr<nats::Connection> Workplace::connect(std::string_view creds) const {
  auto connection = nats.connect(creds);
  if (!connection) {
    throw std::runtime_error("the creds were refused: " + connection.error().message);
  }
  return *std::move(connection);
}

void lead_to(Terraform& terraform, const NatsServer& nats, const fs::path& store) {
  terraform.set("NATS_URL", nats.url());
  terraform.set("GHBOOT_OPERATOR_SEED_FILE", nats.operator_seed_file().string());
  terraform.set("GHBOOT_SYSTEM_CREDS_FILE", nats.system_creds_file().string());
  terraform.set("GHBOOT_STORE_DIR", store.string());
}

std::string plain(const Outcome& outcome) {
  std::string text = outcome.text();
  for (std::string_view frame : {"│", "╷", "╵"}) {
    for (auto at = text.find(frame); at != std::string::npos; at = text.find(frame, at)) {
      text.replace(at, frame.size(), " ");
    }
  }
  std::string result;
  for (char c : text) {
    const char shown = c == '\n' ? ' ' : c;
    if (shown != ' ' || !result.ends_with(' ')) {
      result += shown;
    }
  }
  return result;
}

nats::UserClaims user_claims(std::string_view creds) {
  return nats::UserClaims::decode(nats::Creds::parse(creds).value().jwt.reveal()).value();
}

std::vector<std::string> planned_actions(const Terraform& terraform, std::string_view address) {
  const nlohmann::json plan = terraform.plan_json();
  for (const auto& change : plan.value("resource_changes", nlohmann::json::array())) {
    if (change["address"] == address) {
      return change["change"]["actions"].get<std::vector<std::string>>();
    }
  }
  return {};
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension, bool in_trash) {
  std::vector<fs::path> found;
  std::error_code ignored;
  const std::string ending = std::string(extension) + (in_trash ? ".discarded" : "");
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file() && entry.path().string().ends_with(ending)) {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> account_seeds(const fs::path& store) {
  std::vector<std::string> keys;
  for (const fs::path& file : files_in(store, ".nk")) {
    if (file.stem().string().starts_with('A')) {
      keys.push_back(file.stem());
    }
  }
  return keys;
}

std::string only_creds(const fs::path& store, bool in_trash) {
  const auto files = files_in(store, ".creds", in_trash);
  if (files.size() != 1) {
    throw std::runtime_error(fmt::format("the store has {} creds files, not one", files.size()));
  }
  return read_file(files.front());
}

nats::KeyPair new_account_key() {
  return nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
}

std::string sign_document(nlohmann::json claims, const nats::KeyPair& signer) {
  return nats::encode_jwt(std::move(claims), signer, nats::system_clock().unix_seconds());
}

}  // namespace ghboot::acceptance
