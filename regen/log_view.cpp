// SPDX-License-Identifier: Apache-2.0
#include "regen/log_view.h"

#include <algorithm>

namespace ghboot::regen {
namespace {

std::uint64_t sequence_in(const std::optional<RequestPlace>& place, const nats::StreamState& requests) {
  const bool counts = place && place->created == requests.created && place->sequence <= requests.last;
  return counts ? place->sequence : 0;
}

}  // namespace

std::uint64_t LogView::begun(const nats::StreamState& requests) const {
  return state.event ? sequence_in(state.event->place, requests) : 0;
}

std::uint64_t LogView::completed(std::string_view target, const nats::StreamState& requests) const {
  return sequence_in(state.of(target).completed, requests);
}

std::uint64_t LogView::settled(std::string_view target, const nats::StreamState& requests) const {
  return std::max(completed(target, requests), sequence_in(state.of(target).parked, requests));
}

}  // namespace ghboot::regen
