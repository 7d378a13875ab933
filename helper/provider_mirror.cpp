// SPDX-License-Identifier: Apache-2.0
#include "helper/provider_mirror.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/utsname.h>

#include "helper/descriptor.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::array registries{"registry.terraform.io", "registry.opentofu.org"};
constexpr std::string_view program_name = "terraform-provider-ghboot";

// As Go names it.
std::string platform() {
  utsname machine{};
  uname(&machine);
  const std::string_view name = machine.machine;
  return fmt::format("linux_{}", name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name);
}

fs::path place_in(const DataFolder& folder, const char* registry) {
  return folder.plugins() / registry / "ghboot/ghboot" / GHBOOT_VERSION / platform() /
         fmt::format("{}_v{}", program_name, GHBOOT_VERSION);
}

// Under another name first: a run that is killed leaves no half program.
std::error_code put(const fs::path& from, const fs::path& to, const fs::path& staged) {
  std::error_code error;
  fs::remove(staged, error);
  fs::create_directories(to.parent_path(), error);
  if (!error) fs::copy_file(from, staged, error);
  if (!error) fs::permissions(staged, fs::perms::owner_all, error);
  if (!error) fs::rename(staged, to, error);
  return error;
}

// terraform would take the newest, which need not be the one that was built.
void remove_other_versions(const fs::path& version) {
  std::error_code error;
  for (fs::directory_iterator entry(version.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path() != version) fs::remove_all(entry->path(), error);
  }
}

// Where the entry of the provider `source` begins and ends in a lock file; equal when there is none.
std::pair<std::size_t, std::size_t> entry_of(std::string_view lock_file, std::string_view source) {
  const auto begin = lock_file.find(fmt::format("provider \"{}\" {{\n", source));
  if (begin == std::string_view::npos) return {0, 0};
  constexpr std::string_view closing = "\n}\n";
  const auto end = lock_file.find(closing, begin);
  return {begin, end == std::string_view::npos ? lock_file.size() : end + closing.size()};
}

}  // namespace

std::optional<fs::path> built_provider() {
  std::error_code error;
  fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / program_name;
  return !error && fs::exists(program, error) ? std::optional(program) : std::nullopt;
}

Result<std::string> fingerprint(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  bool ok = stream && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
  std::string chunk(std::size_t{1} << 20, '\0');
  while (ok && stream) {
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    ok = EVP_DigestUpdate(digest.get(), chunk.data(), static_cast<std::size_t>(stream.gcount())) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (!ok || stream.bad() || EVP_DigestFinal_ex(digest.get(), bytes.data(), &size) != 1)
    return fail(ExitCode::failed, fmt::format("cannot read {}", file.string()));
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

std::string cli_config_text(const DataFolder& folder) {
  std::string path;
  for (const char c : folder.plugins().string()) {
    if (c == '"' || c == '\\') path += '\\';
    path += c;
  }
  return fmt::format(
      "# Written by ghboot. Our provider comes from this folder, every other one from its registry.\n"
      "disable_checkpoint = true\n"
      "provider_installation {{\n"
      "  filesystem_mirror {{\n    path    = \"{}\"\n    include = [\"ghboot/ghboot\"]\n  }}\n"
      "  direct {{\n    exclude = [\"ghboot/ghboot\"]\n  }}\n"
      "}}\n",
      path);
}

Result<void> provide(const DataFolder& folder, const std::optional<fs::path>& provider) {
  // Several programs may start at once, and what is being written has one name.
  const fs::path path = folder.run_folder() / "mirror.lock";
  const Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.open() || flock(lock.get(), LOCK_EX) != 0)
    return fail(ExitCode::failed, fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)));
  if (auto written = write_whole(folder.cli_config(), cli_config_text(folder)); !written || !provider)
    return written;
  const auto wanted = fingerprint(*provider);
  if (!wanted) return std::unexpected(wanted.error());
  for (const char* registry : registries) {
    const fs::path place = place_in(folder, registry);
    remove_other_versions(place.parent_path().parent_path());
    const auto there = fingerprint(place);
    if (there && *there == *wanted) continue;
    if (const auto error = put(*provider, place, folder.terraform_folder() / "provider.new"))
      return fail(ExitCode::failed,
                  fmt::format("cannot copy the provider to {}: {}", place.string(), error.message()));
  }
  return {};
}

std::string without_own_entry(std::string_view lock_file) {
  std::string left(lock_file);
  for (const char* registry : registries) {
    const auto [begin, end] = entry_of(left, fmt::format("{}/ghboot/ghboot", registry));
    left.erase(begin, end - begin);
  }
  return left;
}

}  // namespace ghboot::helper
