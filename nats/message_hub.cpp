// SPDX-License-Identifier: Apache-2.0
#include "nats/message_hub.h"

#include <utility>

namespace ghboot::nats {
namespace {

constexpr std::size_t denied_max = 1000;

// What stands behind `opening` in quotation marks, as in: Permissions Violation for Publish to "a.b". Empty:
// nothing does.
std::string_view quoted_after(std::string_view text, std::string_view opening) {
  const std::size_t at = text.find(opening);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + opening.size());
  const std::size_t first = text.find('"');
  const std::size_t last = text.find('"', first + 1);
  return last == std::string_view::npos ? std::string_view() : text.substr(first + 1, last - first - 1);
}

}  // namespace

void Box::put(Message message) {
  {
    const std::lock_guard lock(mutex);
    messages.push_back(std::move(message));
  }
  changed.notify_all();
}

void Box::mark(bool Box::* what) {
  {
    const std::lock_guard lock(mutex);
    this->*what = true;
  }
  changed.notify_all();
}

void Hub::answer(Message reply, bool nobody) {
  const std::string_view token = std::string_view(reply.subject).substr(reply.subject.rfind('.') + 1);
  std::shared_ptr<Box> box;
  {
    const std::lock_guard lock(mutex);
    if (const auto at = replies.find(token); at != replies.end()) box = at->second.box;
  }
  if (!box) return;  // It came after its Wait.
  if (nobody)
    box->mark(&Box::nobody);
  else
    box->put(std::move(reply));
}

void Hub::deliver(std::string_view listened_to, const Message& message) {
  const std::lock_guard lock(mutex);
  if (const auto at = listeners.find(listened_to); at != listeners.end())
    for (const auto& box : at->second) box->put(message);
}

void Hub::lose() {
  {
    const std::lock_guard lock(mutex);
    lost = true;
  }
  ended.notify_all();
  miss();
}

void Hub::miss() {
  const std::lock_guard lock(mutex);
  for (const auto& [token, asked] : replies) asked.box->mark(&Box::lost);
  for (const auto& [subject, boxes] : listeners)
    for (const auto& box : boxes) box->mark(&Box::lost);
}

void Hub::take_error(std::string_view text) {
  const std::string_view sent = quoted_after(text, "Permissions Violation for Publish to ");
  const std::string_view heard = quoted_after(text, "Permissions Violation for Subscription to ");
  const std::lock_guard lock(mutex);
  last_error = text;
  if (!sent.empty() && denied.size() < denied_max) denied.emplace(sent);
  if (!inbox.empty() && heard == inbox + ".*") deaf = true;  // Not a listener's subject below it.
  for (const auto& [token, asked] : replies) {
    if (!sent.empty() && sent == asked.subject) asked.box->mark(&Box::denied);
    if (deaf) asked.box->mark(&Box::deaf);
  }
}

ReplyBox::ReplyBox(Hub& hub, std::string_view subject) : hub_(hub) {
  const std::lock_guard lock(hub_.mutex);
  token_ = std::to_string(++hub_.requests);
  box_->lost = hub_.lost;
  box_->deaf = hub_.deaf;
  hub_.replies.emplace(token_, Hub::Asked{std::string(subject), box_});
}

ReplyBox::~ReplyBox() {
  const std::lock_guard lock(hub_.mutex);
  hub_.replies.erase(token_);
}

bool ReplyBox::is(bool Box::* what) const {
  const std::lock_guard lock(box_->mutex);
  return (*box_).*what;
}

Replies ReplyBox::collect(const Wait& wait,
                          const std::function<bool(const std::vector<Message>&)>& all_here) {
  Replies replies;
  std::unique_lock lock(box_->mutex);
  for (;;) {
    box_->changed.wait_until(lock, wait.stop, wait.until,
                             [&] { return !box_->messages.empty() || box_->has_ended(); });
    if (box_->messages.empty()) {
      replies.end = box_->nobody ? RepliesEnd::nobody : box_->lost ? RepliesEnd::lost : RepliesEnd::timeout;
      return replies;
    }
    replies.messages.push_back(std::move(box_->messages.front()));
    box_->messages.pop_front();
    lock.unlock();
    if (all_here(replies.messages)) {
      replies.end = RepliesEnd::complete;
      return replies;
    }
    lock.lock();
  }
}

}  // namespace ghboot::nats
