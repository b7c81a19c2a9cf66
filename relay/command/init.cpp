#include "relay/command/commands.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/listening.hpp"
#include "relay/server/options.hpp"
#include "udp/system_entropy.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <string>

namespace tern::relay {

namespace {

int refuse(const std::string& why) {
  std::fputs(fmt::format("tern-relay init: {}\n", why).c_str(), stderr);
  return exit_status::failed;
}

tern_address place_of(const server_options& options) {
  if (options.listen.empty()) return {};
  if (options.listen.front().service == "0")
    throw usage_failure{"--listen with port 0: which one it gets is known when the relay runs"};
  return options.listen.front();
}

int run(const command_arguments& given) {
  const server_options& options = given.relay;
  const tern_address place = place_of(options);
  auto folder = data_folder::open(options.data);
  if (!folder) return refuse(folder.error());
  if (folder->has_key()) {
    return refuse(
        fmt::format("{} is a relay's folder already, and nothing in it was changed: start the relay there, "
                    "or give another one with --data DIR",
                    options.data.string()));
  }
  udp::system_entropy entropy;
  const auto key = folder->load_key(entropy);
  if (!key) return refuse(key.error());
  std::fputs(fmt::format("tern chat '{}'\n", pasted_address(place, options.host, key->public_part())).c_str(), stdout);
  std::fputs(fmt::format("made {}; now start the relay: tern-relay --data '{}'\n", folder->key_file().string(),
                         options.data.string())
                 .c_str(),
             stderr);
  return exit_status::done;
}

}  // namespace

command init_command() {
  return {
      {.word = "init",
       .about = "Makes a relay's folder and key, and prints the line that others type to join.",
       .arguments = "",
       .examples = "\nThe relay does this itself when it first starts; here it is done before. A folder that has a\n"
                   "key is left as it is.\n\n"
                   "Exit status: 0 made; 1 there is one already, or it cannot be made.\n\n"
                   "Examples:\n  tern-relay init --host chat.example.org\n"
                   "  tern-relay init --data /srv/tern --listen '[::]:4433' --host chat.example.org\n",
       .has_json = false,
       .has_addresses = true},
      run};
}

}  // namespace tern::relay
