// SPDX-License-Identifier: Apache-2.0
#include "provider/rights_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

enum class Address : std::uint8_t { none, v4, v6 };

Address address_kind(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return Address::v4;
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? Address::v6 : Address::none;
}

// What is wrong with a network, as "has no prefix length"; empty when nothing is.
std::string problem_of_network(const std::string& text) {
  const auto slash = text.find('/');
  const auto kind = text.contains('\0') ? Address::none : address_kind(text.substr(0, slash));
  if (kind == Address::none) return "is no address of IPv4 or IPv6 with a prefix length";
  const int longest = kind == Address::v4 ? 32 : 128;
  if (slash == std::string::npos)
    return fmt::format("has no prefix length (for this address alone: {}/{})", text, longest);
  const std::string_view length = std::string_view(text).substr(slash + 1);
  int bits = -1;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  const bool number = error == std::errc() && end == length.data() + length.size() && length[0] != '-' &&
                      (length.size() == 1 || length[0] != '0');
  if (!number || bits > longest) return fmt::format("has no prefix length of 0 to {}", longest);
  return "";
}

void check_networks(const RightsModel& rights, const Path& path, Diagnostics& diagnostics) {
  if (!rights.source_networks.is_known()) return;
  for (const std::string& network : *rights.source_networks)
    if (const std::string problem = problem_of_network(network); !problem.empty())
      diagnostics.error(path, "Not a network",
                        fmt::format("\"{}\" {}; a network is like \"192.0.2.0/24\" or \"2001:db8::/32\".",
                                    network, problem));
}

void check_times(const RightsModel& rights, const Path& path, Diagnostics& diagnostics) {
  if (rights.times_location.is_known() && rights.times.is_null())
    diagnostics.error(path.attribute("times_location"), "Time zone without times",
                      "It is the time zone of `times`, which is not set. Set that too, or leave both out.");
  if (!rights.times.is_known()) return;
  for (std::size_t i = 0; i < rights.times->size(); ++i) {
    const auto& range = (*rights.times)[i];
    if (range.start.is_known() && range.start == range.end)
      diagnostics.error(
          path.attribute("times").index(static_cast<std::int64_t>(i)), "Range of no length",
          fmt::format("It starts and ends at {}: the user could never connect in it.", *range.start));
  }
}

// In claims an empty list is none at all, and allows everything: nobody who writes [] means that.
template <class T>
void refuse_empty(const Value<T>& list, const Path& path, std::string_view everything,
                  Diagnostics& diagnostics) {
  if (list.is_known() && list->empty())
    diagnostics.error(path, "Empty list that would allow everything",
                      fmt::format("Servers read an empty list as none, and allow {}. Leave the attribute out "
                                  "if that is meant, else name what is allowed.",
                                  everything));
}

}  // namespace

nats::UserRights to_claims(const RightsModel& model) {
  nats::UserRights out{.permissions = {},
                       .subs = model.subscriptions.value_or(-1),
                       .data = model.data.value_or(-1),
                       .payload = model.payload.value_or(-1),
                       .source_networks = texts_of(model.source_networks),
                       .times = {},
                       .times_location = model.times_location.value_or(""),
                       .bearer_token = model.bearer.value_or(false),
                       .connection_types = texts_of(model.connection_types)};
  if (model.permissions.is_known()) out.permissions = to_claims(*model.permissions);
  if (model.times.is_known())
    for (const TimeRangeModel& range : *model.times)
      out.times.push_back({.start = range.start.value_or(""), .end = range.end.value_or("")});
  return out;
}

RightsModel to_model(const nats::UserRights& rights) {
  RightsModel out{.permissions = to_model(rights.permissions),
                  .subscriptions = rights.subs,
                  .data = rights.data,
                  .payload = rights.payload,
                  .source_networks = set_or_null(rights.source_networks),
                  .connection_types = set_or_null(rights.connection_types),
                  .times = {},
                  .times_location = text_or_null(rights.times_location),
                  .bearer = rights.bearer_token};
  std::vector<TimeRangeModel> times;
  for (const nats::TimeRange& range : rights.times) times.push_back({.start = range.start, .end = range.end});
  if (!times.empty()) out.times = std::move(times);
  return out;
}

void check_rights(const RightsModel& rights, const Path& path, Diagnostics& diagnostics) {
  check_permissions(rights.permissions, path.attribute("permissions"), diagnostics);
  check_networks(rights, path.attribute("source_networks"), diagnostics);
  check_times(rights, path, diagnostics);
  refuse_empty(rights.source_networks, path.attribute("source_networks"), "every network", diagnostics);
  refuse_empty(rights.times, path.attribute("times"), "every time", diagnostics);
  refuse_empty(rights.connection_types, path.attribute("connection_types"), "every type of connection",
               diagnostics);
}

std::vector<std::string_view> rights_set(const RightsModel& rights) {
  static const RightsModel by_default = to_model(nats::UserRights());
  std::vector<std::string_view> names;
  tfplugin::for_each_field<RightsModel>([&](const auto& field) {
    if (rights.*field.at != by_default.*field.at && !(rights.*field.at).is_null())
      names.push_back(field.name);
  });
  return names;
}

bool is_unknown(const RightsModel& rights) {
  return !tfplugin::Codec<RightsModel>::encode(rights).is_wholly_known();
}

}  // namespace ghboot::provider
