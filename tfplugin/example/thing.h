// SPDX-License-Identifier: Apache-2.0
// The least that a resource is: made, read, changed, replaced, removed, imported.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <tuple>

#include <spdlog/spdlog.h>

#include "tfplugin/example/library.h"
#include "tfplugin/resource.h"

namespace ghboot::tfplugin::example {

struct Thing {
  Value<std::string> name, place, id;
  Value<std::int64_t> size;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Thing::name, Use::required, "Name."},
        Field{"place", &Thing::place, Use::optional, "Where it is.", {.requires_replace = true}},
        Field{"size", &Thing::size, Use::optional_computed, "Size.", {.default_value = std::int64_t{1}}},
        Field{"id", &Thing::id, Use::computed, "Identity.", {.keep = true}},
    };
  }
};
static_assert(valid<Thing>());

class Things final : public Resource<Thing> {
 public:
  explicit Things(const Library& library)
      : Resource("A thing that exists in the state alone."), library_(library) {}

 protected:
  std::optional<Thing> create_thing(const Thing& planned, Call&) const override {
    spdlog::info("brings {} to the library {}", *planned.name, *library_.name);
    Thing out = planned;
    out.id = "thing-" + std::to_string(++count_);
    return out;
  }
  std::optional<Thing> read_thing(const Thing& state, Call&) const override {
    if (library_.name.is_known()) spdlog::info("looks for {} in the library {}", *state.name, *library_.name);
    return state;
  }
  std::optional<Thing> update_thing(const Thing&, const Thing& planned, Call&) const override {
    return planned;
  }
  void destroy_thing(const Thing&, Call&) const override {}  // The state is all there is.
  std::optional<Thing> import_thing(const std::string& id, Call&) const override {
    Thing out;
    out.name = out.id = id;
    out.size = 1;
    return out;
  }

 private:
  const Library& library_;
  mutable std::atomic<int> count_ = 0;
};

}  // namespace ghboot::tfplugin::example
