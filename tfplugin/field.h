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
// bool, cty::Number, cty::Value::Dynamic (any type), a type of custom_types.h, another model, or a
// std::vector (list), std::set (set) or std::map with string keys (map) of those. Such a collection holds no
// null, and is unknown as a whole while an element is; one of Value<T>, which is no model, tells of each
// element. A model in a set needs operator<=>. A model may derive from another and join that one's fields
// with its own (std::tuple_cat). Rules across fields stand in rules() (config_rule.h).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "tfplugin/diagnostics.h"
#include "tfplugin/schema.h"
#include "tfplugin/value.h"

namespace ghboot::tfplugin {

using Literal = std::variant<std::monostate, bool, std::int64_t, std::string_view>;

// What each means stands with Attribute (schema.h).
struct Flags {
  Literal default_value{};  // With Use::optional_computed: what null in the configuration means.
  bool sensitive = false, requires_replace = false, keep = false, write_only = false;
  bool unknowns = false;                     // Of a function's parameter (function.h).
  std::optional<TypedCompare> replace_if{};  // when<T, f>
  IdentityUse identity = IdentityUse::none;
  std::optional<Block> block{};  // Of a model, or a list, set or map of one.
  std::array<const Validator*, 4> validators{};
  std::array<const PlanModifier*, 2> modifiers{};
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

// The model that a field of type T holds, directly or in a list, set or map; void: none.
template <class T>
struct Inner {
  using Model = void;
};
template <IsModel T>
struct Inner<T> {
  using Model = T;
};
template <IsModel T>
struct Inner<std::vector<T>> : Inner<T> {};
template <IsModel T>
struct Inner<std::set<T>> : Inner<T> {
  static constexpr bool in_set = true;
};
template <IsModel T>
struct Inner<std::map<std::string, T>> : Inner<T> {};

// What a list, set or map holds; void: it is none of them.
template <class T>
struct Elements {
  using Type = void;
};
template <class T>
struct Elements<std::vector<T>> {
  using Type = T;
};
template <class T>
struct Elements<std::set<T>> {
  using Type = T;
  static_assert(requires(const T& a) { a < a; }, "what a std::set holds needs operator<=>");
};
template <class T>
struct Elements<std::map<std::string, T>> {
  using Type = T;
};

// A model below two collections, as in a list of lists: Terraform has no attributes there, so that what its
// fields say (computed, sensitive, write-only, …) would be lost without a word.
template <class T>
constexpr bool buries_model(bool in_collection = false) {
  using Element = typename Elements<T>::Type;
  if constexpr (IsModel<T> || std::is_void_v<Element>)
    return false;
  else if constexpr (IsModel<Element>)
    return in_collection;
  else
    return buries_model<Element>(true);
}

template <class Model>
concept HasRules = requires { Model::rules(); };

// What can stand beside what, whatever the type.
constexpr bool well_flagged(Use use, const Flags& flags) {
  const bool computed = use == Use::computed || use == Use::optional_computed;
  const bool has_default = !std::holds_alternative<std::monostate>(flags.default_value);
  const bool replaces = flags.requires_replace || flags.replace_if.has_value();
  return (!has_default || use == Use::optional_computed) && (!flags.keep || computed) &&
         (!replaces || use != Use::computed) && (!flags.write_only || (!computed && !replaces)) &&
         (!flags.block || (!computed && !flags.sensitive && !flags.write_only));
}

template <IsModel Model, bool Arguments = false>
constexpr bool valid_inside(bool in_attribute, bool in_set) {
  std::array<std::string_view, std::tuple_size_v<decltype(Model::fields())>> names{};
  std::size_t count = 0;
  bool good = true;
  for_each_field<Model>([&]<class M, class T>(const Field<M, T>& field) {
    using Nested = typename Inner<T>::Model;
    const Flags& flags = field.flags;
    for (std::size_t i = 0; i < count; ++i) good = good && names[i] != field.name;
    names[count++] = field.name;
    for_each_field<Model>([&]<class N, class U>(const Field<N, U>& other) {
      if constexpr (std::is_same_v<Field<M, T>, Field<N, U>>)  // Of two that are bound to one, one is lost.
        good = good && (other.name == field.name || other.at != field.at);
    });
    good = good && (Arguments || !buries_model<T>()) && well_named(field.name) && !field.doc.empty() &&
           well_flagged(field.use, flags);
    good = good && (Arguments || !flags.unknowns) && (!flags.write_only || !in_set);
    good = good && (!flags.block || (!in_attribute && !std::is_void_v<Nested>));
    if constexpr (!std::is_void_v<Nested>)
      good = good &&
             valid_inside<Nested>(in_attribute || !flags.block, in_set || requires { Inner<T>::in_set; });
  });
  if constexpr (HasRules<Model>)
    for (const ConfigRule& rule : Model::rules())
      for (const std::string_view name : rule.names()) {
        bool found = false;
        for (const std::string_view known : names) found = found || known == name;
        good = good && found;
      }
  return good;
}

// At compile time: names and members differ, names are written as Terraform wants them, each has its
// documentation, flags stand only where they mean something, rules bind what is there. problems() checks the
// same and more when a provider starts, and there it says what is wrong and where.
template <IsModel Model, bool Arguments = false>
consteval bool valid() {
  return valid_inside<Model, Arguments>(false, false);
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
inline constexpr bool is_value = false;
template <class T>
inline constexpr bool is_value<Value<T>> = true;

template <class T>
Value<T> decode(const cty::Value& value, const Path& path, Diagnostics& diagnostics) {
  if (value.is_null()) return {};
  // A collection with an unknown inside is unknown as a whole; models, also those that are elements, keep
  // what they know, field by field.
  if (value.is_unknown() || (!Codec<T>::keeps_unknowns && !value.is_wholly_known()) ||
      (!IsModel<T> && !is_value<typename Elements<T>::Type> && has_unknown_element(value)))
    return Value<T>::unknown();
  T out{};
  return Codec<T>::decode(value, out, path, diagnostics) ? Value<T>(std::move(out)) : Value<T>();
}

template <class T>
consteval bool is_supported() {
  using Element = typename Elements<T>::Type;
  if constexpr (std::is_void_v<Element>)
    return requires { Codec<T>::nesting; };
  else
    return is_supported<Element>();
}

struct NoNesting {
  static constexpr Nesting nesting = Nesting::none;
  static std::vector<Attribute> nested() { return {}; }
  static std::vector<ConfigRule> rules() { return {}; }
};

// A list, set or map of T: with nesting when T is a model.
template <class T, Nesting N>
struct CollectionCodec {
  static constexpr bool keeps_unknowns = IsModel<T> || is_value<T>;
  static constexpr Nesting nesting = IsModel<T> ? N : Nesting::none;
  static std::vector<Attribute> nested() {
    return IsModel<T> ? Codec<T>::nested() : std::vector<Attribute>();
  }
  static std::vector<ConfigRule> rules() {
    return IsModel<T> ? Codec<T>::rules() : std::vector<ConfigRule>();
  }
};

template <class T, class Stored>
struct PlainCodec : NoNesting {
  static constexpr bool keeps_unknowns = false;
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
  if (value.is_known() || is_value<T>) return Codec<T>::decode(value, out, path, diagnostics);
  diagnostics.error(path, "Null element",
                    "\"" + path.text() + "\" holds null; remove the element or give it a value.");
  return false;
}

template <class T>
struct Codec<std::vector<T>> : CollectionCodec<T, Nesting::list> {
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
struct Codec<std::set<T>> : CollectionCodec<T, Nesting::set> {
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
struct Codec<std::map<std::string, T>> : CollectionCodec<T, Nesting::map> {
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

// A value of any type, which it brings along.
template <>
struct Codec<cty::Value::Dynamic> : NoNesting {
  static constexpr bool keeps_unknowns = false;
  static cty::Type type() { return cty::Type::dynamic(); }
  static cty::Value encode(const cty::Value::Dynamic& value) {
    return cty::Value::dynamic(value.type, value.value);
  }
  static bool decode(const cty::Value& value, cty::Value::Dynamic& out, const Path&, Diagnostics&) {
    const auto* stored = value.get<std::shared_ptr<const cty::Value::Dynamic>>();
    if (stored) out = **stored;
    return stored != nullptr;
  }
};

// A type of an author's own says what two spellings mean the same, and what is none at all.
template <class T>
concept HasSame = requires(const cty::Value& value) {
  { Codec<T>::same(value, value) } -> std::same_as<bool>;
};
template <class T>
concept HasValidator = requires {
  { Codec<T>::validator() } -> std::convertible_to<const Validator*>;
};

// An element that may be null, or not known yet.
template <class T>
struct Codec<Value<T>> : NoNesting {
  static_assert(!IsModel<T> && !is_value<T>, "Value<T> as an element is for what is no model");
  static constexpr bool keeps_unknowns = true;
  static cty::Type type() { return Codec<T>::type(); }
  static cty::Value encode(const Value<T>& value) { return tfplugin::encode(value); }
  static bool decode(const cty::Value& value, Value<T>& out, const Path& path, Diagnostics& diagnostics) {
    out = tfplugin::decode<T>(value, path, diagnostics);
    return out.is_null() == value.is_null();
  }
  static bool same(const cty::Value& a, const cty::Value& b)
    requires HasSame<T>
  {
    return a.is_known() && b.is_known() ? Codec<T>::same(a, b) : a == b;
  }
};

// Of a list, set or map: element by element.
template <HasSame T>
bool same_elements(const cty::Value& a, const cty::Value& b) {
  const auto* list = a.get<cty::Value::List>();
  const auto* other = b.get<cty::Value::List>();
  if (list && other) return std::ranges::equal(*list, *other, &Codec<T>::same);
  const auto* map = a.get<cty::Value::Map>();
  const auto* other_map = b.get<cty::Value::Map>();
  return map && other_map && std::ranges::equal(*map, *other_map, [](const auto& x, const auto& y) {
           return x.first == y.first && Codec<T>::same(x.second, y.second);
         });
}
template <class T>
struct Same {
  static constexpr Compare compare() {
    if constexpr (HasSame<T>) return &Codec<T>::same;
    return nullptr;
  }
};
template <class T>
  requires HasSame<T>
struct Same<std::vector<T>> {
  static constexpr Compare compare() { return &same_elements<T>; }
};
template <class T>
  requires HasSame<T>
struct Same<std::map<std::string, T>> {
  static constexpr Compare compare() { return &same_elements<T>; }
};

// A typed comparison of known values as Flags take it: {.replace_if = when<std::int64_t, shrinks>}.
template <class T, bool (*F)(const T& prior, const T& planned)>
bool compare_as(const cty::Value& prior, const cty::Value& planned) {
  Diagnostics ignored;
  T before{}, after{};
  return Codec<T>::decode(prior, before, Path(), ignored) &&
         Codec<T>::decode(planned, after, Path(), ignored) && F(before, after);
}
template <class T, bool (*F)(const T& prior, const T& planned)>
inline constexpr TypedCompare when{&compare_as<T, F>, &Codec<T>::type};

std::optional<cty::Value> to_value(const Literal& literal);

// Of values of T, as the field declares them.
template <class T, class Model, class Declared>
Attribute make_attribute(const Field<Model, Declared>& field) {
  static_assert(
      is_supported<T>() && !is_value<T>,
      "Value<T>: T is std::string, std::int64_t, bool, cty::Number, cty::Value::Dynamic, a type that "
      "has a Codec, a model, or a std::vector, std::set or std::map<std::string, …> of those, or of "
      "Value<those>");
  static_assert(
      !buries_model<T>(),
      "a model stands in one list, set or map, not in a list of lists: give it a model that has the "
      "inner one");
  Attribute out;
  out.name = field.name;
  out.doc = field.doc;
  out.deprecated = field.flags.deprecated;
  out.type = Codec<T>::type();
  out.use = field.use;
  out.sensitive = field.flags.sensitive;
  out.requires_replace = field.flags.requires_replace;
  out.replace_if = field.flags.replace_if;
  out.same = Same<T>::compare();
  out.write_only = field.flags.write_only;
  out.unknowns = field.flags.unknowns;
  out.keep = field.flags.keep;
  out.identity = field.flags.identity;
  out.default_value = to_value(field.flags.default_value);
  out.nesting = Codec<T>::nesting;
  out.block = field.flags.block;
  out.nested = Codec<T>::nested();
  out.rules = Codec<T>::rules();
  if constexpr (HasValidator<T>) out.validators.push_back(Codec<T>::validator());
  for (const Validator* validator : field.flags.validators)
    if (validator) out.validators.push_back(validator);
  for (const PlanModifier* modifier : field.flags.modifiers)
    if (modifier) out.modifiers.push_back(modifier);
  return out;
}

// A block of many that an author left null is one that is not there.
template <class Model, class T>
cty::Value encode_field(const Field<Model, T>& field, const std::type_identity_t<Model>& model) {
  const Value<T>& value = model.*field.at;
  if constexpr (Codec<T>::nesting != Nesting::none && Codec<T>::nesting != Nesting::single)
    if (field.flags.block && value.is_null()) return Codec<T>::encode({});
  return encode(value);
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
  static std::vector<ConfigRule> rules() {
    std::vector<ConfigRule> out;
    if constexpr (HasRules<Model>)
      for (const ConfigRule& rule : Model::rules()) out.push_back(rule);
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
        [&](const auto& field) { out.emplace(std::string(field.name), encode_field(field, model)); });
    return out;
  }
  static bool decode(const cty::Value& value, Model& out, const Path& path, Diagnostics& diagnostics) {
    for_each_field<Model>([&]<class M, class T>(const Field<M, T>& field) {
      const cty::Value& found = value[field.name];
      const Path here = path.attribute(field.name);
      if (!field.flags.sensitive && !field.flags.write_only) {
        out.*field.at = tfplugin::decode<T>(found, here, diagnostics);
        return;
      }
      Diagnostics said;
      out.*field.at = tfplugin::decode<T>(found, here, said);
      add_concealed(found, here, said, diagnostics);
    });
    return value.get<cty::Value::Map>() != nullptr;
  }
};

template <IsModel Model>
Model model_of(const cty::Value& value, Diagnostics& diagnostics) {
  Model model{};
  Codec<Model>::decode(value, model, Path(), diagnostics);
  return model;
}

template <IsModel Model>
Schema make_schema(std::string_view doc, std::int64_t version = 0) {
  Schema out;
  out.version = version;
  out.doc = doc;
  out.attributes = Codec<Model>::nested();
  out.rules = Codec<Model>::rules();
  return out;
}

// `base`, of `type`, where `before` and `after` are the same, else `after`: inside objects, maps with the
// same keys, and lists of the same length, each by itself. A set is one thing.
cty::Value merged(const cty::Type& type, cty::Value base, const cty::Value& before, const cty::Value& after);

// `base` with what `after` has otherwise than `before`: what an author left alone stays to the bit, unknowns
// inside collections included. In a set that an author touched, elements that a model cannot tell apart are
// one.
template <IsModel Model>
cty::Value with_changes(cty::Value base, const Model& before, const Model& after) {
  auto* attributes = base.get<cty::Value::Map>();
  for_each_field<Model>([&]<class M, class T>(const Field<M, T>& field) {
    if (before.*field.at == after.*field.at) return;
    cty::Value& value = (*attributes)[std::string(field.name)];
    value =
        merged(Codec<T>::type(), std::move(value), encode_field(field, before), encode_field(field, after));
  });
  return base;
}

}  // namespace ghboot::tfplugin
