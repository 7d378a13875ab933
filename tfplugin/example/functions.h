// SPDX-License-Identifier: Apache-2.0
// Functions: any number of arguments, nulls, unknowns, and errors that point at an argument.
#pragma once

#include <string>
#include <tuple>

#include "tfplugin/function.h"

namespace ghboot::tfplugin::example {

struct JoinArguments {
  Value<std::string> separator;
  Value<Variadic<std::string>> parts;

  static constexpr auto fields() {
    return std::tuple{
        Field{"separator", &JoinArguments::separator, Use::required, "What stands between two parts."},
        Field{"parts", &JoinArguments::parts, Use::optional, "Joined in order; null is left out."},
    };
  }
};

class Join final : public Function<JoinArguments, std::string> {
 public:
  Join() : Function("Joins texts.", "Joins texts, those that are null left out.") {}

 protected:
  Value<std::string> result(const JoinArguments& in, Diagnostics& diagnostics) const override {
    if (in.separator->empty())
      diagnostics.error(Path({"separator"}), "Empty separator", "Give at least one character.");
    std::string out;
    for (const Value<std::string>& part : in.parts->values)
      if (part.is_known()) out += (out.empty() ? "" : *in.separator) + *part;
    return out;
  }
};

struct OrArguments {
  Value<std::string> text, otherwise;

  static constexpr auto fields() {
    return std::tuple{
        Field{"text", &OrArguments::text, Use::optional, "Comes back unless it is null.", {.unknowns = true}},
        Field{"otherwise", &OrArguments::otherwise, Use::required, "Comes back for null."},
    };
  }
};

class Or final : public Function<OrArguments, std::string> {
 public:
  Or() : Function("One text or the other.", "The first text, or the second where the first is null.") {}

 protected:
  Value<std::string> result(const OrArguments& in, Diagnostics&) const override {
    return in.text.is_null() ? in.otherwise : in.text;
  }
};

struct Person {
  Value<std::string> name, title;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Person::name, Use::required, "Name."},
        Field{"title", &Person::title, Use::optional, "Title."},
    };
  }
};

struct GreetArguments {
  Value<Person> person;

  static constexpr auto fields() {
    return std::tuple{Field{"person", &GreetArguments::person, Use::required, "Who is greeted."}};
  }
};

class Greet final : public Function<GreetArguments, std::string> {
 public:
  Greet() : Function("Greets.", "Greets a person by name, and by title where there is one.") {}

 protected:
  Value<std::string> result(const GreetArguments& in, Diagnostics&) const override {
    const std::string title = in.person->title.is_known() ? *in.person->title + " " : "";
    return "Good day, " + title + *in.person->name;
  }
};

}  // namespace ghboot::tfplugin::example
