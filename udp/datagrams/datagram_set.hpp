// The datagram sockets of one driver: carries packets between them and the endpoint. Keeps no
// packet, except one that a full socket refused; nothing else is sent before that.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/driver_counters.hpp"
#include "udp/net.hpp"
#include "udp/readiness.hpp"
#include "udp/udp_socket.hpp"
#include "udp/unreachable_report.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tern::udp {

class datagram_set : public std::enable_shared_from_this<datagram_set> {
 public:
  // `turn` has a turn of the driver at once, if there still is one. Endpoint and counters
  // outlive this object, except while a handler of its own holds it.
  datagram_set(net::any_io_executor executor, proto::endpoint& endpoint, driver_counters& counters,
               std::function<void()> turn)
      : executor_(std::move(executor)), endpoint_(&endpoint), counters_(&counters), turn_(std::move(turn)) {}

  std::uint32_t add(udp_socket socket);
  void remove(std::uint32_t local);
  const udp_socket* find(std::uint32_t local) const;

  // The parts of a driver's turn: what the sockets have, and what the endpoint has. True where
  // there may be more.
  bool take(proto::time_point now);
  bool give(proto::time_point now);
  // What could not be sent or did not arrive, since the last call.
  std::vector<unreachable_report> take_reports() { return std::exchange(reports_, {}); }

  // A full socket is waited for.
  bool is_blocked() const { return refused_.has_value(); }
  // Reports have not been taken.
  bool wants_turn() const { return !reports_.empty(); }
  std::uint64_t receive_drops() const;
  // Closes everything.
  void clear() { sockets_.clear(); }

 private:
  // Larger than any packet of ours: what fills it is none.
  static constexpr std::size_t receive_buffer_bytes = 2048;

  struct socket_state {
    socket_state(const net::any_io_executor& executor, udp_socket opened)
        : socket(std::move(opened)), ready(executor, socket.native_handle()) {}
    udp_socket socket;
    readiness ready;
    bool is_readable = false;  // else a wait for that is under way
  };

  bool take_from(proto::time_point now, std::uint32_t local, socket_state& from);
  void take_reports_of(socket_state& from);
  bool send(const proto::transmit& out);
  void on_send_error(const proto::transmit& out, std::error_code error);

  template <class Function>
  auto when_ready(Function function);
  void wait_readable(std::uint32_t local, socket_state& socket);
  void wait_writable(socket_state& socket);

  net::any_io_executor executor_;
  proto::endpoint* endpoint_;
  driver_counters* counters_;
  std::function<void()> turn_;
  std::map<std::uint32_t, socket_state> sockets_;
  std::uint32_t last_local_ = 0;
  std::optional<proto::transmit> refused_;  // its packet is in send_buffer_
  std::vector<unreachable_report> reports_;
  std::array<std::uint8_t, proto::limits::datagram_bytes_max> send_buffer_{};
  std::array<std::uint8_t, receive_buffer_bytes> receive_buffer_{};
};

}  // namespace tern::udp
