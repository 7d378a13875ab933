// SPDX-License-Identifier: Apache-2.0
// Configurations by chance as terraform reads them. Threads: one Writer, one thread.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tfplugin/cty/json.h"
#include "tfplugin/schema.h"

namespace ghboot::acceptance {

// A configuration in Terraform's JSON syntax. What is not known while planning comes from a terraform_data of
// the name `source`, whose output is unknown while its input, `later`, changes. Where that cannot be written
// as it is masked, `masked` becomes what is.
class Writer {
  using json = nlohmann::json;
  using Attribute = tfplugin::Attribute;
  using Nesting = tfplugin::Nesting;
  using Use = tfplugin::Use;
  using List = tfplugin::cty::Value::List;
  using Map = tfplugin::cty::Value::Map;
  using Value = tfplugin::cty::Value;
  using Type = tfplugin::cty::Type;
  using Kind = tfplugin::cty::Kind;

 public:
  explicit Writer(std::string source) : source_(std::move(source)) {}
  json later = json::object();

  json body(const std::vector<Attribute>& attributes, const Value& config, Value& masked) {
    json out = json::object();
    for (const Attribute& attribute : attributes) {
      const Value& value = config[attribute.name];
      Value& known = (*masked.get<Map>())[attribute.name];
      if (attribute.block)
        put_blocks(attribute, value, known, out);
      else if (!value.is_null())
        out[attribute.name] = expression(attribute, value, known);
    }
    return out;
  }

 private:
  static json plain(const Type& type, const Value& value) {
    return json::parse(tfplugin::cty::encode_json(type, value));
  }
  std::string reference(json value) {
    const std::string name = "k" + std::to_string(later.size());
    later[name] = std::move(value);
    return "${terraform_data." + source_ + ".output." + name + "}";
  }
  // As much of it as is known stands there itself.
  json expression(const Attribute& attribute, const Value& value, Value& known) {
    if (known.is_wholly_known()) return plain(attribute.type, value);
    if (known.is_known() && attribute.nesting == Nesting::none && attribute.type.kind() != Kind::set)
      return elements(attribute.type, value, known);
    if (known.is_unknown() || attribute.nesting == Nesting::none || attribute.nesting == Nesting::set) {
      known = Value::unknown();
      return reference(plain(attribute.type, value));
    }
    if (attribute.nesting == Nesting::single) return body(attribute.nested, value, known);
    json out = attribute.nesting == Nesting::list ? json::array() : json::object();
    if (const auto* map = value.get<Map>()) {
      for (const auto& [key, object] : *map)
        out[key] = body(attribute.nested, object, (*known.get<Map>())[key]);
    } else {
      for (std::size_t i = 0; i < value.get<List>()->size(); ++i)
        out.push_back(body(attribute.nested, (*value.get<List>())[i], (*known.get<List>())[i]));
    }
    return out;
  }
  json elements(const Type& type, const Value& value, const Value& known) {
    if (known.is_unknown()) return reference(plain(type, value));
    if (known.is_wholly_known()) return plain(type, value);
    json out;
    if (const auto* map = value.get<Map>())
      for (const auto& [key, element] : *map) out[key] = elements(type.element(), element, known[key]);
    else
      for (std::size_t i = 0; i < value.get<List>()->size(); ++i)
        out.push_back(elements(type.element(), (*value.get<List>())[i], (*known.get<List>())[i]));
    return out;
  }
  void put_blocks(const Attribute& attribute, const Value& value, Value& known, json& out) {
    const auto* labelled = value.get<Map>();
    if (value.is_null() || (attribute.nesting == Nesting::map && labelled->empty())) {
      known = value;
      return;
    }
    if (known.is_unknown() && !labelled && put_dynamic(attribute, value, out)) return;
    // The elements of a masked set stand in another order.
    if (!known.is_known() || attribute.nesting == Nesting::set) known = value;
    json& blocks = out[attribute.name];
    if (attribute.nesting == Nesting::single) {
      blocks = body(attribute.nested, value, known);
    } else if (labelled) {
      blocks = json::object();
      for (const auto& [key, block] : *labelled)
        blocks[key] = body(attribute.nested, block, (*known.get<Map>())[key]);
    } else {
      blocks = json::array();
      for (std::size_t i = 0; i < value.get<List>()->size(); ++i)
        blocks.push_back(body(attribute.nested, (*value.get<List>())[i], (*known.get<List>())[i]));
    }
  }
  // Blocks that nobody knows yet, not even how many; false: there are blocks inside. Labels must be known.
  bool put_dynamic(const Attribute& attribute, const Value& value, json& out) {
    json content = json::object();
    for (const Attribute& inner : attribute.nested) {
      if (inner.block) return false;
      if (inner.use != Use::computed)
        content[inner.name] = "${" + attribute.name + ".value." + inner.name + "}";
    }
    out["dynamic"][attribute.name] = {{"for_each", reference(plain(attribute.type, value))},
                                      {"content", content}};
    return true;
  }

  std::string source_;
};

}  // namespace ghboot::acceptance
