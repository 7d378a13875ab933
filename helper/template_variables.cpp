// SPDX-License-Identifier: Apache-2.0
#include "helper/template_variables.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/data_folder.h"
#include "render/path.h"

namespace ghboot::helper {
namespace {

using render::Variables;

Result<std::string> text_of(const nlohmann::json& value, const std::string& where) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return fail(ExitCode::wrong_use,
              fmt::format("{} is {}: a variable is a text, a number, true or false", where,
                          value.is_null()    ? "null"
                          : value.is_array() ? "a list"
                                             : "an object"));
}

Result<Variables> variables_in(const std::string& file) {
  auto text = read_whole(file);
  if (!text) return fail(ExitCode::wrong_use, text.error().message);
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object())
    return fail(ExitCode::wrong_use,
                fmt::format("{} is no JSON object: write {{\"NAME\": \"VALUE\", …}}", render::shown(file)));
  Variables out;
  for (const auto& [name, value] : json.items()) {
    auto found = text_of(value, fmt::format("{}: \"{}\"", render::shown(file), render::shown(name)));
    if (!found) return std::unexpected(found.error());
    out.emplace(name, *std::move(found));
  }
  return out;
}

}  // namespace

Result<Variables> template_variables(const VariableArgs& args, const std::string& org) {
  Variables given;
  for (const std::string& word : args.words) {
    const std::size_t equals = word.find('=');
    const std::string name = render::shown(word.substr(0, equals));
    if (equals == std::string::npos || equals == 0)
      return fail(ExitCode::wrong_use, fmt::format("--variable {}: write --variable NAME=VALUE", name));
    if (!given.emplace(word.substr(0, equals), word.substr(equals + 1)).second)
      return fail(ExitCode::wrong_use, fmt::format("--variable {} is given twice: give it once", name));
  }
  if (!args.file.empty()) {
    auto in_file = variables_in(args.file);
    if (!in_file) return in_file;
    given.merge(*in_file);
  }
  if (!org.empty()) given.emplace("github_org", org);
  return given;
}

}  // namespace ghboot::helper
