// SPDX-License-Identifier: Apache-2.0
// A user at work: a terraform, the nats-servers that its environment leads to, and a store of its own. What
// the tests of the resources have in common. Throws as its parts do. Threads: one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "acceptance/nats_server.h"
#include "acceptance/temp_folder.h"
#include "acceptance/terraform.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {

struct Workplace {
  explicit Workplace(const NatsOptions& options = {}, Plugin plugin = Plugin::override_path);

  NatsServer nats;
  TempFolder store_parent;
  Terraform terraform;

  std::filesystem::path store() const { return store_parent.path() / "store"; }
  // main.tf holds the account ghboot_nats_account.a, "acme", with these attributes more.
  void account(std::string_view attributes = "") const;
  // user.tf holds ghboot_nats_user.u, "svc", of that account.
  void user(std::string_view attributes = "") const;
  // users.tf holds ghboot_nats_user.many, so many users of that account.
  void users(int count) const;
  // Forgets the user and imports it again by its id: the outcome of the import, or of the plan after it.
  Outcome reimport_user() const;
  // A seed comes to the store, as by another tool.
  void keep(const nats::KeyPair& key) const;
  std::string public_key() const { return terraform.attribute("ghboot_nats_account.a", "public_key"); }
  // Creds of a user "guest" of an account whose seed is in the store, made without the provider.
  std::string guest_creds(std::string_view account) const;
  // Connects with creds that a server must take; throws when it does not.
  std::shared_ptr<nats::Connection> connect(std::string_view creds) const;
};

// The environment by which the provider finds the servers, the operator's seed, the system account and the
// store.
void lead_to(Terraform& terraform, const NatsServer& nats, const std::filesystem::path& store);

// What terraform printed, as one line without its frames: it breaks lines where they are full.
std::string plain(const Outcome& outcome);
// As ["update"], of the kept plan; empty when the address is not in it.
std::vector<std::string> planned_actions(const Terraform& terraform, std::string_view address);

// Files below `folder` with this extension, in use or discarded.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view extension,
                                            bool in_trash = false);
// The seeds of accounts that the store has; public keys.
std::vector<std::string> account_seeds(const std::filesystem::path& store);
// The text of the only creds file below the store, or in its trash.
std::string only_creds(const std::filesystem::path& store, bool in_trash = false);

// Of creds that must be right.
nats::UserClaims user_claims(std::string_view creds);

// A new key of an account.
nats::KeyPair new_account_key();

// A JWT of any content, signed by `signer` and issued now.
std::string sign_document(nlohmann::json claims, const nats::KeyPair& signer);

}  // namespace ghboot::acceptance
