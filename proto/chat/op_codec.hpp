// The two halves of writing and reading an operation's fields. Bounded, sticky on
// failure: a caller checks once at the end.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/reader.hpp"
#include "proto/time.hpp"

#include <string>
#include <string_view>

namespace tern::proto::chat {

class field_writer {
 public:
  explicit field_writer(std::uint8_t op) { out_.push_back(op); }

  void octet(std::uint8_t value) { out_.push_back(value); }
  void varint(std::uint64_t value);  // RFC 9000 §16
  void raw(byte_view data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void text(std::string_view value) {
    varint(value.size());
    raw(as_bytes(value));
  }
  void time(wall_time value) { varint(static_cast<std::uint64_t>(value.time_since_epoch().count())); }
  void wait(std::chrono::milliseconds value) { varint(static_cast<std::uint64_t>(value.count())); }
  bytes take() { return std::move(out_); }

 private:
  bytes out_;
};

class field_reader {
 public:
  explicit field_reader(byte_view in) : in_(in) {}

  std::uint8_t octet() { return in_.u8(); }
  // Fails above `max`.
  std::uint8_t octet_up_to(std::uint8_t max);
  bool flag() { return octet_up_to(1) == 1; }
  std::uint64_t varint() { return in_.varint(); }
  std::uint32_t varint32();
  log_position position() { return log_position{varint()}; }
  wall_time time();
  std::chrono::milliseconds wait() { return std::chrono::milliseconds{varint32()}; }
  template <std::size_t Size>
  byte_array<Size> raw() {
    return in_.take_array<Size>();
  }
  // Valid UTF-8 of at most `bytes_max` bytes.
  std::string text(std::size_t bytes_max);
  std::string octets(std::size_t bytes_max);
  bytes rest();
  // What was read does not go together.
  void require(bool holds) { bad_ |= !holds; }

  // Ended too early, or held a varint that was not the shortest.
  bool failed() const { return in_.failed(); }
  bool bad() const { return bad_; }
  bool at_end() const { return in_.at_end(); }

 private:
  reader in_;
  bool bad_ = false;
};

}  // namespace tern::proto::chat
