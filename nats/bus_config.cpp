// SPDX-License-Identifier: Apache-2.0
#include "nats/bus_config.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "nats/duration_text.h"
#include "nats/server_reply.h"
#include "nats/server_version.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr ServerVersion replicas_since{2, 11, 0};
constexpr int lock_messages = 8;
constexpr std::string_view organization_key = "ghboot.organization_id";  // Of the metadata.
constexpr std::string_view servers_own = "_nats.";                       // Metadata of the server itself.
constexpr std::string_view described_by = "GitHub organization ";
constexpr seconds window_default = std::chrono::minutes(2);

json parsed(std::string_view text) { return json::parse(text, nullptr, false); }

std::string_view purpose_of(BusStream which) {
  switch (which) {
    case BusStream::events:
      return "what webhooks delivered";
    case BusStream::requests:
      return "requests for regenerations";
    case BusStream::regeneration:
      return "log of regenerations";
    case BusStream::lock:
      return "lock of regenerations";
    case BusStream::bucket:
      return "snapshots of the log of regenerations";
  }
  std::unreachable();
}

// Each setting that servers of 2.9 know is given, so that no server's default decides.
json base_config(const BusSettings& settings, BusStream which) {
  const std::string id = std::to_string(settings.organization_id);
  return {{"name", settings.names.stream(which)},
          {"description",
           fmt::format("{}{} ({}): {}", described_by, id, settings.names.key(), purpose_of(which))},
          {"subjects", settings.names.subjects(which)},
          {"retention", "limits"},
          {"storage", "file"},
          {"discard", "new"},
          {"num_replicas", settings.replicas},
          {"max_consumers", -1},
          {"max_msgs", -1},
          {"max_bytes", -1},
          {"max_age", 0},
          {"max_msgs_per_subject", -1},
          {"max_msg_size", -1},
          {"duplicate_window", nanoseconds(window_default).count()},
          {"sealed", false},
          {"deny_delete", false},
          {"deny_purge", false},
          {"allow_rollup_hdrs", false},
          {"allow_direct", false},
          {"mirror_direct", false},
          {"metadata", {{organization_key, id}}}};
}

// The server adds such fields by itself.
bool is_neutral(std::string_view field, const json& value) {
  if (value.is_structured())
    return std::ranges::all_of(value, [](const json& inner) { return is_neutral("", inner); });
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() || (field == "compression" && text == "none");
  }
  return value.is_null() || value == false || value == 0;
}

std::string for_people(nanoseconds time) {
  if (time == nanoseconds(0)) return "0s";
  if (time % std::chrono::hours(1) == nanoseconds(0))
    return fmt::format("{}h", std::chrono::duration_cast<std::chrono::hours>(time).count());
  if (time % std::chrono::minutes(1) == nanoseconds(0))
    return fmt::format("{}m", std::chrono::duration_cast<std::chrono::minutes>(time).count());
  return duration_text(std::chrono::duration_cast<std::chrono::milliseconds>(time));
}

std::string text_of(std::string_view field, const json& value) {
  if (value.is_null()) return "not set";
  if ((field == "max_age" || field == "duplicate_window") && value.is_number_integer())
    return for_people(nanoseconds(value.get<std::int64_t>()));
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Whether every server refuses this change; of the others, each refuses what it cannot.
bool is_fixed(std::string_view field, const json& found, const json& expected) {
  if (field == "storage") return true;
  if (field == "retention") return found == "workqueue" || expected == "workqueue";
  return (field == "sealed" || field == "deny_delete" || field == "deny_purge") && found == true;
}

json in_order(json value) {
  if (value.is_array()) std::sort(value.begin(), value.end());
  return value;
}

class Comparison {
 public:
  Comparison(const json& found, const json& wanted) : stream_(text_member(wanted, "name")) {
    for (const auto& [field, expected] : wanted.items())
      if (field != "metadata") note(field, member(found, field), expected);
    if (found.is_object())
      for (const auto& [field, value] : found.items())
        if (field != "metadata" && !wanted.contains(field)) note(field, value, json());
  }
  std::vector<Difference> all{};

 private:
  void note(const std::string& field, const json& found, const json& expected) {
    if (in_order(found) == in_order(expected) || (is_neutral(field, found) && is_neutral(field, expected)))
      return;
    all.push_back({.stream = stream_,
                   .field = field,
                   .found = text_of(field, found),
                   .expected = text_of(field, expected),
                   .is_fixed = is_fixed(field, found, expected)});
  }
  std::string stream_;
};

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || end != digits.data() + digits.size() || out == 0) return std::nullopt;
  return out;
}

struct Kept {  // One stream's settings, and what they are called.
  std::string_view what, age_setting, bytes_setting, window_setting;
  seconds age, window;
  std::int64_t bytes;
};

void check_kept(const Kept& of, std::vector<Problem>& found) {
  if (of.age < seconds(0))
    found.push_back({of.age_setting, fmt::format("the {} are kept for less than no time", of.what)});
  if (of.bytes < -1 || of.bytes == 0)
    found.push_back(
        {of.bytes_setting, fmt::format("the {} may have {} bytes: expected at least 1, or -1 for no limit",
                                       of.what, of.bytes)});
  if (of.window <= seconds(0) || (of.age > seconds(0) && of.window > of.age))
    found.push_back({of.window_setting,
                     fmt::format("a second copy is known for {} among the {}: expected more than 0s, and no "
                                 "longer than they are kept, which is {} ({})",
                                 for_people(of.window), of.what, for_people(of.age), of.age_setting)});
}

void read_kept(const json& config, seconds& age, std::int64_t& bytes, seconds& window) {
  const auto whole = [](const json& value, seconds& out) {
    if (value.is_number_integer())
      out = std::chrono::duration_cast<seconds>(nanoseconds(value.get<std::int64_t>()));
  };
  whole(member(config, "max_age"), age);
  whole(member(config, "duplicate_window"), window);
  if (const json& value = member(config, "max_bytes"); value.is_number_integer())
    bytes = value.get<std::int64_t>();
}

}  // namespace

std::vector<Problem> problems(const BusSettings& settings) {
  std::vector<Problem> found;
  if (settings.organization_id == 0)
    found.push_back({"organization_id", "the organization's numeric id is 0"});
  if (settings.replicas != 1 && settings.replicas != 3 && settings.replicas != 5)
    found.push_back({"replicas", fmt::format("{} replicas: expected 1, 3 or 5", settings.replicas)});
  check_kept({.what = "events",
              .age_setting = "events_max_age",
              .bytes_setting = "events_max_bytes",
              .window_setting = "events_duplicate_window",
              .age = settings.events_age,
              .window = settings.events_window,
              .bytes = settings.events_bytes},
             found);
  check_kept({.what = "requests",
              .age_setting = "requests_max_age",
              .bytes_setting = "requests_max_bytes",
              .window_setting = "requests_duplicate_window",
              .age = settings.requests_age,
              .window = settings.requests_window,
              .bytes = settings.requests_bytes},
             found);
  return found;
}

int replicas_of(std::string_view config) {
  const json document = parsed(config);
  const json& there = member(document, "num_replicas");
  return there.is_number_integer() ? there.get<int>() : 1;
}

BusSettings settings_in(const BusFound& found, BusSettings expected) {
  BusSettings out = std::move(expected);
  const int replicas = out.replicas;
  for (const auto& [which, text] : found) {
    const json config = parsed(text);
    if (const int there = replicas_of(text); there != replicas) out.replicas = there;
    if (which == BusStream::events) read_kept(config, out.events_age, out.events_bytes, out.events_window);
    if (which == BusStream::requests)
      read_kept(config, out.requests_age, out.requests_bytes, out.requests_window);
  }
  return out;
}

Result<void> check_servers(const BusSettings& settings, const Cluster& cluster) {
  if (settings.replicas == 1) return {};
  std::vector<std::string> bad;
  for (const Server& server : cluster.present) {
    if (server.version.empty())
      bad.push_back(shown(server) + " does not tell its version");
    else if (parse_version(server.version) < replicas_since)
      bad.push_back(fmt::format("{} is {}", shown(server), server.version));
  }
  for (const Away& away : cluster.away) bad.push_back(shown(away) + " is away");
  if (cluster.present.empty()) bad.emplace_back("no server told its version");
  if (bad.empty()) return {};
  return fail(ErrorKind::refused,
              fmt::format("{} replicas need servers of {} or newer, all of them, since older ones can give "
                          "the lock to two holders: {}. Use 1 replica, or let all of "
                          "them be there, and new enough",
                          settings.replicas, to_string(replicas_since), fmt::join(bad, "; ")));
}

std::string wanted_config(const BusSettings& settings, BusStream which) {
  json config = base_config(settings, which);
  switch (which) {
    case BusStream::events:
      config["max_age"] = nanoseconds(settings.events_age).count();
      config["max_bytes"] = settings.events_bytes;
      config["duplicate_window"] = nanoseconds(settings.events_window).count();
      break;
    case BusStream::requests:
      config["max_age"] = nanoseconds(settings.requests_age).count();
      config["max_bytes"] = settings.requests_bytes;
      config["duplicate_window"] = nanoseconds(settings.requests_window).count();
      break;
    case BusStream::regeneration:
      break;
    case BusStream::lock:
      config["max_msgs_per_subject"] = lock_messages;
      config["discard"] = "old";
      config["deny_delete"] = true;
      config["deny_purge"] = true;
      break;
    case BusStream::bucket:  // As NATS clients make one (ADR-8) with a history of 1.
      config["max_msgs_per_subject"] = 1;
      config["deny_delete"] = true;
      config["allow_rollup_hdrs"] = true;
      config["allow_direct"] = true;
      break;
  }
  return config.dump();
}

std::vector<Difference> differences(std::string_view found, std::string_view wanted) {
  const json there = parsed(found);
  const json ours = parsed(wanted);
  auto all = Comparison(there, ours).all;
  const auto of = organization_of(found);
  const auto expected = organization_of(wanted);
  if (of != expected)
    all.push_back({.stream = text_member(ours, "name"),
                   .field = "organization_id",
                   .found = of ? std::to_string(*of) : "not set",
                   .expected = expected ? std::to_string(*expected) : "not set"});
  return all;
}

std::vector<Difference> differences(const BusSettings& settings, const BusFound& found) {
  std::vector<Difference> all;
  for (const auto& [which, config] : found)
    std::ranges::move(differences(config, wanted_config(settings, which)), std::back_inserter(all));
  return all;
}

std::string shown(const std::vector<Difference>& differences) {
  std::vector<std::string> parts;
  for (const Difference& one : differences)
    parts.push_back(
        fmt::format("{}: {} is {} and ought to be {}", one.stream, one.field, one.found, one.expected));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::optional<std::uint64_t> organization_of(std::string_view config) {
  const json document = parsed(config);
  if (const auto id = number(text_member(member(document, "metadata"), organization_key))) return id;
  const std::string description = text_member(document, "description");
  if (!description.starts_with(described_by)) return std::nullopt;
  const std::string_view rest = std::string_view(description).substr(described_by.size());
  return number(rest.substr(0, rest.find(' ')));
}

Result<void> check_organization(const BusSettings& settings, const BusFound& found) {
  for (const auto& [which, config] : found)
    if (const auto of = organization_of(config); of && *of != settings.organization_id)
      return fail(
          ErrorKind::conflict,
          fmt::format("the stream {} is of the GitHub organization with the id {}, and {} is said to be "
                      "the login of the one with the id {}: that id is wrong, or the login has changed "
                      "hands. Then keep what the old one's streams hold if it is needed, remove them, and "
                      "try again",
                      settings.names.stream(which), *of, settings.names.key(), settings.organization_id));
  return {};
}

std::string updated_config(std::string_view found, std::string_view wanted) {
  json config = parsed(wanted);
  const json there = parsed(found);
  const json& metadata = member(there, "metadata");
  if (metadata.is_object())
    for (const auto& [key, value] : metadata.items())
      if (!key.starts_with(servers_own)) config["metadata"].emplace(key, value);  // Ours stays.
  return config.dump();
}

}  // namespace ghboot::nats
