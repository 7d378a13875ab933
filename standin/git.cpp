// SPDX-License-Identifier: Apache-2.0
#include "standin/git.h"

#include <filesystem>

#include <fmt/format.h>

#include "nats/program.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds longest{60};
constexpr std::string_view no_sha = "0000000000000000000000000000000000000000";

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(text.size(), at + 1));
  return taken;
}

// "name <email> seconds zone"
Person person_of(std::string_view line) {
  Person person;
  person.name = take_until(line, '<');
  if (person.name.ends_with(' ')) person.name.pop_back();
  person.email = take_until(line, '>');
  if (line.starts_with(' ')) line.remove_prefix(1);
  person.at = parse_number(take_until(line, ' ')).value_or(0);
  return person;
}

// "mode type sha size\tpath"
TreeEntry entry_of(std::string_view line) {
  TreeEntry entry;
  entry.mode = take_until(line, ' ');
  entry.type = take_until(line, ' ');
  entry.sha = take_until(line, ' ');
  std::string_view size = take_until(line, '\t');
  while (size.starts_with(' ')) size.remove_prefix(1);
  entry.size = parse_number(size);
  entry.path = line;
  return entry;
}

std::vector<TreeEntry> entries_of(std::string_view text) {
  std::vector<TreeEntry> entries;
  while (!text.empty()) entries.push_back(entry_of(take_until(text, '\0')));
  return entries;
}

}  // namespace

std::string Git::folder(Id repository) const { return fmt::format("{}/{}.git", folder_, repository); }

GitOutcome Git::run(Id repository, std::vector<std::string> arguments, std::string_view input,
                    const std::map<std::string, std::string>& variables) const {
  if (program_.empty() || !ensure(repository))
    return {.err = "git is not there, or its folder cannot be made"};
  arguments.insert(arguments.begin(), program_);
  nats::ProgramCommand command{
      .argv = std::move(arguments),
      .environment = {"GIT_DIR=" + folder(repository), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
                      "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "HOME=" + folder_},
      .input = input};
  for (const auto& [name, value] : variables) command.environment.push_back(name + "=" + value);
  nats::Clock& clock = nats::system_clock();  // A real program takes real time.
  auto outcome = nats::run_program(command, {.wait = {clock.now() + longest}}, clock);
  if (!outcome) return {.err = outcome.error().message};
  return {outcome->exit_code, std::move(outcome->out), std::move(outcome->err)};
}

bool Git::ensure(Id repository) const {
  std::error_code failed;
  if (fs::exists(folder(repository) + "/HEAD", failed)) return true;
  fs::create_directories(folder_, failed);
  nats::Clock& clock = nats::system_clock();
  const nats::ProgramCommand command{
      .argv = {program_, "init", "--quiet", "--bare", "--initial-branch=main", folder(repository)},
      .environment = {"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C", "HOME=" + folder_}};
  const auto outcome = nats::run_program(command, {.wait = {clock.now() + longest}}, clock);
  return outcome && outcome->exit_code == 0;
}

void Git::erase(Id repository) const {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder(repository), ignored);
}

std::optional<std::string> Git::ref(Id repository, std::string_view name) const {
  const auto found = run(repository, {"rev-parse", "--verify", "--quiet", fmt::format("refs/{}", name)});
  return found.good() ? std::optional(trimmed(found.out)) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> Git::refs(Id repository, std::string_view below) const {
  const auto found = run(repository, {"for-each-ref", "--format=%(refname) %(objectname)"});
  std::vector<std::pair<std::string, std::string>> list;
  std::string_view text = found.out;
  const std::string prefix = fmt::format("refs/{}", below);
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ' ');
    if (name.starts_with(prefix)) list.emplace_back(name, line);
  }
  return list;
}

bool Git::is_empty(Id repository) const { return refs(repository, "heads/").empty(); }

std::optional<std::string> Git::commit_of(Id repository, std::string_view name) const {
  for (const std::string& full :
       {fmt::format("refs/heads/{}", name), fmt::format("refs/tags/{}", name), std::string(name)}) {
    if (full.starts_with('-')) continue;
    const auto found = run(repository, {"rev-parse", "--verify", "--quiet", full + "^{commit}"});
    if (found.good()) return trimmed(found.out);
  }
  return std::nullopt;
}

std::optional<std::string> Git::type_of(Id repository, std::string_view sha) const {
  if (sha.size() != no_sha.size() || sha.starts_with('-')) return std::nullopt;
  const auto found = run(repository, {"cat-file", "-t", std::string(sha)});
  return found.good() ? std::optional(trimmed(found.out)) : std::nullopt;
}

std::optional<std::string> Git::content(Id repository, std::string_view sha) const {
  auto found = run(repository, {"cat-file", "blob", std::string(sha)});
  return found.good() ? std::optional(std::move(found.out)) : std::nullopt;
}

std::optional<CommitText> Git::commit(Id repository, std::string_view sha) const {
  const auto found = run(repository, {"cat-file", "commit", std::string(sha)});
  if (!found.good()) return std::nullopt;
  CommitText commit;
  std::string_view text = found.out;
  while (!text.empty() && !text.starts_with('\n')) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ' ');
    if (name == "tree") commit.tree = line;
    if (name == "parent") commit.parents.emplace_back(line);
    if (name == "author") commit.author = person_of(line);
    if (name == "committer") commit.committer = person_of(line);
  }
  commit.message = trimmed(std::string(text.substr(text.empty() ? 0 : 1)));
  return commit;
}

std::optional<std::vector<TreeEntry>> Git::tree(Id repository, std::string_view sha, bool recursive) const {
  if (sha.starts_with('-')) return std::nullopt;  // It would be an option.
  std::vector<std::string> arguments{"ls-tree", "-l", "-z"};
  if (recursive) arguments.insert(arguments.end(), {"-r", "-t"});
  arguments.emplace_back(sha);
  const auto found = run(repository, std::move(arguments));
  return found.good() ? std::optional(entries_of(found.out)) : std::nullopt;
}

std::optional<TreeEntry> Git::entry(Id repository, std::string_view commit, std::string_view path) const {
  const auto found = run(repository, {"ls-tree", "-l", "-z", std::string(commit), "--", std::string(path)});
  if (!found.good() || found.out.empty()) return std::nullopt;
  return entries_of(found.out).front();
}

std::optional<std::string> Git::write_blob(Id repository, std::string_view bytes) const {
  const auto made = run(repository, {"hash-object", "-w", "--stdin"}, bytes);
  return made.good() ? std::optional(trimmed(made.out)) : std::nullopt;
}

std::expected<std::string, std::string> Git::write_tree(Id repository, std::string_view base,
                                                        const std::vector<TreeEntry>& entries) const {
  const std::string index = folder(repository) + "/standin-index";
  std::error_code ignored;
  fs::remove(index, ignored);
  const std::map<std::string, std::string> variables{{"GIT_INDEX_FILE", index}};
  if (!base.empty()) {
    const auto read = run(repository, {"read-tree", std::string(base)}, {}, variables);
    if (!read.good()) return std::unexpected(read.err);
  }
  std::string lines;
  for (const TreeEntry& entry : entries) {
    const bool removes = entry.sha.empty();
    lines += fmt::format("{} {}\t{}", removes ? "0" : entry.mode,
                         removes ? no_sha : std::string_view(entry.sha), entry.path);
    lines += '\0';
  }
  const auto updated = run(repository, {"update-index", "-z", "--index-info"}, lines, variables);
  if (!updated.good()) return std::unexpected(updated.err);
  const auto written = run(repository, {"write-tree"}, {}, variables);
  if (!written.good()) return std::unexpected(written.err);
  return trimmed(written.out);
}

std::optional<std::string> Git::write_commit(Id repository, const CommitText& text) const {
  std::vector<std::string> arguments{"commit-tree", text.tree};
  for (const std::string& parent : text.parents) arguments.insert(arguments.end(), {"-p", parent});
  const auto made = run(repository, std::move(arguments), text.message,
                        {{"GIT_AUTHOR_NAME", text.author.name},
                         {"GIT_AUTHOR_EMAIL", text.author.email},
                         {"GIT_AUTHOR_DATE", fmt::format("@{} +0000", text.author.at)},
                         {"GIT_COMMITTER_NAME", text.committer.name},
                         {"GIT_COMMITTER_EMAIL", text.committer.email},
                         {"GIT_COMMITTER_DATE", fmt::format("@{} +0000", text.committer.at)}});
  return made.good() ? std::optional(trimmed(made.out)) : std::nullopt;
}

bool Git::move_ref(Id repository, std::string_view name, std::string_view after,
                   std::string_view before) const {
  const std::string full = fmt::format("refs/{}", name);
  if (after.empty()) return run(repository, {"update-ref", "-d", full, std::string(before)}).good();
  return run(repository,
             {"update-ref", full, std::string(after), std::string(before.empty() ? no_sha : before)})
      .good();
}

bool Git::is_ancestor(Id repository, std::string_view one, std::string_view of) const {
  return run(repository, {"merge-base", "--is-ancestor", std::string(one), std::string(of)}).good();
}

}  // namespace ghboot::standin
