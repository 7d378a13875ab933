// SPDX-License-Identifier: Apache-2.0
// The place of a Unix socket: a folder of our own that nobody else can enter, gone with the object. It does
// not listen. Errors are std::runtime_error, in words for who started us.
#pragma once

#include <string>

namespace ghboot::tfplugin {

class Socket {
 public:
  explicit Socket(const std::string& folder);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  std::string path() const { return folder_ + "/socket"; }
  // Once something listens: members of `group`, a name or a number, may connect as well.
  void open_to(const std::string& group) const;

 private:
  std::string folder_;
};

}  // namespace ghboot::tfplugin
