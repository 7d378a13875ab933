// SPDX-License-Identifier: Apache-2.0
// A Value is any Terraform value: null, unknown (perhaps with what is already known of it), or known. It does
// not carry its type, but for a dynamic one, which brings it; who decodes or encodes hands the type in. A set
// is held sorted and without duplicates, so that equal sets are equal values. Threads: as any value.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tfplugin/cty/number.h"
#include "tfplugin/cty/path.h"
#include "tfplugin/cty/type.h"

namespace ghboot::tfplugin::cty {

// What is known of an unknown value. Core holds a provider to it after apply.
struct Refinement {
  struct Bound {
    Number limit;
    bool inclusive = true;
    auto operator<=>(const Bound&) const = default;
  };
  std::optional<bool> null;  // false: it will not be null.
  std::string prefix;
  std::optional<Bound> number_min, number_max;
  std::optional<std::int64_t> length_min, length_max;
  bool empty() const { return *this == Refinement(); }
  auto operator<=>(const Refinement&) const = default;
};

class Value {
 public:
  using List = std::vector<Value>;  // List, set and tuple.
  using Map = std::map<std::string, Value,
                       std::less<>>;  // Map and object: an object has every attribute of its type.
  struct Unknown {
    std::shared_ptr<const Refinement> refinement;  // Null: nothing more is known.
  };
  struct Dynamic;

  Value() = default;  // Null.
  Value(bool value) : data_(value) {}
  Value(Number value) : data_(std::move(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(List value) : data_(std::move(value)) {}
  Value(Map value) : data_(std::move(value)) {}
  static Value integer(std::int64_t value) { return Number(value); }
  static Value unknown() { return Value(Unknown{}); }
  static Value unknown(Refinement refinement);
  static Value set(List elements);
  static Value dynamic(Type type, Value value);

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_unknown() const { return std::holds_alternative<Unknown>(data_); }
  bool is_known() const { return !is_unknown() && !is_null(); }
  bool is_wholly_known() const;  // No unknown anywhere inside; null counts as known.

  template <class T>
  const T* get() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get() {
    return std::get_if<T>(&data_);
  }
  const Refinement* refinement() const;

  // The attribute of an object; null where this is no object or has none of that name.
  const Value& operator[](std::string_view attribute) const;
  // What is at `path`; nothing when a step leads nowhere. A step into null or unknown yields that null or
  // unknown.
  std::optional<Value> at(const Path& path) const;

  bool operator==(const Value& other) const { return compare(other) == 0; }
  std::strong_ordering operator<=>(const Value& other) const { return compare(other); }

 private:
  explicit Value(Unknown unknown) : data_(std::move(unknown)) {}
  std::strong_ordering compare(const Value& other) const;

  std::variant<std::monostate, bool, Number, std::string, List, Map, std::shared_ptr<const Dynamic>, Unknown>
      data_;
};

struct Value::Dynamic {
  Type type = Type::dynamic();
  Value value;
  bool operator==(const Dynamic&) const = default;
};

// Whether `value` is one of `type`, all the way down: a dynamic one is of the type that it brings, an object
// may lack what is null.
bool conforms(const Type& type, const Value& value);

// Whether two values of `type` are one but for what is known of their unknowns.
bool same_but_for_refinements(const Type& type, const Value& a, const Value& b);
// `value` without what is known of its unknowns.
Value unrefined(const Type& type, const Value& value);

// A value that is not what its type says.
struct DecodeError {
  Path path;
  std::string message;
};

}  // namespace ghboot::tfplugin::cty
