// SPDX-License-Identifier: Apache-2.0
#include "helper/output_survey.h"

#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "nats/file_system.h"
#include "nats/text_parts.h"
#include "render/path.h"

namespace ghboot::helper {
namespace {

using Names = std::expected<std::vector<std::string>, int>;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Names names_in(const Descriptor& folder) {
  const int own = ::openat(folder.get(), ".", folder_flags);  // With a place of its own in the listing.
  if (own < 0) return std::unexpected(errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(own), &::closedir);
  if (!open) return std::unexpected(errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(open.get()))
    if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  if (errno != 0) return std::unexpected(errno);
  return names;
}

std::string mode_of(const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return std::string(text_of(render::FileMode::symlink));
  if (!S_ISREG(status.st_mode)) return "";
  constexpr unsigned owner_runs_it = 0100;
  return std::string(text_of((status.st_mode & owner_runs_it) != 0 ? render::FileMode::executable
                                                                   : render::FileMode::regular));
}

class Survey {
 public:
  Survey(const Descriptor& root, const std::set<std::string>& paths) : root_(root), paths_(paths) {
    for (const std::string& path : paths) {
      folders_.insert("");
      near_.insert(render::folded(path));
      for (std::size_t slash = path.find('/'); slash != std::string::npos;
           slash = path.find('/', slash + 1)) {
        folders_.insert(path.substr(0, slash));
        near_.insert(render::folded(path.substr(0, slash)));
      }
    }
  }

  std::expected<render::StoredFiles, PathFailure> run() && {
    for (const std::string& folder : folders_)
      if (const int error = look_into(folder); error != 0)
        return std::unexpected(PathFailure{.path = at_.empty() ? "." : at_, .error = error});
    return std::move(found_);
  }

 private:
  int look_into(const std::string& path) {
    at_ = path;
    const Descriptor folder = open_below(root_, path);
    // The listing of the folder above has it then.
    if (!folder.open()) return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : errno;
    const Names names = names_in(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      at_ = path.empty() ? name : path + "/" + name;
      if (!near_.contains(render::folded(at_))) continue;
      if (const int error = take(folder, name, std::string(at_)); error != 0) return error;
    }
    return 0;
  }

  int take(const Descriptor& folder, const std::string& name, const std::string& path) {
    struct stat status{};
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(status.st_mode)) {
      if (paths_.contains(path)) return list_all(folder, name, path);
      if (!folders_.contains(path)) found_[path + "/…"];  // Differs by case: something in it, whatever.
      return 0;
    }
    render::StoredFile stored{.mode = mode_of(status)};
    if (paths_.contains(path) && !stored.mode.empty()) {
      auto bytes = S_ISLNK(status.st_mode) ? link_of(folder, name) : bytes_of(folder, name);
      if (!bytes && bytes.error() != EFBIG) return bytes.error();
      if (bytes) stored.sha = render::blob_sha(*bytes);
    }
    found_.insert_or_assign(path, std::move(stored));
    return 0;
  }

  // A folder where a file is wanted: all that would have to go.
  int list_all(const Descriptor& above, const std::string& name, const std::string& path) {
    const Descriptor folder(::openat(above.get(), name.c_str(), folder_flags));
    if (!folder.open()) return errno;
    const Names names = names_in(folder);
    if (!names) return names.error();
    for (const std::string& inside : *names) {
      struct stat status{};
      if (::fstatat(folder.get(), inside.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
      const std::string whole = path + "/" + inside;
      if (!S_ISDIR(status.st_mode))
        found_.try_emplace(whole);
      else if (const int error = list_all(folder, inside, whole); error != 0)
        return error;
    }
    return 0;
  }

  static std::expected<std::string, int> link_of(const Descriptor& folder, const std::string& name) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(folder.get(), name.c_str(), target.data(), target.size());
    if (size < 0) return std::unexpected(errno);
    return std::string(target.data(), static_cast<std::size_t>(size));
  }

  static std::expected<std::string, int> bytes_of(const Descriptor& folder, const std::string& name) {
    const nats::File file(
        ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.descriptor() < 0) return std::unexpected(errno);
    auto bytes = nats::system_files().read(file, render::file_size_max);
    if (!bytes) return std::unexpected(bytes.error().value());
    return *std::move(bytes);
  }

  const Descriptor& root_;
  const std::set<std::string>& paths_;
  std::set<std::string> folders_{};  // Above the paths.
  std::set<std::string> near_{};     // Those and the paths, folded.
  std::string at_{};                 // What is being looked at.
  render::StoredFiles found_{};
};

}  // namespace

Descriptor open_below(const Descriptor& root, const std::string& below, bool make) {
  Descriptor at(::openat(root.get(), ".", folder_flags));
  if (below.empty() || !at.open()) return at;
  for (const std::string_view part : nats::parts_of(below, '/')) {
    const std::string name(part);
    constexpr mode_t all_that_umask_lets = 0777;
    if (make && ::mkdirat(at.get(), name.c_str(), all_that_umask_lets) != 0 && errno != EEXIST) return {};
    at = Descriptor(::openat(at.get(), name.c_str(), folder_flags));
    if (!at.open()) return at;
  }
  return at;
}

std::expected<render::StoredFiles, PathFailure> survey_output(const Descriptor& root,
                                                              const std::set<std::string>& paths) {
  return Survey(root, paths).run();
}

}  // namespace ghboot::helper
