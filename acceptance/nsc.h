// SPDX-License-Identifier: Apache-2.0
// The real nsc, with folders of its own and an environment that holds nothing of this machine's. The program
// is $GHBOOT_NSC, else the nsc on the PATH; a test skips itself where there is none. Throws
// std::runtime_error when a command that must work does not. Threads: one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "acceptance/process.h"
#include "acceptance/temp_folder.h"
#include "nats/new_operator.h"
#include "nats/nkey.h"

namespace ghboot::acceptance {

class Nsc {
 public:
  static std::optional<std::filesystem::path> program();

  Nsc();  // With a keystore of its own.
  explicit Nsc(std::filesystem::path keystore);

  Outcome run(const std::vector<std::string>& words) const;
  std::string must(const std::vector<std::string>& words) const;  // What it printed on standard output.

  const std::filesystem::path& keystore() const { return keystore_; }
  std::filesystem::path scratch(std::string_view name) const { return root_.path() / name; }
  std::filesystem::path creds_file(std::string_view account, std::string_view user) const;
  std::string operator_jwt() const;
  std::string account_jwt(std::string_view account) const;
  std::string user_jwt(std::string_view account, std::string_view user) const;
  std::string public_key(std::string_view account) const;
  nlohmann::json described(std::string_view account) const;  // As nsc itself shows the claims.

  // An operator "interop" with a signing key, and its system account.
  void make_operator() const;
  // Account "team" with a claim of every kind that nsc can write, "partner" that it imports from, and users:
  // "alice" with rights of her own, "bob" under the role "reader".
  void make_team() const;
  // The operator that it made, for a NatsServer.
  nats::NewOperator issuer() const;

 private:
  nats::KeyPair key(std::string_view public_key) const;

  TempFolder root_;
  std::filesystem::path keystore_;
};

}  // namespace ghboot::acceptance
