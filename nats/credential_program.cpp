// SPDX-License-Identifier: Apache-2.0
#include "nats/credential_program.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace ghboot::nats {
namespace {

constexpr std::size_t output_max = std::size_t{16} << 20U;       // A list of 100,000 names fits.
constexpr std::string_view not_found = "credentials not found";  // The protocol's words begin so.
// Variables of ours that hold a secret itself: the program has no use for them.
constexpr std::array own_secrets{"GHBOOT_OPERATOR_SEED=", "GHBOOT_SYSTEM_CREDS="};

std::vector<std::string> environment_for_program() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    if (std::ranges::none_of(own_secrets, [&](const char* own) { return text.starts_with(own); }))
      out.emplace_back(text);
  }
  return out;
}

std::string path_variable() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nothing here sets variables.
  return path ? path : "";
}

bool is_word(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_' || c == '+' || c == '/' || c == '=';
}

// Seeds are 58 letters that begin with S, JWTs and other tokens are longer: no word of that length is told,
// except public keys, which have 56.
constexpr std::size_t told_word_max = 56;

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

Result<nlohmann::json> object_of(Secret text, std::string_view program, std::string_view word) {
  auto json = nlohmann::json::parse(text.reveal(), nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) return json;
  return fail(
      ErrorKind::invalid,
      fmt::format("the store's program {} answered {} with something that is no JSON object", program, word));
}

}  // namespace

std::string first_line_without_secrets(std::string_view text) {
  const std::string line = trimmed(trimmed(text).substr(0, trimmed(text).find('\n')));
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_word(line[end])) ++end;
    if (end - at > told_word_max) {
      out += "(secret)";
    } else if (end > at) {
      out += line.substr(at, end - at);
    } else {
      const auto c = static_cast<unsigned char>(line[end++]);
      if (c >= 0x20 && c != 0x7f) out += line[at];
    }
    at = end;
  }
  constexpr std::size_t told_max = 300;
  if (out.size() > told_max) out = out.substr(0, told_max) + "…";
  return out;
}

CredentialProgram::CredentialProgram(std::vector<std::string> command, Wait wait, Clock& clock)
    : command_(std::move(command)), wait_(std::move(wait)), clock_(clock) {}

Result<std::string> CredentialProgram::run(std::string_view word, std::string_view what,
                                           std::string_view input) const {
  const auto path = find_program(program(), path_variable());
  if (!path)
    return fail(
        ErrorKind::invalid,
        fmt::format("the store's program {} is not there{}: no {} was done", program(),
                    program().contains('/') ? ", or may not be run" : " (looked for on the PATH)", word));
  ProgramCommand command{.argv = command_,
                         .environment = environment_for_program(),
                         .folder = {},
                         .input = input,
                         .own_group = true,
                         .on_output = {}};
  command.argv.front() = path->string();
  command.argv.emplace_back(word);
  auto outcome = run_program(command, {.wait = wait_, .output_max = output_max}, clock_);
  if (!outcome)
    return fail(outcome.error().kind,
                fmt::format("the store's program {}, run to {} {}, {}{}", program(), word, what,
                            outcome.error().kind == ErrorKind::invalid ? "could not be started: " : "",
                            outcome.error().message));
  const Secret out(std::move(outcome->out));
  const Secret err(std::move(outcome->err));
  if (outcome->exit_code == 0) return std::string(out.reveal());
  // By the protocol errors go to standard output; scripts use the other stream.
  for (const Secret* stream : std::array<const Secret*, 2>{&out, &err})
    if (trimmed(stream->reveal()).starts_with(not_found))
      return fail(ErrorKind::missing, fmt::format("the store's program {} has no {}", program(), what));
  const std::string told = first_line_without_secrets(out.reveal());
  const std::string otherwise = first_line_without_secrets(err.reveal());
  const std::string ending = outcome->exit_code < 0
                                 ? "was ended by a signal"
                                 : fmt::format("ended with exit code {}", outcome->exit_code);
  const std::string& words = told.empty() ? otherwise : told;
  return fail(ErrorKind::refused,
              fmt::format("the store's program {} did not {} {}: it {}{}", program(), word, what, ending,
                          words.empty() ? ", without a word" : " and said: " + words));
}

Result<Credential> CredentialProgram::get(const std::string& name) const {
  auto out = run("get", name, name);
  if (!out) return std::unexpected(std::move(out).error());
  auto json = object_of(Secret(*std::move(out)), program(), "get");
  if (!json) return std::unexpected(std::move(json).error());
  const auto username = json->find("Username");
  const auto secret = json->find("Secret");
  if (secret == json->end() || !secret->is_string() || secret->get_ref<std::string&>().empty())
    return fail(
        ErrorKind::invalid,
        fmt::format("the store's program {} answered get of {} without a \"Secret\"", program(), name));
  return Credential{
      .name = name,
      .username = username != json->end() && username->is_string() ? username->get<std::string>() : "",
      .secret = Secret(std::move(secret->get_ref<std::string&>()))};
}

Result<void> CredentialProgram::store(const Credential& credential) const {
  nlohmann::json json{{"ServerURL", credential.name},
                      {"Username", credential.username},
                      {"Secret", std::string(credential.secret.reveal())}};
  const Secret input(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  Secret::wipe(json["Secret"].get_ref<std::string&>());
  const auto out = run("store", credential.name, input.reveal());
  if (!out) return std::unexpected(out.error());
  return {};
}

Result<void> CredentialProgram::erase(const std::string& name) const {
  const auto out = run("erase", name, name);
  if (!out && out.error().kind != ErrorKind::missing) return std::unexpected(out.error());
  return {};
}

}  // namespace ghboot::nats
