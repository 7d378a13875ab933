// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/custom_types.h"

#include <algorithm>
#include <string>

#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class IsJson final : public Validator {
 public:
  bool takes(const cty::Type& type) const override { return type.kind() == cty::Kind::string; }
  void check(const cty::Type&, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override {
    const auto* text = value.get<std::string>();
    // Neither the text nor the parser's words, which quote it: it is long, and sometimes holds a secret.
    if (text && !cty::decode_untyped_json(*text))
      diagnostics.error(path, "Not JSON",
                        "\"" + path.text() + "\" is no JSON text; jsonencode() writes one.");
  }
};

constexpr IsJson is_json;

template <class Meaning>
bool same_meaning(const cty::Value& a, const cty::Value& b, const Meaning& meaning) {
  const auto* left = a.get<std::string>();
  const auto* right = b.get<std::string>();
  if (!left || !right) return false;
  const auto one = meaning(*left);
  const auto other = meaning(*right);
  return one && other && *one == *other;
}

}  // namespace

bool Codec<CaseInsensitive>::same(const cty::Value& a, const cty::Value& b) {
  const auto* left = a.get<std::string>();
  const auto* right = b.get<std::string>();
  return left && right &&
         std::ranges::equal(*left, *right, [](char x, char y) { return lower(x) == lower(y); });
}

bool Codec<Json>::same(const cty::Value& a, const cty::Value& b) {
  return same_meaning(a, b, [](const std::string& text) { return cty::decode_untyped_json(text); });
}
const Validator* Codec<Json>::validator() { return &is_json; }

bool Codec<Duration>::same(const cty::Value& a, const cty::Value& b) {
  return same_meaning(a, b, [](const std::string& text) { return parse_exact_duration(text); });
}

}  // namespace ghboot::tfplugin
