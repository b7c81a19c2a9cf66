// What sender and receiver of one trial tell the process that measures them: memory that
// all three share. Each number has one writer and only grows, so relaxed
// atomics do.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tern::bench {

struct tally {
  using counter = std::atomic<std::uint64_t>;

  // From the measuring process.
  std::atomic<bool> stop_sending{false};
  std::atomic<bool> stop_receiving{false};

  // From the receiver.
  std::atomic<std::uint32_t> port{0};  // of its socket on 127.0.0.1; anything but 0: it is ready
  std::array<std::uint8_t, 32> key{};  // its public key, written before `port`
  counter delivered{0};                // messages
  counter out_of_order{0};             // messages that are not the successor of the one before
  counter receive_drops{0};            // datagrams that found the receiver's buffer full

  // From the sender.
  counter sent{0};                  // messages handed over
  counter datagrams{0};             // of our own protocol and of raw UDP
  counter datagrams_lost{0};        // what the protocol declared lost
  counter sender_receive_drops{0};  // datagrams (ACKs) that found the sender's buffer full

  // From the sender, in microseconds, where it learns when a message was through; what is
  // beyond the space for them is not noted. The number is written after the latency.
  static constexpr std::size_t latencies_max = std::size_t{1} << 20U;
  counter latency_count{0};
  std::array<std::uint32_t, latencies_max> latencies{};
  void note_latency(std::chrono::microseconds latency) {
    const std::uint64_t next = latency_count.load(std::memory_order_relaxed);
    if (next >= latencies_max) return;
    latencies[next] = static_cast<std::uint32_t>(latency.count());
    latency_count.store(next + 1, std::memory_order_release);
  }

  // From either side when it gives up: a text, then the flag.
  std::array<char, 160> failure{};
  std::atomic<bool> has_failed{false};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// For the only writer of a counter.
inline void add(tally::counter& counter, std::uint64_t amount = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace tern::bench
