// SPDX-License-Identifier: Apache-2.0
// What the author of a function writes: its parameters as a model, in order, and one typed call without
// effects.
//
//   struct Repeated {
//     Value<std::string> text;
//     Value<Variadic<std::int64_t>> times;
//     static constexpr auto fields() {
//       return std::tuple{Field{"text", &Repeated::text, Use::required, "What is repeated."},
//                         Field{"times", &Repeated::times, Use::optional, "How often; null: once."}};
//     }
//   };
//
// Use::required: Terraform refuses null. Use::optional: null arrives as null. Flags that
// plan, like default_value, are refused, and `sensitive`, which Terraform follows through a function by
// itself; with `unknowns` the function is called while planning, too. Terraform calls it before any provider
// is configured, and again with the same arguments: the same result is expected. Threads: as for resources.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tfplugin/field.h"
#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

template <class T>
struct Variadic {  // The last parameter: any number of arguments, none too. Never null itself.
  using Element = T;
  std::vector<Value<T>> values;
};

struct Signature {
  std::string summary, doc, deprecated;  // summary: plain text; doc: Markdown.
  std::vector<Attribute> parameters;
  std::optional<Attribute> variadic;
  cty::Type result = cty::Type::dynamic();
};

class FunctionBase {  // As the engine sees it. Authors derive from Function<Arguments, Result>.
 public:
  virtual ~FunctionBase() = default;
  virtual const Signature& signature() const = 0;
  // One value for each argument, of the parameters' types and checked by them. An error has its parameter's
  // name as its path, of the variadic one with the index.
  virtual cty::Value call(const std::vector<cty::Value>& arguments, Diagnostics& diagnostics) const = 0;
};

template <class T>
inline constexpr bool is_variadic = false;
template <class T>
inline constexpr bool is_variadic<Variadic<T>> = true;

// At compile time: what valid() asks of every model, and that only the last parameter is variadic, and that
// each is required or optional and has no flag that means nothing.
template <IsModel Arguments>
consteval bool valid_arguments() {
  bool good = valid<Arguments, true>(), ended = false;
  for_each_field<Arguments>([&]<class M, class T>(const Field<M, T>& field) {
    good = good && !ended && (field.use == Use::required || field.use == Use::optional);
    good = good && !field.flags.requires_replace && !field.flags.replace_if && !field.flags.sensitive;
    good = good && !field.flags.keep && std::holds_alternative<std::monostate>(field.flags.default_value) &&
           !field.flags.modifiers[0];
    ended = ended || is_variadic<T>;
  });
  return good;
}

template <IsModel Arguments, class Result>
class Function : public FunctionBase {
  static_assert(valid_arguments<Arguments>());

 public:
  Function(std::string_view summary, std::string_view doc, std::string_view deprecated = "") {
    signature_.summary = summary;
    signature_.doc = doc;
    signature_.deprecated = deprecated;
    signature_.result = Codec<Result>::type();
    for_each_field<Arguments>([&]<class M, class T>(const Field<M, T>& field) {
      if constexpr (is_variadic<T>)
        signature_.variadic = make_attribute<typename T::Element>(field);
      else
        signature_.parameters.push_back(make_attribute<T>(field));
    });
  }
  const Signature& signature() const final { return signature_; }

 protected:
  // With an error the result counts for nothing.
  virtual Value<Result> result(const Arguments& arguments, Diagnostics& diagnostics) const = 0;

 private:
  cty::Value call(const std::vector<cty::Value>& values, Diagnostics& diagnostics) const final {
    Arguments arguments{};
    std::size_t at = 0;
    for_each_field<Arguments>([&]<class M, class T>(const Field<M, T>& field) {
      const Path path = Path().attribute(field.name);
      if constexpr (is_variadic<T>) {
        T rest;
        for (const std::size_t first = at; at < values.size(); ++at)
          rest.values.push_back(decode<typename T::Element>(
              values[at], path.index(static_cast<std::int64_t>(at - first)), diagnostics));
        arguments.*field.at = std::move(rest);
      } else {
        arguments.*field.at = decode<T>(values[at++], path, diagnostics);
      }
    });
    return diagnostics.has_error() ? cty::Value() : encode(result(arguments, diagnostics));
  }

  Signature signature_;
};

// What core would take badly or not notice, in words; empty when all is well.
std::vector<std::string> problems(const Signature& signature);

struct FunctionFailure {
  std::string text;
  std::optional<std::size_t> argument;  // From 0, over the variadic ones too.
};

// Terraform's half of the contract is checked as well: the number of arguments, nulls and unknowns. An
// argument that is not known to a parameter without `unknowns` makes the result unknown.
std::expected<cty::Value, FunctionFailure> call_function(const FunctionBase& function,
                                                         const std::vector<cty::Value>& arguments);
// Of which parameter the argument at this place is; null where there is none.
const Attribute* parameter_at(const Signature& signature, std::size_t argument);

}  // namespace ghboot::tfplugin
