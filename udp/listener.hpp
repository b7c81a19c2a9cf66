// tern::listener: receives messages from tern clients without a relay. A message counts
// as committed for its sender when the application has confirmed it, that is: has done
// with it what it promises (printed it).
//
//   auto listener = tern::listener::open(executor, addresses, {});
//   auto message = co_await listener->async_receive(asio::use_awaitable);
//   print(message); listener->confirm(message);
//
// Threads as with tern::client.
#pragma once

#include "udp/listener/listener_core.hpp"
#include "udp/listener/listener_types.hpp"
#include "udp/stream/port_pair.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace tern {

class listener {
 public:
  // Listens at each of the addresses, over UDP and TCP at the same port; the error is the first one's that cannot be
  // had.
  static tl::expected<listener, udp::port_error> open(const net::any_io_executor& executor,
                                                      const std::vector<proto::address>& at, listener_options options);
  listener(listener&&) noexcept = default;
  listener& operator=(listener&&) = delete;
  ~listener();

  // Where it listens, ports as the system gave them.
  const std::vector<proto::address>& addresses() const { return addresses_; }
  const proto::public_key& key() const { return core_->key(); }

  // The next message, in the order of arrival: void(std::error_code, listened_message).
  // Each is given once, however often its sender has to repeat it.
  template <class Token>
  auto async_receive(Token&& token) {
    return udp::run_operation<listened_message>(
        core_->executor(), [core = core_] { return core->receive(); }, std::forward<Token>(token));
  }
  // Tells the sender that its message is committed.
  void confirm(const listened_message& message) { core_->confirm(message.ticket); }
  // Takes leave of everyone; receiving ends with errc::closed.
  void close() { core_->close(); }

 private:
  explicit listener(std::shared_ptr<udp::listener_core> core) : core_(std::move(core)) {}

  std::shared_ptr<udp::listener_core> core_;
  std::vector<proto::address> addresses_;
};

}  // namespace tern
