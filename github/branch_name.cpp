// SPDX-License-Identifier: Apache-2.0
#include "github/branch_name.h"

#include <algorithm>

#include <fmt/format.h>

#include "github/answer.h"
#include "github/base_url.h"
#include "github/message.h"
#include "nats/text_parts.h"

namespace ghboot::github {
namespace {

constexpr std::size_t size_max = 244;  // GitHub's own, in bytes.

bool is_part(std::string_view part) {
  const bool is_plain = std::ranges::none_of(part, [](char c) {
    return (c >= 0 && c <= ' ') || c == '\x7f' || std::string_view("~^:?*[\\").contains(c);
  });
  return is_plain && !part.empty() && !part.starts_with('.') && !part.ends_with(".lock");
}

}  // namespace

bool is_branch_name(std::string_view name) {
  const bool is_bad = name.size() > size_max || name.starts_with('-') || name.ends_with('.') || name == "@" ||
                      name.contains("..") || name.contains("@{") || !is_utf8(name);
  return !is_bad && std::ranges::all_of(nats::parts_of(name, '/'), is_part);
}

Result<std::string> branch_path(std::string_view name) {
  if (!is_branch_name(name))
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" is no name that a branch can have: it is written as `main` or "
                               "`feature/one`, without spaces, `..`, and ~ ^ : ? * [ \\.",
                               shown(name)));
  std::string out;
  for (const std::string_view part : nats::parts_of(name, '/'))
    out += (out.empty() ? "" : "/") + encoded(part);
  return out;
}

}  // namespace ghboot::github
