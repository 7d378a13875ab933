// SPDX-License-Identifier: Apache-2.0
#include "helper/output_folder.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/output_survey.h"
#include "nats/file_system.h"
#include "render/path.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

// Beside the file that it will be. One that a killed run left is removed by the next that writes there.
constexpr const char* staged_name = ".ghboot-render.new";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// errno, or 0.
int stage(const Descriptor& folder, const render::RenderedFile& file) {
  if (::unlinkat(folder.get(), staged_name, 0) != 0 && errno != ENOENT) return errno;
  if (file.mode == render::FileMode::symlink)
    return ::symlinkat(file.bytes.c_str(), folder.get(), staged_name) == 0 ? 0 : errno;
  const mode_t mode = file.mode == render::FileMode::executable ? 0777 : 0666;  // And what the umask takes.
  const nats::File staged(
      ::openat(folder.get(), staged_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (staged.descriptor() < 0) return errno;
  const auto written = nats::system_files().write(staged, file.bytes);
  return written ? 0 : written.error().value();
}

int put_in_place(const Descriptor& folder, const std::string& name) {
  const auto rename = [&] { return ::renameat(folder.get(), staged_name, folder.get(), name.c_str()); };
  if (rename() == 0) return 0;
  // A folder that held nothing of anybody's, or was emptied by now.
  if (errno == EISDIR && ::unlinkat(folder.get(), name.c_str(), AT_REMOVEDIR) == 0 && rename() == 0) return 0;
  return errno;
}

}  // namespace

std::unexpected<Failure> OutputFolder::failed(std::string_view verb, const std::string& path,
                                              int error) const {
  std::string why = std::strerror(error);
  if (error == ELOOP || error == ENOTDIR)
    why = "a symbolic link or a file stands where a folder is needed: remove it";
  return fail(ExitCode::failed,
              fmt::format("cannot {} {}: {}", verb, render::shown((root_ / path).string()), why));
}

Result<OutputFolder> OutputFolder::to_look_at(const fs::path& folder) {
  Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int error = errno;
  OutputFolder out(folder, std::move(open));
  if (out.folder_.open() || error == ENOENT) return out;
  return fail(ExitCode::failed,
              fmt::format("cannot look into {}: {}: name the folder that has, or will have, "
                          "the files",
                          render::shown(folder.string()), std::strerror(error)));
}

Result<OutputFolder> OutputFolder::to_write_to(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);  // Where there is a file instead, opening says so.
  if (error && error != std::errc::file_exists && error != std::errc::not_a_directory)
    return fail(ExitCode::failed, fmt::format("cannot make the folder {}: {}", render::shown(folder.string()),
                                              error.message()));
  auto out = to_look_at(folder);
  if (!out) return out;
  if (::flock(out->folder_.get(), LOCK_EX | LOCK_NB) == 0) return out;
  if (errno == EWOULDBLOCK)
    return fail(ExitCode::in_progress,
                fmt::format("another ghboot render writes to {}: wait until it has ended",
                            render::shown(folder.string())));
  return out->failed("lock", "", errno);
}

Result<render::StoredFiles> OutputFolder::survey(const std::set<std::string>& paths) const {
  if (!folder_.open()) return {};
  auto found = survey_output(folder_, paths);
  if (!found) return failed("read", found.error().path, found.error().error);
  return *std::move(found);
}

Result<std::string> OutputFolder::read(const std::string& path) const {
  const Descriptor folder = open_below(folder_, folder_of(path));
  if (!folder.open()) return failed("read", path, errno);
  const nats::File file(
      ::openat(folder.get(), name_of(path).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.descriptor() < 0) return failed("read", path, errno);
  auto bytes = nats::system_files().read(file, render::file_size_max);
  if (!bytes) return failed("read", path, bytes.error().value());
  return *std::move(bytes);
}

Result<void> OutputFolder::apply(const std::vector<render::Change>& changes) const {
  const auto one = [this](const render::Change& change) {
    return change.kind == render::ChangeKind::removed ? remove(change.file.path) : write(change.file);
  };
  const render::Change* manifest = nullptr;
  for (const bool is_removal : {true, false}) {
    for (const render::Change& change : changes) {
      if (change.file.path == render::manifest_path)
        manifest = &change;
      else if ((change.kind == render::ChangeKind::removed) == is_removal)
        if (auto done = one(change); !done) return done;
    }
  }
  if (manifest == nullptr) return {};
  return one(*manifest);
}

// With the folders that are empty then.
Result<void> OutputFolder::remove(const std::string& path) const {
  for (std::string at = path; !at.empty(); at = folder_of(at)) {
    const bool is_file = at == path;
    const Descriptor folder = open_below(folder_, folder_of(at));
    if (folder.open() && ::unlinkat(folder.get(), name_of(at).c_str(), is_file ? 0 : AT_REMOVEDIR) == 0)
      continue;
    if (!is_file || errno == ENOENT) break;
    return failed("remove", path, errno);
  }
  return {};
}

Result<void> OutputFolder::write(const render::RenderedFile& file) const {
  const Descriptor folder = open_below(folder_, folder_of(file.path), /*make=*/true);
  if (!folder.open()) return failed("write", file.path, errno);
  int error = stage(folder, file);
  if (error == 0) error = put_in_place(folder, name_of(file.path));
  if (error == 0) return {};
  ::unlinkat(folder.get(), staged_name, 0);
  return failed("write", file.path, error);
}

}  // namespace ghboot::helper
