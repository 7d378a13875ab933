// SPDX-License-Identifier: Apache-2.0
#include "nats/subject_mappings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/subject.h"
#include "nats/text_parts.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr const char* member = "mappings";

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// A function that a token of a destination may be, in lower case, and where its arguments name wildcards of
// the source: only the first one, or all but the first.
struct Function {
  std::string_view name;
  ServerVersion since;
  std::size_t arguments_min, arguments_max;
  bool first_is_wildcard, rest_are_wildcards;
};
constexpr std::size_t any = 64;
constexpr std::array functions{
    Function{"wildcard", {}, 1, 1, true, false},       Function{"partition", {}, 1, any, false, true},
    Function{"splitfromleft", {}, 2, 2, true, false},  Function{"splitfromright", {}, 2, 2, true, false},
    Function{"slicefromleft", {}, 2, 2, true, false},  Function{"slicefromright", {}, 2, 2, true, false},
    Function{"split", {}, 2, 2, true, false},          Function{"left", {2, 10, 16}, 2, 2, true, false},
    Function{"right", {2, 10, 16}, 2, 2, true, false}, Function{"random", {2, 12}, 1, 1, false, false}};

struct Token {
  const Function* function = nullptr;  // Null: it stands for itself.
  std::vector<int> wildcards;          // That it takes from the source, counted from 1.
  std::string problem;                 // As problem_of_destination().
};

Token function_token(std::string_view token) {
  const auto refuse = [&](std::string_view why) {
    return Token{.problem = fmt::format("has \"{}\", {}", token, why)};
  };
  const std::string_view inside = token.substr(2, token.size() - 4);
  const auto open = inside.find('(');
  if (open == std::string_view::npos || inside.back() != ')') return refuse("which calls no function");
  std::string name(inside.substr(0, open));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto function = std::ranges::find(functions, name, &Function::name);
  if (function == functions.end()) return refuse("a function that servers do not have");
  const auto arguments = parts_of(inside.substr(open + 1, inside.size() - open - 2), ',');
  if (arguments.size() < function->arguments_min || arguments.size() > function->arguments_max)
    return refuse("a function with another number of arguments than it takes");
  Token out{.function = &*function};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto number = number_in(arguments[i]);
    if (!number && name == "split" && i == 1 && !arguments[i].empty()) continue;  // What to split at.
    if (!number) return refuse("a function with an argument that is no number");
    if (i == 0 ? function->first_is_wildcard : function->rest_are_wildcards) out.wildcards.push_back(*number);
  }
  return out;
}

Token read_token(std::string_view token) {
  static constexpr Function* none = nullptr;
  if (token.starts_with("{{") && token.ends_with("}}") && token.size() > 4) return function_token(token);
  if (token.starts_with('$'))
    if (const auto number = number_in(token.substr(1)))
      return {.function = functions.data(), .wildcards = {*number}, .problem = {}};
  return {.function = none, .wildcards = {}, .problem = {}};
}

std::vector<MappedTo> read_destinations(const json& list, const ClaimMembers& from, const std::string& path) {
  std::vector<MappedTo> out;
  if (!list.is_array()) from.expect(path, "a list of destinations");
  if (!list.is_array()) return out;
  for (const json& entry : list) {
    ClaimFault fault;
    const ClaimMembers one(entry, from.path_of(path), fault);
    const std::int64_t weight = one.number("weight");
    out.push_back({.subject = one.text("subject"),
                   .weight = weight == 0 ? 100 : weight,
                   .cluster = one.text("cluster")});
    if (!entry.is_object() || fault) from.expect(path, "a list of objects with subject, weight and cluster");
  }
  return out;
}

}  // namespace

SubjectMappings read_mappings(const ClaimMembers& body) {
  SubjectMappings out;
  const ClaimMembers from = body.object(member);
  if (from.json().is_object())
    for (const auto& [source, list] : from.json().items())
      out[source] = read_destinations(list, from, source);
  return out;
}

void write_mappings(const SubjectMappings& mappings, json& body) {
  ClaimFault ignored;
  if (read_mappings(ClaimMembers(body, "", ignored)) == mappings) return;
  json object = json::object();
  for (const auto& [source, destinations] : mappings) {
    json list = json::array();
    for (const MappedTo& to : destinations) {
      json entry = {{"subject", to.subject}, {"weight", to.weight}};
      if (!to.cluster.empty()) entry["cluster"] = to.cluster;
      list.push_back(std::move(entry));
    }
    object[source] = std::move(list);
  }
  if (object.empty())
    body.erase(member);
  else
    body[member] = std::move(object);
}

std::string problem_of_destination(std::string_view source, std::string_view destination) {
  if (const auto problem = problem_of_subject(destination); !problem.empty()) return std::string(problem);
  const auto from = tokens_of(source), to = tokens_of(destination);
  const auto wildcards = std::ranges::count(from, "*");
  if ((from.back() == ">") != (to.back() == ">"))
    return from.back() == ">" ? "does not end in \">\" as its source does"
                              : "ends in \">\", and its source does not";
  for (const std::string_view token : to) {
    if (token == "*")
      return "has a \"*\"; write {{wildcard(1)}} for what the first \"*\" of the source stands for";
    const Token read = read_token(token);
    if (!read.problem.empty()) return read.problem;
    for (const int wildcard : read.wildcards)
      if (wildcard < 1 || wildcard > wildcards)
        return fmt::format("has \"{}\", and its source has {} wildcard{} \"*\"", token, wildcards,
                           wildcards == 1 ? "" : "s");
  }
  return "";
}

ServerVersion destination_since(std::string_view source, std::string_view destination) {
  const auto wildcards = std::ranges::count(tokens_of(source), "*");
  ServerVersion since;
  std::set<int> used;
  for (const std::string_view token : tokens_of(destination)) {
    const Token read = read_token(token);
    if (!read.function) continue;
    since = std::max(since, read.function->since);
    if (read.function->name == "partition" && read.wildcards.empty()) since = std::max(since, {2, 12});
    used.insert(read.wildcards.begin(), read.wildcards.end());
  }
  // Before, it counted as a wildcard in a destination, and the account was refused.
  if (destination == ">" || destination.ends_with(".>")) since = std::max(since, {2, 9, 22});
  // Before, a mapping that lost a part of its source was ignored.
  if (std::cmp_less(used.size(), wildcards)) since = std::max(since, {2, 10});
  return since;
}

}  // namespace ghboot::nats
