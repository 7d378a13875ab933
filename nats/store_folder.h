// SPDX-License-Identifier: Apache-2.0
// The folder of a store as one sees it from a change: files are staged whole in tmp/, synced, and moved to their place
// under the store's lock; so a place holds a whole file or none, and the lock is never held while the disk works.
// What a killed process leaves in tmp/ is swept by the next change. Paths are relative to the folder.
// Threads: any.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/file_system.h"
#include "nats/secret.h"

namespace ghboot::nats {

// A file in tmp/, written and synced. It is locked while it lives, and goes with the object unless it was placed.
class StagedFile {
 public:
  StagedFile(FileSystem& files, std::string path, File file)
      : files_(&files), path_(std::move(path)), file_(std::move(file)) {}
  StagedFile(StagedFile&& other) noexcept = default;
  StagedFile& operator=(StagedFile&&) = delete;
  ~StagedFile();
  File take() && { return std::move(file_); }  // Still locked.

 private:
  friend class StoreFolder;
  FileSystem* files_;
  std::string path_;
  File file_;
  struct Placed {
    bool placed = false;
  } state_;
};

class StoreFolder {
 public:
  static constexpr std::chrono::seconds lock_wait_max{10};

  StoreFolder(std::string folder, FileSystem& files, Random& random);

  FileSystem& files() const { return files_; }
  std::string path(std::string_view relative) const;  // For messages too.

  // Nothing: it is not there. A link, a folder, or a file that others may read is ErrorKind::invalid.
  Result<std::optional<Secret>> read(const std::string& relative) const;
  Result<bool> exists(const std::string& relative) const;
  Result<std::vector<std::string>> list(const std::string& relative) const;  // Empty when there is no such folder.

  Result<StagedFile> stage(std::string_view text);
  class Lock;
  Result<Lock> lock();
  // Moves it to its place, whose folders are made. Replaces what is there: look first, under the lock.
  Result<void> place(StagedFile& staged, const std::string& relative);
  Result<void> move(const std::string& from, const std::string& to);
  Result<void> sync_folders_of(const std::string& relative);  // So that a place outlives a power cut.
  void remove(const std::string& relative);                   // Also its folder, once empty. Failing does no harm.

  std::unexpected<Error> failed(std::string_view what, const std::string& path, std::error_code error) const;

 private:
  Result<void> make_folders(const std::string& relative);
  Result<void> make_folder(const std::string& path);
  void sweep();

  const std::string folder_;
  FileSystem& files_;
  Random& random_;
  std::mutex mutex_;
  std::atomic<bool> swept_ = false;
};

}  // namespace ghboot::nats
