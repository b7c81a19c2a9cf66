#include "relay/server/listening.hpp"

#include "proto/seal/base64url.hpp"
#include "udp/resolve.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <unistd.h>

namespace tern::relay {

namespace {

bool is_wildcard(const proto::address& address) {
  const proto::address none = address.is_v4() ? udp::any_v4(0) : udp::any_v6(0);
  return address.ip == none.ip;
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

std::string pasted_address(const tern_address& address, const proto::public_key& key) {
  // Spelled out, though port and room are the default ones: this line is read by people.
  return fmt::format("tern://{}/{}#{}", address.authority(), tern_address::default_room,
                     proto::to_base64url(key.octets));
}

std::string explain(std::string_view option, const std::string& where, const udp::port_error& error) {
  const std::string_view half = error.half == udp::transport::tcp ? "tcp" : "udp";
  if (error.reason == std::errc::address_in_use) {
    return fmt::format("cannot listen on {} {}: the port is in use; is another relay running? Give another with {}",
                       half, where, option);
  }
  return fmt::format("cannot listen on {} {}: {}", half, where, error.reason.message());
}

using opened = tl::expected<udp::port_pair, udp::port_error>;

opened open_one(const proto::address& at, bool host_is_given) {
  // Without a host it is every address there is: both families, or IPv4 alone.
  return host_is_given ? udp::open_port_pair(at) : udp::open_any_port_pair(at.port);
}

// How often another free port is asked for, where somebody has its other half.
constexpr int tries_max = 64;

tl::expected<text_sockets, udp::port_error> open_text(const net::any_io_executor& executor, const proto::address& at,
                                                      bool host_is_given) {
  using udp::port_error;
  for (int tries = 1;; ++tries) {
    auto streams =
        host_is_given ? udp::tcp_listener::open(executor, at) : udp::tcp_listener::open_any(executor, at.port);
    if (!streams) return tl::unexpected(port_error{udp::transport::tcp, streams.error()});
    auto datagrams = udp::datagram_port::open(executor, streams->local_address());
    if (datagrams) return text_sockets{std::move(*streams), std::move(*datagrams)};
    const bool is_worth_another = at.port == 0 && datagrams.error() == std::errc::address_in_use;
    if (!is_worth_another || tries == tries_max)
      return tl::unexpected(port_error{udp::transport::udp, datagrams.error()});
  }
}

net::awaitable<tl::expected<std::vector<proto::address>, std::string>> addresses_of(tern_address where) {
  if (where.host.empty()) where.host = "::";
  udp::resolve_query query{.host = where.host, .service = where.service, .passive = true};
  auto found = co_await udp::resolve(std::move(query));
  if (!found)
    co_return tl::unexpected(fmt::format("cannot listen on {}: {}", where.authority(), found.error().message()));
  co_return std::move(*found);
}

}  // namespace

net::awaitable<tl::expected<std::vector<udp::port_pair>, std::string>> open_ports(std::vector<tern_address> places) {
  if (places.empty()) places.emplace_back();
  std::vector<udp::port_pair> ports;
  for (const auto& where : places) {
    const auto addresses = co_await addresses_of(where);
    if (!addresses) co_return tl::unexpected(addresses.error());
    for (const auto& address : *addresses) {
      auto port = open_one(address, !where.host.empty());
      if (!port) co_return tl::unexpected(explain("--listen", address.to_string(), port.error()));
      ports.push_back(std::move(*port));
    }
  }
  co_return ports;
}

net::awaitable<tl::expected<std::vector<text_sockets>, std::string>> open_text_ports(std::vector<tern_address> places) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<text_sockets> ports;
  for (const auto& where : places) {
    const auto addresses = co_await addresses_of(where);
    if (!addresses) co_return tl::unexpected(addresses.error());
    for (const auto& address : *addresses) {
      auto port = open_text(executor, address, !where.host.empty());
      if (!port) co_return tl::unexpected(explain("--text", address.to_string(), port.error()));
      ports.push_back(std::move(*port));
    }
  }
  co_return ports;
}

net::awaitable<tl::expected<std::vector<udp::tcp_listener>, std::string>> open_metrics_ports(
    std::vector<tern_address> places) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<udp::tcp_listener> ports;
  for (const auto& where : places) {
    const auto addresses = co_await addresses_of(where);
    if (!addresses) co_return tl::unexpected(addresses.error());
    for (const auto& address : *addresses) {
      auto port = udp::tcp_listener::open(executor, address);
      if (!port) {
        const udp::port_error error{udp::transport::tcp, port.error()};
        co_return tl::unexpected(explain("--metrics", address.to_string(), error));
      }
      ports.push_back(std::move(*port));
    }
  }
  co_return ports;
}

bool is_loopback(const proto::address& address) {
  if (address.is_v4()) return address.ip[12] == 127;
  const auto leading = std::span{address.ip}.first<15>();
  return address.ip[15] == 1 && std::ranges::all_of(leading, [](std::uint8_t octet) { return octet == 0; });
}

std::string pasted_address(const proto::address& local, const std::string& host, const proto::public_key& key) {
  tern_address address;
  address.service = std::to_string(local.port);
  if (!host.empty()) {
    address.host = host;
  } else if (is_wildcard(local)) {
    address.host = machine_name();
  } else {
    const std::string text = local.to_string();  // with port, and brackets for IPv6
    address.host = text.substr(0, text.rfind(':'));
    std::erase_if(address.host, [](char letter) { return letter == '[' || letter == ']'; });
  }
  return pasted_address(address, key);
}

std::string pasted_address(tern_address place, const std::string& host, const proto::public_key& key) {
  if (!host.empty()) place.host = host;
  if (place.host.empty() || place.host == "::" || place.host == "0.0.0.0") place.host = machine_name();
  return pasted_address(place, key);
}

}  // namespace tern::relay
