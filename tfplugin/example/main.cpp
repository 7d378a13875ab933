// SPDX-License-Identifier: Apache-2.0
// A provider without any I/O: what the SDK itself costs, and a place to see each of its parts at work. Built
// with the tests; not for users.
#include <atomic>
#include <cstdio>
#include <future>
#include <string>

#include <spdlog/spdlog.h>

#include "tfplugin/example/shelf.h"
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

struct Slow {
  Value<std::string> name, id;
  Value<Timeouts> timeouts;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Slow::name, Use::required, "Name."},
        Field{"id", &Slow::id, Use::computed, "Identity.", {.keep = true}},
        Field{"timeouts", &Slow::timeouts, Use::optional, "Longest times."},
    };
  }
};
static_assert(valid<Slow>());

// Being made takes until Terraform says stop, or until its time is over; what is there by then is half a
// thing.
class Slows final : public Resource<Slow> {
 public:
  Slows() : Resource("A thing that is never finished.") {}

 protected:
  std::optional<Slow> create_thing(const Slow& planned, Call& call) const override {
    spdlog::info("making {}", *planned.name);
    std::promise<void> stopped;
    const std::stop_callback on_stop(call.stop, [&] { stopped.set_value(); });
    const bool told = stopped.get_future().wait_until(call.deadline) == std::future_status::ready;
    call.diagnostics.error(told ? "Stopped" : "Out of time", "Half of " + *planned.name + " is there.");
    Slow out = planned;
    out.id = "half";
    return out;
  }
  std::optional<Slow> read_thing(const Slow& state, Call&) const override { return state; }
  std::optional<Slow> update_thing(const Slow&, const Slow& planned, Call&) const override { return planned; }
  void destroy_thing(const Slow&, Call&) const override {}  // The state is all there is.
  std::optional<Slow> import_thing(const std::string&, Call&) const override { return std::nullopt; }
};

struct Echo {
  Value<std::string> name, echo;

  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Echo::name, Use::required, "What is called."},
        Field{"echo", &Echo::echo, Use::computed, "What comes back."},
    };
  }
};
static_assert(valid<Echo>());

class Echoes final : public DataSource<Echo> {
 public:
  Echoes() : DataSource("What is called comes back.") {}

 protected:
  std::optional<Echo> read_thing(const Echo& config, Call&) const override {
    Echo out = config;
    out.echo = *config.name + " " + *config.name;
    return out;
  }
};

struct Pass {
  Value<std::string> holder, word;

  static constexpr auto fields() {
    return std::tuple{
        Field{"holder", &Pass::holder, Use::required, "Whose it is."},
        Field{"word", &Pass::word, Use::computed, "What opens.", {.sensitive = true}},
    };
  }
};
static_assert(valid<Pass>());

// What happens to it is told on standard error alone: it exists nowhere.
class Passes final : public Ephemeral<Pass> {
 public:
  Passes() : Ephemeral("A pass for as long as a command runs.") {}

 protected:
  std::optional<Opened> open_thing(const Pass& config, Call& call) const override {
    spdlog::info("opens the pass of {}", *config.holder);
    call.private_state.set("holder", *config.holder);
    Pass out = config;
    out.word = "open-" + *config.holder;
    return Opened{.thing = std::move(out), .renew_at = std::chrono::system_clock::now()};
  }
  RenewAt renew_thing(Call& call) const override {
    spdlog::info("renews the pass of {}", call.private_state.get("holder").value_or("nobody"));
    return std::nullopt;
  }
  void close_thing(Call& call) const override {
    spdlog::info("closes the pass of {}", call.private_state.get("holder").value_or("nobody"));
  }
};

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

struct Module {
  Value<std::string> team;
  static constexpr auto fields() {
    return std::tuple{Field{"team", &Module::team, Use::optional, "Whose module it is."}};
  }
};

class Example final : public TypedProvider<NoConfiguration, Module> {
 public:
  Example() : TypedProvider("Things without I/O.") {
    resources.emplace("example_thing", std::make_unique<Things>());
    resources.emplace("example_shelf", std::make_unique<example::Shelves>());
    resources.emplace("example_slow", std::make_unique<Slows>());
    data_sources.emplace("example_echo", std::make_unique<Echoes>());
    ephemeral_resources.emplace("example_pass", std::make_unique<Passes>());
    functions.emplace("join", std::make_unique<Join>());
    functions.emplace("or", std::make_unique<Or>());
  }

 protected:
  // As a careless library might: it must not reach Terraform, which reads the handshake there.
  void configure_with(const NoConfiguration&, std::string_view, Diagnostics&) override {
    std::fputs("chatter on standard output\n", stdout);
    std::fflush(stdout);
  }
};

}  // namespace

int main(int argc, char** argv) {
  Example provider;
  return serve(argc, argv, "registry.terraform.io/ghboot/example", provider);
}
