// SPDX-License-Identifier: Apache-2.0
// Values of a type out of bytes, so that a target reaches what lies behind the decoder. Where the bytes end,
// all is null or empty. Whether what comes is sensible is chance: nulls and unknowns stand anywhere.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/oracle.h"
#include "tfplugin/cty/text.h"
#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"

namespace ghboot::fuzz {

class Generator {
 public:
  explicit Generator(std::string_view& input) : input_(input) {}

  // UTF-8 of at most 15 characters, as protobuf's strings are.
  std::string text() {
    std::string out;
    for (unsigned left = take_choice(input_) % 16; left > 0; --left) {
      const unsigned c = take_choice(input_);
      if (c >= 0x80) out += static_cast<char>(0xc2 + (c & 0x1fU) % 0x1e);
      out += static_cast<char>(c >= 0x80 ? 0x80 | (c & 0x3fU) : c);
    }
    return *tfplugin::cty::composed(out);  // Core sends no other.
  }
  // Any bytes, at most 65,535.
  std::string bytes() {
    const std::size_t size = take_choice(input_) << 8U | take_choice(input_);
    const std::string out(input_.substr(0, size));
    input_.remove_prefix(out.size());
    return out;
  }

  tfplugin::cty::Value value(const tfplugin::cty::Type& type, bool unknowns) {
    const unsigned choice = take_choice(input_) % 8;
    if (choice == 0) return {};
    if (choice == 1 && unknowns) return tfplugin::cty::Value::unknown();
    switch (type.kind()) {
      case tfplugin::cty::Kind::string:
        return text();
      case tfplugin::cty::Kind::number:
        return number(choice);
      case tfplugin::cty::Kind::boolean:
        return choice % 2 == 0;
      case tfplugin::cty::Kind::dynamic:
        return tfplugin::cty::Value::dynamic(tfplugin::cty::Type::string(), text());
      case tfplugin::cty::Kind::map:
        return map(type, unknowns);
      case tfplugin::cty::Kind::object:
        return object(type, unknowns);
      default:
        return elements(type, unknowns);
    }
  }
  tfplugin::cty::Value object(const tfplugin::cty::Type& type, bool unknowns) {
    tfplugin::cty::Value::Map out;
    for (const auto& attribute : type.attributes())
      out.emplace(attribute.name, value(attribute.type, unknowns));
    return out;
  }

 private:
  tfplugin::cty::Value number(unsigned choice) {
    if (choice < 5) return tfplugin::cty::Value::integer(static_cast<std::int8_t>(take_choice(input_)));
    auto number = tfplugin::cty::Number::parse(text());
    return number ? tfplugin::cty::Value(*std::move(number)) : tfplugin::cty::Value::integer(1);
  }
  tfplugin::cty::Value elements(const tfplugin::cty::Type& type, bool unknowns) {
    tfplugin::cty::Value::List out;
    if (type.kind() == tfplugin::cty::Kind::tuple) {
      for (const auto& attribute : type.attributes()) out.push_back(value(attribute.type, unknowns));
      return out;
    }
    for (unsigned left = take_choice(input_) % 5; left > 0; --left)
      out.push_back(value(type.element(), unknowns));
    return type.kind() == tfplugin::cty::Kind::set ? tfplugin::cty::Value::set(std::move(out))
                                                   : tfplugin::cty::Value(std::move(out));
  }
  tfplugin::cty::Value map(const tfplugin::cty::Type& type, bool unknowns) {
    tfplugin::cty::Value::Map out;
    for (unsigned left = take_choice(input_) % 5; left > 0; --left) {
      std::string key = text();
      out.insert_or_assign(std::move(key), value(type.element(), unknowns));
    }
    return out;
  }

  std::string_view& input_;
};

}  // namespace ghboot::fuzz
