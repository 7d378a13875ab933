// SPDX-License-Identifier: Apache-2.0
// An Ending knows why the process of a provider is to end, and wakes who waits for it. Terraform's death, by
// kill -9 too, is noticed in two ways: its process ends (a descriptor of it says so), or nobody reads our
// standard output any more; the second holds also behind a wrapper and on kernels before 5.3, and for a
// Terraform that died before we looked. PR_SET_PDEATHSIG would not do: it goes by the thread that started us,
// and Go's threads come and go. Threads: made before the process has any; tell() from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ghboot::tfplugin {

class Descriptor {  // Closes what it holds; negative: nothing.
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return value_; }

 private:
  int value_;
};

// Standard output, which belongs to the handshake alone: whatever else writes there from now on, a library
// too, lands on standard error, which the host takes for log text.
class Output {
 public:
  Output();
  bool say(std::string line) const;  // With a new line. False: nobody reads it.
  int get() const { return descriptor_.get(); }

 private:
  Descriptor descriptor_;
};

enum class End : std::uint8_t { told, signalled, orphaned };
std::string_view text(End end);

class Ending {
 public:
  // `host_output`: read by the host that started us; nullptr: nobody did, and Ctrl-C is for us.
  explicit Ending(const Output* host_output);
  void tell() const;
  End wait() const;

 private:
  Descriptor told_, signals_, parent_;
  int output_;
};

}  // namespace ghboot::tfplugin
