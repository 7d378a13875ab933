// SPDX-License-Identifier: Apache-2.0
// A model is a struct of Value<T> members with a static fields() that names each once:
//
//   struct Account {
//     Value<std::string> name;
//     Value<std::int64_t> connections;
//     static constexpr auto fields() {
//       return std::tuple{
//           Field{"name", &Account::name, Use::required, "Name, for people."},
//           Field{"connections", &Account::connections, Use::optional_computed, "…", {.default_value = -1}},
//       };
//     }
//   };
//   static_assert(valid<Account>());
//
// Schema, decoding, encoding, validation and documentation all walk that tuple. T is a string, std::int64_t,
// bool, cty::Number, another model, or a std::vector (list), std::set (set) or std::map with string keys
// (map) of those.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "tfplugin/diagnostics.h"
#include "tfplugin/schema.h"
#include "tfplugin/value.h"

namespace ghboot::tfplugin {

using Literal = std::variant<std::monostate, bool, std::int64_t, std::string_view>;

struct Flags {
  Literal default_value{};  // With Use::optional_computed: what null in the configuration means.
  bool sensitive = false, requires_replace = false, keep = false;
  bool unknowns = false;  // Of a function's parameter (function.h).
  std::array<const Validator*, 3> validators{};
  std::string_view deprecated{};
};

template <class Model, class T>
struct Field {
  std::string_view name;
  Value<T> Model::* at;
  Use use;
  std::string_view doc;
  Flags flags{};
};
template <class Model, class T>
Field(std::string_view, Value<T> Model::*, Use, std::string_view) -> Field<Model, T>;
template <class Model, class T>
Field(std::string_view, Value<T> Model::*, Use, std::string_view, Flags) -> Field<Model, T>;

template <class T>
concept IsModel = requires { T::fields(); };

template <class Model, class Visit>
constexpr void for_each_field(const Visit& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, Model::fields());
}

// At compile time: names differ and are written as Terraform wants them, each has its documentation, and
// defaults and keep stand only where they mean something.
template <IsModel Model, bool Arguments = false>
consteval bool valid() {
  std::array<std::string_view, std::tuple_size_v<decltype(Model::fields())>> names{};
  std::size_t count = 0;
  bool good = true;
  for_each_field<Model>([&](const auto& field) {
    for (std::size_t i = 0; i < count; ++i) good = good && names[i] != field.name;
    names[count++] = field.name;
    for (const char c : field.name)
      good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    good = good && !field.name.empty() && !field.doc.empty();
    const bool has_default = !std::holds_alternative<std::monostate>(field.flags.default_value);
    good = good && (!has_default || field.use == Use::optional_computed);
    good = good && (Arguments || !field.flags.unknowns);
    good = good && (!field.flags.keep || field.use == Use::computed || field.use == Use::optional_computed);
  });
  return good;
}

// How T stands in Terraform's values. decode() takes known values; what does not fit T becomes an error at
// `path`.
template <class T>
struct Codec;

template <class T>
cty::Value encode(const Value<T>& value) {
  if (value.is_unknown()) return cty::Value::unknown();
  return value.is_null() ? cty::Value() : Codec<T>::encode(*value);
}

bool has_unknown_element(const cty::Value& value);

template <class T>
Value<T> decode(const cty::Value& value, const Path& path, Diagnostics& diagnostics) {
  if (value.is_null()) return {};
  // A collection with an unknown inside is unknown as a whole; models, also those that are elements, keep
  // what they know, field by field.
  if (value.is_unknown() || (!Codec<T>::keeps_unknowns && !value.is_wholly_known()) ||
      (!IsModel<T> && has_unknown_element(value)))
    return Value<T>::unknown();
  T out{};
  return Codec<T>::decode(value, out, path, diagnostics) ? Value<T>(std::move(out)) : Value<T>();
}

template <class T, class Stored>
struct PlainCodec {
  static constexpr bool keeps_unknowns = false;
  static constexpr Nesting nesting = Nesting::none;
  static std::vector<Attribute> nested() { return {}; }
  static cty::Value encode(const T& value) { return Stored(value); }
  static bool decode(const cty::Value& value, T& out, const Path&, Diagnostics&) {
    const auto* stored = value.get<Stored>();
    if (stored) out = *stored;
    return stored != nullptr;
  }
};

template <>
struct Codec<std::string> : PlainCodec<std::string, std::string> {
  static cty::Type type() { return cty::Type::string(); }
};
template <>
struct Codec<bool> : PlainCodec<bool, bool> {
  static cty::Type type() { return cty::Type::boolean(); }
};
template <>
struct Codec<cty::Number> : PlainCodec<cty::Number, cty::Number> {
  static cty::Type type() { return cty::Type::number(); }
};
template <>
struct Codec<std::int64_t> : PlainCodec<std::int64_t, cty::Number> {
  static cty::Type type() { return cty::Type::number(); }
  static bool decode(const cty::Value& value, std::int64_t& out, const Path& path, Diagnostics& diagnostics);
};

template <class T>
bool decode_element(const cty::Value& value, T& out, const Path& path, Diagnostics& diagnostics) {
  if (value.is_known()) return Codec<T>::decode(value, out, path, diagnostics);
  diagnostics.error(path, "Null element",
                    "\"" + path.text() + "\" holds null; remove the element or give it a value.");
  return false;
}

template <class T>
struct Codec<std::vector<T>> {
  static constexpr bool keeps_unknowns = IsModel<T>;
  static constexpr Nesting nesting = IsModel<T> ? Nesting::list : Nesting::none;
  static std::vector<Attribute> nested() { return Codec<T>::nested(); }
  static cty::Type type() { return cty::Type::list(Codec<T>::type()); }
  static cty::Value encode(const std::vector<T>& list) {
    cty::Value::List out;
    for (const T& element : list) out.push_back(Codec<T>::encode(element));
    return out;
  }
  static bool decode(const cty::Value& value, std::vector<T>& out, const Path& path,
                     Diagnostics& diagnostics) {
    const auto* list = value.get<cty::Value::List>();
    for (std::size_t i = 0; list && i < list->size(); ++i)
      if (!decode_element((*list)[i], out.emplace_back(), path.index(static_cast<std::int64_t>(i)),
                          diagnostics))
        return false;
    return list != nullptr;
  }
};

template <class T>
struct Codec<std::set<T>> {
  static constexpr bool keeps_unknowns = false;
  static constexpr Nesting nesting = Nesting::none;
  static std::vector<Attribute> nested() { return {}; }
  static cty::Type type() { return cty::Type::set(Codec<T>::type()); }
  static cty::Value encode(const std::set<T>& set) {
    cty::Value::List out;
    for (const T& element : set) out.push_back(Codec<T>::encode(element));
    return cty::Value::set(std::move(out));
  }
  static bool decode(const cty::Value& value, std::set<T>& out, const Path& path, Diagnostics& diagnostics) {
    const auto* list = value.get<cty::Value::List>();
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      T element{};
      if (!decode_element((*list)[i], element, path, diagnostics)) return false;
      out.insert(std::move(element));
    }
    return list != nullptr;
  }
};

template <class T>
struct Codec<std::map<std::string, T>> {
  static constexpr bool keeps_unknowns = IsModel<T>;
  static constexpr Nesting nesting = IsModel<T> ? Nesting::map : Nesting::none;
  static std::vector<Attribute> nested() { return Codec<T>::nested(); }
  static cty::Type type() { return cty::Type::map(Codec<T>::type()); }
  static cty::Value encode(const std::map<std::string, T>& map) {
    cty::Value::Map out;
    for (const auto& [key, element] : map) out.emplace(key, Codec<T>::encode(element));
    return out;
  }
  static bool decode(const cty::Value& value, std::map<std::string, T>& out, const Path& path,
                     Diagnostics& diagnostics) {
    const auto* map = value.get<cty::Value::Map>();
    if (!map) return false;
    for (const auto& [key, element] : *map)
      if (!decode_element(element, out[key], path.key(key), diagnostics)) return false;
    return true;
  }
};

std::optional<cty::Value> to_value(const Literal& literal);

// Of values of T, as the field declares them.
template <class T, class Model, class Declared>
Attribute make_attribute(const Field<Model, Declared>& field) {
  Attribute out;
  out.name = field.name;
  out.doc = field.doc;
  out.deprecated = field.flags.deprecated;
  out.type = Codec<T>::type();
  out.use = field.use;
  out.sensitive = field.flags.sensitive;
  out.requires_replace = field.flags.requires_replace;
  out.unknowns = field.flags.unknowns;
  out.keep = field.flags.keep;
  out.default_value = to_value(field.flags.default_value);
  out.nesting = Codec<T>::nesting;
  out.nested = Codec<T>::nested();
  for (const Validator* validator : field.flags.validators)
    if (validator) out.validators.push_back(validator);
  return out;
}

template <IsModel Model>
struct Codec<Model> {
  static constexpr bool keeps_unknowns = true;
  static constexpr Nesting nesting = Nesting::single;

  static std::vector<Attribute> nested() {
    std::vector<Attribute> out;
    for_each_field<Model>(
        [&]<class M, class T>(const Field<M, T>& field) { out.push_back(make_attribute<T>(field)); });
    return out;
  }
  static cty::Type type() {
    std::vector<cty::Type::Attribute> types;
    for_each_field<Model>([&]<class M, class T>(const Field<M, T>& field) {
      types.push_back({std::string(field.name), Codec<T>::type()});
    });
    return cty::Type::object(std::move(types));
  }
  static cty::Value encode(const Model& model) {
    cty::Value::Map out;
    for_each_field<Model>(
        [&](const auto& field) { out.emplace(std::string(field.name), tfplugin::encode(model.*field.at)); });
    return out;
  }
  static bool decode(const cty::Value& value, Model& out, const Path& path, Diagnostics& diagnostics) {
    for_each_field<Model>([&]<class M, class T>(const Field<M, T>& field) {
      out.*field.at = tfplugin::decode<T>(value[field.name], path.attribute(field.name), diagnostics);
    });
    return value.get<cty::Value::Map>() != nullptr;
  }
};

template <IsModel Model>
Schema make_schema(std::string_view doc, std::int64_t version = 0) {
  return {version, std::string(doc), Codec<Model>::nested()};
}

// `base` with the fields in which `after` differs from `before`: what an author left alone stays to the bit,
// unknowns inside collections included.
template <IsModel Model>
cty::Value with_changes(cty::Value base, const Model& before, const Model& after) {
  auto* attributes = base.get<cty::Value::Map>();
  for_each_field<Model>([&](const auto& field) {
    if (before.*field.at == after.*field.at) return;
    attributes->insert_or_assign(std::string(field.name), encode(after.*field.at));
  });
  return base;
}

}  // namespace ghboot::tfplugin
