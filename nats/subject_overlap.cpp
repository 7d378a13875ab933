// SPDX-License-Identifier: Apache-2.0
#include "nats/subject_overlap.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "nats/subject.h"

namespace ghboot::nats {
namespace {

using Tokens = std::vector<std::string_view>;

// Nodes lie in a list, so that no subject is too deep to be built, searched or taken apart. The texts of the
// subjects are borrowed.
class TokenTree {
 public:
  void add(std::size_t index, const Tokens& tokens) {
    std::size_t node = 0;
    for (const std::string_view token : tokens) {
      const auto [at, is_new] = nodes_[node].next.try_emplace(token, nodes_.size());
      node = at->second;
      if (is_new) nodes_.emplace_back();
    }
    nodes_[node].ends.push_back(index);
  }

  // Another subject than that of `index` which contains these tokens.
  std::optional<std::size_t> container_of(std::size_t index, const Tokens& tokens) const {
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, 0}};  // Node, and tokens that led to it.
    while (!open.empty()) {
      const auto [node, depth] = open.back();
      open.pop_back();
      if (depth == tokens.size()) {
        if (const auto found = end_at(node, index)) return found;
        continue;
      }
      if (const auto tail = child(node, ">"))
        if (const auto found = end_at(*tail, index)) return found;
      if (const auto same = child(node, tokens[depth]); same && tokens[depth] != ">")
        open.emplace_back(*same, depth + 1);
      if (const auto any = child(node, "*"); any && tokens[depth] != "*") open.emplace_back(*any, depth + 1);
    }
    return std::nullopt;
  }

 private:
  struct Node {
    std::map<std::string_view, std::size_t> next;
    std::vector<std::size_t> ends;  // Subjects that end here.
  };

  std::optional<std::size_t> child(std::size_t node, std::string_view token) const {
    const auto at = nodes_[node].next.find(token);
    return at == nodes_[node].next.end() ? std::nullopt : std::optional(at->second);
  }

  // Of equal ones, the later lies in the first.
  std::optional<std::size_t> end_at(std::size_t node, std::size_t index) const {
    const auto& ends = nodes_[node].ends;
    if (ends.empty() || ends.front() == index) return std::nullopt;
    return ends.front();
  }

  std::vector<Node> nodes_ = std::vector<Node>(1);
};

}  // namespace

std::vector<Overlap> overlaps_of(const std::vector<std::string>& subjects) {
  TokenTree tree;
  for (std::size_t i = 0; i < subjects.size(); ++i) tree.add(i, tokens_of(subjects[i]));
  std::vector<Overlap> out;
  for (std::size_t i = 0; i < subjects.size(); ++i)
    if (const auto outer = tree.container_of(i, tokens_of(subjects[i])))
      out.push_back({.inner = i, .outer = *outer});
  return out;
}

}  // namespace ghboot::nats
