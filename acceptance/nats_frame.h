// SPDX-License-Identifier: Apache-2.0
// NATS's wire as a sequence of frames: a control line, and after PUB, HPUB, MSG and HMSG as many bytes as the
// line's last word says. Only what a proxy must know of it: whose message it is and where its bytes end.
// Source: docs.nats.io, "Client Protocol".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::acceptance {

struct NatsFrame {
  std::string line;     // Without its end.
  std::string payload;  // Headers included; empty where the line announces none.

  std::vector<std::string_view> words() const;
  bool publishes() const;             // PUB or HPUB, from a client.
  bool delivers() const;              // MSG or HMSG, from a server.
  std::string_view subject() const;   // Of a message; empty otherwise.
  std::string_view reply_to() const;  // Likewise.
  std::string text() const;           // As it goes over the wire.
  // The same message with another body and no headers.
  NatsFrame with_body(std::string_view body) const;
};

// Takes the first frame off `buffer`; nothing when it is not whole yet. A size that is no number counts as 0:
// the server judges it.
std::optional<NatsFrame> take_frame(std::string& buffer);

}  // namespace ghboot::acceptance
