// SPDX-License-Identifier: Apache-2.0
#include "render/tags.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "render/path.h"

namespace ghboot::render {
namespace {

constexpr std::string_view opening = "<%", closing = "%>";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_name_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view name_at(std::string_view text) {
  return text.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_character) - text.begin()));
}

// What a message quotes of a template: on one line, and not all of a file.
std::string quoted(std::string_view text) {
  constexpr std::size_t quoted_max = 60;
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.size() <= quoted_max) return shown(text);
  text = text.substr(0, quoted_max);
  while (!is_utf8(text)) text.remove_suffix(1);
  return shown(text) + "…";
}

std::string names_of(const Variables& variables) {
  if (variables.empty()) return "none is given";
  std::vector<std::string_view> names;
  for (const auto& [name, value] : variables) names.push_back(name);
  return fmt::format("given are {}", fmt::join(names, ", "));
}

// The variable that a Go template's .GitHubOrg means: a given one that has its letters, else as we write
// names.
std::string variable_of(std::string_view field, const Variables& variables) {
  const auto letters = [](std::string_view name) {
    std::string out;
    for (const char c : name)
      if (c != '_' && c != '-') out += lower(c);
    return out;
  };
  for (const auto& [name, value] : variables)
    if (letters(name) == letters(field)) return name;
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool is_github = field.substr(i).starts_with("Hub") && out.ends_with("git");
    if (i > 0 && is_upper(field[i]) && !is_upper(field[i - 1]) && !is_github) out += '_';
    out += lower(field[i]);
  }
  return out;
}

class Scan {
 public:
  Scan(std::string_view text, const Variables& variables) : text_(text), variables_(variables) {}

  Tags run() && {
    for (std::size_t at = 0; at < text_.size() && !is_full();) {
      at = text_.find_first_of("<{", at);
      if (at == std::string_view::npos) break;
      const std::string_view rest = text_.substr(at);
      at = rest.starts_with(opening) ? tag(at) : rest.starts_with("{{") ? go_template(at) : at + 1;
    }
    for (const Tag& open : open_)
      problem(open.begin, "{} is not closed: write {} where it ends", written(open),
              written({.kind = TagKind::end, .name = open.name}));
    std::ranges::sort(found_.problems, {},
                      [](const Problem& found) { return std::tie(found.at, found.what); });
    return std::move(found_);
  }

 private:
  bool is_full() const { return found_.problems.size() >= problems_max; }

  template <class... T>
  void problem(std::size_t at, fmt::format_string<T...> format, T&&... values) {
    if (is_full()) return;
    found_.problems.push_back({at, fmt::format(format, std::forward<T>(values)...)});
    if (is_full()) found_.problems.back().what += "; and there may be more: mend these first";
  }

  static std::string written(const Tag& tag) {
    constexpr std::array marks{"", "#", "^", "/", "!"};
    return fmt::format("<%{} {} %>", marks.at(std::to_underlying(tag.kind)), quoted(tag.name));
  }

  // Where to go on.
  std::size_t tag(std::size_t begin) {
    const std::size_t inside = begin + opening.size();
    const std::size_t close = text_.find(closing, inside);
    const bool is_comment = trimmed(text_.substr(inside, 64)).starts_with('!');
    const std::string_view between = text_.substr(inside, close - inside);
    if (close == std::string_view::npos ||
        (!is_comment && (between.contains('\n') || between.contains(opening)))) {
      problem(begin, "{} is not closed: write {} behind the name, on the same line",
              quoted(trimmed(text_.substr(begin, 40))), closing);
      return inside;
    }
    const std::size_t end = close + closing.size();
    if (is_comment)
      found_.all.push_back({.kind = TagKind::comment, .begin = begin, .end = end});
    else if (const auto found = named(begin, end, trimmed(between)))
      take(*found);
    return end;
  }

  std::optional<Tag> named(std::size_t begin, std::size_t end, std::string_view content) {
    constexpr std::string_view marks = "#^/&>=";
    const char mark = !content.empty() && marks.contains(content[0]) ? content[0] : ' ';
    Tag found{.name = trimmed(content.substr(mark == ' ' ? 0 : 1)), .begin = begin, .end = end};
    const std::string whole = quoted(text_.substr(begin, end - begin));
    if (mark == '=') {
      problem(begin, "{} would change the delimiters, which are always {} and {}: remove it", whole, opening,
              closing);
    } else if (mark == '>') {
      problem(begin, "{} takes in another file, which no template does: write its text here", whole);
    } else if (!is_variable_name(found.name)) {
      problem(begin,
              "{} has no variable's name: a name is letters, digits, _ and -; to write {} itself, give a "
              "variable that value",
              whole, opening);
    } else {
      if (mark == '#') found.kind = TagKind::section;
      if (mark == '^') found.kind = TagKind::inverted;
      if (mark == '/') found.kind = TagKind::end;
      return found;
    }
    return std::nullopt;
  }

  void take(const Tag& tag) {
    found_.all.push_back(tag);
    if (tag.kind == TagKind::end) return close(tag);
    if (!variables_.contains(tag.name))
      problem(tag.begin, "{}: there is no variable {}, {}: write one of them, or give it", written(tag),
              tag.name, names_of(variables_));
    if (tag.kind == TagKind::variable) return;
    if (open_.size() == section_depth_max)
      problem(tag.begin, "{} is section {} inside of others, {} is the most: take some apart", written(tag),
              section_depth_max + 1, section_depth_max);
    open_.push_back(tag);
  }

  // Wrongly closed: what was opened in between is not looked at again.
  void close(const Tag& tag) {
    const auto opened =
        std::find_if(open_.rbegin(), open_.rend(), [&tag](const Tag& open) { return open.name == tag.name; });
    if (opened == open_.rend()) {
      problem(tag.begin, "{} closes a section that was not opened: write <%# {} %> before it, or remove it",
              written(tag), tag.name);
      return;
    }
    if (opened != open_.rbegin())
      problem(tag.begin, "{} stands where {} of line {} is still open: close that one first", written(tag),
              written(open_.back()), line_of(open_.back().begin));
    open_.erase(opened.base() - 1, open_.end());
  }

  std::size_t line_of(std::size_t at) const {
    return static_cast<std::size_t>(std::ranges::count(text_.substr(0, at), '\n')) + 1;
  }

  std::string in_braces(std::size_t begin) const {
    return quoted(text_.substr(begin, text_.find("}}", begin) - begin + 2));
  }

  // `${{ … }}` is GitHub's, and other things in braces may be anybody's.
  std::size_t go_template(std::size_t begin) {
    constexpr std::array words{"if", "range", "with", "end", "else", "define", "template", "block"};
    const std::size_t inside = begin + 2;
    if (begin > 0 && text_[begin - 1] == '$') return inside;
    std::string_view rest = text_.substr(inside, 100);
    if (rest.starts_with('-')) rest.remove_prefix(1);
    rest = trimmed(rest);
    constexpr std::string_view keep = "to have it as it is, give a variable the value {{";
    if (rest.size() > 1 && rest[0] == '.' && is_letter(rest[1]))
      problem(begin, "{} is a Go template's: write <% {} %>; {}", in_braces(begin),
              variable_of(name_at(rest.substr(1)), variables_), keep);
    else if (std::ranges::find(words, name_at(rest)) != words.end() || rest.starts_with(". ") ||
             rest.starts_with(".}}"))
      problem(begin, "{} is a Go template's: a section is <%# name %> … <%/ name %>; {}", in_braces(begin),
              keep);
    return inside;
  }

  const std::string_view text_;
  const Variables& variables_;
  Tags found_{};
  std::vector<Tag> open_{};
};

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && name_at(name).size() == name.size();
}

Tags tags_in(std::string_view text, const Variables& variables) { return Scan(text, variables).run(); }

}  // namespace ghboot::render
