// What is wrong with one direction of a link. Plain values; zero switches each off,
// so a default-constructed `impairments` is a perfect wire. Probabilities are in
// [0, 1] and per packet.
#pragma once

#include "proto/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tern::link_model {

using proto::duration;

// Gilbert-Elliott with nothing lost in the good state and everything in the bad one,
// which changes state per packet: a sender that pauses finds the burst still there.
struct packet_burst_loss {
  double loss = 0;          // in the long run, below 1
  double mean_packets = 1;  // mean length of a burst, at least 1 and at least loss / (1 - loss)
};

// The same in time: bad periods come and go whether or not anyone sends.
struct timed_burst_loss {
  double loss = 0;      // share of the time that is bad, below 1
  duration mean_bad{};  // bad periods are exponential with this mean, above 0 where loss is
};

enum class jitter_shape : std::uint8_t { uniform, exponential };

// Delay on top of `delay`, drawn for each packet.
struct jitter_model {
  duration extra{};  // uniform: the largest; exponential: the mean (cut off at ten times as much)
  jitter_shape shape = jitter_shape::uniform;
  bool reorders = false;  // whether a packet that drew less may overtake one that drew more
};

struct reordering {
  double probability = 0;
  duration extra{};  // how much longer such a packet takes, exempt from the order of the others
};

enum class corruption_unit : std::uint8_t { bits, octets };

struct corruption_model {
  double probability = 0;
  corruption_unit unit = corruption_unit::bits;
  std::uint32_t damage_max = 3;  // 1 to this many bits in different octets, or octets in a row
};

// Serialisation at a constant rate behind a queue with tail drop. The limits apply to
// what waits, not to the packet on the wire; 0 means no such limit.
struct rate_limit {
  std::uint64_t bits_per_second = 0;  // 0: no serialisation and no queue
  std::uint32_t queue_packets = 1000;
  std::uint64_t queue_bytes = 0;
  duration queue_time{};  // longest wait before serialisation begins
};

// Something is off from `begin` (counted from the link's start) for `length`, and
// again each `period` after that, if there is one.
struct blackout {
  duration begin{};
  duration length{};
  duration period{};  // 0: once
};

struct impairments {
  double loss = 0;  // independent
  packet_burst_loss packet_bursts;
  timed_burst_loss timed_bursts;
  duration delay{};
  jitter_model jitter;
  reordering reorder;
  double duplicate = 0;  // the copy draws its own jitter, reordering and corruption
  corruption_model corrupt;
  rate_limit rate;
  std::size_t mtu = 0;                // octets, header_bytes included; anything longer is dropped
  std::vector<blackout> blackouts;    // nothing gets through
  std::vector<blackout> udp_blocked;  // a firewall lets everything but UDP in; such packets use no rate
  // Added to every packet's size for rate, queue and MTU: what the owner does not
  // offer (28 for UDP over IPv4 where datagrams are offered, 0 for IP packets).
  std::size_t header_bytes = 0;
  // Octets that the link holds at most, waiting and under way together.
  std::size_t held_bytes_max = std::size_t{256} * 1024 * 1024;
};

}  // namespace tern::link_model
