#include "udp/resolve.hpp"

#include "udp/asio_endpoint.hpp"
#include "udp/system_error.hpp"

#include <algorithm>
#include <optional>

namespace tern::udp {

namespace {

using address_list = std::vector<proto::address>;

template <class Protocol>
std::optional<Protocol> protocol_of(address_family family) {
  switch (family) {
    case address_family::v4_only:
      return Protocol::v4();
    case address_family::v6_only:
      return Protocol::v6();
    case address_family::any:
      break;
  }
  return std::nullopt;
}

template <class Results>
address_list addresses_of(const Results& results) {
  address_list found;
  for (const auto& entry : results) {
    const auto endpoint = entry.endpoint();
    const auto address = to_address(endpoint.data());
    if (std::find(found.begin(), found.end(), address) == found.end()) found.push_back(address);
  }
  return found;
}

// All but the flag for configured addresses only: with it a machine that has nothing but
// loopback finds no localhost.
template <class Protocol>
net::awaitable<result<address_list>> resolve_for(resolve_query query) {
  typename Protocol::resolver resolver{co_await asio::this_coro::executor};
  using flags_type = typename Protocol::resolver::flags;
  const flags_type flags = query.passive ? Protocol::resolver::passive : flags_type{};
  const auto protocol = protocol_of<Protocol>(query.family);
  if (protocol) {
    auto [error, results] =
        co_await resolver.async_resolve(*protocol, query.host, query.service, flags, net::as_result);
    if (error) co_return tl::unexpected{as_system_error(error)};
    co_return addresses_of(results);
  }
  auto [error, results] = co_await resolver.async_resolve(query.host, query.service, flags, net::as_result);
  if (error) co_return tl::unexpected{as_system_error(error)};
  co_return addresses_of(results);
}

template <class Protocol>
net::awaitable<result<resolved_name>> resolve_back_for(proto::address address) {
  typename Protocol::resolver resolver{co_await asio::this_coro::executor};
  const auto endpoint = asio_endpoint<typename Protocol::endpoint>(address);
  auto [error, results] = co_await resolver.async_resolve(endpoint, net::as_result);
  if (error) co_return tl::unexpected{as_system_error(error)};
  resolved_name name{results.begin()->host_name(), results.begin()->service_name()};
  co_return name;
}

}  // namespace

net::awaitable<result<address_list>> resolve(resolve_query query) {
  if (query.protocol == transport::tcp) co_return co_await resolve_for<asio::ip::tcp>(std::move(query));
  co_return co_await resolve_for<asio::ip::udp>(std::move(query));
}

net::awaitable<result<resolved_name>> resolve_back(proto::address address, transport protocol) {
  if (protocol == transport::tcp) co_return co_await resolve_back_for<asio::ip::tcp>(address);
  co_return co_await resolve_back_for<asio::ip::udp>(address);
}

}  // namespace tern::udp
