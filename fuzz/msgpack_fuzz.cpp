// SPDX-License-Identifier: Apache-2.0
// A value in msgpack: the first byte chooses its type, by letter, the rest are the bytes. What decodes must
// survive msgpack and JSON unchanged.
#include <array>

#include "fuzz/oracle.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"

namespace {

using ghboot::fuzz::require;
using namespace ghboot::tfplugin::cty;

// Above it, what is known of an unknown value may outgrow core's limit when it is written anew, and is left
// out.
constexpr std::size_t refinements_kept_max = 1000;

const std::array<Type, 8>& types() {
  static const std::array<Type, 8> all{
      Type::dynamic(),
      Type::number(),
      Type::list(Type::string()),
      Type::set(Type::list(Type::number())),
      Type::map(Type::dynamic()),
      Type::tuple({Type::boolean(), Type::set(Type::dynamic())}),
      Type::object({{"name", Type::string()}, {"tags", Type::set(Type::string())}, {"n", Type::number()}}),
      Type::list(Type::object({{"a", Type::boolean()}, {"b", Type::map(Type::list(Type::number()))}}))};
  return all;
}

void survives_msgpack(const Type& type, const Value& value, bool refinements_kept) {
  const std::string bytes = encode_msgpack(type, value);
  const auto again = decode_msgpack(type, bytes);
  require(again.has_value(), "what is encoded decodes");
  require(!refinements_kept || *again == value, "a value survives msgpack");
  require(encode_msgpack(type, *again) == bytes, "a value has one msgpack form");
}

// JSON has neither unknowns nor bytes that are no UTF-8: the second trip is the one that changes nothing.
void survives_json(const Type& type, const Value& value) {
  const auto first = decode_json(type, encode_json(type, value));
  require(first.has_value(), "what is written as JSON is read again");
  const std::string text = encode_json(type, *first);
  const auto second = decode_json(type, text);
  require(second.has_value() && *second == *first, "a value survives JSON");
  require(encode_json(type, *second) == text, "a value has one JSON form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = ghboot::fuzz::text_of(data, size);
  const Type& type = types()[ghboot::fuzz::take_choice(input) % types().size()];
  const auto value = decode_msgpack(type, input);
  if (!value) {
    require(!value.error().message.empty(), "a refusal says why");
    return 0;
  }
  survives_msgpack(type, *value, input.size() <= refinements_kept_max);
  survives_json(type, *value);
  return 0;
}
