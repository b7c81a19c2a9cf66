// The two halves of writing and reading an operation's fields. Bounded, sticky on
// failure: a caller checks once at the end.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
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

  std::uint8_t octet();
  // Fails above `max`.
  std::uint8_t octet_up_to(std::uint8_t max);
  bool flag() { return octet_up_to(1) == 1; }
  std::uint64_t varint();
  std::uint32_t varint32();
  log_position position() { return log_position{varint()}; }
  wall_time time();
  std::chrono::milliseconds wait() { return std::chrono::milliseconds{varint32()}; }
  template <std::size_t Size>
  byte_array<Size> raw() {
    byte_array<Size> value{};
    const byte_view data = take(Size);
    if (data.size() == Size) std::copy(data.begin(), data.end(), value.begin());
    return value;
  }
  // Valid UTF-8 of at most `bytes_max` bytes.
  std::string text(std::size_t bytes_max);
  std::string octets(std::size_t bytes_max);
  bytes rest();

  bool truncated() const { return truncated_; }
  bool bad() const { return bad_; }
  bool at_end() const { return in_.empty(); }

 private:
  byte_view take(std::size_t size);

  byte_view in_;
  bool truncated_ = false;
  bool bad_ = false;
};

}  // namespace tern::proto::chat
