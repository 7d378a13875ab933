// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_sight.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

constexpr std::size_t file_size_max = 16384;

// What is in the file: numbers are nanoseconds of CLOCK_BOOTTIME, or of a lease.
struct Kept {
  std::string created, nonce, boot;
  std::uint64_t sequence = 0;
  nanoseconds first_seen{0}, quarantine_until{0}, lease_max{0};
};

std::optional<Kept> parse(std::string_view bytes) {
  const json object = json::parse(bytes, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto number = [&](const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
  };
  const auto time = [&](const char* key) { return nanoseconds(static_cast<std::int64_t>(number(key))); };
  Kept kept{.created = text("stream"),
            .nonce = text("nonce"),
            .boot = text("boot"),
            .sequence = number("sequence"),
            .first_seen = time("first_seen"),
            .quarantine_until = time("quarantine_until"),
            .lease_max = time("lease_max")};
  const bool is_sane = kept.first_seen.count() > 0 && kept.quarantine_until.count() >= 0 &&
                       kept.lease_max.count() >= 0 && kept.lease_max <= lock_lease_max;
  if (kept.nonce.empty() || !is_sane) return std::nullopt;
  return kept;
}

}  // namespace

LockSight::LockSight(SightPlace place, std::chrono::milliseconds lease, LockClock& clock, FileSystem& files)
    : place_(std::move(place)), clock_(clock), files_(files), lease_max_(lease) {}

Result<LockSight::Change> LockSight::see(const LockEntry& entry, Source source) {
  auto message = LockMessage::decode(entry.bytes);
  if (!message) return std::unexpected(message.error());
  Seen next{.created = entry.created, .sequence = entry.sequence, .message = *std::move(message)};
  if (!std::exchange(is_loaded_, true)) load(next);
  const Change change = seen_ ? change_to(next, source) : Change::newer;
  if (change == Change::none) {
    // Of the same message only; what is known of it from the file is little.
    if (next.sequence == seen_->sequence) seen_ = std::move(next);
    return change;
  }
  lease_max_ = std::max<nanoseconds>(lease_max_, next.message.lease);
  first_seen_ = clock_.read().boot;
  seen_ = std::move(next);
  if (change == Change::went_back) quarantine();
  store();
  return change;
}

LockSight::Change LockSight::change_to(const Seen& next, Source source) const {
  if (next.created != seen_->created) return Change::went_back;
  if (next.sequence == seen_->sequence)
    return next.message.nonce == seen_->message.nonce ? Change::none : Change::went_back;
  if (next.sequence < seen_->sequence) return source == Source::read ? Change::went_back : Change::none;
  const bool follows = next.sequence > seen_->sequence + 1 || next.message.prev == seen_->message.nonce;
  return follows ? Change::newer : Change::went_back;
}

void LockSight::see_nothing() {
  if (!seen_) return;
  seen_.reset();
  quarantine();
}

void LockSight::quarantine() { quarantine_until_ = clock_.read().boot + lease_max_; }

nanoseconds LockSight::ready_at() const {
  const nanoseconds lease = seen_->message.state == LockState::free ? nanoseconds(0) : seen_->message.lease;
  return std::max(first_seen_ + lease, quarantine_until_);
}

// What an earlier process saw becomes what this one has seen. Times of another boot say nothing: what was
// seen then still tells a log that went back, and a wait that had begun begins anew.
void LockSight::load(const Seen& now) {
  if (place_.path.empty()) return;
  const auto file = files_.open(place_.path);
  if (!file) return;
  const auto bytes = files_.read(*file, file_size_max);
  const auto kept = bytes ? parse(*bytes) : std::nullopt;
  if (!kept) return;
  const nanoseconds boot = clock_.read().boot;
  const bool is_comparable = !place_.boot.empty() && kept->boot == place_.boot && kept->first_seen <= boot;
  lease_max_ = std::max(lease_max_, kept->lease_max);
  first_seen_ = is_comparable ? kept->first_seen : boot;
  if (kept->quarantine_until.count() != 0)
    quarantine_until_ =
        is_comparable ? std::min(kept->quarantine_until, boot + lease_max_) : boot + lease_max_;
  seen_ = Seen{.created = kept->created, .sequence = kept->sequence, .message = now.message};
  seen_->message.nonce = kept->nonce;
  if (!is_comparable) store();
}

void LockSight::store() const {
  if (place_.path.empty() || place_.boot.empty()) return;
  const nanoseconds quarantine = went_back() ? quarantine_until_ : nanoseconds(0);
  const json object{{"stream", seen_->created},
                    {"sequence", seen_->sequence},
                    {"nonce", seen_->message.nonce},
                    {"boot", place_.boot},
                    {"first_seen", static_cast<std::uint64_t>(first_seen_.count())},
                    {"quarantine_until", static_cast<std::uint64_t>(quarantine.count())},
                    {"lease_max", static_cast<std::uint64_t>(lease_max_.count())}};
  write(object.dump(-1, ' ', false, json::error_handler_t::replace));
}

// Two processes may do this at once, and one be killed: whatever is then in the file is whole, or no JSON.
// It is not synced: times do not outlive the boot.
void LockSight::write(const std::string& bytes) const {
  const std::string made = place_.path + ".new";
  auto file = files_.create(made);
  if (!file) {
    if (!files_.remove(made)) return;
    file = files_.create(made);
  }
  if (file && files_.write(*file, bytes)) static_cast<void>(files_.rename(made, place_.path));
}

}  // namespace ghboot::nats
