#include "relay/server/relay_secrets.hpp"

#include <memory>
#include <utility>

namespace tern::relay {

namespace {

// The keys beside the relay's own while it is changed.
tl::expected<void, std::string> load_other_keys(proto::endpoint_config& config, const data_folder& folder) {
  for (auto& [other, file] :
       {std::pair{&config.next_key, folder.next_key_file()}, {&config.previous_key, folder.previous_key_file()}}) {
    auto found = folder.load_other_key(file);
    if (!found) return tl::unexpected(found.error());
    // A change-over that was cut short leaves the same key twice.
    if (*found && (*found)->public_part() != config.relay_key->public_part()) *other = std::move(*found);
  }
  if (!config.next_key || !config.previous_key) return {};
  return tl::unexpected(
      std::string{"two other keys beside relay.key: finish the change of key (tern-relay roll-key --help)"});
}

}  // namespace

tl::expected<proto::endpoint_config, std::string> with_secrets(proto::endpoint_config config, const data_folder& folder,
                                                               proto::entropy& source) {
  auto key = folder.load_key(source);
  if (!key) return tl::unexpected(key.error());
  config.relay_key = std::make_shared<const proto::x25519_keypair>(std::move(*key));
  auto secret = folder.load_stored_secret(source);
  if (!secret) return tl::unexpected(secret.error());
  config.stored_secret = std::make_shared<const proto::secret<32>>(std::move(*secret));
  if (const auto loaded = load_other_keys(config, folder); !loaded) return tl::unexpected(loaded.error());
  return config;
}

}  // namespace tern::relay
