// SPDX-License-Identifier: Apache-2.0
// A shelf uses all that a resource can have, and exists in the state alone: every kind of attribute and
// block, rules across them, types of free spelling, write-only values, an identity, and states of two
// older versions.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tfplugin/custom_types.h"
#include "tfplugin/resource.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin::example {

inline constexpr Between of_a_board = {1, 300};
inline constexpr Between a_height = at_least(1), a_number = at_most(999);
inline constexpr Matches a_room{"[a-z]+-[0-9]+", "a room like `hall-1`"};
inline constexpr Count at_most_three{0, 3};
inline constexpr Length short_text{1, 20};
inline constexpr Each each_short{&short_text};

constexpr bool shrinks(const std::int64_t& prior, const std::int64_t& planned) { return planned < prior; }

// A catalogue number stays as long as there is one: an own plan modifier.
class StaysOnceGiven final : public PlanModifier {
 public:
  void modify(const cty::Value& config, const cty::Value& prior, cty::Value& planned) const override {
    if (config.is_null() && !prior.is_null()) planned = prior;
  }
};
inline constexpr StaysOnceGiven stays_once_given;

struct Board {  // A list block.
  Value<std::int64_t> width, load;
  Value<std::string> serial;
  static constexpr auto fields() {
    return std::tuple{
        Field{"width", &Board::width, Use::required, "Centimetres.", {.validators = {&of_a_board}}},
        Field{
            "load", &Board::load, Use::optional_computed, "Kilograms.", {.default_value = std::int64_t{20}}},
        Field{"serial", &Board::serial, Use::computed, "Burnt into the wood.", {.keep = true}},
    };
  }
  bool operator==(const Board&) const = default;
};

struct Label {  // A set block.
  Value<std::string> text, printed;
  static constexpr auto fields() {
    return std::tuple{
        Field{"text", &Label::text, Use::required, "What it says."},
        Field{"printed", &Label::printed, Use::computed, "What the printer made of it."},
    };
  }
  auto operator<=>(const Label&) const = default;
};

struct Lock {  // A single block.
  Value<std::string> code, maker;
  static constexpr auto fields() {
    return std::tuple{
        Field{"code", &Lock::code, Use::required, "Opens it; never stored.", {.write_only = true}},
        Field{"maker", &Lock::maker, Use::optional, "Who made it.", {.deprecated = "Nobody asks any more."}},
    };
  }
  bool operator==(const Lock&) const = default;
};

struct Keeper {  // A map block, and a map attribute.
  Value<CaseInsensitive> name;
  Value<std::string> phone, mail;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Keeper::name, Use::required, "Name; case means nothing."},
        Field{"phone", &Keeper::phone, Use::optional, "By telephone."},
        Field{"mail", &Keeper::mail, Use::optional, "By mail."},
    };
  }
  static constexpr auto rules() { return std::array{at_least_one("phone", "mail")}; }
  bool operator==(const Keeper&) const = default;
};

struct Shelf {
  Value<std::string> room, id, color, paint, code, code_proof, catalogue;
  Value<std::int64_t> number, height, code_version;
  Value<Json> rules_of_use;
  Value<Duration> dusted_every;
  Value<cty::Value::Dynamic> anything;
  Value<std::set<std::string>> topics;
  Value<std::vector<Board>> board, planned_board;
  Value<std::set<Label>> label, sticker;
  Value<Lock> lock;
  Value<std::map<std::string, Keeper>> keeper, guest;
  Value<Timeouts> timeouts;

  static constexpr auto fields() {
    return std::tuple{
        Field{"room",
              &Shelf::room,
              Use::required,
              "Where it stands.",
              {.requires_replace = true, .identity = IdentityUse::required, .validators = {&a_room}}},
        Field{"number",
              &Shelf::number,
              Use::required,
              "Its number in the room.",
              {.requires_replace = true, .identity = IdentityUse::required, .validators = {&a_number}}},
        Field{"id", &Shelf::id, Use::computed, "Room and number.", {.keep = true}},
        Field{"height",
              &Shelf::height,
              Use::required,
              "Centimetres; one that becomes lower is built anew.",
              {.replace_if = when<std::int64_t, shrinks>, .validators = {&a_height}}},
        Field{"color", &Shelf::color, Use::optional, "Of the wood."},
        Field{"paint", &Shelf::paint, Use::optional, "Of the paint."},
        Field{"code",
              &Shelf::code,
              Use::optional,
              "Opens the drawer; never stored.",
              {.sensitive = true, .write_only = true}},
        Field{"code_version", &Shelf::code_version, Use::optional, "Raise it to change `code`."},
        Field{"code_proof", &Shelf::code_proof, Use::computed, "How long the code is."},
        Field{"catalogue",
              &Shelf::catalogue,
              Use::optional_computed,
              "Its number in the catalogue.",
              {.modifiers = {&stays_once_given}}},
        Field{"rules_of_use", &Shelf::rules_of_use, Use::optional, "JSON, in any spelling."},
        Field{"dusted_every",
              &Shelf::dusted_every,
              Use::optional_computed,
              "How often it is dusted.",
              {.default_value = std::string_view("24h")}},
        Field{"anything", &Shelf::anything, Use::optional, "A value of any type."},
        Field{"topics", &Shelf::topics, Use::optional, "What stands there.", {.validators = {&each_short}}},
        Field{"board", &Shelf::board, Use::required, "A board.", {.block = Block{.max_items = 3}}},
        Field{"planned_board",
              &Shelf::planned_board,
              Use::optional,
              "Boards to come.",
              {.validators = {&at_most_three}}},
        Field{"label", &Shelf::label, Use::optional, "A label.", {.block = Block{}}},
        Field{"sticker", &Shelf::sticker, Use::optional, "Like labels, as an attribute."},
        Field{"lock", &Shelf::lock, Use::optional, "A lock.", {.block = Block{}}},
        Field{"keeper", &Shelf::keeper, Use::optional, "Who has the key.", {.block = Block{}}},
        Field{"guest", &Shelf::guest, Use::optional, "Who may come."},
        Field{"timeouts", &Shelf::timeouts, Use::optional, "How long each step may take."},
    };
  }
  static constexpr auto rules() {
    return std::array{at_most_one("color", "paint"), needs("code", "code_version")};
  }
};
static_assert(valid<Shelf>());

// Version 1 had the height in millimetres. Version 0 had the place in one text, and one width for all boards.
struct ShelfBefore {
  Value<std::string> id, place;
  Value<std::int64_t> height, width, boards;
  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &ShelfBefore::id, Use::computed, "Place."},
        Field{"place", &ShelfBefore::place, Use::required, "Room and number: `hall-1/2`."},
        Field{"height", &ShelfBefore::height, Use::required, "Centimetres."},
        Field{"width", &ShelfBefore::width, Use::required, "Of each board."},
        Field{"boards", &ShelfBefore::boards, Use::required, "How many."},
    };
  }
};

// Version 0 of the identity was that text.
struct ShelfPlace {
  Value<std::string> place;
  static constexpr auto fields() {
    return std::tuple{Field{"place", &ShelfPlace::place, Use::required, "Room and number: `hall-1/2`."}};
  }
};

class Shelves final : public Resource<Shelf> {
 public:
  Shelves();

 protected:
  void check(const Shelf& config, Diagnostics& diagnostics) const override;
  std::optional<Shelf> create_thing(const Shelf& planned, Call& call) const override;
  std::optional<Shelf> read_thing(const Shelf& state, Call& call) const override;
  std::optional<Shelf> update_thing(const Shelf& prior, const Shelf& planned, Call& call) const override;
  void destroy_thing(const Shelf&, Call&) const override {}  // The state is all there is.
  std::optional<Shelf> import_thing(const std::string& id, Call& call) const override;
};

}  // namespace ghboot::tfplugin::example
