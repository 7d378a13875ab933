// SPDX-License-Identifier: Apache-2.0
// The files that a store needs, handed in so that a test can make each call fail. Always holds: what is made
// is readable by its owner alone (files 0600, folders 0700), and no call follows a symbolic link in the
// path's last part. An error is the system's own (std::error_code of errno). Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace ghboot::nats {

template <class T>
using FileResult = std::expected<T, std::error_code>;

class File {  // An open file or folder. A lock on it ends with it, at the latest when the process does.
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

enum class FileKind : std::uint8_t { file, folder, link, other };

struct FileStatus {
  FileKind kind;
  unsigned mode;        // The permission bits alone.
  std::uint64_t links;  // 0: an open file that was removed meanwhile.
  std::uint64_t inode;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual FileResult<FileStatus> status(const std::string& path) = 0;
  virtual FileResult<FileStatus> status(const File& file) = 0;
  virtual FileResult<std::vector<std::string>> list(const std::string& folder) = 0;  // In no order.

  virtual FileResult<File> open(const std::string& path) = 0;    // To read or to sync; a folder too.
  virtual FileResult<File> create(const std::string& path) = 0;  // EEXIST when it is there.
  virtual FileResult<std::string> read(const File& file,
                                       std::size_t size_max) = 0;  // EFBIG when it is longer.
  virtual FileResult<void> write(const File& file, std::string_view bytes) = 0;
  virtual FileResult<void> sync(const File& file) = 0;
  // False: another open file holds the lock, and did for all of wait_max.
  virtual FileResult<bool> lock(const File& file, std::chrono::milliseconds wait_max) = 0;

  virtual FileResult<void> rename(const std::string& from, const std::string& to) = 0;  // Replaces a file.
  virtual FileResult<void> remove(const std::string& path) = 0;
  virtual FileResult<void> make_folder(const std::string& path) = 0;
  virtual FileResult<void> remove_folder(const std::string& path) = 0;  // ENOTEMPTY when it holds something.
  virtual FileResult<void> set_mode(const std::string& path, unsigned mode) = 0;
};

FileSystem& system_files();  // The real ones. Lives as long as the process.

}  // namespace ghboot::nats
