// SPDX-License-Identifier: Apache-2.0
// The folder that the stand-in's data lies in: state.json, deliveries/ID.json, git/ID.git. Always holds: a
// file is there whole or not at all, and what write() answered for is on the disk. It cannot hold two
// stand-ins apart but by its lock. Without a folder it keeps nothing. Threads: one at a time.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "nats/file_system.h"
#include "standin/model.h"

namespace ghboot::standin {

class Store {
 public:
  Store() = default;
  // Makes the folder where it is missing. The error says what could not be done, or that another stand-in
  // runs on it.
  static std::expected<Store, std::string> open(std::string folder, nats::FileSystem& files);

  // An empty state where nothing was stored. Deliveries that nobody finished are among the deliveries.
  std::expected<State, std::string> load();
  std::expected<void, std::string> save(const State& state);
  std::expected<void, std::string> save(const Delivery& delivery);
  void remove_delivery(Id id);

 private:
  std::string deliveries() const { return folder_ + "/deliveries"; }
  std::expected<void, std::string> write(const std::string& folder, const std::string& name,
                                         std::string_view text);

  std::string folder_;
  nats::FileSystem* files_ = nullptr;  // Borrowed; null: keeps nothing.
  nats::File lock_;
};

}  // namespace ghboot::standin
