#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "cli/output/wall_clock.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/trust/held_invite.hpp"
#include "cli/trust/trust_policy.hpp"
#include "cli/trust/trust_store.hpp"
#include "proto/seal/base64url.hpp"
#include "proto/seal/fingerprint.hpp"
#include "udp/tern_address.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tern::cli {

namespace {
tern_address parse_relay(const std::string& text) {
  const auto address = tern_address::parse(text);
  if (!address) throw usage_error(address.error());
  if (address->scheme != address_scheme::tern) throw usage_error("only relays (tern://) have keys");
  return *address;
}

void print_relay(context& call, const known_relay& relay) {
  const std::string authority = screen_line(relay.authority);
  call.out.data(fmt::format("{} {} {} {}\n", authority, proto::fingerprint(relay.key.octets), screen_line(relay.since),
                            screen_line(relay.reason)));
  call.out.record({{"type", "relay"},
                   {"relay", relay.authority},
                   {"key", proto::to_base64url(relay.key.octets)},
                   {"fingerprint", proto::fingerprint(relay.key.octets)},
                   {"since", relay.since},
                   {"trusted_because", relay.reason}});
}

exit_code list(context& call, trust_store& store) {
  call.args.require_words(1, 1, "");
  for (const known_relay& relay : store.list()) print_relay(call, relay);
  call.out.detail(fmt::format("kept in {}", store.file().string()));
  return exit_code::done;
}

exit_code show(context& call, trust_store& store) {
  call.args.require_words(2, 2, "the relay's HOST[:PORT]");
  const auto address = parse_relay(call.args.words()[1]);
  const auto relay = store.find(address.authority());
  if (!relay) {
    throw failure(exit_code::failed, "not_known", fmt::format("the relay {} is not known", address.authority()));
  }
  print_relay(call, *relay);
  call.out.data(fmt::format("tern://{}#{}\n", relay->authority, proto::to_base64url(relay->key.octets)));
  return exit_code::done;
}

exit_code forget(context& call, trust_store& store) {
  call.args.require_words(2, 2, "the relay's HOST[:PORT]");
  const auto address = parse_relay(call.args.words()[1]);
  if (!store.forget(address.authority())) {
    throw failure(exit_code::failed, "not_known", fmt::format("the relay {} is not known", address.authority()));
  }
  call.out.note(fmt::format("forgot the relay {}", address.authority()));
  return exit_code::done;
}

// Takes the key that the address carries.
void remember(context& call, trust_store& store, const std::string& text, const char* reason) {
  const auto address = parse_relay(text);
  if (!address.relay_key) {
    throw usage_error(fmt::format("'{}' carries no key; write tern://HOST:PORT#KEY", screen_line(text)));
  }
  const known_relay relay{address.authority(), *address.relay_key, utc_now(), reason};
  if (store.remember(relay) == remember_outcome::conflict) {
    key_offer offer{relay.authority, relay.key, {}, {}, false};
    offer.known = store.find(relay.authority).value_or(relay).key;
    throw changed_key_failure(offer);
  }
  call.out.note(
      fmt::format("the relay {} is trusted by its key {}", relay.authority, proto::fingerprint(relay.key.octets)));
}

exit_code pin(context& call, trust_store& store) {
  call.args.require_words(2, 2, "the relay's address with its key, tern://HOST:PORT#KEY,");
  remember(call, store, call.args.words()[1], "pinned");
  return exit_code::done;
}

// Kept for its relay, so that later commands need no --invite.
void import_invite(context& call, trust_store& store, const std::string& file) {
  const auto invite = read_invite(file);
  if (invite.relay.empty()) {
    throw failure(exit_code::configuration, "bad_invite",
                  fmt::format("{} does not say where the relay is: use it with --invite {}", file, file));
  }
  const auto address = parse_relay(invite.relay);
  remember(call, store, fmt::format("tern://{}#{}", address.authority(), proto::to_base64url(invite.relay_key.octets)),
           "invite");
  keep_invite(call, address, invite);
  call.result["imported"] = 1;
}

exit_code import(context& call, trust_store& store) {
  call.args.require_words(2, 2, "FILE");
  const auto content = read_private_file(call.args.words()[1]);
  if (!content) {
    throw failure(exit_code::failed, "no_file", fmt::format("there is no file {}", call.args.words()[1]));
  }
  if (content->find("tern-invite 1") != std::string::npos) {
    import_invite(call, store, call.args.words()[1]);
    return exit_code::done;
  }
  std::istringstream lines(*content);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    remember(call, store, line, "imported");
    ++count;
  }
  if (count == 0) {
    throw failure(exit_code::failed, "no_relay", fmt::format("{} names no relay", call.args.words()[1]));
  }
  call.result["imported"] = count;
  return exit_code::done;
}

exit_code run(context& call) {
  using action = exit_code (*)(context&, trust_store&);
  static const std::map<std::string, action, std::less<>> actions{
      {"list", list}, {"show", show}, {"forget", forget}, {"pin", pin}, {"import", import}};
  call.args.require_words(1, 2, "`list`, `show`, `forget`, `pin` or `import`");
  const auto found = actions.find(call.args.words().front());
  if (found == actions.end()) {
    throw usage_error(fmt::format("'{}' is none of list, show, forget, pin, import", call.args.words().front()));
  }
  trust_store store(call.variables.data_folder());
  return found->second(call, store);
}
}  // namespace

command trust_command() {
  command result;
  result.name = "trust";
  result.synopsis = "list | show RELAY | forget RELAY | pin ADDRESS#KEY | import FILE";
  result.summary = "the relays you know, and their keys";
  result.details =
      "A relay's key is remembered the first time you accept it; a relay that later shows another\n"
      "key is refused until you `forget` the old one. `import` reads a file with one\n"
      "tern://HOST:PORT#KEY a line, or an invite, which is then shown to its relay without --invite.\n"
      "They are kept in $XDG_DATA_HOME/tern/known_relays.";
  result.examples = {{"tern trust list", "all known relays"},
                     {"tern trust pin 'tern://relay.example.org#KEY'", "trust a key you got another way"},
                     {"tern trust forget relay.example.org", "accept a new key next time"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
