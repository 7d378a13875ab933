// SPDX-License-Identifier: Apache-2.0
// The provider whose RPCs are fuzzed: every kind of attribute, what modules say, a data source, an ephemeral
// resource and a function with any number of arguments. It keeps what it is given, decides what is unknown,
// and believes, as authors do, that what is required is there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tfplugin/example/shelf.h"
#include "tfplugin/provider.h"

namespace ghboot::fuzz {

using namespace tfplugin;

struct Part {
  Value<std::string> name, code;
  Value<std::int64_t> weight;
  Value<std::map<std::string, std::string>> labels;
  static constexpr Between some = at_least(1);

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Part::name, Use::required, "Name."},
        Field{"code", &Part::code, Use::computed, "Drawn."},
        Field{"weight",
              &Part::weight,
              Use::optional_computed,
              "Weight.",
              {.default_value = std::int64_t{1}, .validators = {&some}}},
        Field{"labels", &Part::labels, Use::optional, "Labels."},
    };
  }
  bool operator==(const Part&) const = default;
};

struct Bench {
  Value<std::string> name, place, id, stamp, note;
  Value<bool> strict;
  Value<std::int64_t> size;
  Value<cty::Number> ratio;
  Value<std::set<std::string>> tags;
  Value<std::vector<std::string>> words;
  Value<Part> frame, kept;
  Value<std::vector<Part>> parts;
  Value<std::map<std::string, Part>> named;
  Value<Timeouts> timeouts;
  static constexpr Length short_text{0, 8};
  static constexpr OneOf places{"here", "there"};

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Bench::name, Use::required, "Name.", {.validators = {&short_text}}},
        Field{"place",
              &Bench::place,
              Use::optional,
              "Where.",
              {.requires_replace = true, .validators = {&places}}},
        Field{"id", &Bench::id, Use::computed, "Identity.", {.keep = true}},
        Field{"stamp", &Bench::stamp, Use::computed, "Changes with every change."},
        Field{"note", &Bench::note, Use::optional_computed, "A note.", {.keep = true}},
        Field{"strict", &Bench::strict, Use::optional_computed, "A flag.", {.default_value = false}},
        Field{"size", &Bench::size, Use::optional_computed, "Size."},
        Field{"ratio", &Bench::ratio, Use::optional, "Ratio."},
        Field{"tags", &Bench::tags, Use::optional, "Tags."},
        Field{"words", &Bench::words, Use::optional, "Words."},
        Field{"frame", &Bench::frame, Use::optional, "One part.", {.requires_replace = true}},
        Field{"kept", &Bench::kept, Use::optional_computed, "One more.", {.keep = true}},
        Field{"parts", &Bench::parts, Use::optional, "Parts."},
        Field{"named", &Bench::named, Use::optional, "Parts by name."},
        Field{"timeouts", &Bench::timeouts, Use::optional, "Longest times."},
    };
  }
};
static_assert(valid<Bench>());

template <class T>
void choose(Value<T>& value, T choice) {
  if (value.is_unknown()) value = std::move(choice);
}

class Benches final : public Resource<Bench> {
 public:
  Benches() : Resource("A bench.") {}

 protected:
  void check(const Bench& config, Diagnostics& diagnostics) const override {
    if (config.name.is_known() && *config.name == "odd") diagnostics.warning("Odd name", "It is odd.");
  }
  void plan_change(PlannedChange change) const override {
    if (change.planned && change.planned->note.is_unknown()) change.planned->note = "planned";
  }
  std::optional<Bench> create_thing(const Bench& planned, Call& call) const override {
    if (*planned.name == "throw") throw std::runtime_error("thrown \xff");
    if (*planned.name == "fail")
      call.diagnostics.error(Path({"parts"}).key("\xff"), "Half made \xff", "\xff");
    call.private_state.set("made", *planned.name);
    if (const auto* team = call.provider_meta["team"].get<std::string>())
      call.private_state.set("team", *team);
    return decide(planned);
  }
  std::optional<Bench> read_thing(const Bench& state, Call& call) const override {
    if (state.name.is_known() && *state.name == "gone") return std::nullopt;
    call.private_state.set("read", *state.id);
    return state;
  }
  std::optional<Bench> update_thing(const Bench&, const Bench& planned, Call& call) const override {
    if (*planned.name == "fail") call.diagnostics.error(Path({"name"}), "Not changed", "It failed.");
    return *planned.name == "fail" ? std::nullopt : std::optional(decide(planned));
  }
  void destroy_thing(const Bench& state, Call& call) const override {
    if (*state.name == "fail") call.diagnostics.error("Not destroyed", "It failed.");
  }
  std::optional<Bench> import_thing(const std::string& id, Call& call) const override {
    if (id == "none") return std::nullopt;
    call.private_state.set("imported", id);
    Bench out;
    out.name = out.id = id;
    return out;
  }

 private:
  static void decide(Part& part) {
    choose<std::string>(part.code, "drawn");
    choose<std::int64_t>(part.weight, 1);
  }
  static Bench decide(Bench bench) {
    choose<std::string>(bench.id, "bench-1");
    choose<std::string>(bench.stamp, "stamp");
    choose<std::string>(bench.note, "noted");
    choose<std::int64_t>(bench.size, 3);
    choose<Part>(bench.kept, Part{.name = "kept", .code = "drawn", .weight = 1, .labels = {}});
    for (auto* part : {&bench.frame, &bench.kept})
      if (part->is_known()) decide(**part);
    if (bench.parts.is_known())
      for (Part& part : *bench.parts) decide(part);
    if (bench.named.is_known())
      for (auto& [key, part] : *bench.named) decide(part);
    return bench;
  }
};

struct Lookup {
  Value<std::string> name;
  Value<std::vector<Part>> found;
  static constexpr auto fields() {
    return std::tuple{Field{"name", &Lookup::name, Use::required, "What is looked for."},
                      Field{"found", &Lookup::found, Use::computed, "What was found."}};
  }
};

class Catalogue final : public DataSource<Lookup> {
 public:
  Catalogue() : DataSource("Looks things up.") {}

 protected:
  std::optional<Lookup> read_thing(const Lookup& config, Call&) const override {
    Lookup out = config;
    if (config.name->empty()) return std::nullopt;
    out.found = std::vector<Part>(config.name->size() % 4, Part{.name = *config.name});
    return out;
  }
};

struct Pass {
  Value<std::string> holder, word;
  static constexpr auto fields() {
    return std::tuple{Field{"holder", &Pass::holder, Use::required, "Whose it is."},
                      Field{"word", &Pass::word, Use::computed, "What opens.", {.sensitive = true}}};
  }
};

class Passes final : public Ephemeral<Pass> {
 public:
  Passes() : Ephemeral("A pass.") {}

 protected:
  std::optional<Opened> open_thing(const Pass& config, Call& call) const override {
    call.private_state.set("holder", *config.holder);
    Pass out = config;
    out.word = "open";
    return Opened{.thing = std::move(out), .renew_at = std::chrono::system_clock::time_point()};
  }
  RenewAt renew_thing(Call& call) const override {
    if (!call.private_state.get("holder")) call.diagnostics.error("Whose?", "Nobody's.");
    return std::nullopt;
  }
};

struct Sum {
  Value<std::string> unit;
  Value<Variadic<std::vector<std::int64_t>>> amounts;
  static constexpr auto fields() {
    return std::tuple{
        Field{"unit", &Sum::unit, Use::required, "Unit."},
        Field{"amounts", &Sum::amounts, Use::optional, "What is counted.", {.unknowns = true}},
    };
  }
};

class Summing final : public Function<Sum, std::string> {
 public:
  Summing() : Function("Counts.", "Counts what it is given.") {}

 protected:
  Value<std::string> result(const Sum& in, Diagnostics& diagnostics) const override {
    std::size_t count = 0;
    for (const auto& list : in.amounts->values) {
      if (list.is_unknown()) return Value<std::string>::unknown();
      count += list.is_known() ? list->size() : 0;
    }
    if (*in.unit == "none")
      diagnostics.error(Path({"amounts"}).index(static_cast<std::int64_t>(count)), "No unit \xff",
                        "Name one.");
    return std::to_string(count) + *in.unit;
  }
};

struct Ware {  // A part without what only a plan would give it.
  Value<std::string> name, code;
  Value<std::int64_t> weight;
  Value<std::map<std::string, std::string>> labels;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Ware::name, Use::required, "Name."},
        Field{"code", &Ware::code, Use::computed, "Drawn."},
        Field{"weight", &Ware::weight, Use::optional, "Weight.", {.validators = {&Part::some}}},
        Field{"labels", &Ware::labels, Use::optional, "Labels."},
    };
  }
  bool operator==(const Ware&) const = default;
};

struct Block {
  Value<std::string> shop;
  Value<std::vector<Ware>> stock;
  static constexpr auto fields() {
    return std::tuple{Field{"shop", &Block::shop, Use::required, "Which shop."},
                      Field{"stock", &Block::stock, Use::optional, "What is there."}};
  }
};

// What a module says of itself; shelves and benches keep its team.
struct Piece {
  Value<std::string> name;
  Value<std::vector<std::int64_t>> sizes;
  static constexpr auto fields() {
    return std::tuple{Field{"name", &Piece::name, Use::required, "What it is."},
                      Field{"sizes", &Piece::sizes, Use::optional, "How large."}};
  }
};
struct Module {
  Value<std::string> team;
  Value<std::map<std::string, Piece>> parts;
  static constexpr auto fields() {
    return std::tuple{Field{"team", &Module::team, Use::optional, "Whose it is."},
                      Field{"parts", &Module::parts, Use::optional, "What it is made of."}};
  }
};

class Workshop final : public TypedProvider<Block, Module> {
 public:
  Workshop() : TypedProvider("A workshop.") {
    resources.emplace("shop_bench", std::make_unique<Benches>());
    resources.emplace("shop_shelf", std::make_unique<example::Shelves>());
    data_sources.emplace("shop_catalogue", std::make_unique<Catalogue>());
    ephemeral_resources.emplace("shop_pass", std::make_unique<Passes>());
    functions.emplace("sum", std::make_unique<Summing>());
  }

 protected:
  void configure_with(const Block& block, std::string_view, Diagnostics&) override {
    if (block.shop.is_unknown()) return;
    shop_ = *block.shop;
  }

 private:
  std::string shop_;
};

}  // namespace ghboot::fuzz
