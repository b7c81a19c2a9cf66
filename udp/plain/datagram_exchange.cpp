#include "udp/plain/datagram_exchange.hpp"

#include "udp/expiry.hpp"
#include "udp/plain/datagram_client.hpp"
#include "udp/plain/datagram_port.hpp"

namespace tern::udp {

namespace {

net::awaitable<result<std::optional<proto::bytes>>> wait_for_reply(datagram_client& client, proto::duration wait) {
  const auto executor = co_await asio::this_coro::executor;
  const expiry limit{executor, wait, [&client] { client.cancel(); }};
  proto::bytes buffer(datagram_port::datagram_bytes_max);
  const auto size = co_await client.receive(buffer);
  if (!size && limit.has_expired()) co_return std::optional<proto::bytes>{};
  if (!size) co_return tl::unexpected{size.error()};
  buffer.resize(*size);
  co_return std::optional{std::move(buffer)};
}

net::awaitable<result<datagram_receipt>> exchange_with(proto::address remote, proto::byte_view payload,
                                                       proto::duration wait) {
  const auto executor = co_await asio::this_coro::executor;
  auto client = datagram_client::open(executor, remote);
  if (!client) co_return tl::unexpected{client.error()};
  if (const auto error = co_await client->send(payload)) co_return tl::unexpected{error};
  datagram_receipt receipt{client->local_address(), remote, std::nullopt};
  if (wait <= proto::duration::zero()) {
    if (const auto error = client->pending_error()) co_return tl::unexpected{error};
    co_return receipt;
  }
  auto reply = co_await wait_for_reply(*client, wait);
  if (!reply) co_return tl::unexpected{reply.error()};
  receipt.reply = std::move(*reply);
  co_return receipt;
}

}  // namespace

net::awaitable<result<datagram_receipt>> exchange_datagram(std::vector<proto::address> addresses, proto::bytes payload,
                                                           proto::duration wait) {
  auto last_error = std::make_error_code(std::errc::invalid_argument);
  for (const auto& address : addresses) {
    auto receipt = co_await exchange_with(address, payload, wait);
    if (receipt) co_return receipt;
    last_error = receipt.error();
    // What is too big for one address is too big for all.
    if (last_error == std::errc::message_size || last_error == std::errc::operation_canceled) break;
  }
  co_return tl::unexpected{last_error};
}

}  // namespace tern::udp
