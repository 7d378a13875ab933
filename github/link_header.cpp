// SPDX-License-Identifier: Apache-2.0
#include "github/link_header.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "nats/text_parts.h"

namespace ghboot::github {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool is_token(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

class Reader {  // Of one header, from left to right.
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  bool at_end() {
    skip_space();
    return left_.empty();
  }
  bool take(char wanted) {
    skip_space();
    if (left_.empty() || left_.front() != wanted) return false;
    left_.remove_prefix(1);
    return true;
  }
  // What stands before the closing mark, which is taken too.
  bool take_until(char closing, std::string& into) {
    const std::size_t end = left_.find(closing);
    if (end == std::string_view::npos) return false;
    into = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    return true;
  }
  std::string take_token() {
    skip_space();
    const auto end = std::ranges::find_if_not(left_, is_token);
    const auto size = static_cast<std::size_t>(end - left_.begin());
    std::string out(left_.substr(0, size));
    left_.remove_prefix(size);
    return out;
  }
  bool take_quoted(std::string& into) {
    for (; !left_.empty(); left_.remove_prefix(1)) {
      if (left_.front() == '"') {
        left_.remove_prefix(1);
        return true;
      }
      if (left_.front() == '\\') left_.remove_prefix(1);
      if (left_.empty()) return false;
      into += left_.front();
    }
    return false;
  }

 private:
  void skip_space() {
    while (!left_.empty() && is_space(left_.front())) left_.remove_prefix(1);
  }
  std::string_view left_;
};

// Reads ";name=value" up to what is no parameter any more.
std::expected<void, std::string> read_parameters(Reader& reader, Link& link) {
  bool has_relation = false;
  while (reader.take(';')) {
    const std::string name = lower(reader.take_token());
    if (name.empty()) continue;  // ";" alone, as RFC 8288 lets it stand.
    if (!reader.take('=')) continue;
    std::string value;
    if (!reader.take('"')) {
      value = reader.take_token();
    } else if (!reader.take_quoted(value)) {
      return std::unexpected("a quoted value has no end");
    }
    if (name == "rel" && !has_relation) {  // RFC 8288, 3.3: the first counts.
      link.relation = value;
      has_relation = true;
    }
  }
  return {};
}

bool is_next(const Link& link) {
  for (const std::string& word : nats::listed_in(link.relation, ' ')) {
    if (lower(word) == "next") return true;
  }
  return false;
}

}  // namespace

std::expected<std::vector<Link>, std::string> parse_links(std::string_view header) {
  std::vector<Link> links;
  Reader reader(header);
  while (!reader.at_end()) {
    if (reader.take(',')) continue;
    if (links.size() == links_max)
      return std::unexpected(fmt::format("it has more than {} links", links_max));
    Link link;
    if (!reader.take('<')) return std::unexpected("a link does not begin with `<`");
    if (!reader.take_until('>', link.url)) return std::unexpected("a link's `<` has no `>`");
    if (link.url.empty()) return std::unexpected("a link has no URL");
    if (auto read = read_parameters(reader, link); !read) return std::unexpected(read.error());
    links.push_back(std::move(link));
    if (!reader.at_end() && !reader.take(',')) return std::unexpected("no `,` stands between two links");
  }
  return links;
}

std::expected<std::string, std::string> next_link(std::string_view header) {
  const auto links = parse_links(header);
  if (!links) return std::unexpected(links.error());
  std::string found;
  for (const Link& link : *links) {
    if (!is_next(link)) continue;
    if (!found.empty() && found != link.url) return std::unexpected("two pages claim to be the next one");
    found = link.url;
  }
  return found;
}

}  // namespace ghboot::github
