// SPDX-License-Identifier: Apache-2.0
#include "render/diff.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "render/changes.h"  // blob_sha
#include "render/line_changes.h"
#include "render/path.h"

namespace ghboot::render {
namespace {

constexpr std::size_t context = 3;                   // Lines around a change, as git has them.
constexpr std::size_t binary_looked_at_max = 8'000;  // Bytes in which git looks for a NUL.
constexpr std::string_view no_file = "/dev/null";

using Version = std::optional<FileVersion>;

std::string bytes_of(const Version& version) {
  if (!version) return {};
  return version->mode == submodule_mode ? fmt::format("Subproject commit {}\n", version->bytes)
                                         : version->bytes;
}

std::string name_of(const Version& version) {
  if (!version) return std::string(40, '0');
  if (!version->sha.empty()) return version->sha;
  return version->mode == submodule_mode ? version->bytes : blob_sha(version->bytes);
}

std::size_t size_of(const Version& version) {
  return version ? std::max(version->size, version->bytes.size()) : 0;
}

bool is_binary(std::string_view bytes) { return bytes.substr(0, binary_looked_at_max).contains('\0'); }

// As git writes a name that would not be read as it is; those beyond ASCII are read well.
std::string git_name(std::string_view name) {
  const auto is_odd = [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '"' || c == '\\'; };
  if (std::ranges::none_of(name, is_odd)) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else
      out += is_odd(static_cast<unsigned char>(c)) ? fmt::format("\\{:03o}", static_cast<unsigned char>(c))
                                                   : std::string(1, c);
  }
  return out + "\"";
}

// "3,4"; where there is none, the line before it; one is not counted.
std::string range(std::size_t begin, std::size_t end) {
  if (begin == end) return fmt::format("{},0", begin);
  return end - begin == 1 ? fmt::format("{}", end) : fmt::format("{},{}", begin + 1, end - begin);
}

class Hunks {
 public:
  Hunks(std::string_view before, std::string_view after)
      : before_(lines_of(before)), after_(lines_of(after)) {}

  std::string text() && {
    const auto changes = line_changes(before_, after_);
    for (auto first = changes.begin(); first != changes.end();) {
      auto last = first;  // Those whose surroundings touch are shown as one.
      while (std::next(last) != changes.end() && std::next(last)->before - last->before_end <= 2 * context)
        ++last;
      add(first, last);
      first = std::next(last);
    }
    return std::move(out_);
  }

 private:
  using At = std::vector<LineChange>::const_iterator;

  void add(At first, At last) {
    const std::size_t above = std::min(context, first->before);
    const std::size_t below = std::min(context, before_.size() - last->before_end);
    out_ += fmt::format("@@ -{} +{} @@\n", range(first->before - above, last->before_end + below),
                        range(first->after - above, last->after_end + below));
    std::size_t at = first->before - above;
    for (auto change = first; change <= last; ++change) {
      for (; at < change->before; ++at) line(' ', before_[at]);
      for (; at < change->before_end; ++at) line('-', before_[at]);
      for (std::size_t in_new = change->after; in_new < change->after_end; ++in_new)
        line('+', after_[in_new]);
    }
    for (; at < last->before_end + below; ++at) line(' ', before_[at]);
  }
  void line(char mark, std::string_view text) {
    out_ += mark;
    out_ += text;
    if (!text.ends_with('\n')) out_ += "\n\\ No newline at end of file\n";
  }

  const std::vector<std::string_view> before_, after_;
  std::string out_;
};

std::string header(const std::string& old_name, const std::string& new_name, const Version& before,
                   const Version& after) {
  std::string out = fmt::format("diff --git {} {}\n", old_name, new_name);
  std::string mode;
  if (!before)
    out += fmt::format("new file mode {}\n", after->mode);
  else if (!after)
    out += fmt::format("deleted file mode {}\n", before->mode);
  else if (before->mode != after->mode)
    out += fmt::format("old mode {}\nnew mode {}\n", before->mode, after->mode);
  else
    mode = fmt::format(" {}", after->mode);
  const std::string was = name_of(before), is = name_of(after);
  if (was != is) out += fmt::format("index {}..{}{}\n", was, is, mode);
  return out;
}

FileDiff one_diff(std::string_view path, const Version& before, const Version& after) {
  const bool is_same = before && after && name_of(before) == name_of(after);
  if (is_same && before->mode == after->mode) return {};
  const std::string old_name = git_name(fmt::format("a/{}", path)),
                    new_name = git_name(fmt::format("b/{}", path));
  FileDiff out{.text = header(old_name, new_name, before, after)};
  const std::string was = bytes_of(before), is = bytes_of(after);
  const std::size_t size = std::max(size_of(before), size_of(after));
  if (is_same || size == 0) return out;
  const std::string from = before ? old_name : std::string(no_file),
                    to = after ? new_name : std::string(no_file);
  if (size > diff_size_max) {
    // With the words at its begin and end `git apply` knows that there is more to it.
    out.text += fmt::format("Files {} and {} (too large to show: {} bytes; {} are the most) differ\n", from,
                            to, size, diff_size_max);
    out.is_whole = false;
  } else if (is_binary(was) || is_binary(is)) {
    out.text += fmt::format("Binary files {} and {} differ\n", from, to);
    out.is_whole = false;
  } else {
    const auto line = [&](const std::string& name) {  // Where a name with a space ends is told by a tab.
      return name + (name != no_file && path.contains(' ') ? "\t\n" : "\n");
    };
    out.text += "--- " + line(from) + "+++ " + line(to) + Hunks(was, is).text();
  }
  return out;
}

}  // namespace

FileDiff diff_of(std::string_view path, const Version& before, const Version& after) {
  constexpr std::size_t type_size = 2;  // Digits of a mode that say what it is: "10", "12", "16".
  if (!before || !after || before->mode.substr(0, type_size) == after->mode.substr(0, type_size))
    return one_diff(path, before, after);
  const FileDiff gone = one_diff(path, before, {}), made = one_diff(path, {}, after);
  return {.text = gone.text + made.text, .is_whole = gone.is_whole && made.is_whole};
}

std::string for_terminal(std::string_view diff) {
  std::string out;
  while (!diff.empty()) {
    const std::size_t size = std::min(diff.find_first_of("\t\n"), diff.size());
    out += shown(diff.substr(0, size));
    diff.remove_prefix(size);
    if (diff.empty()) break;
    out += diff.front();
    diff.remove_prefix(1);
  }
  return out;
}

}  // namespace ghboot::render
