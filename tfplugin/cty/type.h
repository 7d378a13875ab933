// SPDX-License-Identifier: Apache-2.0
// A Type is the type of a Terraform value: a primitive, a collection of one type, a tuple, an object, or
// dynamic (the value brings its own). Its JSON form is what schemas and dynamic values carry on the wire:
//   "string" "number" "bool" "dynamic" ["list",T] ["set",T] ["map",T] ["tuple",[T,…]]
//   ["object",{"name":T,…},["optional",…]]
// Copies are cheap and share. Threads: as any value.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ghboot::tfplugin::cty {

class Value;

enum class Kind : std::uint8_t { string, number, boolean, dynamic, list, set, map, tuple, object };

class Type {
 public:
  struct Attribute;

  static Type string() { return Type(Kind::string); }
  static Type number() { return Type(Kind::number); }
  static Type boolean() { return Type(Kind::boolean); }
  static Type dynamic() { return Type(Kind::dynamic); }
  static Type list(Type element);
  static Type set(Type element);
  static Type map(Type element);
  static Type tuple(std::vector<Type> elements);
  static Type object(std::vector<Attribute> attributes);  // Sorted by name here; names must differ.

  Kind kind() const { return kind_; }
  const Type& element() const;                                             // list, set, map
  const std::vector<Attribute>& attributes() const { return *elements_; }  // object: sorted; tuple: nameless
  const Type* attribute(std::string_view name) const;                      // object; nullptr: no such
  bool has_dynamic() const;                                                // It or anything inside.
  // A list, set or map in it holds such, whose elements then would not be of one type, as core wants them.
  bool has_dynamic_elements() const;

  // At most 64 levels; the error says what is wrong with the text, in words.
  static std::expected<Type, std::string> parse(std::string_view json);
  static std::expected<Type, std::string> parse(const Value& untyped_json);
  std::string json() const;
  std::string name() const;  // For people: "list of string".

  bool operator==(const Type& other) const;

 private:
  explicit Type(Kind kind) : kind_(kind) {}
  Type(Kind kind, std::vector<Attribute> elements);

  Kind kind_;
  std::shared_ptr<const std::vector<Attribute>> elements_;
};

struct Type::Attribute {
  std::string name;
  Type type;
  bool optional = false;
  bool operator==(const Attribute&) const = default;
};

inline const Type& Type::element() const { return elements_->front().type; }

}  // namespace ghboot::tfplugin::cty
