// SPDX-License-Identifier: Apache-2.0
#include "provider/configuration.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/text_parts.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

void check_pair(std::string_view name, const Value<std::string>& text, const Value<std::string>& file,
                Diagnostics& diagnostics) {
  if (text.is_null() || file.is_null()) return;
  diagnostics.error(Path({"nats", std::string(name) + "_file"}), "Two sources of one secret",
                    fmt::format("Both `{0}` and `{0}_file` are set; keep one of them.", name));
}

// The settings of a context of the `nats` program that concern a connection.
struct Context {
  std::string url, creds, ca, cert, key;
};

class Maker {
 public:
  Maker(const Environment& environment, Diagnostics& diagnostics)
      : environment_(environment), diagnostics_(diagnostics) {}

  Configuration make(const ProviderModel& model) {
    if (model.nats.is_unknown()) out_.unknown.emplace_back("nats");
    const NatsModel nats = model.nats.value_or({});
    const Context context = load_context(nats);
    // One that the block names is the block's word, and wins over variables; one that a variable names fills
    // what no other variable says.
    context_wins_ = !nats.context.is_null();
    take_servers(nats, context);
    take_creds(nats, context);
    take_system_creds(nats);
    auto seed = secret_of_block("operator_seed", nats.operator_seed, nats.operator_seed_file, out_.unknown);
    out_.operator_seed =
        seed ? *std::move(seed) : secret_of_variables("GHBOOT_OPERATOR_SEED", "GHBOOT_OPERATOR_SEED_FILE");
    if (nats.tls.is_unknown()) out_.unknown.emplace_back("nats.tls");
    const TlsModel tls = nats.tls.value_or({});
    out_.ca_file = text("nats.tls.ca_file", tls.ca_file, "NATS_CA", context.ca);
    out_.cert_file = text("nats.tls.cert_file", tls.cert_file, "NATS_CERT", context.cert);
    out_.key_file = text("nats.tls.key_file", tls.key_file, "NATS_KEY", context.key);
    take_store(model);
    out_.github = make_github_configuration(model.github, environment_);
    out_.held_locks = nats::HeldLocks::of(environment_);
    return std::move(out_);
  }

 private:
  std::string variable(const std::string& name) const { return environment_(name).value_or(""); }

  std::string text(std::string_view name, const Value<std::string>& setting, const std::string& variable_name,
                   const std::string& otherwise = {}) {
    if (setting.is_unknown()) out_.unknown.emplace_back(name);
    if (setting.is_known()) return *setting;
    if (context_wins_ && !otherwise.empty()) return otherwise;
    const std::string value = variable(variable_name);
    return value.empty() ? otherwise : value;
  }

  // Nothing: the block says nothing of it. What it says may be unknown.
  std::optional<SecretSource> secret_of_block(const std::string& name, const Value<std::string>& setting,
                                              const Value<std::string>& file,
                                              std::vector<std::string>& unknown) {
    if (setting.is_unknown() || file.is_unknown()) unknown.push_back("nats." + name);
    if (setting.is_known()) return SecretSource{"", nats::Secret(*setting), "nats." + name};
    if (file.is_known()) return SecretSource{*file, {}, "nats." + name + "_file"};
    if (!setting.is_null() || !file.is_null()) return SecretSource{};
    return std::nullopt;
  }

  SecretSource secret_of_variables(const std::string& name, const std::string& file_name) {
    const std::string value = name.empty() ? "" : variable(name);
    const std::string path = variable(file_name);
    if (!value.empty() && !path.empty())
      diagnostics_.error(
          Path({"nats"}), "Two sources of one secret",
          fmt::format("Both variables {} and {} are set; unset one of them.", name, file_name));
    if (!value.empty()) return {"", nats::Secret(value), "the variable " + name};
    if (!path.empty()) return {path, {}, "the variable " + file_name};
    return {};
  }

  void take_servers(const NatsModel& nats, const Context& context) {
    if (nats.servers.is_unknown()) out_.unknown.emplace_back("nats.servers");
    if (nats.servers.is_known()) {
      out_.servers = *nats.servers;
      return;
    }
    std::string list = context_wins_ ? context.url : "";
    if (list.empty()) list = variable("NATS_URL");
    if (list.empty()) list = variable("NATS_URLS");
    out_.servers = nats::listed_in(list.empty() ? context.url : list, ',');
  }

  void take_creds(const NatsModel& nats, const Context& context) {
    const SecretSource of_context{context.creds, {}, "the context's creds"};
    std::vector<std::string> unknown;
    if (auto block = secret_of_block("creds", nats.creds, nats.creds_file, unknown)) {
      out_.creds = *std::move(block);
      out_.are_creds_unknown = !unknown.empty();
      creds_win_ = true;
    } else if (context_wins_ && of_context.given()) {
      out_.creds = of_context;
      creds_win_ = true;
    } else {
      out_.creds = secret_of_variables("", variable("NATS_CREDS").empty() ? "NATS_CREDS_FILE" : "NATS_CREDS");
      if (!out_.creds.given()) out_.creds = of_context;
    }
  }

  // A user of the system account: named as one, else the user that everything else would use.
  void take_system_creds(const NatsModel& nats) {
    if (auto named =
            secret_of_block("system_creds", nats.system_creds, nats.system_creds_file, out_.unknown)) {
      out_.system_creds = *std::move(named);
      return;
    }
    if (!creds_win_)
      out_.system_creds = secret_of_variables("GHBOOT_SYSTEM_CREDS", "GHBOOT_SYSTEM_CREDS_FILE");
    if (out_.system_creds.given()) return;
    out_.system_creds = out_.creds;
    if (out_.are_creds_unknown) out_.unknown.emplace_back("nats.creds");
  }

  void take_store(const ProviderModel& model) {
    if (model.store.is_unknown()) out_.unknown.emplace_back("store");
    take_store_program(model.store.value_or({}));
    out_.store_dir = text("store.dir", model.store.value_or({}).dir, "GHBOOT_STORE_DIR");
    if (!out_.store_dir.empty()) return;
    const std::string data_home = variable("XDG_DATA_HOME");
    const std::string home = variable("HOME");
    if (!data_home.empty()) {
      out_.store_dir = data_home + "/ghboot/store";
    } else if (!home.empty()) {
      out_.store_dir = home + "/.local/share/ghboot/store";
    }
  }

  // A folder that the block names is the block's word: no variable puts a program in its place.
  void take_store_program(const StoreModel& store) {
    if (store.exec.is_unknown()) out_.unknown.emplace_back("store.exec");
    if (store.exec.is_known()) out_.store_exec = *store.exec;
    if (!store.exec.is_null() || !store.dir.is_null()) return;
    const std::string words = variable("GHBOOT_STORE_EXEC");
    const auto json = nlohmann::json::parse(words, nullptr, /*allow_exceptions=*/false);
    if (!words.starts_with('[')) {
      out_.store_exec = nats::listed_in(words, ' ');
    } else if (json.is_array() && !json.empty() &&
               std::ranges::all_of(json, [](const auto& word) { return word.is_string(); })) {
      out_.store_exec = json.get<std::vector<std::string>>();
    } else {
      diagnostics_.error(
          Path({"store"}), "Program of the store that cannot be meant",
          "The variable GHBOOT_STORE_EXEC begins like a list in JSON and is no list of texts. "
          "Expected is a command, as `ghboot-store-vault team-a` or [\"a command\", \"team a\"].");
    }
  }

  Context load_context(const NatsModel& nats) {
    const std::string name = text("nats.context", nats.context, "NATS_CONTEXT");
    if (name.empty()) return {};
    if (name.contains('/')) {
      refuse_context(name, "is no name: it has a slash");
      return {};
    }
    std::string folder = variable("XDG_CONFIG_HOME");
    if (folder.empty()) folder = variable("HOME") + "/.config";
    const std::string path = folder + "/nats/context/" + name + ".json";
    std::ifstream file(path);
    if (!file) {
      refuse_context(name, fmt::format("is not there: {}: {}", path, std::strerror(errno)));
      return {};
    }
    const auto json = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      refuse_context(name, path + " holds no JSON object");
      return {};
    }
    const auto member = [&json](const char* key) {
      const auto found = json.find(key);
      return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    return {member("url"), member("creds"), member("ca"), member("cert"), member("key")};
  }

  void refuse_context(std::string_view name, std::string_view why) {
    diagnostics_.error(
        Path({"nats", "context"}), "Context that cannot be used",
        fmt::format("The context \"{}\" {}. `nats context ls` lists those that there are.", name, why));
  }

  const Environment& environment_;
  Diagnostics& diagnostics_;
  bool context_wins_ = false;
  bool creds_win_ = false;  // Over variables: the block says them.
  Configuration out_;
};

}  // namespace

void check(const ProviderModel& model, tfplugin::Diagnostics& diagnostics) {
  if (model.store.is_known() && model.store->exec.is_known() &&
      (model.store->exec->empty() || model.store->exec->front().empty()))
    diagnostics.error(Path({"store", "exec"}), "Program of the store without a name",
                      "The list has no first word, which is the program that is run. Name one, or leave exec "
                      "out: the store is a folder then.");
  check(model.github, diagnostics);
  if (!model.nats.is_known()) return;
  const NatsModel& nats = *model.nats;
  check_pair("creds", nats.creds, nats.creds_file, diagnostics);
  check_pair("operator_seed", nats.operator_seed, nats.operator_seed_file, diagnostics);
  check_pair("system_creds", nats.system_creds, nats.system_creds_file, diagnostics);
}

Configuration make_configuration(const ProviderModel& model, const Environment& environment,
                                 tfplugin::Diagnostics& diagnostics) {
  return Maker(environment, diagnostics).make(model);
}

}  // namespace ghboot::provider
