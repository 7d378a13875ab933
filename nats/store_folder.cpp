// SPDX-License-Identifier: Apache-2.0
#include "nats/store_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "nats/lock_holder.h"

namespace ghboot::nats {
namespace {

constexpr int tries_max = 5;  // Each is lost only to another process that tidies up at that very moment.

bool is(std::error_code error, int number) {
  return error == std::error_code(number, std::generic_category());
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_not_of('/', path.rfind('/'));
  return slash == std::string::npos ? "/" : path.substr(0, slash + 1);
}

// The rights of a path are the configuration's matter; the rest is the machine's.
ErrorKind kind_of(std::error_code error) {
  for (const int number : {EACCES, EPERM, EROFS, ENOTDIR, ELOOP, EISDIR, ENAMETOOLONG, EXDEV})
    if (is(error, number)) return ErrorKind::invalid;
  return ErrorKind::refused;
}

std::string advice(std::error_code error) {
  if (is(error, EACCES) || is(error, EPERM))
    return fmt::format("; the store must belong to the user that uses it, which is uid {} here", ::geteuid());
  if (is(error, EROFS)) return "; choose a folder that can be written as the store";
  if (is(error, ENOTDIR)) return "; a file lies where a folder of the store is expected";
  if (is(error, ENOSPC) || is(error, EDQUOT))
    return "; no file was changed: make room there and run this again";
  if (is(error, EFBIG)) return "; no file was changed: raise the limit on the size of files (ulimit -f)";
  return "";
}

std::string octal(unsigned mode) { return fmt::format("{:04o}", mode); }

}  // namespace

StagedFile::~StagedFile() {
  if (!path_.empty()) static_cast<void>(files_.remove(path_));
}

StoreFolder::StoreFolder(std::string_view folder, FileSystem& files, Random& random)
    : folder_(folder.substr(0, folder.find_last_not_of('/') + 1)), files_(files), random_(random) {}

std::unexpected<Error> StoreFolder::failed(std::string_view what, const std::string& path,
                                           std::error_code error) const {
  return fail(kind_of(error),
              fmt::format("the store could not {} {}: {}{}", what, path, error.message(), advice(error)));
}

Result<std::optional<Secret>> StoreFolder::read(const std::string& relative) const {
  const std::string place = path(relative);
  const auto file = files_.open(place);
  if (!file && is(file.error(), ENOENT)) return std::nullopt;
  if (!file && is(file.error(), ELOOP))
    return fail(
        ErrorKind::invalid,
        fmt::format("{} is a symbolic link, which the store does not follow; put the file itself there",
                    place));
  if (!file) return failed("open", place, file.error());
  const auto status = files_.status(*file);
  if (!status) return failed("look at", place, status.error());
  if (status->kind != FileKind::file)
    return fail(ErrorKind::invalid, fmt::format("{} is not a file; the store expects one there", place));
  if ((status->mode & 077U) != 0)
    return fail(
        ErrorKind::invalid,
        fmt::format("{} may be read by others (mode {}; 0600 is expected), so the secret in it is not "
                    "used. If nobody has read it, run chmod 600 on it; else make a new key",
                    place, octal(status->mode)));
  auto bytes = files_.read(*file, file_size_max);
  if (!bytes && is(bytes.error(), EFBIG))
    return fail(ErrorKind::invalid,
                fmt::format("{} is longer than any file of a store ({} bytes)", place, file_size_max));
  if (!bytes) return failed("read", place, bytes.error());
  return Secret(*std::move(bytes));
}

Result<bool> StoreFolder::exists(const std::string& relative) const {
  const std::string place = path(relative);
  const auto status = files_.status(place);
  if (status) return true;
  if (is(status.error(), ENOENT)) return false;
  return failed("look at", place, status.error());
}

Result<std::vector<std::string>> StoreFolder::list(const std::string& relative) const {
  const std::string place = path(relative);
  auto names = files_.list(place);
  if (!names && is(names.error(), ENOENT)) return std::vector<std::string>();
  if (!names) return failed("list", place, names.error());
  std::ranges::sort(*names);
  return *std::move(names);
}

// The slash behind lets the folder itself be a link: where the store lies is its owner's choice.
Result<void> StoreFolder::ensure_root() {
  const auto status = files_.status(folder_ + "/");
  if (status && (status->mode & 022U) != 0)
    return fail(ErrorKind::invalid,
                fmt::format("the store's folder {} may be written by others (mode {}), who could put keys of "
                            "theirs in it. Run chmod 700 on it, or choose another folder",
                            folder_, octal(status->mode)));
  if (status) return {};
  if (is(status.error(), ENOTDIR)) {
    const auto itself = files_.status(folder_);
    if (itself && itself->kind != FileKind::folder)
      return fail(ErrorKind::invalid,
                  fmt::format("{} is a file; the store is a folder: choose another place for it", folder_));
  }
  if (!is(status.error(), ENOENT)) return failed("look at its folder", folder_, status.error());
  std::vector<std::string> absent{folder_};
  while (parent_of(absent.back()) != absent.back() && absent.back().contains('/') &&
         !files_.status(parent_of(absent.back()) + "/"))
    absent.push_back(parent_of(absent.back()));
  for (; !absent.empty(); absent.pop_back())
    if (const auto made = files_.make_folder(absent.back()); !made && !is(made.error(), EEXIST))
      return failed("make the folder", absent.back(), made.error());
  return {};
}

Result<void> StoreFolder::ensure_folder(const std::string& path, std::set<std::string>& unsynced) {
  const auto made = files_.make_folder(path);
  if (made) {
    unsynced.insert(parent_of(path));
    return {};
  }
  if (!is(made.error(), EEXIST)) return failed("make the folder", path, made.error());
  const auto status = files_.status(path);
  if (!status) return failed("look at", path, status.error());
  if (status->kind != FileKind::folder)
    return fail(ErrorKind::invalid,
                fmt::format("{} is {}; the store expects a folder there", path,
                            status->kind == FileKind::link ? "a symbolic link" : "a file"));
  if ((status->mode & 077U) == 0) return {};
  if (const auto set = files_.set_mode(path, 0700); !set)
    return failed("take others' rights from", path, set.error());
  return {};
}

Result<StagedFile> StoreFolder::stage(std::string_view text) {
  std::set<std::string> ignored;  // What lies in tmp/ need not outlive a power cut.
  if (auto root = ensure_root(); !root) return std::unexpected(std::move(root).error());
  if (auto made = ensure_folder(path("tmp"), ignored); !made) return std::unexpected(std::move(made).error());
  if (!swept_.exchange(true)) sweep();
  for (int tries = 0; tries < tries_max; ++tries) {
    auto staged = stage_once(text);
    if (!staged) return std::unexpected(std::move(staged).error());
    if (*staged) return **std::move(staged);
  }
  return fail(ErrorKind::refused, fmt::format("files in {} vanish while they are written", path("tmp")));
}

Result<std::optional<StagedFile>> StoreFolder::stage_once(std::string_view text) {
  std::array<unsigned char, 12> bytes{};
  random_.fill(bytes);
  std::string place = path("tmp/");
  for (const unsigned char byte : bytes) place += fmt::format("{:02x}", byte);

  auto file = files_.create(place);
  if (!file && is(file.error(), EEXIST)) return std::nullopt;
  if (!file) return failed("make a file in", path("tmp"), file.error());
  StagedFile staged(files_, place, *std::move(file));
  const auto locked = files_.lock(staged.file_, std::chrono::milliseconds(0));
  if (!locked) return failed("lock", place, locked.error());
  if (!*locked) return std::nullopt;
  const auto status = files_.status(staged.file_);
  if (!status) return failed("look at", place, status.error());
  if (status->links == 0) return std::nullopt;
  if (const auto written = files_.write(staged.file_, text); !written)
    return failed("write a file in", path("tmp"), written.error());
  if (text.empty())
    return std::optional(std::move(staged));  // Its name is all, and that is synced with its folder.
  if (const auto synced = files_.sync(staged.file_); !synced)
    return failed("write a file in", path("tmp"), synced.error());
  return std::optional(std::move(staged));
}

// What nobody holds a lock on belonged to a process that is gone. A maker that comes between create and lock
// sees that its file has lost its last name, and makes another.
void StoreFolder::sweep() {
  const auto names = files_.list(path("tmp"));
  if (!names) return;
  for (const std::string& name : *names) {
    const auto file = files_.open(path("tmp/" + name));
    if (!file) continue;
    const auto locked = files_.lock(*file, std::chrono::milliseconds(0));
    if (locked && *locked) static_cast<void>(files_.remove(path("tmp/" + name)));
  }
}

Result<File> StoreFolder::open_lock_file() {
  const std::string place = path(".lock");
  auto file = files_.open(place);
  if (!file && is(file.error(), ENOENT)) {
    file = files_.create(place);
    if (!file && is(file.error(), EEXIST)) file = files_.open(place);
  }
  if (!file) return failed("open its lock", place, file.error());
  return *std::move(file);
}

Result<FolderChange> StoreFolder::change() {
  if (auto root = ensure_root(); !root) return std::unexpected(std::move(root).error());
  auto file = open_lock_file();
  if (!file) return std::unexpected(std::move(file).error());
  const auto locked = files_.lock(*file, lock_wait_max);
  if (!locked) return failed("take its lock", path(".lock"), locked.error());
  if (!*locked) {
    const auto status = files_.status(*file);
    const auto holder = status ? lock_holder(status->inode) : std::nullopt;
    return fail(ErrorKind::conflict,
                fmt::format("another process{} has held the lock {} of the store for {} seconds; nothing was "
                            "changed. Run this again when it has ended",
                            holder ? ", " + *holder + "," : "", path(".lock"), lock_wait_max.count()));
  }
  return FolderChange(*this, *std::move(file));
}

Result<void> FolderChange::make_folders(const std::string& path) {
  for (auto slash = path.find('/', folder_.folder_.size() + 1); slash != std::string::npos;
       slash = path.find('/', slash + 1))
    if (auto made = folder_.ensure_folder(path.substr(0, slash), unsynced_); !made) return made;
  return {};
}

// A folder that was there can be gone again: remove() takes an empty one away, and confirm() asks for no
// lock.
Result<void> FolderChange::rename(const std::string& from, const std::string& to) {
  for (int tries = 0;; ++tries) {
    if (auto made = make_folders(to); !made) return made;
    const auto renamed = folder_.files_.rename(from, to);
    if (renamed) break;
    if (!is(renamed.error(), ENOENT) || tries == tries_max)
      return folder_.failed("write", to, renamed.error());
  }
  unsynced_.insert(parent_of(to));
  return {};
}

Result<void> FolderChange::place(StagedFile& staged, const std::string& relative) {
  if (auto renamed = rename(staged.path_, folder_.path(relative)); !renamed) return renamed;
  staged.path_.clear();
  return {};
}

Result<void> FolderChange::move(const std::string& from, const std::string& to) {
  if (auto renamed = rename(folder_.path(from), folder_.path(to)); !renamed) return renamed;
  unsynced_.insert(parent_of(folder_.path(from)));
  return {};
}

void FolderChange::remove(const std::string& relative) {
  const std::string place = folder_.path(relative);
  static_cast<void>(folder_.files_.remove(place));
  static_cast<void>(folder_.files_.remove_folder(parent_of(place)));
}

Result<void> FolderChange::finish() {
  lock_.reset();
  for (const std::string& path : unsynced_) {
    const auto folder = folder_.files_.open(path);
    if (!folder && is(folder.error(), ENOENT)) continue;
    const auto synced = folder ? folder_.files_.sync(*folder) : std::unexpected(folder.error());
    if (!synced) return folder_.failed("sync the folder", path, synced.error());
  }
  return {};
}

}  // namespace ghboot::nats
