// SPDX-License-Identifier: Apache-2.0
// Somebody who reads. Known by a name that may change, so that an update changes the identity; some
// plans warn, replace, or leave a word for their apply; what goes wrong half way leaves a true state.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tfplugin/custom_types.h"
#include "tfplugin/example/library.h"
#include "tfplugin/resource.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin {

namespace example {

struct Phone {  // Spaces mean nothing.
  std::string text;
  bool operator==(const Phone&) const = default;
};

class IsPhone final : public Validator {
 public:
  bool takes(const cty::Type& type) const override { return type.kind() == cty::Kind::string; }
  void check(const cty::Type&, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override {
    if (value.get<std::string>()->find_first_not_of("0123456789 ") != std::string::npos)
      diagnostics.error(path, "Not a telephone number",
                        "\"" + path.text() + "\" has more than digits and spaces.");
  }
};
inline constexpr IsPhone is_phone;

}  // namespace example

template <>
struct Codec<example::Phone> : TextCodec<example::Phone> {
  static bool same(const cty::Value& a, const cty::Value& b) { return digits(a) == digits(b); }
  static const Validator* validator() { return &example::is_phone; }

 private:
  static std::string digits(const cty::Value& value) {
    std::string out = *value.get<std::string>();
    std::erase(out, ' ');
    return out;
  }
};

namespace example {

inline constexpr Matches a_pin{"[0-9]{4}", "four digits"};
inline constexpr Length a_title{1, 40};
inline constexpr Each each_a_title{&a_title};
inline constexpr Count at_most_five{0, 5};

struct Reader {
  Value<std::string> name, mail, street, town, pin, ticket;
  Value<Phone> phone;
  Value<bool> adult;
  Value<cty::Number> fee;
  Value<std::vector<std::string>> loans;
  Value<std::map<std::string, std::string>> notes;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Reader::name, Use::required, "Name.", {.identity = IdentityUse::required}},
        Field{"phone", &Reader::phone, Use::optional, "By telephone."},
        Field{"mail", &Reader::mail, Use::optional, "By mail."},
        Field{"street", &Reader::street, Use::optional, "Street."},
        Field{"town", &Reader::town, Use::optional, "Town."},
        Field{"pin",
              &Reader::pin,
              Use::optional,
              "Known to the reader.",
              {.sensitive = true, .validators = {&a_pin}}},
        Field{"adult", &Reader::adult, Use::optional_computed, "Of age.", {.default_value = true}},
        Field{"fee", &Reader::fee, Use::optional, "Paid a year, to the last digit."},
        Field{"loans",
              &Reader::loans,
              Use::optional,
              "Titles.",
              {.validators = {&at_most_five, &each_a_title}}},
        Field{"notes", &Reader::notes, Use::optional, "By topic."},
        Field{"ticket", &Reader::ticket, Use::computed, "Written by the plan.", {.keep = true}},
    };
  }
  static constexpr auto rules() {
    return std::array{exactly_one("phone", "mail"), together("street", "town")};
  }
};
static_assert(valid<Reader>());

class Readers final : public Resource<Reader> {
 public:
  explicit Readers(const Library& library);

 protected:
  void plan_change(PlannedChange change) const override;
  std::optional<Reader> create_thing(const Reader& planned, Call& call) const override;
  std::optional<Reader> read_thing(const Reader& state, Call& call) const override;
  std::optional<Reader> update_thing(const Reader& prior, const Reader& planned, Call& call) const override;
  void destroy_thing(const Reader& state, Call& call) const override;
  std::optional<Reader> import_thing(const std::string& id, Call& call) const override;

 private:
  const Library& library_;
};

}  // namespace example
}  // namespace ghboot::tfplugin
