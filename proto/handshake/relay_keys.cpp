#include "proto/handshake/relay_keys.hpp"

#include "proto/handshake/retry_check.hpp"

namespace tern::proto {

namespace {
const x25519_keypair* other_key(const endpoint_config& config) {
  return config.next_key ? config.next_key.get() : config.previous_key.get();
}
}  // namespace

tl::expected<server_handshake, seal_error> open_initial(const endpoint_config& config, transport carrier,
                                                        const initial_header& initial, const invite* holder,
                                                        entropy& source) {
  auto opened = server_handshake::open(*config.relay_key, carrier, initial, holder, source);
  if (opened && config.next_key) opened->announce(config.next_key->public_part());
  const x25519_keypair* other = other_key(config);
  if (opened || other == nullptr) return opened;
  opened = server_handshake::open(*other, carrier, initial, holder, source);
  if (opened && !config.next_key) opened->announce(config.relay_key->public_part());
  return opened;
}

retry_header make_retry_header(const endpoint_config& config, const connection_id& client, byte_view token) {
  retry_header retry;
  retry.client_cid = client;
  retry.token = token;
  retry.relay_key = config.relay_key->public_part().octets;
  if (const x25519_keypair* other = other_key(config)) retry.other_key = other->public_part().octets;
  retry.check = retry_check(retry);
  return retry;
}

}  // namespace tern::proto
