#include "cli/plain/plain_address.hpp"

#include <fmt/format.h>

namespace tern::cli {

udp::address_family family_from(const arguments& args) {
  if (args.has("4") && args.has("6")) throw usage_error("-4 and -6 exclude each other");
  if (args.has("4")) return udp::address_family::v4_only;
  return args.has("6") ? udp::address_family::v6_only : udp::address_family::any;
}

std::vector<option> family_options() { return {{"4", "", "IPv4 only"}, {"6", "", "IPv6 only"}}; }

udp::transport transport_of(const tern_address& address) {
  return address.scheme == address_scheme::tcp ? udp::transport::tcp : udp::transport::udp;
}

std::string_view transport_name(udp::transport transport) { return transport == udp::transport::tcp ? "tcp" : "udp"; }

std::string explain(std::error_code error) {
  if (error == std::errc::connection_refused) return "connection refused, nothing listens there";
  if (error == std::errc::bad_file_descriptor) return "it is closed";
  if (error == std::errc::timed_out) return "no answer in time";
  if (error == std::errc::network_unreachable || error == std::errc::host_unreachable) {
    return "no route there from this machine";
  }
  if (error == std::errc::address_in_use) return "the port is in use; choose another, or 0 for any free one";
  if (error == std::errc::address_not_available) return "this machine has no such address";
  if (error == std::errc::permission_denied) return "not allowed; ports below 1024 need more rights";
  if (error == std::errc::message_size) return "it is too big for one datagram";
  if (error == std::errc::connection_reset) return "the other side broke the connection";
  if (error == std::errc::broken_pipe) return "the other side has closed";
  if (error == asio::error::host_not_found || error == asio::error::no_data) return "there is no such host";
  if (error == asio::error::host_not_found_try_again) return "the name server did not answer; try again";
  return error.message();
}

net::awaitable<std::vector<proto::address>> resolve_or_fail(tern_address address, udp::address_family family,
                                                            bool to_listen) {
  udp::resolve_query query;
  query.host = address.host;
  query.service = address.service;
  query.protocol = transport_of(address);
  query.family = family;
  query.passive = to_listen;
  auto found = co_await udp::resolve(query);
  if (found) co_return std::move(*found);
  if (found.error() == asio::error::service_not_found) {
    throw usage_error(fmt::format("there is no {} service named '{}'", transport_name(query.protocol), query.service));
  }
  throw failure(exit_code::unreachable, "not_found",
                fmt::format("cannot find '{}': {}", query.host, explain(found.error())));
}

failure connect_failure(const tern_address& address, std::error_code error) {
  const std::string reason = error == std::errc::connection_refused ? "refused"
                             : error == std::errc::timed_out        ? "timeout"
                                                                    : "unreachable";
  return {exit_code::unreachable, reason,
          fmt::format("cannot reach {} ({}): {}", address.authority(), transport_name(transport_of(address)),
                      explain(error))};
}

failure listen_failure(udp::transport transport, const std::string& authority, std::error_code error) {
  const std::string reason = error == std::errc::address_in_use ? "port_in_use" : "listen";
  return {exit_code::failed, reason,
          fmt::format("cannot listen on {} {}: {}", transport_name(transport), authority, explain(error))};
}

}  // namespace tern::cli
