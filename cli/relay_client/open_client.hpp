// A client of the library set up from flags, settings, keys and known relays, and its
// errors as exit codes.
#pragma once

#include "cli/command/command.hpp"
#include "cli/relay_client/relay_trust.hpp"
#include "udp/client.hpp"

#include <chrono>

namespace tern::cli {

// --timeout, --trust, --invite, --transport, --no-early-data, -4, -6.
std::vector<option> relay_options();

enum class naming { anonymous, claim };  // whether the name of the settings is claimed in rooms
enum class keeping { nothing, file };    // whether messages and places outlive the process

client open_client(context& call, relay_trust& trust, naming name, keeping kept, const net::any_io_executor& executor);

// auto, udp, tcp.
std::optional<transport_choice> transport_choice_from(std::string_view text);

// The room or person that the address names.
proto::chat::destination destination_of(const tern_address& address);

// --timeout or its setting.
std::chrono::nanoseconds timeout_of(const context& call);

// What it means that talking to the relay failed. `may_arrive`: a message left and may be committed yet.
failure relay_failure(const tern_address& relay, std::error_code error, std::chrono::nanoseconds waited,
                      bool may_arrive);

}  // namespace tern::cli
