// SPDX-License-Identifier: Apache-2.0
// A type's JSON, as schemas and dynamic values carry it, and JSON without a type, which it is read through.
#include "fuzz/oracle.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/type.h"

using ghboot::fuzz::require;
using namespace ghboot::tfplugin::cty;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ghboot::fuzz::text_of(data, size);
  const auto json = decode_untyped_json(text);
  require(json || !json.error().message.empty(), "a refusal says why");
  const auto type = Type::parse(text);
  if (!type) {
    require(!type.error().empty(), "a refusal says why");
    return 0;
  }
  require(json.has_value(), "a type is JSON");
  const std::string written = type->json();
  const auto again = Type::parse(std::string_view(written));
  require(again && *again == *type, "a type survives its JSON");
  require(again->json() == written, "a type has one JSON form");
  require(!type->name().empty(), "a type has a name for people");
  require(again->has_dynamic() == type->has_dynamic(), "equal types are dynamic alike");
  return 0;
}
