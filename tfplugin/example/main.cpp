// SPDX-License-Identifier: Apache-2.0
// A provider without any I/O: what the SDK itself costs, and a place to see each of its parts at work. Built
// with the tests; not for users.
#include <atomic>
#include <cstdio>
#include <string>

#include "tfplugin/serve.h"

namespace {

using namespace ghboot::tfplugin;

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
  Things() : Resource("A thing that exists in the state alone.") {}

 protected:
  std::optional<Thing> create_thing(const Thing& planned, Call&) const override {
    Thing out = planned;
    out.id = "thing-" + std::to_string(++count_);
    return out;
  }
  std::optional<Thing> read_thing(const Thing& state, Call&) const override { return state; }
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
  mutable std::atomic<int> count_ = 0;
};

struct Nothing {
  static constexpr auto fields() { return std::tuple{}; }
};

class Example final : public TypedProvider<Nothing> {
 public:
  Example() : TypedProvider("Things without I/O.") {
    resources.emplace("example_thing", std::make_unique<Things>());
  }

 protected:
  // As a careless library might: it must not reach Terraform, which reads the handshake there.
  void configure_with(const Nothing&, std::string_view, Diagnostics&) override {
    std::fputs("chatter on standard output\n", stdout);
    std::fflush(stdout);
  }
};

}  // namespace

int main(int argc, char** argv) {
  Example provider;
  return serve(argc, argv, "registry.terraform.io/ghboot/example", provider);
}
