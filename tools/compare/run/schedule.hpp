// The sender's open loop: which message is due now, and when to come back. It offers
// message after message without asking what became of the ones before.
#pragma once

#include "proto/bytes.hpp"
#include "tools/compare/run/shared_trial.hpp"

#include <optional>

namespace tern::compare {

class schedule {
 public:
  schedule(const workload& work, shared_trial& shared) : work_{work}, shared_{shared} {}

  // Connected at `now`, after `connecting`. The schedule starts a moment later, so that
  // everyone has seen it.
  void start(proto::time_point now, duration connecting);
  bool has_started() const { return start_.has_value(); }

  // The number of a message that is due and has not been taken. Saturating: there is one
  // until the time is up.
  std::optional<std::uint64_t> next_due(proto::time_point now);
  // The message that next_due() named goes to the transport now.
  void take(proto::time_point now);
  // When the next one will be due; nothing when that is unknown or there is none.
  std::optional<proto::time_point> next_deadline() const;
  bool is_over() const { return is_over_; }

 private:
  const workload& work_;
  shared_trial& shared_;
  std::optional<proto::time_point> start_;
  std::uint64_t next_ = 0;
  bool is_over_ = false;
};

// The payload of a message: its number, then zeros.
void write_number(proto::mutable_byte_view payload, std::uint64_t message);
// Precondition: payload.size() >= message_bytes_min.
std::uint64_t read_number(proto::byte_view payload);

}  // namespace tern::compare
