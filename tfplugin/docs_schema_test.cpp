// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs_schema.h"

#include <gtest/gtest.h>

namespace ghboot::tfplugin {
namespace {

struct Shelf {
  Value<std::string> place;
  Value<std::int64_t> height;
  static constexpr auto fields() {
    return std::tuple{
        Field{"place", &Shelf::place, Use::required, "Where."},
        Field{
            "height", &Shelf::height, Use::optional_computed, "Metres.", {.default_value = std::int64_t{2}}},
    };
  }
};

struct Room {
  Value<std::map<std::string, Shelf>> shelves;
  static constexpr auto fields() {
    return std::tuple{Field{"shelves", &Room::shelves, Use::optional, "By name."}};
  }
};

struct Shop {
  Value<std::string> id, name, code, owner;
  Value<std::set<std::string>> wares;
  Value<bool> open;
  Value<Room> room;
  Value<std::vector<Shelf>> found;
  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &Shop::id, Use::computed, "Identity."},
        Field{"room", &Shop::room, Use::optional, "What\nis in it."},
        Field{"name", &Shop::name, Use::required, "Name.", {.requires_replace = true}},
        Field{"code", &Shop::code, Use::optional, "What opens it.", {.sensitive = true}},
        Field{"owner", &Shop::owner, Use::optional, "Whose.", {.deprecated = "Use `name`."}},
        Field{"wares", &Shop::wares, Use::optional_computed, "What it sells."},
        Field{"open", &Shop::open, Use::optional_computed, "Now.", {.default_value = true}},
        Field{"found", &Shop::found, Use::computed, "What was seen."},
    };
  }
};

TEST(DocsSchema, GroupsAttributesByWhoSetsThemAndGivesNestedOnesASection) {
  EXPECT_EQ(schema_markdown(make_schema<Shop>("A shop.")), R"(## Schema

### Required

- `name` (String, Forces replacement) Name.

### Optional

- `room` (Attributes) What
  is in it. (see [below for nested schema](#nestedatt--room))
- `code` (String, Sensitive) What opens it.
- `owner` (String, Deprecated) Whose. **Deprecated:** Use `name`.
- `wares` (Set of String) What it sells.
- `open` (Boolean, Default: `true`) Now.

### Read-Only

- `id` (String) Identity.
- `found` (Attributes List) What was seen. (see [below for nested schema](#nestedatt--found))

<a id="nestedatt--room"></a>
### Nested Schema for `room`

Optional:

- `shelves` (Attributes Map) By name. (see [below for nested schema](#nestedatt--room--shelves))

<a id="nestedatt--room--shelves"></a>
### Nested Schema for `room.shelves`

Required:

- `place` (String) Where.

Optional:

- `height` (Number, Default: `2`) Metres.

<a id="nestedatt--found"></a>
### Nested Schema for `found`

Read-Only:

- `place` (String) Where.
- `height` (Number) Metres.)");
}

struct Bay {
  Value<std::string> place;
  Value<cty::Number> height;
  static constexpr auto fields() {
    return std::tuple{Field{"place", &Bay::place, Use::required, "Where."},
                      Field{"height", &Bay::height, Use::optional, "Metres."}};
  }
};

struct Arguments {
  Value<std::map<std::string, std::vector<cty::Number>>> prices;
  Value<Bay> shelf;
  Value<Variadic<std::string>> names;
  static constexpr auto fields() {
    return std::tuple{
        Field{"prices", &Arguments::prices, Use::required, "By ware."},
        Field{"shelf", &Arguments::shelf, Use::optional, "Null: any."},
        Field{"names", &Arguments::names, Use::required, "Wares."},
    };
  }
};

class Sum final : public Function<Arguments, std::int64_t> {
 public:
  Sum() : Function("Sums.", "Sums.") {}

 protected:
  Value<std::int64_t> result(const Arguments&, Diagnostics&) const override { return {}; }
};

TEST(DocsSchema, OfAFunctionIsItsSignatureAndItsArguments) {
  EXPECT_EQ(signature_markdown("sum", Sum().signature()), R"(## Signature

```text
sum(prices map of list of number, shelf object, names string...) number
```

## Arguments

1. `prices` (Map of List of Number) By ware.
1. `shelf` (Object, Nullable) Null: any. (see [below for nested schema](#nestedatt--shelf))
1. `names` (Variadic, String) Wares.

<a id="nestedatt--shelf"></a>
### Nested Schema for `shelf`

Required:

- `place` (String) Where.

Optional:

- `height` (Number) Metres.)");
}

TEST(DocsSchema, WithoutAttributesIsItsHeadingAlone) { EXPECT_EQ(schema_markdown({}), "## Schema"); }

}  // namespace
}  // namespace ghboot::tfplugin
