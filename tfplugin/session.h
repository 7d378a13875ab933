// SPDX-License-Identifier: Apache-2.0
// A Session is the stop that running calls see: by StopProvider, by the last connection's end, by the end of
// the process. A new configuration begins a new one: with -debug many commands use one process, and one that
// was stopped must not stop the next. What closes something runs after a stop, and sees the process's end
// alone, which is for good. Threads: any.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

namespace ghboot::tfplugin {

class Session {
 public:
  explicit Session(std::stop_token process)
      : process_(std::move(process)), process_end_(process_, [this] { stop(); }) {}

  void begin() {
    const std::scoped_lock lock(mutex_);
    // Calls under another configuration of the same command may run: they keep the stop that they share.
    if (source_.stop_requested() && !process_.stop_requested()) source_ = std::stop_source();
  }
  void stop() {
    std::stop_source source = current();
    source.request_stop();
  }
  std::stop_token token() { return current().get_token(); }
  std::stop_token process() const { return process_; }  // Of its end alone.

 private:
  std::stop_source current() {
    const std::scoped_lock lock(mutex_);
    return source_;
  }

  std::mutex mutex_;
  std::stop_source source_;
  std::stop_token process_;
  std::stop_callback<std::function<void()>> process_end_;  // Last: it may run while it is made.
};

}  // namespace ghboot::tfplugin
