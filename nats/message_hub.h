// SPDX-License-Identifier: Apache-2.0
// Where what one connection hears is laid down by libnats's threads and taken by those that wait for it. It
// knows no libnats. Always holds: whoever waits is woken by each message and by each reason why none can
// come. Threads: any.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nats/connection.h"
#include "nats/environment.h"

namespace ghboot::nats {

// Where messages lie until somebody takes them.
struct Box {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Message> messages;
  bool nobody = false, lost = false;
  bool denied = false;  // The user has no right to publish what is answered here.
  bool deaf = false;    // Nor to hear the answer.

  bool has_ended() const { return nobody || lost || denied || deaf; }
  void put(Message message);
  void mark(bool Box::* what);
};

// What libnats's threads reach.
struct Hub {
  struct Asked {
    std::string subject;
    std::shared_ptr<Box> box;
  };
  std::mutex mutex;
  std::map<std::string, Asked, std::less<>> replies;  // By the last token of the reply's subject.
  std::map<std::string, std::set<std::shared_ptr<Box>>, std::less<>>
      listeners;  // By the subject that they subscribed to.
  std::string last_error;
  std::set<std::string, std::less<>> denied;  // Subjects on which the user may not publish; some of them.
  std::string inbox;  // "_INBOX.…", with which all begins that only this connection hears.
  std::uint64_t requests = 0;
  bool lost = false;
  bool deaf = false;              // The user has no right to subscribe to the inbox.
  std::condition_variable ended;  // Notified when it is lost: libnats's reader has ended then.

  void answer(Message reply, bool nobody);  // To the request that still waits for it, if one does.
  void deliver(std::string_view listened_to, const Message& message);
  void lose();
  void miss();  // Whoever listens now may have missed something.
  // A server does not answer what a user has no right to: it tells the connection.
  void take_error(std::string_view text);
};

// A place for the replies to one request, from before it is sent until nobody waits for them.
class ReplyBox {
 public:
  ReplyBox(Hub& hub, std::string_view subject);
  ~ReplyBox();
  ReplyBox(const ReplyBox&) = delete;
  ReplyBox& operator=(const ReplyBox&) = delete;

  const std::string& token() const { return token_; }  // The last one of the subject to reply to.
  bool is(bool Box::* what) const;
  Replies collect(const Wait& wait, const std::function<bool(const std::vector<Message>&)>& all_here);

 private:
  Hub& hub_;
  std::string token_;
  std::shared_ptr<Box> box_ = std::make_shared<Box>();
};

}  // namespace ghboot::nats
