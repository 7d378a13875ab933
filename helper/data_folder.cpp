// SPDX-License-Identifier: Apache-2.0
#include "helper/data_folder.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::array made_here{"dev.json", "operator", "operator.new", "nats",     "github",
                               "run",      "logs",     "store",        "terraform"};

std::unexpected<Failure> file_failure(std::string_view what, const fs::path& path, std::string_view why) {
  return fail(ExitCode::failed, fmt::format("{} {}: {}", what, path.string(), why));
}

bool made_by_us(const fs::path& entry) {
  for (const char* name : made_here) {
    const std::string found = entry.filename().string();
    if (found == name || found == std::string(name) + ".new") return true;  // Of an interrupted write.
  }
  return false;
}

Result<void> check_contents(const fs::path& root) {
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    if (!made_by_us(entry->path()))
      return fail(
          ExitCode::wrong_use,
          fmt::format("the data folder {} holds {}, which ghboot did not make: give it an empty or a new "
                      "folder (--data-dir, GHBOOT_HOME)",
                      root.string(), entry->path().filename().string()));
  }
  if (error) return file_failure("cannot read the data folder", root, error.message());
  return {};
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(descriptor) == 0;
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

Result<DataFolder> DataFolder::find(const std::string& flag, const Environment& environment) {
  std::error_code error;
  const auto absolute = [&error](const fs::path& path) {
    return DataFolder(fs::absolute(path, error).lexically_normal());
  };
  if (!flag.empty()) return absolute(flag);
  if (const auto home = environment("GHBOOT_HOME")) return absolute(*home);
  if (const auto state = environment("XDG_STATE_HOME")) return absolute(fs::path(*state) / "ghboot");
  if (const auto home = environment("HOME")) return absolute(fs::path(*home) / ".local/state/ghboot");
  return fail(ExitCode::wrong_use,
              "no data folder: HOME is not set; give one with --data-dir or the variable GHBOOT_HOME");
}

bool DataFolder::set_up() const {
  std::error_code ignored;
  return fs::exists(settings_file(), ignored);
}

Result<void> DataFolder::make() const {
  std::error_code error;
  fs::create_directories(root_, error);
  if (error) return file_failure("cannot make the data folder", root_, error.message());
  if (!set_up()) {
    if (auto checked = check_contents(root_); !checked) return checked;
  }
  for (const fs::path& folder : {root_, run_folder(), logs(), store(), terraform_folder(), github_folder()}) {
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return file_failure("cannot make the folder", folder, error.message());
  }
  return {};
}

Result<void> DataFolder::clear() const {
  std::error_code error;
  if (!fs::exists(root_, error)) return {};
  if (auto checked = check_contents(root_); !checked) return checked;
  for (fs::directory_iterator entry(root_, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path() == run_folder()) continue;  // Its lock may be waited for.
    fs::remove_all(entry->path(), error);
    if (error) return file_failure("cannot remove", entry->path(), error.message());
  }
  return {};
}

Result<void> write_whole(const fs::path& file, std::string_view text) {
  const fs::path staged = file.string() + ".new";
  const int descriptor = ::open(staged.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return file_failure("cannot write", staged, std::strerror(errno));
  const bool written = write_all(descriptor, text);
  const int error = errno;
  ::close(descriptor);
  if (!written || ::rename(staged.c_str(), file.c_str()) != 0) {
    auto failure = file_failure("cannot write", file, std::strerror(written ? errno : error));
    ::unlink(staged.c_str());
    return failure;
  }
  return {};
}

Result<std::string> read_whole(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return file_failure("cannot read", file, std::strerror(errno));
  std::error_code ignored;  // A stream over a folder throws once it is read.
  if (fs::is_directory(file, ignored)) return file_failure("cannot read", file, std::strerror(EISDIR));
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

}  // namespace ghboot::helper
