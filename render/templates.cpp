// SPDX-License-Identifier: Apache-2.0
#include "render/templates.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/file_system.h"
#include "render/mustache.h"
#include "render/path.h"
#include "render/tags.h"

namespace ghboot::render {
namespace {

namespace fs = std::filesystem;
using nats::FileKind;

constexpr std::string_view ending = ".mustache";

class Folder {
 public:
  Folder(const fs::path& root, const Variables& variables)
      : root_(root), variables_(variables), files_(nats::system_files()) {}

  Result<std::vector<RenderedFile>> render() && {
    if (auto checked = check_root(); !checked) return std::unexpected(checked.error());
    check_variables();
    walk("");
    std::set<std::string> paths;
    for (const auto& [path, made] : made_) paths.insert(path);
    for (const std::string& clash : clashes(paths, {})) problem(root_.string(), clash);
    if (made_.empty() && problems_.empty())
      problem(root_.string(),
              "no file is in it: nothing would be made; name the folder that has the templates");
    if (!problems_.empty()) return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(problems_, "\n")));
    std::vector<RenderedFile> out;
    for (auto& [path, made] : made_) out.push_back(std::move(made.file));
    return out;
  }

 private:
  struct Made {
    std::string from;  // Its template, below the root.
    RenderedFile file;
  };

  Result<void> check_root() const {
    std::error_code error;
    const auto status = fs::status(root_, error);
    if (status.type() == fs::file_type::not_found)
      return fail(ErrorKind::missing, fmt::format("{}: there is no such folder: name the folder that has the "
                                                  "templates",
                                                  shown(root_.string())));
    if (!error && status.type() != fs::file_type::directory)
      return fail(ErrorKind::invalid, fmt::format("{}: is no folder: name the folder that has the templates",
                                                  shown(root_.string())));
    return {};
  }

  void check_variables() {
    for (const auto& [name, value] : variables_) {
      if (!is_variable_name(name))
        problems_.push_back(
            fmt::format("variable {}: is no name: letters, digits, _ and -, no digit first", shown(name)));
      if (!is_utf8(value)) problems_.push_back(fmt::format("variable {}: its value is no UTF-8", name));
    }
  }

  std::string place(const std::string& path) const { return (root_ / path).string(); }
  void problem(std::string_view place, std::string_view what) {
    if (problems_.size() < problems_max) problems_.push_back(fmt::format("{}: {}", shown(place), what));
  }
  void problem(std::string_view place, std::string_view verb, std::error_code error) {
    problem(place, fmt::format("cannot be {}: {}: let who renders read it", verb, error.message()));
  }
  bool is_over() const { return problems_.size() >= problems_max || is_over_; }

  void walk(const std::string& folder) {
    auto names = files_.list(place(folder));
    if (!names) return problem(place(folder), "listed", names.error());
    std::ranges::sort(*names);
    for (const std::string& name : *names) {
      if (is_over()) return;
      take(folder.empty() ? name : folder + "/" + name);
    }
  }

  void take(const std::string& path) {
    const auto status = files_.status(place(path));
    if (!status) return problem(place(path), "looked at", status.error());
    std::string target = path;
    if (status->kind != FileKind::folder && target.ends_with(ending))
      target.resize(target.size() - ending.size());
    if (const auto wrong = path_problem(target)) return problem(place(path), *wrong);
    switch (status->kind) {
      case FileKind::folder:
        return walk(path);
      case FileKind::link:
        return take_link(path, std::move(target));
      case FileKind::file:
        return take_file(path, std::move(target));
      case FileKind::other:
        return problem(place(path), "is neither file, folder nor symbolic link: remove it");
    }
  }

  void take_link(const std::string& path, std::string target) {
    std::error_code error;
    std::string leads = fs::read_symlink(place(path), error).string();
    if (error) return problem(place(path), "read", error);
    if (const auto wrong = link_problem(target, leads)) return problem(place(path), *wrong);
    add(path, {.path = std::move(target), .mode = FileMode::symlink, .bytes = std::move(leads)});
  }

  void take_file(const std::string& path, std::string target) {
    const auto file = files_.open(place(path));
    if (!file) return problem(place(path), "read", file.error());
    const auto status = files_.status(*file);
    if (!status) return problem(place(path), "read", status.error());
    auto bytes = files_.read(*file, file_size_max);
    if (!bytes && bytes.error() == std::errc::file_too_large)
      return problem(place(path),
                     fmt::format("is larger than the {} that are sent to GitHub at once: keep it elsewhere",
                                 megabytes(file_size_max)));
    if (!bytes) return problem(place(path), "read", bytes.error());
    constexpr unsigned owner_runs_it = 0100;  // All that git keeps.
    RenderedFile made{.path = std::move(target),
                      .mode = (status->mode & owner_runs_it) != 0 ? FileMode::executable : FileMode::regular};
    const bool is_text = !bytes->contains('\0') && is_utf8(*bytes);
    made.bytes = is_text ? rendered(path, *bytes) : *std::move(bytes);
    add(path, std::move(made));
  }

  // Empty where something is wrong with this file or another: nothing will be made then.
  std::string rendered(const std::string& path, const std::string& text) {
    if (text.size() > template_size_max && text.contains("<%")) {
      problem(place(path), fmt::format("is a template of more than {}: write less, or no <% in it",
                                       megabytes(template_size_max)));
      return {};
    }
    const Tags tags = tags_in(text, variables_);
    std::size_t line = 1, column = 1, at = 0;
    for (const Problem& found : tags.problems) {
      for (; at < found.at; ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == '\n') {
          ++line;
          column = 1;
        } else if ((byte & 0xC0U) != 0x80) {
          ++column;
        }
      }
      problem(fmt::format("{}:{}:{}", place(path), line, column), found.what);
    }
    if (!problems_.empty()) return {};
    if (made_size_max(text, tags.all, variables_) > file_size_max) {
      problem(
          place(path),
          fmt::format("would become larger than the {} that are sent to GitHub at once: give shorter values",
                      megabytes(file_size_max)));
      return {};
    }
    return render_text(text, tags.all, variables_);
  }

  void add(const std::string& path, RenderedFile file) {
    size_ += file.bytes.size();
    const std::string target = file.path;
    const auto [there, is_new] = made_.try_emplace(target, Made{.from = path, .file = std::move(file)});
    if (!is_new)
      problem(place(path),
              fmt::format("makes {}, as {} does: remove one of the two", target, place(there->second.from)));
    if (size_ > all_files_size_max || made_.size() > files_max) {
      is_over_ = true;
      problem(root_.string(), fmt::format("more than {} files, or {} in all: name the folder that has the "
                                          "templates alone",
                                          files_max, megabytes(all_files_size_max)));
    }
  }

  const fs::path& root_;
  const Variables& variables_;
  nats::FileSystem& files_;
  std::map<std::string, Made> made_{};  // By the target.
  std::vector<std::string> problems_{};
  std::size_t size_ = 0;
  bool is_over_ = false;
};

}  // namespace

std::string megabytes(std::size_t size) { return fmt::format("{} MiB", size >> 20U); }

std::string_view text_of(FileMode mode) {
  switch (mode) {
    case FileMode::regular:
      return "100644";
    case FileMode::executable:
      return "100755";
    case FileMode::symlink:
      return "120000";
  }
  std::unreachable();
}

Result<std::vector<RenderedFile>> render_folder(const fs::path& folder, const Variables& variables) {
  return Folder(folder, variables).render();
}

}  // namespace ghboot::render
