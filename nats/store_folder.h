// SPDX-License-Identifier: Apache-2.0
// The folder of a store as a change sees it: files are staged whole in tmp/ and synced, then moved to their
// places under the store's lock. So a place holds a whole file or none, and the lock is never held while the
// disk works. What a killed process leaves in tmp/ is swept by the next change. All paths given are relative
// to the folder. Threads: any; a FolderChange and a StagedFile belong to one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/file_system.h"
#include "nats/secret.h"

namespace ghboot::nats {

class StoreFolder;

// A file in tmp/, written, synced and locked. It goes with the object unless a FolderChange has placed it.
class StagedFile {
 public:
  StagedFile(FileSystem& files, std::string path, File file)
      : files_(files), path_(std::move(path)), file_(std::move(file)) {}
  StagedFile(StagedFile&& other) noexcept
      : files_(other.files_), path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
  StagedFile& operator=(StagedFile&&) = delete;
  ~StagedFile();
  File take() && { return std::move(file_); }  // Still locked.

 private:
  friend class FolderChange;
  friend class StoreFolder;
  FileSystem& files_;
  std::string path_;  // Empty: placed.
  File file_;
};

// Holds the store's lock against all other changes, also of other processes, until it goes or is finished.
class FolderChange {
 public:
  // Makes the folders above. Replaces what is there: look first.
  Result<void> place(StagedFile& staged, const std::string& relative);
  Result<void> move(const std::string& from, const std::string& to);
  // Also its folder, once empty. Failing does no harm.
  void remove(const std::string& relative);
  // Gives the lock back and syncs the folders that were changed, so that all of it outlives a power cut.
  Result<void> finish();

 private:
  friend class StoreFolder;
  FolderChange(StoreFolder& folder, File lock) : folder_(folder), lock_(std::move(lock)) {}
  Result<void> rename(const std::string& from, const std::string& to);
  Result<void> make_folders(const std::string& path);
  StoreFolder& folder_;
  std::optional<File> lock_;
  std::set<std::string> unsynced_;
};

class StoreFolder {
 public:
  static constexpr std::chrono::seconds lock_wait_max{10};
  static constexpr std::size_t file_size_max = std::size_t{1} << 20U;

  // Touches nothing.
  StoreFolder(std::string_view folder, FileSystem& files, Random& random);

  FileSystem& files() const { return files_; }
  std::string path(std::string_view relative) const { return folder_ + "/" + std::string(relative); }

  // Nothing: it is not there. A link, a folder, or a file that others may read is ErrorKind::invalid.
  Result<std::optional<Secret>> read(const std::string& relative) const;
  Result<bool> exists(const std::string& relative) const;
  // Sorted; empty when there is no such folder.
  Result<std::vector<std::string>> list(const std::string& relative) const;

  Result<StagedFile> stage(std::string_view text);
  // ErrorKind::conflict, naming the process that holds the lock, after lock_wait_max.
  Result<FolderChange> change();

 private:
  friend class FolderChange;
  Result<File> open_lock_file();
  // The folder itself, with those above it, and one below it; each readable by its owner alone once made.
  Result<void> ensure_root();
  Result<void> ensure_folder(const std::string& path, std::set<std::string>& unsynced);
  // Nothing: somebody swept it meanwhile.
  Result<std::optional<StagedFile>> stage_once(std::string_view text);
  void sweep();
  std::unexpected<Error> failed(std::string_view what, const std::string& path, std::error_code error) const;

  const std::string folder_;
  FileSystem& files_;
  Random& random_;
  std::atomic<bool> swept_ = false;
};

}  // namespace ghboot::nats
