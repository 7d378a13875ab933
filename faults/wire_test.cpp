// SPDX-License-Identifier: Apache-2.0
#include "faults/wire.h"

#include <charconv>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <poll.h>

#include "acceptance/nats_frame.h"
#include "acceptance/tcp_server.h"

namespace ghboot::faults {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds, std::chrono::seconds;

// A server that answers each append with its body, and a client.
class Ends {
 public:
  explicit Ends(std::string answered_to = "_INBOX.x.lock.1") : answered_to_(std::move(answered_to)) {
    const std::string url = wire.urls().front();
    std::uint16_t port = 0;
    std::from_chars(url.data() + url.rfind(':') + 1, url.data() + url.size(), port);
    client_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  void append(const std::string& body) {
    boost::system::error_code ignored;
    const std::string size = std::to_string(body.size());
    boost::asio::write(client_,
                       boost::asio::buffer("PUB github.acme.regeneration_lock _INBOX.x.lock.1 " + size +
                                           "\r\n" + body + "\r\n"),
                       ignored);
  }

  // All answers until none has come for a while; "end" where the connection has ended.
  std::string answers() {
    std::string all;
    for (;;) {
      while (const auto frame = acceptance::take_frame(buffer_)) all += frame->payload + " ";
      if (!wait_for_more()) return all;
      char chunk[4096];
      boost::system::error_code failed;
      const auto size = client_.read_some(boost::asio::buffer(chunk), failed);
      if (failed) return all + "end";
      buffer_.append(chunk, size);
    }
  }

 private:
  void serve(tcp::socket& socket) const {
    std::string buffer;
    char chunk[4096];
    boost::system::error_code failed;
    for (;;) {
      const auto size = socket.read_some(boost::asio::buffer(chunk), failed);
      if (failed) return;
      buffer.append(chunk, size);
      while (const auto frame = acceptance::take_frame(buffer)) {
        const std::string size_text = std::to_string(frame->payload.size());
        boost::asio::write(
            socket,
            boost::asio::buffer("MSG " + answered_to_ + " 1 " + size_text + "\r\n" + frame->payload + "\r\n"),
            failed);
      }
    }
  }

  bool wait_for_more() {
    pollfd waiting{.fd = client_.native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 600) > 0;
  }

  const std::string answered_to_;
  acceptance::TcpServer server_{[this](tcp::socket& socket) { serve(socket); }};
  boost::asio::io_context context_;
  tcp::socket client_{context_};
  std::string buffer_;

 public:
  Wire wire{{server_.port()}, 0, 3};  // Of a seed whose first chances let all pass.
};

TEST(Wire, MessagesPassWhenThereIsNoTrouble) {
  Ends ends;
  ends.append("a");
  ends.append("b");
  EXPECT_EQ(ends.answers(), "a b ");
}

TEST(Wire, NothingPassesOneThatIsCutOffAndAfterItAllDoes) {
  Ends ends;
  ends.wire.be(Trouble::cut_off, seconds(60));
  ends.append("a");
  EXPECT_EQ(ends.answers(), "");
  ends.wire.be(Trouble::none, milliseconds(0));
  ends.append("b");
  EXPECT_EQ(ends.answers(), "b ");
}

TEST(Wire, WhoIsDeafHearsAnswersAlone) {
  Ends ends("github.acme.regeneration_lock");
  ends.wire.be(Trouble::deaf, seconds(60));
  ends.append("a");
  EXPECT_EQ(ends.answers(), "");
  Ends others;
  others.wire.be(Trouble::deaf, seconds(60));
  others.append("a");
  EXPECT_EQ(others.answers(), "a ");
}

TEST(Wire, ALateAppendIsPassedByWhatComesBehind) {
  Ends ends;
  ends.wire.be(Trouble::late, seconds(60));
  ends.append("a");
  EXPECT_EQ(ends.answers(), "");
  ends.wire.be(Trouble::none, milliseconds(0));
  ends.append("b");
  std::string all;
  for (int tries = 0; tries < 20 && !all.contains('a'); ++tries) all += ends.answers();
  EXPECT_EQ(all, "b a ");
}

TEST(Wire, AConnectionIsCutAtItsNextMessage) {
  Ends ends;
  ends.wire.be(Trouble::cut, seconds(60));
  ends.append("a");
  EXPECT_EQ(ends.answers(), "end");
}

TEST(Wire, TheLastWordIsTheAnswerToARetry) {
  Ends ends;
  ends.wire.be(Trouble::last_word, seconds(60));
  ends.append("a");
  ends.append("b");
  EXPECT_EQ(ends.answers(), "a b ") << "who appends slowly is let alone";
  ends.append("c");
  ends.append("d");
  ends.append("e");
  EXPECT_FALSE(ends.answers().contains('e')) << "stored, and not answered";
  ends.append("e");
  ends.append("f");
  EXPECT_EQ(ends.answers(), "e ");
  ends.append("g");
  EXPECT_EQ(ends.answers(), "");
}

}  // namespace
}  // namespace ghboot::faults
