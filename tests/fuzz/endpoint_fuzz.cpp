// A relay's endpoint under an authenticated client that sends anything: the input is
// cut into frames' octets, which are sealed under the real keys (encrypt after
// mutating), and into raw datagrams. Whatever happens, the endpoint stays bounded.
#include "tests/proto/endpoint/raw_client.hpp"

#include <cstdlib>

using namespace tern::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  time_point now{std::chrono::hours{1}};
  test::seeded_entropy source{1};
  endpoint_config config;
  static const auto key = std::make_shared<x25519_keypair>(x25519_keypair::draw(source));
  config.relay_key = key;
  endpoint relay{config, source, now};
  test::raw_client client{relay, key->public_part(), now};
  if (!client.is_connected()) std::abort();
  reader in{byte_view{data, size}};
  std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
  while (!in.at_end() && !in.failed()) {
    const std::uint8_t choice = in.u8();
    const std::size_t length = std::min<std::size_t>(in.u16() % 1200, in.remaining());
    const byte_view chosen = in.take(length);
    now += std::chrono::milliseconds{choice & 0x3fU};
    if ((choice & 0x80U) != 0) {
      bytes datagram(chosen.begin(), chosen.end());
      relay.on_datagram(now, client.from, datagram);
    } else if (!chosen.empty()) {
      client.send(chosen, now);
    }
    while (auto event = relay.poll_event()) {
      if (const auto* ready = std::get_if<readable>(&*event))
        while (relay.receive(ready->connection, now)) {
        }
    }
    const auto deadline = relay.next_deadline();
    if (deadline && *deadline <= now) relay.on_timeout(now);
    for (int packets = 0; relay.poll_transmit(now, buffer); ++packets)
      if (packets > 1000) std::abort();
  }
  if (relay.connection_count() > 1) std::abort();
  return 0;
}
