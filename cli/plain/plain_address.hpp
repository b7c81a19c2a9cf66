// Names to addresses for plain sockets, and errors of the system as sentences.
#pragma once

#include "cli/command/arguments.hpp"
#include "cli/failure.hpp"
#include "udp/resolve.hpp"
#include "udp/tern_address.hpp"

#include <string>
#include <vector>

namespace tern::cli {

udp::address_family family_from(const arguments& args);  // -4, -6; throws failure (usage) for both

udp::transport transport_of(const tern_address& address);   // of udp:// and tcp://
std::string_view transport_name(udp::transport transport);  // "udp", "tcp"

// Every address of the name. Throws failure: unreachable where there is none, usage for an unknown service.
net::awaitable<std::vector<proto::address>> resolve_or_fail(tern_address address, udp::address_family family,
                                                            bool to_listen);

// Exit 4 for what could not be reached.
failure connect_failure(const tern_address& address, std::error_code error);
// Exit 1 for what could not be listened on.
failure listen_failure(udp::transport transport, const std::string& authority, std::error_code error);

// What happened, as a part of a sentence: "connection refused, nothing listens there".
std::string explain(std::error_code error);

// The options -4 and -6.
std::vector<option> family_options();

}  // namespace tern::cli
