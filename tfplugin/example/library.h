// SPDX-License-Identifier: Apache-2.0
// The provider's own block, and what the resources borrow of it: the library that they are in. While planning
// its name may be unknown, as when the same apply makes it; then nobody goes there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "tfplugin/data_source.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin::example {

inline constexpr Matches a_library{"[a-z]+", "a name of lower-case letters"};
inline constexpr OneOf a_language{"en", "de", "la"};
inline constexpr Matches a_card{"[0-9]{4}-[0-9]{4}", "a card like `1234-5678`"};
inline constexpr Between an_hour{0, 24};

struct Opening {  // A single block.
  Value<std::int64_t> from, until;
  static constexpr auto fields() {
    return std::tuple{
        Field{"from", &Opening::from, Use::required, "The hour.", {.validators = {&an_hour}}},
        Field{"until", &Opening::until, Use::required, "The hour.", {.validators = {&an_hour}}},
    };
  }
};

struct Settings {
  Value<std::string> library, language, card;
  Value<Opening> opening;
  static constexpr auto fields() {
    return std::tuple{
        Field{"library", &Settings::library, Use::required, "Which one.", {.validators = {&a_library}}},
        Field{"language",
              &Settings::language,
              Use::optional,
              "Spoken there; `en` when it is left out.",
              {.validators = {&a_language}}},
        Field{"card",
              &Settings::card,
              Use::optional,
              "Opens the door.",
              {.sensitive = true, .validators = {&a_card}}},
        Field{"opening", &Settings::opening, Use::optional, "When it is open.", {.block = Block{}}},
    };
  }
};
static_assert(valid<Settings>());

// A member of the provider, filled in before any resource is called.
struct Library {
  Value<std::string> name;
  std::string language = "en", terraform_version;
  std::int64_t hours = 24;
  bool has_card = false;
};

struct LibraryFacts {
  Value<std::string> name, language, terraform_version;
  Value<std::int64_t> hours;
  Value<bool> has_card;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &LibraryFacts::name, Use::computed, "Name."},
        Field{"language", &LibraryFacts::language, Use::computed, "Spoken there."},
        Field{"terraform_version", &LibraryFacts::terraform_version, Use::computed, "Who asks."},
        Field{"hours", &LibraryFacts::hours, Use::computed, "How many it is open."},
        Field{"has_card", &LibraryFacts::has_card, Use::computed, "Whether there is a card."},
    };
  }
};
static_assert(valid<LibraryFacts>());

class Libraries final : public DataSource<LibraryFacts> {
 public:
  explicit Libraries(const Library& library)
      : DataSource("What is known of the library."), library_(library) {}

 protected:
  std::optional<LibraryFacts> read_thing(const LibraryFacts&, Call& call) const override {
    if (library_.name.is_known())
      return LibraryFacts{library_.name, library_.language, library_.terraform_version, library_.hours,
                          library_.has_card};
    call.diagnostics.error(
        "No library yet",
        "The provider's `library` is known after the apply: let this data source depend on "
        "what makes it.");
    return std::nullopt;
  }

 private:
  const Library& library_;
};

}  // namespace ghboot::tfplugin::example
