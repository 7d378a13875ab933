// SPDX-License-Identifier: Apache-2.0
// A provider without any I/O: what the SDK itself costs, and a place to see each of its parts at work. Built
// with the tests; not for users.
#include <cstdio>
#include <memory>
#include <string>

#include "tfplugin/example/echo.h"
#include "tfplugin/example/functions.h"
#include "tfplugin/example/library.h"
#include "tfplugin/example/pass.h"
#include "tfplugin/example/reader.h"
#include "tfplugin/example/shelf.h"
#include "tfplugin/example/slow.h"
#include "tfplugin/example/thing.h"
#include "tfplugin/serve.h"

namespace {

using namespace ghboot::tfplugin;
using namespace ghboot::tfplugin::example;

struct Module {
  Value<std::string> team;
  static constexpr auto fields() {
    return std::tuple{Field{"team", &Module::team, Use::optional, "Whose module it is."}};
  }
};

class Example final : public TypedProvider<Settings, Module> {
 public:
  Example() : TypedProvider("Things without I/O.") {
    resources.emplace("example_thing", std::make_unique<Things>(library_));
    resources.emplace("example_shelf", std::make_unique<Shelves>());
    resources.emplace("example_reader", std::make_unique<Readers>(library_));
    resources.emplace("example_slow", std::make_unique<Slows>());
    data_sources.emplace("example_echo", std::make_unique<Echoes>());
    data_sources.emplace("example_library", std::make_unique<Libraries>(library_));
    ephemeral_resources.emplace("example_pass", std::make_unique<Passes>());
    functions.emplace("greet", std::make_unique<Greet>());
    functions.emplace("join", std::make_unique<Join>());
    functions.emplace("or", std::make_unique<Or>());
  }

 protected:
  void check(const Settings& settings, Diagnostics& diagnostics) const override {
    if (settings.language.is_known() && *settings.language == "la")
      diagnostics.warning(Path({"language"}), "Little understood", "Few people speak Latin.");
    if (!settings.opening.is_known()) return;
    const auto& [from, until] = *settings.opening;
    if (from.is_known() && until.is_known() && *until <= *from)
      diagnostics.error(Path({"opening"}).attribute("until"), "Never open",
                        "\"opening.until\" is not after \"opening.from\".");
  }

  // While planning any of it may be unknown: what is known is kept, and nobody is asked.
  void configure_with(const Settings& settings, std::string_view terraform_version,
                      Diagnostics& diagnostics) override {
    // As a careless library might: it must not reach Terraform, which reads the handshake there.
    std::fputs("chatter on standard output\n", stdout);
    std::fflush(stdout);
    library_.name = settings.library;
    library_.language = settings.language.value_or("en");
    library_.terraform_version = terraform_version;
    library_.has_card = !settings.card.is_null();
    if (settings.opening.is_known())
      library_.hours = settings.opening->until.value_or(24) - settings.opening->from.value_or(0);
    if (settings.library.is_unknown())
      diagnostics.warning(Path({"library"}), "No library yet",
                          "It is known after the apply; until then all that is there counts as unchanged.");
  }

 private:
  Library library_;
};

}  // namespace

int main(int argc, char** argv) {
  Example provider;
  return serve(argc, argv, "registry.terraform.io/ghboot/example", provider);
}
