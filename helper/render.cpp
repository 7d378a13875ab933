// SPDX-License-Identifier: Apache-2.0
// ghboot render: writes what templates make into a folder, or says what of it is out of date. 0: written, or
// nothing was to do. 1: a template is wrong, the folder cannot be read or written; with --check: a file is
// out of date. 2: there are no such templates, a variable cannot be meant, or templates would be written
// over. 4: another ghboot render writes there.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "helper/output_folder.h"
#include "helper/verbs.h"
#include "render/changes.h"
#include "render/path.h"
#include "render/templates.h"

namespace ghboot::helper {

namespace {

namespace fs = std::filesystem;
using render::Change, render::RenderedFile;

// What is written among the templates would be templates of the next run.
Result<void> check_apart(const RenderArgs& args) {
  std::error_code error;
  const fs::path templates = fs::weakly_canonical(args.templates, error);
  const fs::path output = fs::weakly_canonical(args.output, error);
  if (error || std::ranges::mismatch(templates, output).in1 != templates.end()) return {};
  return fail(ExitCode::wrong_use,
              fmt::format("{} is, or lies in, the folder of the templates, whose files it would become: name "
                          "another --output",
                          render::shown(args.output)));
}

Result<std::vector<Change>> changes_in(const OutputFolder& output, const std::vector<RenderedFile>& files,
                                       const std::string& set) {
  const render::SetTerms ours{.name = set};
  std::set<std::string> paths{std::string(render::manifest_path)};
  for (const RenderedFile& file : files) paths.insert(file.path);
  auto stored = output.survey(paths);
  if (!stored) return std::unexpected(stored.error());
  render::Manifest known;
  if (render::needs_manifest(files, *stored, ours)) {
    const auto text = output.read(std::string(render::manifest_path));
    if (!text) return std::unexpected(text.error());
    auto manifest = render::read_manifest(*text);
    if (!manifest) return fail(ExitCode::failed, manifest.error().message);
    known = *std::move(manifest);
    paths.merge(render::ours_of(known, ours));
    stored = output.survey(paths);
    if (!stored) return std::unexpected(stored.error());
  }
  auto changes = render::changes_of(files, *stored, known, ours);
  if (!changes) return fail(ExitCode::failed, changes.error().message);
  return *std::move(changes);
}

void print(const std::vector<Change>& changes) {
  for (const Change& change : changes)
    fmt::print("{:<8} {}\n", to_string(change.kind), render::shown(change.file.path));
}

Result<ExitCode> check(const std::vector<RenderedFile>& files, const RenderArgs& args) {
  const auto output = OutputFolder::to_look_at(args.output);
  if (!output) return std::unexpected(output.error());
  const auto changes = changes_in(*output, files, args.set);
  if (!changes) return std::unexpected(changes.error());
  if (changes->empty()) {
    fmt::print("{}: {} files are as the templates make them\n", render::shown(args.output), files.size());
    return ExitCode::done;
  }
  print(*changes);
  return fail(ExitCode::failed,
              fmt::format("{}: {} of its files would change: run ghboot render without --check",
                          render::shown(args.output), changes->size()));
}

Result<ExitCode> write(const std::vector<RenderedFile>& files, const RenderArgs& args) {
  ::umask(args.umask);  // Nothing is secret here, and git's checkouts are as the user has it.
  const auto output = OutputFolder::to_write_to(args.output);
  if (!output) return std::unexpected(output.error());
  const auto changes = changes_in(*output, files, args.set);
  if (!changes) return std::unexpected(changes.error());
  if (auto applied = output->apply(*changes); !applied) return std::unexpected(applied.error());
  print(*changes);
  fmt::print("{}: {} files, {} changes\n", render::shown(args.output), files.size(), changes->size());
  return ExitCode::done;
}

}  // namespace

Result<void> check_set(std::string_view name) {
  if (render::is_set_name(name)) return {};
  return fail(ExitCode::wrong_use,
              fmt::format("--set {}: a name is {}", render::shown(name), render::set_name_words));
}

Result<ExitCode> render_templates(const RenderArgs& args, const Environment& environment) {
  if (auto named = check_set(args.set); !named) return std::unexpected(named.error());
  const auto variables = template_variables(args.variables, environment("GITHUB_ORG").value_or(""));
  if (!variables) return std::unexpected(variables.error());
  if (auto apart = check_apart(args); !apart) return std::unexpected(apart.error());
  const auto files = render::render_folder(args.templates, *variables);
  if (!files)
    return fail(files.error().kind == render::ErrorKind::missing ? ExitCode::wrong_use : ExitCode::failed,
                files.error().message);
  return args.check ? check(*files, args) : write(*files, args);
}

}  // namespace ghboot::helper
