// SPDX-License-Identifier: Apache-2.0
// A Schema says what a provider, resource or data source takes and gives, in the form that the engine walks:
// made once from a model's fields (field.h), never by hand. Threads: never changed after it was made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tfplugin/config_rule.h"
#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"
#include "tfplugin/diagnostics.h"

namespace ghboot::tfplugin {

enum class Use : std::uint8_t { required, optional, computed, optional_computed };
enum class Nesting : std::uint8_t { none, single, list, set, map };
enum class IdentityUse : std::uint8_t { none, required, optional };  // For an import by identity.

// Validators and modifiers are constants that nobody owns; `problem` is what is wrong with one itself.
class Validator {  // Sees known values only; `path` is the attribute's own. Texts that were found stand in
                   // "…".
 public:
  virtual void check(const cty::Type& type, const cty::Value& value, const Path& path,
                     Diagnostics& diagnostics) const = 0;
  // Whether it checks anything of such a type; where it does not, the schema has a problem.
  virtual bool takes(const cty::Type& type) const = 0;
  virtual std::string problem() const { return {}; }
  // Whether all else that it says is the author's: of a secret that stands there too, as in "begins with
  // `https://`", it may say what is expected.
  virtual bool only_quotes() const { return false; }

 protected:
  ~Validator() = default;
};

// Of one attribute, once the engine has planned it: `planned` may become what core allows (the prior value,
// or anything where the configuration leaves a computed attribute out). `prior` is null on create.
class PlanModifier {
 public:
  virtual void modify(const cty::Value& config, const cty::Value& prior, cty::Value& planned) const = 0;

 protected:
  ~PlanModifier() = default;
};

// Two known values of one attribute, for whether they mean the same, or whether to replace.
using Compare = bool (*)(const cty::Value& prior, const cty::Value& planned);
struct TypedCompare {
  Compare compare;
  cty::Type (*type)();  // Of both.
};

struct Block {                                // Written as a block, not as an attribute.
  std::int64_t min_items = 0, max_items = 0;  // Of lists and sets; 0: no limit.
};

struct Attribute {
  std::string name, doc, deprecated;  // deprecated: what to use instead; empty: it is not.
  cty::Type type = cty::Type::dynamic();
  Use use = Use::optional;
  bool sensitive = false;
  bool requires_replace = false;           // A configured change makes a new resource.
  std::optional<TypedCompare> replace_if;  // The same, when it says so; what is not known yet replaces.
  Compare same = nullptr;                  // Of the type: two spellings of one meaning. The older one stays.
  bool write_only = false;  // Reaches the provider from the configuration alone; null elsewhere.
  bool unknowns = false;    // Of a function's parameter: an argument may be unknown, or hold what is.
  bool keep = false;        // Computed: not unknown when the resource is changed, the prior value stays.
  IdentityUse identity = IdentityUse::none;
  std::optional<cty::Value> default_value;
  Nesting nesting = Nesting::none;
  std::optional<Block> block;     // Of list, set and map: never null, only empty.
  std::vector<Attribute> nested;  // Of the object, with nesting.
  std::vector<ConfigRule> rules;  // Across `nested`.
  std::vector<const Validator*> validators;
  std::vector<const PlanModifier*> modifiers;

  bool is_computed() const { return use == Use::computed || use == Use::optional_computed; }
  bool is_collection_block() const { return block && nesting != Nesting::single; }
};

struct Schema {
  std::int64_t version = 0;
  std::string doc, deprecated;  // deprecated: as an attribute's.
  std::int64_t identity_version = 0;
  bool identity_changes = false;  // An update may change it.
  std::vector<Attribute> attributes;
  std::vector<ConfigRule> rules;

  cty::Type type() const;  // The object type of all attributes.
};

constexpr bool well_named(std::string_view name) {
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9');
}

// What Terraform would take badly or not notice, in words, with the attribute's path; empty when all is well.
// Checked when a provider starts: core panics on some of these and is silent about others.
std::vector<std::string> problems(const Schema& schema);

// A value of the schema's type with nothing in it: attributes are null, blocks of many are empty.
cty::Value empty_object(const Schema& schema);
// Makes blocks of many that are null empty, as core wants them.
void complete_blocks(const std::vector<Attribute>& attributes, cty::Value& object);

// Of flags that mean something in a managed resource alone, each with its path, where they stand elsewhere.
// What is inside a computed attribute may have them: nobody configures it, and its model is often a
// resource's too.
std::vector<std::string> managed_only(const std::vector<Attribute>& attributes);

// Adds what was said of `found`, a sensitive value at `path`, without showing anything of it.
void add_concealed(const cty::Value& found, const Path& path, const Diagnostics& said,
                   Diagnostics& diagnostics, bool only_quotes = false);

// What core leaves to the provider: a required attribute that is null, a value for a computed one; then the
// attributes' own validators, and the rules across them. Unknown passes. `in_secret`: the path of what is
// sensitive, or write-only, around it. Where more is wrong than is told, the rest is not looked at.
void validate_attribute(const Attribute& attribute, const cty::Value& value, const Path& path,
                        Diagnostics& diagnostics, const Path* in_secret = nullptr);
void validate_object(const std::vector<Attribute>& attributes, const std::vector<ConfigRule>& rules,
                     const cty::Value& config, const Path& path, Diagnostics& diagnostics,
                     const Path* in_secret = nullptr);

// Calls visit(child, path of child) for each object that `value`, an attribute with nesting, holds; a set's
// elements have the set's own path.
template <class V, class Visit>
void for_each_nested(const Attribute& attribute, V& value, const Path& path, const Visit& visit) {
  if (!value.is_known()) return;
  if (attribute.nesting == Nesting::single) visit(value, path);
  if (auto* list = value.template get<cty::Value::List>(); list && attribute.nesting != Nesting::none)
    for (std::size_t i = 0; i < list->size(); ++i)
      visit((*list)[i], attribute.nesting == Nesting::set ? path : path.index(static_cast<std::int64_t>(i)));
  if (auto* map = value.template get<cty::Value::Map>(); map && attribute.nesting == Nesting::map)
    for (auto& [key, child] : *map) visit(child, path.key(key));
}

}  // namespace ghboot::tfplugin
