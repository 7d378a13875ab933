// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/spelling.h"

#include <utility>

#include "tfplugin/correlate.h"

namespace ghboot::tfplugin {
namespace {

using Attributes = std::vector<Attribute>;

// Nothing inside a set is write-only, and most schemas have none at all.
bool has_write_only(const Attribute& attribute) {
  if (attribute.write_only) return true;
  for (const Attribute& inner : attribute.nested)
    if (has_write_only(inner)) return true;
  return false;
}

void fill_write_only(const Attributes& attributes, cty::Value& value, const cty::Value& config) {
  if (!value.is_known()) return;
  for (const Attribute& attribute : attributes) {
    if (!has_write_only(attribute)) continue;
    cty::Value& inner = slot(value, attribute.name);
    if (attribute.write_only) inner = config[attribute.name];
    for_each_child(attribute, inner, config[attribute.name], absent, Path(),
                   [&](cty::Value& child, const cty::Value& child_config, const cty::Value&, const Path&) {
                     fill_write_only(attribute.nested, child, child_config);
                   });
  }
}

void find_write_only(const Attributes& attributes, const cty::Value& value, const Path& path,
                     std::vector<Path>& out) {
  for (const Attribute& attribute : attributes) {
    const cty::Value& inner = value[attribute.name];
    const Path here = path.attribute(attribute.name);
    if (attribute.write_only && !inner.is_null()) out.push_back(here);
    for_each_nested(attribute, inner, here, [&](const cty::Value& child, const Path& child_path) {
      find_write_only(attribute.nested, child, child_path, out);
    });
  }
}

}  // namespace

bool means_same(const Attribute& attribute, const cty::Value& a, const cty::Value& b) {
  return a.is_known() && b.is_known() && a.is_wholly_known() && b.is_wholly_known() && attribute.same(a, b);
}

void keep_spelling(const Attributes& attributes, const cty::Value& older, cty::Value& value) {
  if (!older.is_known() || !value.is_known()) return;
  for (const Attribute& attribute : attributes) {
    cty::Value& inner = slot(value, attribute.name);
    const cty::Value& before = older[attribute.name];
    if (attribute.same && means_same(attribute, before, inner)) inner = before;
    if (attribute.nesting != Nesting::set)
      for_each_child(attribute, inner, before, absent, Path(),
                     [&](cty::Value& child, const cty::Value& child_before, const cty::Value&, const Path&) {
                       keep_spelling(attribute.nested, child_before, child);
                     });
  }
}

cty::Value with_write_only(const Attributes& attributes, cty::Value value, const cty::Value& config) {
  fill_write_only(attributes, value, config);
  return value;
}

cty::Value without_write_only(const Attributes& attributes, cty::Value value) {
  return with_write_only(attributes, std::move(value), absent);
}

std::vector<Path> write_only_paths(const Attributes& attributes, const cty::Value& value) {
  std::vector<Path> out;
  find_write_only(attributes, value, Path(), out);
  return out;
}

}  // namespace ghboot::tfplugin
