// One port of the text gateway: a listening TCP socket and a UDP socket at the same address.
#pragma once

#include "relay/server/text_gateway.hpp"
#include "udp/plain/datagram_port.hpp"
#include "udp/plain/tcp_server.hpp"

#include <memory>
#include <string>

namespace tern::relay {

struct text_sockets {
  udp::tcp_listener streams;
  udp::datagram_port datagrams;
};

class text_port {
 public:
  // The gateway outlives this; this outlives the executor's last turn.
  text_port(text_sockets sockets, text_gateway& gateway, event_log& log);

  const proto::address& local_address() const { return server_.local_address(); }
  void start();

 private:
  struct visit;
  net::awaitable<void> serve(std::shared_ptr<udp::tcp_stream> stream);
  net::awaitable<void> refuse(udp::tcp_stream& stream, std::string why);
  void on_change(visit& at);
  net::awaitable<void> read(visit& at);
  net::awaitable<void> write(visit& at);
  net::awaitable<void> receive();
  net::awaitable<void> send(std::string answer, proto::address to);
  void answer(const proto::address& to, std::size_t datagram_bytes, std::string text);

  text_gateway& gateway_;
  event_log& log_;
  udp::datagram_port datagrams_;
  udp::tcp_server server_;
};

}  // namespace tern::relay
