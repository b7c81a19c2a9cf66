// Answers GET and HEAD on an address of its own, one request a connection. Whoever is slow
// or speaks something else is closed in time, and the number of connections is bounded.
// Knows what a request looks like, not what there is to be had.
#pragma once

#include "proto/address.hpp"
#include "udp/net.hpp"
#include "udp/plain/tcp_listener.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace tern::relay {

struct http_response {
  int status = 200;  // 200, 404 or 503
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

class http_server {
 public:
  // Called on the executor's thread; awaited there. What it captures lives until the server's
  // executor has run out of work.
  using responder = std::function<net::awaitable<http_response>(std::string path)>;

  http_server(udp::tcp_listener listener, responder respond);
  // Takes no further connection, and closes those that there are.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  const proto::address& local_address() const;

 private:
  class implementation;
  std::shared_ptr<implementation> implementation_;
};

}  // namespace tern::relay
