// SPDX-License-Identifier: Apache-2.0
// Somebody who reads: known by a name that may change, so that an update changes the identity.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "tfplugin/resource.h"

namespace ghboot::tfplugin::example {

struct Reader {
  Value<std::string> name;
  Value<bool> adult;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Reader::name, Use::required, "Name.", {.identity = IdentityUse::required}},
        Field{"adult",
              &Reader::adult,
              Use::optional_computed,
              "Whether all shelves are theirs.",
              {.default_value = true}},
    };
  }
};
static_assert(valid<Reader>());

class Readers final : public Resource<Reader> {
 public:
  Readers() : Resource("A reader, who may be renamed.", {.identity_changes = true}) {}

 protected:
  std::optional<Reader> create_thing(const Reader& planned, Call&) const override { return planned; }
  std::optional<Reader> read_thing(const Reader& state, Call&) const override { return state; }
  std::optional<Reader> update_thing(const Reader&, const Reader& planned, Call&) const override {
    return planned;
  }
  void destroy_thing(const Reader&, Call&) const override {}  // The state is all there is.
  std::optional<Reader> import_thing(const std::string& id, Call&) const override {
    return Reader{.name = id, .adult = true};
  }
};

}  // namespace ghboot::tfplugin::example
