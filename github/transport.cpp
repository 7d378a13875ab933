// SPDX-License-Identifier: Apache-2.0
#include "github/transport.h"

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "github/transfer.h"

#undef curl_multi_setopt
#undef curl_easy_getinfo

namespace ghboot::github {

// libcurl's multi handle, which one thread alone may touch but for wakeup().
struct Transport::Pool {
  using Shared = std::shared_ptr<Transfer>;

  explicit Pool(const CurlLibrary& library) : curl(library), multi(library.multi_init()) {
    curl.multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Pool() {
    thread.request_stop();
    curl.multi_wakeup(multi);
    thread.join();
    curl.multi_cleanup(multi);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void add(Shared transfer) {
    {
      const std::lock_guard lock(mutex);
      waiting.push_back(std::move(transfer));
    }
    curl.multi_wakeup(multi);
  }
  void wake() const { curl.multi_wakeup(multi); }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      begin_waiting();
      end_left();
      int running = 0;
      curl.multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl.multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      }
      curl.multi_poll(multi, nullptr, 0, 10'000, nullptr);
    }
    begin_waiting();
    while (!active.empty()) finish(active.begin()->first, CURLE_ABORTED_BY_CALLBACK);
  }
  void begin_waiting() {
    std::deque<Shared> all;
    {
      const std::lock_guard lock(mutex);
      all.swap(waiting);
    }
    for (Shared& one : all) {
      if (!prepare(curl, *one)) {
        one->code = CURLE_FAILED_INIT;
        tell(*one);
        continue;
      }
      curl.multi_add_handle(multi, one->easy);
      active.emplace(one->easy, std::move(one));
    }
  }
  void end_left() {
    for (auto it = active.begin(); it != active.end();) {
      const auto [easy, one] = *it++;
      if (one->is_left) finish(easy, CURLE_ABORTED_BY_CALLBACK);
    }
  }
  void finish(CURL* easy, CURLcode code) {
    const auto found = active.find(easy);
    if (found == active.end()) return;
    const Shared one = std::move(found->second);
    active.erase(found);
    curl.multi_remove_handle(multi, easy);
    release(curl, *one);
    one->code = code;
    tell(*one);
  }
  static void tell(Transfer& transfer) {
    {
      const std::lock_guard lock(transfer.mutex);
      transfer.is_done = true;
    }
    transfer.changed.notify_all();
  }

 public:
  const CurlLibrary& curl;

 private:
  CURLM* multi;
  std::mutex mutex;
  std::deque<Shared> waiting;        // Guarded by mutex.
  std::map<CURL*, Shared> active{};  // The thread's.
  std::jthread thread;
};

struct Transport::State {
  std::mutex mutex;
  std::shared_ptr<Pool> pool;  // Guarded by mutex.
};

Transport::Transport(Clock& clock) : clock_(clock), state_(std::make_unique<State>()) {}
Transport::~Transport() = default;

std::shared_ptr<Transport::Pool> Transport::pool() {
  const auto library = CurlLibrary::load();
  if (!library) return nullptr;
  const std::lock_guard lock(state_->mutex);
  if (!state_->pool) state_->pool = std::make_shared<Pool>(**library);
  return state_->pool;
}

std::expected<HttpAnswer, NoAnswer> Transport::perform(HttpRequest request, const Wait& wait) {
  const std::shared_ptr<Pool> through = pool();
  if (!through) return std::unexpected(NoAnswer{false, false, CurlLibrary::load().error().message});
  const auto transfer = std::make_shared<Transfer>(std::move(request));
  through->add(transfer);
  const SteadyTime until = std::chrono::steady_clock::now() + (wait.until - clock_.now());
  std::unique_lock lock(transfer->mutex);
  const bool is_done =
      transfer->changed.wait_until(lock, wait.stop, until, [&] { return transfer->is_done; });
  if (is_done) return outcome(through->curl, *transfer);
  transfer->is_left = true;
  through->wake();
  return std::unexpected(
      NoAnswer{transfer->was_sent, false, wait.stop.stop_requested() ? "it was stopped" : "its time ended"});
}

}  // namespace ghboot::github
