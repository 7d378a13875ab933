// SPDX-License-Identifier: Apache-2.0
// How the streams of an organisation are to be configured, and how what is there differs (design: events.md,
// "Names"). No I/O. A configuration is JSON as JetStream's API has it. Always holds: a field that a server
// adds by itself, and that changes nothing, is no difference; neither is another tool's metadata. It cannot
// know the settings of servers newer than it: one that is not off there is a difference. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/bus_names.h"
#include "nats/error.h"
#include "nats/topology.h"

namespace ghboot::nats {

struct BusSettings {
  BusNames names;
  std::uint64_t organization_id;  // GitHub's own, which stays when the login changes.
  int replicas = 1;               // Of all streams.
  std::chrono::seconds events_age = std::chrono::days(7);  // 0: for ever; likewise below.
  std::chrono::seconds requests_age = std::chrono::days(30);
  std::int64_t events_bytes = -1, requests_bytes = -1;  // -1: no limit.
  // Within which a second copy is known as one. GitHub delivers again for three days.
  std::chrono::seconds events_window = std::chrono::days(3);
  std::chrono::seconds requests_window = std::chrono::minutes(2);
};

using BusFound = std::map<BusStream, std::string>;  // Configurations of the streams that are there.

struct Difference {
  std::string stream, field;    // "GITHUB_EVENTS_acme", "max_age"
  std::string found, expected;  // For people.
  bool is_fixed = false;        // No server changes it in place.
};

struct Problem {
  std::string_view setting;  // "replicas", "events_max_age", …; of a stream as JetStream's API has it.
  std::string text;
};

// What can never work; empty: nothing.
std::vector<Problem> problems(const BusSettings& settings);

// More than one replica is right from 2.11 on alone: below, a leader that lost what it had proposed can hand
// out a token of the lock twice (facts B12). ErrorKind::refused names each server that is older, or whose
// version is not known.
Result<void> check_servers(const BusSettings& settings, const Cluster& cluster);

std::string wanted_config(const BusSettings& settings, BusStream which);

// Of one stream; of all that are there.
std::vector<Difference> differences(std::string_view found, std::string_view wanted);
std::vector<Difference> differences(const BusSettings& settings, const BusFound& found);
// "GITHUB_EVENTS_acme: max_age is 24h and ought to be 168h; …"
std::string shown(const std::vector<Difference>& differences);

// In the metadata; where a server knows none (before 2.10), in the description.
std::optional<std::uint64_t> organization_of(std::string_view config);
// ErrorKind::conflict: a stream is of another organisation, which had the login before.
Result<void> check_organization(const BusSettings& settings, const BusFound& found);

int replicas_of(std::string_view config);  // 1 where it does not say.

// `expected`, with what is found in its place where it has a setting for that. Replicas are those of a stream
// that has others than expected, where there is one.
BusSettings settings_in(const BusFound& found, BusSettings expected);

// The wanted one, with the metadata of other tools that the found one has.
std::string updated_config(std::string_view found, std::string_view wanted);

}  // namespace ghboot::nats
