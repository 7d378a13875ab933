// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/schema.h"

#include <algorithm>
#include <set>
#include <utility>

#include "tfplugin/correlate.h"
#include "tfplugin/cty/text.h"

namespace ghboot::tfplugin {
namespace {

struct Surroundings {
  bool top = true;          // Not inside of anything.
  bool attribute = false;   // Inside an attribute, not a block.
  bool set = false;         // Inside a set, at whatever depth.
  bool collection = false;  // Inside a list, set or map.
};

class Check {
 public:
  explicit Check(bool identity_changes) : identity_changes_(identity_changes) {}
  std::vector<std::string> problems;

  void check(const std::vector<Attribute>& attributes, const std::vector<ConfigRule>& rules, const Path& path,
             const Surroundings& around) {
    std::set<std::string_view> names;
    for (const Attribute& attribute : attributes) {
      here_ = path.attribute(attribute.name);
      refuse_unless(well_named(attribute.name), "a name has lower-case letters, digits and underscores");
      refuse_unless(names.insert(attribute.name).second, "the name stands twice");
      refuse_unless(!attribute.doc.empty(), "has no documentation");
      check_use(attribute);
      check_place(attribute, around);
      check_block(attribute, around);
      check_validators(attribute);
      check(attribute.nested, attribute.rules, path.attribute(attribute.name), inside(attribute, around));
    }
    here_ = path;
    for (const ConfigRule& rule : rules)
      for (const std::string_view name : rule.names())
        refuse_unless(names.contains(name), "a rule binds \"" + std::string(name) + "\", which is not there");
  }

 private:
  static Surroundings inside(const Attribute& attribute, const Surroundings& around) {
    return {.top = false,
            .attribute = around.attribute || !attribute.block,
            .set = around.set || attribute.nesting == Nesting::set,
            .collection = around.collection || attribute.nesting != Nesting::single};
  }

  void check_use(const Attribute& attribute) {
    const bool replaces = attribute.requires_replace || attribute.replace_if;
    if (attribute.default_value) {
      refuse_unless(attribute.use == Use::optional_computed, "a default is for optional_computed attributes");
      if (!fits(attribute.type, *attribute.default_value))
        refuse_unless(false, "the default is not of the type");
      else
        check_default(attribute);
      const auto* text = attribute.default_value->get<std::string>();
      // Core composes the texts that it reads: it would be another at each plan.
      refuse_unless(!text || cty::composed(*text) == *text,
                    "the default is no UTF-8 or has accents apart from their letters: write it in NFC");
    }
    refuse_unless(!attribute.keep || attribute.is_computed(), "keep is for computed attributes");
    refuse_unless(!replaces || attribute.use != Use::computed,
                  "requires_replace is for attributes that can be configured");
    if (attribute.replace_if)
      refuse_unless(attribute.replace_if->type() == attribute.type,
                    "replace_if compares a " + attribute.replace_if->type().name() + ", and this is a " +
                        attribute.type.name());
    if (!attribute.write_only) return;
    refuse_unless(!attribute.is_computed(), "write_only is for attributes that are not computed");
    refuse_unless(!replaces, "core never sees that a write_only value changed: let a version of it replace");
  }
  void check_default(const Attribute& attribute) {
    Diagnostics said;
    for (const Validator* validator : attribute.validators)
      validator->check(attribute.type, *attribute.default_value, here_, said);
    for (const Diagnostic& diagnostic : said.list())
      refuse_unless(diagnostic.severity != Severity::error, "the default is refused: " + diagnostic.detail);
  }
  void check_validators(const Attribute& attribute) {
    for (const Validator* validator : attribute.validators) {
      if (const auto problem = validator->problem(); !problem.empty()) refuse_unless(false, problem);
      refuse_unless(validator->takes(attribute.type),
                    "a validator of it checks nothing of the type " + attribute.type.name());
    }
  }
  void check_place(const Attribute& attribute, const Surroundings& around) {
    refuse_unless(!attribute.write_only || !around.set, "write_only does not go inside a set");
    const bool dynamic =
        around.collection ? attribute.type.has_dynamic() : attribute.type.has_dynamic_elements();
    refuse_unless(!dynamic || attribute.nesting != Nesting::none,
                  "a dynamic type does not go inside a list, set or map");
    if (attribute.identity == IdentityUse::none) return;
    const cty::Kind kind = attribute.type.kind();
    refuse_unless(around.top && !attribute.write_only && kind != cty::Kind::map && kind != cty::Kind::set &&
                      kind != cty::Kind::object,
                  "an identity has simple attributes and lists of the top alone");
    refuse_unless(attribute.identity != IdentityUse::required || attribute.use != Use::optional,
                  "an optional attribute may be null, and is no required part of an identity");
    refuse_unless(!attribute.sensitive, "an identity is shown: nothing sensitive is part of it");
    refuse_unless(identity_changes_ || !attribute.is_computed() || attribute.keep || attribute.default_value,
                  "the identity stays the same: keep it, or let it change");
    refuse_unless(identity_changes_ || attribute.use == Use::computed || attribute.requires_replace,
                  "the identity stays the same: a change must replace, or let it change");
  }
  void check_block(const Attribute& attribute, const Surroundings& around) {
    if (!attribute.block) return;
    const auto [min, max] = *attribute.block;
    const bool counted = attribute.nesting == Nesting::list || attribute.nesting == Nesting::set;
    refuse_unless(attribute.nesting != Nesting::none, "a block holds a model, or a list, set or map of one");
    refuse_unless(!around.attribute, "a block does not go inside an attribute");
    refuse_unless(!attribute.is_computed() && !attribute.write_only && !attribute.sensitive,
                  "a block is required or optional, and nothing else; its attributes may be");
    refuse_unless(min >= 0 && max >= 0 && (max == 0 || min <= max), "min_items is above max_items");
    refuse_unless(counted || (min == 0 && max == 0), "min_items and max_items are for lists and sets");
  }
  static bool fits(const cty::Type& type, const cty::Value& value) {
    switch (type.kind()) {
      case cty::Kind::string:
        return value.get<std::string>() != nullptr;
      case cty::Kind::number:
        return value.get<cty::Number>() != nullptr;
      case cty::Kind::boolean:
        return value.get<bool>() != nullptr;
      default:
        return false;
    }
  }
  void refuse_unless(bool good, std::string_view text) {
    const std::string where = here_.text();
    if (!good) problems.push_back((where.empty() ? where : where + ": ") + std::string(text));
  }

  bool identity_changes_;
  Path here_;
};

// Core counts list and set blocks in what is written; a map block has no least count there.
void validate_count(const Attribute& attribute, const cty::Value& value, const Path& path,
                    Diagnostics& diagnostics) {
  const Sizes sizes = sizes_of(attribute.type, value);
  const auto [min, max] = *attribute.block;
  const std::int64_t least = std::max<std::int64_t>(min, attribute.use == Use::required ? 1 : 0);
  const bool few = std::cmp_less(sizes.most, least);
  if (few || (max > 0 && std::cmp_greater(sizes.least, max)))
    diagnostics.error(path, few ? "Missing block" : "Too many blocks",
                      "\"" + path.text() + "\" stands " + std::to_string(few ? sizes.most : sizes.least) +
                          " times; expected are " +
                          (max == 0       ? "at least " + std::to_string(least)
                           : max == least ? std::to_string(max)
                                          : std::to_string(least) + " to " + std::to_string(max)) +
                          ".");
}

void show(const std::string& content, const std::string& shown, std::string& text) {
  const std::string quoted = "\"" + content + "\"";
  for (std::size_t at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at + shown.size()))
    text.replace(at, quoted.size(), shown);
}

// Of a text in a message, and what is left of a longer one.
constexpr std::size_t readable_max = 200, beginning_max = 63;

// Validators quote what they found, which may be longer than anybody reads.
void shorten(const cty::Value& found, std::string& text) {
  if (const auto* content = found.get<std::string>(); content && content->size() > readable_max)
    show(
        *content,
        "\"" + cty::shortened(*content, beginning_max) + "\" (" + std::to_string(content->size()) + " bytes)",
        text);
  if (const auto* list = found.get<cty::Value::List>())
    for (const cty::Value& element : *list) shorten(element, text);
  if (const auto* map = found.get<cty::Value::Map>())
    for (const auto& [key, element] : *map) shorten(element, text);
}

// Of a path into what is at `secret`: up to the first key of a map, which is a part of the value.
Path without_keys(const Path& path, const Path& secret) {
  Path out;
  for (const cty::Step& step : path.steps()) {
    if (const auto* attribute = std::get_if<cty::AttributeName>(&step))
      out = out.attribute(attribute->name);
    else if (const auto* index = std::get_if<std::int64_t>(&step))
      out = out.index(*index);
    else if (out.steps().size() < secret.steps().size())
      out = out.key(std::get<std::string>(step));
    else
      break;
  }
  return out;
}

void add_managed_only(const std::vector<Attribute>& attributes, const Path& path, bool computed,
                      std::vector<std::string>& out) {
  for (const Attribute& attribute : attributes) {
    const Path here = path.attribute(attribute.name);
    const auto refuse_if = [&](bool stands, const std::string& flag) {
      if (stands) out.push_back(here.text() + ": " + flag + " is for managed resources");
    };
    refuse_if(attribute.write_only, "write_only");
    refuse_if(attribute.identity != IdentityUse::none, "identity");
    refuse_if(!computed && attribute.default_value, "default_value");
    refuse_if(!computed && attribute.keep, "keep");
    refuse_if(!computed && attribute.requires_replace, "requires_replace");
    refuse_if(!computed && attribute.replace_if, "replace_if");
    refuse_if(!computed && !attribute.modifiers.empty(), "a modifier");
    add_managed_only(attribute.nested, here, computed || attribute.use == Use::computed, out);
  }
}

}  // namespace

cty::Type Schema::type() const {
  std::vector<cty::Type::Attribute> types;
  for (const Attribute& attribute : attributes) types.push_back({attribute.name, attribute.type});
  return cty::Type::object(std::move(types));
}

std::vector<std::string> problems(const Schema& schema) {
  std::vector<std::string> out;
  if (schema.version < 0) out.emplace_back("the version is negative");
  if (schema.identity_version < 0) out.emplace_back("the version of the identity is negative");
  Check check(schema.identity_changes);
  check.check(schema.attributes, schema.rules, Path(), {});
  out.insert(out.end(), check.problems.begin(), check.problems.end());
  return out;
}

std::vector<std::string> managed_only(const std::vector<Attribute>& attributes) {
  std::vector<std::string> out;
  add_managed_only(attributes, Path(), false, out);
  return out;
}

cty::Value empty_object(const Schema& schema) {
  cty::Value::Map attributes;
  for (const Attribute& attribute : schema.attributes) attributes.emplace(attribute.name, cty::Value());
  cty::Value out = attributes;
  complete_blocks(schema.attributes, out);
  return out;
}

void complete_blocks(const std::vector<Attribute>& attributes, cty::Value& object) {
  auto* values = object.get<cty::Value::Map>();
  if (!values) return;
  for (const Attribute& attribute : attributes) {
    if (!attribute.block) continue;
    cty::Value& value = (*values)[attribute.name];
    if (value.is_null() && attribute.is_collection_block())
      value =
          attribute.nesting == Nesting::map ? cty::Value(cty::Value::Map()) : cty::Value(cty::Value::List());
    for_each_nested(attribute, value, Path(),
                    [&](cty::Value& child, const Path&) { complete_blocks(attribute.nested, child); });
  }
}

void add_concealed(const cty::Value& found, const Path& path, const Diagnostics& said,
                   Diagnostics& diagnostics, bool only_quotes) {
  for (Diagnostic diagnostic : said.list()) {
    diagnostic.path = without_keys(diagnostic.path, path);
    const auto* content = found.get<std::string>();
    if (content) show(*content, "(a sensitive value)", diagnostic.detail);
    if (!content || (!only_quotes && !content->empty() && diagnostic.detail.contains(*content)))
      diagnostic.detail =
          "\"" + diagnostic.path.text() + "\" is sensitive: what was found there is not shown.";
    diagnostics.add(std::move(diagnostic));
  }
}

void validate_attribute(const Attribute& attribute, const cty::Value& value, const Path& path,
                        Diagnostics& diagnostics, const Path* in_secret) {
  if (value.is_unknown()) return;
  if (value.is_null()) {
    if (attribute.use == Use::required)
      diagnostics.error(path, "Missing required value",
                        "\"" + path.text() + "\" is null; a " + attribute.type.name() + " is required here.");
    return;
  }
  if (attribute.use == Use::computed) {
    diagnostics.error(
        path, "Value for a read-only attribute",
        "\"" + path.text() + "\" is decided by the provider: remove it from the configuration.");
    return;
  }
  // Core tells nobody: it warns where the value is used elsewhere, and only from 1.15 on.
  if (!attribute.deprecated.empty() && !(attribute.is_collection_block() && size_of(value) == 0))
    diagnostics.warning(path, "Deprecated", "\"" + path.text() + "\" is deprecated: " + attribute.deprecated);
  const Path* secret = in_secret ? in_secret : attribute.sensitive || attribute.write_only ? &path : nullptr;
  Diagnostics said;
  for (const Validator* validator : attribute.validators) {
    Diagnostics of_this;
    validator->check(attribute.type, value, path, secret ? of_this : said);
    add_concealed(value, *(secret ? secret : &path), of_this, diagnostics, validator->only_quotes());
  }
  if (attribute.is_collection_block()) validate_count(attribute, value, path, said);
  for_each_nested(attribute, value, path, [&](const cty::Value& child, const Path& child_path) {
    if (child.is_known() && !said.is_full())
      validate_object(attribute.nested, attribute.rules, child,
                      secret ? without_keys(child_path, *secret) : child_path, said, secret);
  });
  for (Diagnostic diagnostic : said.list()) {
    if (diagnostic.detail.size() > readable_max) shorten(value, diagnostic.detail);
    if (attribute.nesting == Nesting::set) diagnostic.path = path;  // No path goes into a set; the words do.
    diagnostics.add(std::move(diagnostic));
  }
}

void validate_object(const std::vector<Attribute>& attributes, const std::vector<ConfigRule>& rules,
                     const cty::Value& config, const Path& path, Diagnostics& diagnostics,
                     const Path* in_secret) {
  for (const Attribute& attribute : attributes)
    validate_attribute(attribute, config[attribute.name], path.attribute(attribute.name), diagnostics,
                       in_secret);
  for (const ConfigRule& rule : rules) check(rule, config, path, diagnostics);
}

}  // namespace ghboot::tfplugin
