#include "cli/relay_client/open_client.hpp"

#include "cli/chat/labels.hpp"
#include "cli/identity/seed_file.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/relay_client/network_file.hpp"
#include "cli/relay_client/token_file.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/chat/names.hpp"
#include "proto/error.hpp"
#include "udp/client_file/client_file.hpp"
#include "udp/system_entropy.hpp"

#include <fmt/format.h>

namespace tern::cli {

namespace {
// What is asked for: the setting, which must be a name, else the user's login where that can be one.
std::string wanted_name(const context& call) {
  const setting_value& setting = call.settings.get("name");
  const std::string text = setting.text.empty() ? call.variables.get("USER").value_or("") : setting.text;
  const auto name = proto::chat::fold_name(text);
  if (name) return *name;
  if (setting.text.empty()) return {};
  throw failure(
      setting.source == "--name" ? exit_code::usage : exit_code::configuration, "bad_name",
      fmt::format("{}: '{}' is no name: 1 to 32 of a-z, 0-9, - and _", setting.source, screen_line(setting.text)));
}

// NAME-xxxx, from the key.
std::string fallback_for(const std::string& name, const proto::identity& self) {
  constexpr std::size_t suffix_size = 4;
  std::string suffix;
  for (std::size_t i = 0; i < suffix_size / 2; ++i) suffix += fmt::format("{:02x}", self.public_key().octets[i]);
  return name.substr(0, proto::chat::name_bytes_max - suffix_size - 1) + "-" + suffix;
}

// Silence tells nobody which of these it is.
constexpr std::string_view private_hint = "(a private relay answers a good --invite alone)";
}  // namespace

std::vector<option> relay_options() {
  std::vector<option> options{
      {"timeout", "DURATION", "how long to try before giving up (default 10s)"},
      {"trust", "HOW", "what to do with a relay's unknown key: ask, accept-new"},
      {"invite", "FILE", "the invite that lets you into a private relay"},
      {"transport", "HOW", "what carries messages: auto (UDP, else TCP), udp, tcp"},
      {"no-early-data", "", "send nothing before the relay has proved its key (one round trip more)"},
  };
  append(options, family_options());
  return options;
}

client open_client(context& call, relay_trust& trust, naming name, keeping kept, const net::any_io_executor& executor) {
  udp::system_entropy source;
  const identity_file own_key(call.variables.data_folder());
  auto self = std::make_shared<const proto::identity>(own_key.load_or_create(source));
  client_options options;
  trust.configure(options);
  if (name == naming::claim) {
    options.name = wanted_name(call);
    if (!options.name.empty()) options.fallback_name = fallback_for(options.name, *self);
  }
  options.self = std::move(self);
  options.transport = *transport_choice_from(call.settings.get("transport").text);
  options.networks = std::make_shared<network_file>(call.variables.data_folder());
  options.tokens = std::make_shared<token_file>(call.variables.data_folder());
  if (kept == keeping::file) options.store = std::make_shared<client_file>(call.variables.data_folder() / "client.db");
  const auto family = family_from(call.args);
  options.v4_only = family == udp::address_family::v4_only;
  options.v6_only = family == udp::address_family::v6_only;
  options.early_data = !call.args.has("no-early-data") && call.settings.get("early_data").text == "true";
  return client(executor, trust.address(), std::move(options));
}

std::optional<transport_choice> transport_choice_from(std::string_view text) {
  if (text == "auto") return transport_choice::automatic;
  if (text == "udp") return transport_choice::udp;
  if (text == "tcp") return transport_choice::tcp;
  return std::nullopt;
}

std::chrono::nanoseconds timeout_of(const context& call) {
  return parse_duration(call.settings.get("timeout").text).value();
}

proto::chat::destination destination_of(const tern_address& address) {
  if (!address.person.empty()) return proto::chat::destination::person(address.person);
  return proto::chat::destination::room(address.room);
}

failure relay_failure(const tern_address& relay, std::error_code error, std::chrono::nanoseconds waited,
                      bool may_arrive) {
  const std::string where = relay.authority();
  if (may_arrive && error != std::errc::connection_refused) {
    return {exit_code::unconfirmed, "unconfirmed",
            fmt::format("the message left for {}, but no commit was seen in {}: it may arrive", where,
                        format_duration(waited))};
  }
  if (error == proto::errc::timeout) {
    return {exit_code::unreachable, "timeout",
            fmt::format("no answer from the relay {} in {}; is it the right address, and is a relay running there? {}",
                        where, format_duration(waited), private_hint)};
  }
  if (error == proto::errc::unreachable) {
    return {exit_code::unreachable, "unreachable",
            fmt::format("no answer from the relay {}; is it the right address, and is a relay running there? {}", where,
                        private_hint)};
  }
  if (error == proto::errc::refused) {
    return {exit_code::refused, "refused",
            fmt::format("the relay {} refused the connection: it is full, or the invite is revoked or used up", where)};
  }
  if (error.category() == proto::error_category()) {
    return {exit_code::failed, "failed", fmt::format("the relay {}: {}", where, error.message())};
  }
  const std::string reason = error == std::errc::connection_refused ? "refused" : "unreachable";
  return {exit_code::unreachable, reason, fmt::format("cannot reach the relay {}: {}", where, explain(error))};
}

}  // namespace tern::cli
