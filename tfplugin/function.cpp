// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/function.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tfplugin/cty/text.h"

namespace ghboot::tfplugin {
namespace {

std::optional<std::size_t> place_of(const Signature& signature, const Path& path) {
  const auto* name = std::get_if<cty::AttributeName>(&path.steps().front());
  if (!name) return std::nullopt;
  const auto at = std::ranges::find(signature.parameters, name->name, &Attribute::name);
  auto place = static_cast<std::size_t>(at - signature.parameters.begin());
  if (at != signature.parameters.end()) return place;
  if (!signature.variadic || signature.variadic->name != name->name) return std::nullopt;
  if (path.steps().size() > 1)
    if (const auto* index = std::get_if<std::int64_t>(&path.steps()[1]))
      place += static_cast<std::size_t>(*index);
  return place;
}

// Core shows one text and points at one argument: the first that has an error.
FunctionFailure failure_of(const Signature& signature, const Diagnostics& diagnostics,
                           std::size_t arguments) {
  FunctionFailure failure;
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    if (diagnostic.severity != Severity::error) continue;
    if (failure.text.empty() && !diagnostic.path.empty())
      if (const auto place = place_of(signature, diagnostic.path); place && *place < arguments)
        failure.argument = place;
    failure.text +=
        fmt::format("{}{}: {}", failure.text.empty() ? "" : "\n", diagnostic.summary, diagnostic.detail);
  }
  return failure;
}

Path path_of(const Signature& signature, std::size_t argument) {
  if (argument < signature.parameters.size()) return Path().attribute(signature.parameters[argument].name);
  return Path()
      .attribute(signature.variadic->name)
      .index(static_cast<std::int64_t>(argument - signature.parameters.size()));
}

}  // namespace

std::vector<std::string> problems(const Signature& signature) {
  Schema parameters{.version = 0, .doc = {}, .attributes = signature.parameters};
  if (signature.variadic) parameters.attributes.push_back(*signature.variadic);
  auto out = problems(parameters);
  for (auto& problem : managed_only(parameters.attributes)) out.push_back(std::move(problem));
  if (signature.summary.empty()) out.emplace_back("has no summary");
  if (signature.result.has_dynamic_elements())
    out.emplace_back("the result: a dynamic type does not go inside a list, set or map");
  return out;
}

const Attribute* parameter_at(const Signature& signature, std::size_t argument) {
  if (argument < signature.parameters.size()) return &signature.parameters[argument];
  return signature.variadic ? &*signature.variadic : nullptr;
}

std::expected<cty::Value, FunctionFailure> call_function(const FunctionBase& function,
                                                         const std::vector<cty::Value>& arguments) {
  const Signature& signature = function.signature();
  const std::size_t least = signature.parameters.size();
  if (arguments.size() < least || (arguments.size() > least && !signature.variadic))
    return std::unexpected(
        FunctionFailure{fmt::format("{} arguments were given; the function takes {}{}.", arguments.size(),
                                    signature.variadic ? "at least " : "", least),
                        std::nullopt});
  Diagnostics diagnostics;
  bool unknown = false;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const Attribute& parameter = *parameter_at(signature, at);
    unknown = unknown || (!parameter.unknowns && !arguments[at].is_wholly_known());
    validate_attribute(parameter, arguments[at], path_of(signature, at), diagnostics);
  }
  cty::Value result = cty::Value::unknown();
  if (!unknown && !diagnostics.has_error()) result = function.call(arguments, diagnostics);
  if (!conforms(signature.result, result))
    diagnostics.error("Defect of the provider",
                      "The result does not fit its type, or the type that it brings. Please report this.");
  else if (!cty::compose(signature.result, result))
    diagnostics.error(
        "Defect of the provider",
        "The result has a text that is no UTF-8, and Terraform keeps no other: encode the bytes. "
        "Please report this.");
  if (diagnostics.has_error()) return std::unexpected(failure_of(signature, diagnostics, arguments.size()));
  return result;
}

}  // namespace ghboot::tfplugin
