// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/example/shelf.h"

#include <charconv>
#include <utility>

namespace ghboot::tfplugin::example {
namespace {

struct Place {
  std::string room;
  std::int64_t number = 0;
};

std::optional<Place> parse_place(const std::string& text) {
  const auto slash = text.find('/');
  Place out;
  if (slash == std::string::npos) return std::nullopt;
  out.room = text.substr(0, slash);
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, out.number);
  return error == std::errc() && rest == end ? std::optional(out) : std::nullopt;
}

Shelf at(const Place& place) {
  Shelf out;
  out.room = place.room;
  out.number = place.number;
  return out;
}

template <class T>
void choose(Value<T>& value, T choice) {
  if (value.is_unknown()) value = std::move(choice);
}

void print(Value<std::set<Label>>& labels) {
  if (!labels.is_known()) return;
  std::set<Label> printed;
  for (Label label : *labels) {
    choose<std::string>(label.printed, "[" + *label.text + "]");
    printed.insert(std::move(label));
  }
  labels = std::move(printed);
}

void number(Value<std::vector<Board>>& boards, const std::string& id) {
  for (std::size_t i = 0; boards.is_known() && i < boards->size(); ++i)
    choose<std::string>((*boards)[i].serial, id + "-" + std::to_string(i));
}

// What is left to the provider, decided.
Shelf built(Shelf shelf) {
  const std::string id = *shelf.room + "/" + std::to_string(*shelf.number);
  choose<std::string>(shelf.id, id);
  choose<std::string>(shelf.catalogue, "C-" + id);
  choose<std::string>(shelf.code_proof,
                      shelf.code.is_known() ? std::to_string(shelf.code->size()) + " characters" : "no code");
  number(shelf.board, id);
  number(shelf.planned_board, id);
  print(shelf.label);
  print(shelf.sticker);
  return shelf;
}

std::optional<Shelf> at_text(const std::string& text, Diagnostics& diagnostics) {
  const auto place = parse_place(text);
  if (place) return at(*place);
  diagnostics.error(Path({"place"}), "No place", "\"" + text + "\" is no room and number.");
  return std::nullopt;
}

std::optional<Shelf> from_version_0(const ShelfBefore& old, Diagnostics& diagnostics) {
  auto found = at_text(*old.place, diagnostics);
  if (!found) return std::nullopt;
  if (old.boards.value_or(1) < 1 || old.boards.value_or(1) > 3) {
    diagnostics.error(Path({"boards"}), "Not so many boards", "A shelf has one to three boards.");
    return std::nullopt;
  }
  Shelf out = *std::move(found);
  out.id = old.id;
  out.height = old.height;
  out.code_proof = "no code";
  out.catalogue = "C-" + *old.id;
  out.dusted_every = Duration{"24h"};
  std::vector<Board> boards(static_cast<std::size_t>(old.boards.value_or(1)),
                            Board{.width = old.width, .load = 20, .serial = {}});
  for (std::size_t i = 0; i < boards.size(); ++i) boards[i].serial = *old.id + "-" + std::to_string(i);
  out.board = std::move(boards);
  return out;
}

std::optional<Shelf> from_millimetres(const Shelf& old, Diagnostics&) {
  Shelf out = old;
  if (out.height.is_known()) out.height = *out.height / 10;
  return out;
}

std::optional<Shelf> from_place(const ShelfPlace& old, Diagnostics& diagnostics) {
  return at_text(*old.place, diagnostics);
}

}  // namespace

Shelves::Shelves()
    : Resource("A shelf that exists in the state alone.", {.version = 2, .identity_version = 1}) {
  upgrades_from<ShelfBefore>(0, from_version_0);
  upgrades_from<Shelf>(1, from_millimetres);
  upgrades_identity_from<ShelfPlace>(0, from_place);
}

void Shelves::check(const Shelf& config, Diagnostics& diagnostics) const {
  if (config.color.is_known() && *config.color == "invisible")
    diagnostics.warning(Path({"color"}), "Hard to find", "An invisible shelf is hard to find.");
}

std::optional<Shelf> Shelves::create_thing(const Shelf& planned, Call& call) const {
  if (call.provider_meta["team"].get<std::string>())
    call.private_state.set("team", *call.provider_meta["team"].get<std::string>());
  return built(planned);
}

std::optional<Shelf> Shelves::read_thing(const Shelf& state, Call&) const {
  Shelf out = state;
  // What only an identity was known of: as it would be found.
  if (out.id.is_null()) {
    out.id = *out.room + "/" + std::to_string(*out.number);
    out.height = 100;
    out.code_proof = "no code";
    out.catalogue = "C-" + *out.id;
    out.dusted_every = Duration{"1440m"};
    out.board = std::vector{Board{.width = 80, .load = 20, .serial = *out.id + "-0"}};
  }
  return out;
}

std::optional<Shelf> Shelves::update_thing(const Shelf&, const Shelf& planned, Call&) const {
  return built(planned);
}

std::optional<Shelf> Shelves::import_thing(const std::string& id, Call& call) const {
  const auto place = parse_place(id);
  if (!place) {
    call.diagnostics.error("Not a shelf's id", "\"" + id + "\" is not room and number, like `hall-1/2`.");
    return std::nullopt;
  }
  return at(*place);
}

}  // namespace ghboot::tfplugin::example
