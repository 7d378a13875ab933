// SPDX-License-Identifier: Apache-2.0
// A Schema says what a provider, resource or data source takes and gives, in the form that the engine walks:
// made once from a model's fields (field.h), never by hand. Threads: never changed after it was made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"
#include "tfplugin/diagnostics.h"

namespace ghboot::tfplugin {

enum class Use : std::uint8_t { required, optional, computed, optional_computed };
enum class Nesting : std::uint8_t { none, single, list, map };

class Validator {  // Sees known values only; `path` is the attribute's own.
 public:
  virtual void check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const = 0;

 protected:
  ~Validator() = default;  // Validators are constants that nobody owns.
};

struct Attribute {
  std::string name, doc, deprecated;  // deprecated: what to use instead; empty: it is not.
  cty::Type type = cty::Type::dynamic();
  Use use = Use::optional;
  bool sensitive = false;
  bool requires_replace = false;  // A configured change makes a new resource.
  bool unknowns = false;          // Of a function's parameter: an argument may be unknown, or hold what is.
  bool keep = false;  // Computed: not unknown when the resource is changed, the prior value stays.
  std::optional<cty::Value> default_value;
  Nesting nesting = Nesting::none;
  std::vector<Attribute> nested;  // Of the object, with nesting.
  std::vector<const Validator*> validators;

  bool is_computed() const { return use == Use::computed || use == Use::optional_computed; }
};

struct Schema {
  std::int64_t version = 0;
  std::string doc;
  std::vector<Attribute> attributes;

  cty::Type type() const;  // The object type of all attributes.
};

// What Terraform would take badly or not notice, in words, with the attribute's path; empty when all is well.
// Checked when a provider starts: core panics on some of these and is silent about others.
std::vector<std::string> problems(const Schema& schema);

// A value of the schema's type in which everything is null.
cty::Value empty_object(const Schema& schema);

// What core leaves to the provider: a required attribute that is null, a value for a computed one; then the
// attributes' own validators. Unknown passes.
void validate_attribute(const Attribute& attribute, const cty::Value& value, const Path& path,
                        Diagnostics& diagnostics);
void validate_attributes(const std::vector<Attribute>& attributes, const cty::Value& config, const Path& path,
                         Diagnostics& diagnostics);

// Calls visit(child, path of child) for each object that `value`, an attribute with nesting, holds.
template <class Visit>
void for_each_nested(const Attribute& attribute, const cty::Value& value, const Path& path,
                     const Visit& visit) {
  if (!value.is_known()) return;
  if (attribute.nesting == Nesting::single) visit(value, path);
  if (const auto* list = value.get<cty::Value::List>(); list && attribute.nesting == Nesting::list)
    for (std::size_t i = 0; i < list->size(); ++i)
      visit((*list)[i], path.index(static_cast<std::int64_t>(i)));
  if (const auto* map = value.get<cty::Value::Map>(); map && attribute.nesting == Nesting::map)
    for (const auto& [key, child] : *map) visit(child, path.key(key));
}

}  // namespace ghboot::tfplugin
