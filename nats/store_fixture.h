// SPDX-License-Identifier: Apache-2.0
// What the tests of the store share: a folder that goes with the test, and files that fail at a chosen call.
// Legal faults are those of a real disk: a call fails and has done nothing, or a write has put half of its
// bytes; and the process may end before any call. Nothing is synced to the disk, which would change nothing
// that a test can see; what is recorded is when it was asked for.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "nats/environment.h"
#include "nats/file_system.h"
#include "nats/folder_store.h"
#include "nats/user_claims.h"

namespace ghboot::nats {

inline const CredsPlace alice{.operator_name = "op", .account_name = "acme", .user_name = "alice"};

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ghboot-store-XXXXXX").string();
    if (!::mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class FaultyFiles final : public FileSystem {
 public:
  int calls = 0;
  int fail_at = -1;  // The number of the call that fails, with `error`; -1: none.
  int error = ENOSPC;
  bool is_kill = false;  // The process ends there instead.
  bool is_lock_held = false;
  std::string order;  // A letter for each sync ('s') and rename ('r').

  FileResult<FileStatus> status(const std::string& path) override {
    return fails() ? failure() : real_.status(path);
  }
  FileResult<FileStatus> status(const File& file) override {
    return fails() ? failure() : real_.status(file);
  }
  FileResult<std::vector<std::string>> list(const std::string& folder) override {
    return fails() ? failure() : real_.list(folder);
  }
  FileResult<File> open(const std::string& path) override { return fails() ? failure() : real_.open(path); }
  FileResult<File> create(const std::string& path) override {
    return fails() ? failure() : real_.create(path);
  }
  FileResult<std::string> read(const File& file, std::size_t size_max) override {
    return fails() ? failure() : real_.read(file, size_max);
  }
  FileResult<void> write(const File& file, std::string_view bytes) override {
    if (!fails()) return real_.write(file, bytes);
    static_cast<void>(real_.write(file, bytes.substr(0, bytes.size() / 2)));
    return failure();
  }
  FileResult<void> sync(const File&) override {
    if (fails()) return failure();
    order += 's';
    return {};
  }
  FileResult<bool> lock(const File& file, std::chrono::milliseconds wait_max) override {
    if (fails()) return failure();
    if (is_lock_held && wait_max.count() > 0) return real_.lock(file, std::chrono::milliseconds(0));
    return real_.lock(file, wait_max);
  }
  FileResult<void> rename(const std::string& from, const std::string& to) override {
    if (fails()) return failure();
    order += 'r';
    return real_.rename(from, to);
  }
  FileResult<void> remove(const std::string& path) override {
    return fails() ? failure() : real_.remove(path);
  }
  FileResult<void> make_folder(const std::string& path) override {
    return fails() ? failure() : real_.make_folder(path);
  }
  FileResult<void> remove_folder(const std::string& path) override {
    return fails() ? failure() : real_.remove_folder(path);
  }
  FileResult<void> set_mode(const std::string& path, unsigned mode) override {
    return fails() ? failure() : real_.set_mode(path, mode);
  }

 private:
  bool fails() {
    if (calls++ != fail_at) return false;
    if (is_kill) ::_exit(9);
    return true;
  }
  std::unexpected<std::error_code> failure() const {
    return std::unexpected(std::error_code(error, std::generic_category()));
  }
  FileSystem& real_ = system_files();
};

inline Creds make_creds(const KeyPair& user, std::int64_t issued = 1) {
  static const KeyPair account = KeyPair::generate(KeyKind::account, system_random());
  UserClaims claims;
  claims.subject = user.public_key();
  claims.name = "u";
  return Creds{.jwt = Secret(claims.encode(account, issued)), .key = user};
}

inline KeyPair new_key(KeyKind kind) { return KeyPair::generate(kind, system_random()); }

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_text(const std::filesystem::path& file, std::string_view text, unsigned mode = 0600) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
}

// Each file's and folder's path below the folder, with its permission bits.
inline std::map<std::string, unsigned> tree_of(const std::string& folder) {
  std::map<std::string, unsigned> tree;
  if (!std::filesystem::exists(folder)) return tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    tree[entry.path().lexically_relative(folder)] =
        static_cast<unsigned>(entry.symlink_status().permissions());
  return tree;
}

class StoreTest : public testing::Test {
 protected:
  std::string place() const { return temp_.path() + "/data/store"; }
  std::string in_store(const std::string& relative) const { return place() + "/" + relative; }
  std::string seed_file(const std::string& key) const {
    return in_store("keys/" + key.substr(0, 1) + "/" + key.substr(1, 2) + "/" + key + ".nk");
  }

  TempFolder temp_;
  FaultyFiles files_;
  FolderStore store_{place(), files_, system_random()};
};

}  // namespace ghboot::nats
