// SPDX-License-Identifier: Apache-2.0
// Requests and answers on one connection, until one side has enough. Source: RFC 9112. Threads: the
// connection's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "standin/server.h"

namespace ghboot::standin {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

void serve_plain(boost::asio::ip::tcp::socket& socket, const Server::Answer& answer);
void serve_tls(TlsStream& stream, const Server::Answer& answer);

}  // namespace ghboot::standin
