// SPDX-License-Identifier: Apache-2.0
#include "nats/file_system.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ghboot::nats {
namespace {

std::unexpected<std::error_code> last_error() {
  return std::unexpected(std::error_code(errno, std::generic_category()));
}

FileResult<void> outcome(int result) {
  if (result < 0) return last_error();
  return {};
}

FileResult<File> opened(int descriptor) {
  if (descriptor < 0) return last_error();
  return File(descriptor);
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISDIR(mode)) return FileKind::folder;
  return S_ISLNK(mode) ? FileKind::link : FileKind::other;
}

FileResult<FileStatus> status_of(int result, const struct stat& found) {
  if (result < 0) return last_error();
  return FileStatus{.kind = kind_of(found.st_mode),
                    .mode = found.st_mode & 07777U,
                    .links = found.st_nlink,
                    .inode = found.st_ino};
}

class SystemFiles final : public FileSystem {
 public:
  FileResult<FileStatus> status(const std::string& path) override {
    struct stat found{};
    return status_of(::lstat(path.c_str(), &found), found);
  }

  FileResult<FileStatus> status(const File& file) override {
    struct stat found{};
    return status_of(::fstat(file.descriptor(), &found), found);
  }

  FileResult<std::vector<std::string>> list(const std::string& folder) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
    if (!open) return last_error();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry =
               ::readdir(open.get()))  // NOLINT(concurrency-mt-unsafe): a stream of our own.
      if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
    if (errno != 0) return last_error();
    return names;
  }

  FileResult<File> open(const std::string& path) override {
    return opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  }

  FileResult<File> create(const std::string& path) override {
    return opened(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  }

  FileResult<std::string> read(const File& file, std::size_t size_max) override {
    // One more byte than the file has now shows its end; a file that grows meanwhile is read on.
    struct stat status{};
    if (::fstat(file.descriptor(), &status) != 0) return last_error();
    std::string bytes(std::min(size_max, static_cast<std::size_t>(status.st_size)) + 1, '\0');
    std::size_t size = 0;
    while (size <= size_max) {
      if (size == bytes.size()) bytes.resize(std::min(2 * size, size_max + 1));
      const ssize_t got =
          ::pread(file.descriptor(), bytes.data() + size, bytes.size() - size, static_cast<off_t>(size));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return last_error();
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (size > size_max) return std::unexpected(std::make_error_code(std::errc::file_too_large));
    bytes.resize(size);
    return bytes;
  }

  FileResult<void> write(const File& file, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::write(file.descriptor(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return last_error();
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }

  FileResult<void> sync(const File& file) override { return outcome(::fsync(file.descriptor())); }

  // The kernel knows no flock with a deadline, so this looks again after a pause that grows to 50 ms.
  FileResult<bool> lock(const File& file, std::chrono::milliseconds wait_max) override {
    const auto until = std::chrono::steady_clock::now() + wait_max;
    for (std::chrono::milliseconds pause{1};; pause = std::min(2 * pause, std::chrono::milliseconds(50))) {
      if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0) return true;
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return last_error();
      if (std::chrono::steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(pause);
    }
  }

  FileResult<void> rename(const std::string& from, const std::string& to) override {
    return outcome(::rename(from.c_str(), to.c_str()));
  }
  FileResult<void> remove(const std::string& path) override { return outcome(::unlink(path.c_str())); }
  FileResult<void> make_folder(const std::string& path) override {
    return outcome(::mkdir(path.c_str(), 0700));
  }
  FileResult<void> remove_folder(const std::string& path) override { return outcome(::rmdir(path.c_str())); }
  FileResult<void> set_mode(const std::string& path, unsigned mode) override {
    return outcome(::chmod(path.c_str(), mode));
  }
};

}  // namespace

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileSystem& system_files() {
  static SystemFiles files;
  return files;
}

}  // namespace ghboot::nats
