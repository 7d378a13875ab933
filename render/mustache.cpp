// SPDX-License-Identifier: Apache-2.0
#include "render/mustache.h"

#include <cstdlib>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

namespace ghboot::render {
namespace {

// The library has rules of its own for lines with tags: it leaves out empty ones behind a section, and keeps
// those of comments and of what is not shown. So it gets no lines: bytes that no UTF-8 has stand for their
// ends.
constexpr char line_feed = '\xFF', carriage_return = '\xFE', beginning = '\xFD';

// A section asks for a value of its own, since to the library any text is true.
constexpr char of_section = '?';

void put_text(std::string& out, std::string_view text) {
  for (const char c : text) out += c == '\n' ? line_feed : c == '\r' ? carriage_return : c;
}

std::string with_lines(std::string_view rendered) {
  std::string out(rendered.substr(1));  // Without the mark of the beginning.
  for (char& c : out) c = c == line_feed ? '\n' : c == carriage_return ? '\r' : c;
  return out;
}

using Data = kainjow::mustache::data;

// What the library asks for values. A section opens no scope of names: there is one.
class Values final : public kainjow::mustache::basic_context<std::string> {
 public:
  explicit Values(const Variables& variables) {
    for (const auto& [name, value] : variables) {
      values_.emplace(name, Data(value));
      values_.emplace(of_section + name, Data(!value.empty() && value != "false"));
    }
  }
  void push(const Data* /*data*/) override {}
  void pop() override {}
  const Data* get(const std::string& name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  const Data* get_partial(const std::string& /*name*/) const override { return nullptr; }

 private:
  std::map<std::string, Data> values_;
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

// The part of the text that goes with a tag: its whole line when nothing else is on it.
std::pair<std::size_t, std::size_t> extent_of(const Tag& tag, std::string_view text) {
  const std::pair alone{tag.begin, tag.end};
  if (tag.kind == TagKind::variable) return alone;
  const std::size_t before = text.substr(0, tag.begin).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t behind = text.find('\n', tag.end);
  const std::size_t end = behind == std::string_view::npos ? text.size() : behind + 1;
  std::string_view rest = text.substr(tag.end, end - tag.end);
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (!is_blank(text.substr(begin, tag.begin - begin)) || !is_blank(rest)) return alone;
  return {begin, end};
}

std::string for_library(std::string_view text, const std::vector<Tag>& tags) {
  std::string out = "{{=<% %>=}}";
  out += beginning;
  std::size_t at = 0;
  for (const Tag& tag : tags) {
    const auto [begin, end] = extent_of(tag, text);
    if (begin > at) put_text(out, text.substr(at, begin - at));
    if (tag.kind == TagKind::comment) out += "<%!%>";  // Else "<" before it and "%" behind it were a tag.
    if (tag.kind == TagKind::variable) out += fmt::format("<%{}%>", tag.name);
    if (tag.kind == TagKind::section) out += fmt::format("<%#{}{}%>", of_section, tag.name);
    if (tag.kind == TagKind::inverted) out += fmt::format("<%^{}{}%>", of_section, tag.name);
    if (tag.kind == TagKind::end) out += fmt::format("<%/{}{}%>", of_section, tag.name);
    at = end;
  }
  put_text(out, text.substr(at));
  return out;
}

}  // namespace

std::size_t made_size_max(std::string_view text, const std::vector<Tag>& tags, const Variables& variables) {
  std::size_t size = text.size();
  for (const Tag& tag : tags)
    if (tag.kind == TagKind::variable) size += variables.find(tag.name)->second.size();
  return size;
}

std::string render_text(std::string_view text, const std::vector<Tag>& tags, const Variables& variables) {
  if (tags.empty()) return std::string(text);
  kainjow::mustache::mustache parsed(for_library(text, tags));
  if (!parsed.is_valid()) std::abort();  // Ours: tags_in() had found nothing.
  parsed.set_custom_escape([](const std::string& value) { return value; });
  Values values(variables);
  return with_lines(parsed.render(values));
}

}  // namespace ghboot::render
