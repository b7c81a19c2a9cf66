// What an endpoint is told once, when it is made.
#pragma once

#include "proto/congestion/controller.hpp"
#include "proto/limits.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/secret.hpp"
#include "proto/time.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace tern::proto {

struct handshake_admission_limits {
  // Handshakes a second in all without token before every further one costs a RETRY.
  double retry_rate = 2000;
  // The same for one address prefix (IPv4 address or IPv6 /64).
  double prefix_rate = 50;
  // Beyond this many a second they are dropped; counted for those with a token and for the
  // others apart, since anyone can forge the others.
  double drop_rate = 6000;
  std::size_t half_open_max = 4096;
  std::size_t half_open_prefix_max = 64;
  // The same for streams, each of which costs its driver a socket.
  std::size_t half_open_streams_max = 512;
  std::size_t half_open_streams_prefix_max = 8;
  duration half_open_life = std::chrono::seconds{10};
  // RESETs a second, and how many at once: as many clients are to be back at once.
  double resets_rate = 100;
  double resets_burst = 1000;
  // Prefixes whose rate is remembered; the one unused for longest is forgotten.
  std::size_t prefixes_max = 16384;
};

struct endpoint_config {
  // A relay's static key. Without it the endpoint only connects.
  std::shared_ptr<const x25519_keypair> relay_key;
  // While it is rolled over, one of these: the next key, announced to whoever comes under
  // relay_key, or the previous one, under which relay_key is announced. Both are good.
  std::shared_ptr<const x25519_keypair> next_key;
  std::shared_ptr<const x25519_keypair> previous_key;
  // Whoever shows no invite (endpoint::set_invites) gets no answer of any kind.
  bool is_private = false;
  // A relay's, as good as the key and kept beside it: with it a restarted relay knows the
  // connection ids and tokens that it gave out. Without it they die with the endpoint.
  std::shared_ptr<const secret<32>> stored_secret;
  // Stands in every connection id of a relay: the thread that owns the connection.
  std::uint8_t shard = 0;
  // What a time_point lacks to the time since 1970; for what is kept longer than a process lives.
  duration wall_ahead{};
  handshake_admission_limits admission;
  std::size_t connections_max = 100'000;
  std::size_t connections_prefix_max = 256;
  limits bounds;
  duration idle_timeout = std::chrono::seconds{60};
  duration keep_alive_interval = std::chrono::seconds{15};
  duration handshake_timeout = std::chrono::seconds{60};
  // A connection older than this, or with more packets one way, is to be replaced (`outworn`),
  // and one with so many forged packets is closed (protocol.md, 3; the bound of RFC 9001 section 6.6).
  duration connection_age_max = std::chrono::hours{24};
  std::uint64_t connection_packets_max = std::uint64_t{1} << 32U;
  std::uint64_t forged_packets_max = std::uint64_t{1} << 36U;
  // How long REPLY waits for the commit of what came in the INITIAL.
  duration early_hold = std::chrono::milliseconds{5};
  // Payload bytes queued on one connection before send() says queue_full.
  std::uint64_t queue_bytes_max = 16U << 20U;
  // Makes a congestion controller for a new connection; CUBIC when empty.
  std::function<std::unique_ptr<congestion_controller>(std::uint32_t datagram_bytes_max)> make_congestion_controller;
  // Pacing spreads what the window allows over the round trip. Off only to show what it is for.
  bool pacing = true;
};

}  // namespace tern::proto
