// A TCP connection in two halves with somebody in between, who passes on a few octets at a
// time, and can stop, cut, or end either direction.
#pragma once

#include "tests/udp/plain/loopback.hpp"
#include "udp/asio_endpoint.hpp"
#include "udp/net.hpp"
#include "udp/socket_address.hpp"

#include <cstdint>
#include <system_error>
#include <vector>

namespace tern::test {

class slow_wire {
 public:
  using tcp = asio::ip::tcp;

  // Whoever connects to address() is connected to `target`, once.
  slow_wire(net::io_context& io, const proto::address& target, std::size_t octets_at_once)
      : acceptor_(io, udp::asio_endpoint<tcp::endpoint>(loopback())),
        target_(udp::asio_endpoint<tcp::endpoint>(target)),
        near_(io),
        far_(io),
        octets_at_once_(octets_at_once) {
    asio::co_spawn(io, serve(), asio::detached);
  }

  proto::address address() { return udp::to_address(acceptor_.local_endpoint().data()); }
  std::uint64_t passed_to_client() const { return passed_to_client_; }

  // From the target to the client nothing is taken any more; little fits on the way.
  void stall_to_client() {
    to_client_stalled_ = true;
    std::error_code ignored;
    far_.cancel(ignored);
  }
  void flow_to_client() {
    to_client_stalled_ = false;
    octets_at_once_ = 65536;
    asio::co_spawn(far_.get_executor(), pass_to_client(), asio::detached);
  }
  // Both halves are gone, with RST.
  void cut() {
    for (auto* each : {&near_, &far_}) {
      std::error_code ignored;
      each->set_option(asio::socket_base::linger{true, 0}, ignored);
      each->close(ignored);
    }
  }
  // The target reads an end, though the client has not said farewell.
  void end_towards_target() {
    std::error_code ignored;
    far_.shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  net::awaitable<void> serve() {
    auto [accept_error] = co_await acceptor_.async_accept(near_, net::as_result);
    if (accept_error) co_return;
    far_.open(target_.protocol());
    far_.set_option(asio::socket_base::receive_buffer_size{4096});
    auto [connect_error] = co_await far_.async_connect(target_, net::as_result);
    if (connect_error) co_return;
    near_.set_option(tcp::no_delay{true});
    far_.set_option(tcp::no_delay{true});
    asio::co_spawn(far_.get_executor(), pass_to_client(), asio::detached);
    co_await pass(near_, far_, passed_to_target_);
  }
  net::awaitable<void> pass_to_client() { return pass(far_, near_, passed_to_client_); }

  net::awaitable<void> pass(tcp::socket& from, tcp::socket& to, std::uint64_t& passed) {
    std::vector<std::uint8_t> octets(octets_at_once_);
    for (;;) {
      auto [read_error, size] = co_await from.async_read_some(asio::buffer(octets), net::as_result);
      if (&from == &far_ && to_client_stalled_) co_return;
      if (read_error) break;
      auto [write_error, written] = co_await asio::async_write(to, asio::buffer(octets.data(), size), net::as_result);
      passed += written;
      if (write_error) break;
    }
    std::error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::acceptor acceptor_;
  tcp::endpoint target_;
  tcp::socket near_;  // to the client
  tcp::socket far_;
  std::size_t octets_at_once_;
  bool to_client_stalled_ = false;
  std::uint64_t passed_to_client_ = 0;
  std::uint64_t passed_to_target_ = 0;
};

}  // namespace tern::test
