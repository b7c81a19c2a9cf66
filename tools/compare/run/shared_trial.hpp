// What the two sides of a trial tell the process that measures them: memory that all three
// share. Every number has one writer. The slots of the messages are read when both sides
// have ended.
#pragma once

#include "proto/time.hpp"
#include "tools/compare/analysis/trial_record.hpp"
#include "tools/compare/plan/workload.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace tern::compare {

inline constexpr std::size_t repetitions_max = 65'536;

// Nanoseconds on the steady clock; 0: not yet.
using shared_time = std::atomic<std::int64_t>;
using shared_count = std::atomic<std::uint64_t>;
static_assert(shared_time::is_always_lock_free && shared_count::is_always_lock_free);

struct message_slot {
  std::int64_t sent = 0;
  std::int64_t delivered = 0;
  std::uint32_t arrival = 0;
  std::uint32_t extra_copies = 0;
};

struct repetition_slot {
  std::int64_t at = 0;
  std::uint64_t packets = 0;
};

struct shared_board {
  std::atomic<bool> stop{false};  // from the measuring process

  // From the sender.
  shared_time start{0};  // of the schedule
  std::atomic<std::int64_t> connecting{0};
  shared_count sent{0};  // messages handed over
  std::atomic<bool> has_sent_all{false};
  shared_count sender_drops{0};
  std::atomic<std::int64_t> sender_cpu{0};
  shared_count wire_bytes{0};  // by the transport's own count; 0: it has none
  shared_count repetitions{0};
  std::array<repetition_slot, repetitions_max> repetition_log{};

  // From the receiver.
  std::array<std::uint8_t, 32> key{};  // tern's
  std::atomic<bool> is_ready{false};
  shared_count delivered{0};  // different messages
  shared_count receiver_drops{0};
  std::atomic<std::int64_t> receiver_cpu{0};

  // From either when it gives up: a text, then the flag.
  std::array<char, 256> failure{};
  std::atomic<bool> has_failed{false};
};

class shared_trial {
 public:
  // Throws link_emulator::failure.
  explicit shared_trial(const workload& work);
  ~shared_trial();
  shared_trial(const shared_trial&) = delete;
  shared_trial& operator=(const shared_trial&) = delete;

  shared_board& board() { return *board_; }
  const shared_board& board() const { return *board_; }

  // Sender. Precondition: message < capacity.
  void on_sent(std::uint64_t message, proto::time_point now);
  void on_repetitions(std::uint64_t packets, proto::time_point now);
  // Receiver. A number that was never sent is ignored.
  void on_delivered(std::uint64_t message, proto::time_point now);
  void fail(std::string_view text);

  // When both sides have ended. Message by message, with times from the start of the schedule.
  std::vector<message_record> messages(const workload& work) const;
  std::vector<repetition> repetitions() const;

 private:
  std::size_t bytes_;
  std::uint64_t capacity_;
  shared_board* board_;
  std::span<message_slot> slots_;
};

}  // namespace tern::compare
