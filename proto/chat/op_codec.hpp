// Two archives with the same members, so that one list of fields serves writing and
// reading (op_fields.hpp). The reader is bounded and sticky on failure: a caller checks
// once at the end.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/reader.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tern::proto::chat {

class field_writer {
 public:
  explicit field_writer(std::uint8_t op) { out_.push_back(op); }
  bytes take() { return std::move(out_); }

  void number(std::uint64_t value);  // RFC 9000 §16
  void number(log_position value) { number(value.value); }
  template <class Enum>
  void choice(Enum value, Enum) {
    out_.push_back(static_cast<std::uint8_t>(value));
  }
  // One octet, the first flag in its lowest bit. An optional is a flag that says whether it has a value.
  template <class... Flags>
  void flags(const Flags&... values) {
    std::uint8_t octet = 0;
    unsigned shift = 0;
    ((octet = static_cast<std::uint8_t>(octet | (static_cast<bool>(values) ? 1U : 0U) << shift++)), ...);
    out_.push_back(octet);
  }
  void raw(byte_view data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void rest(byte_view data) { raw(data); }
  void octets(std::string_view value, std::size_t) {
    number(value.size());
    raw(as_bytes(value));
  }
  void text(std::string_view value, std::size_t bytes_max) { octets(value, bytes_max); }
  void time(wall_time value) { number(static_cast<std::uint64_t>(value.time_since_epoch().count())); }
  void wait(std::chrono::milliseconds value) { number(static_cast<std::uint64_t>(value.count())); }
  // Of what comes from outside only: whoever writes has made sure.
  void require(bool) {}

 private:
  bytes out_;
};

class field_reader {
 public:
  explicit field_reader(byte_view in) : in_(in) {}

  void number(std::uint64_t& value) { value = in_.varint(); }
  void number(std::uint32_t& value);
  void number(log_position& value) { number(value.value); }
  // Fails above `max`, the last of the enumeration.
  template <class Enum>
  void choice(Enum& value, Enum max) {
    value = static_cast<Enum>(octet_up_to(static_cast<std::uint8_t>(max)));
  }
  template <class... Flags>
  void flags(Flags&... values) {
    const std::uint8_t octet = octet_up_to((1U << sizeof...(Flags)) - 1U);
    unsigned shift = 0;
    (set(values, ((octet >> shift++) & 1U) != 0), ...);
  }
  template <std::size_t Size>
  void raw(byte_array<Size>& value) {
    value = in_.take_array<Size>();
  }
  void rest(bytes& value);
  void octets(std::string& value, std::size_t bytes_max);
  // Valid UTF-8 of at most `bytes_max` bytes.
  void text(std::string& value, std::size_t bytes_max);
  void time(wall_time& value);
  void wait(std::chrono::milliseconds& value);
  // What was read does not go together.
  void require(bool holds) { bad_ |= !holds; }

  // Ended too early, or held a varint that was not the shortest.
  bool failed() const { return in_.failed(); }
  bool bad() const { return bad_; }
  bool at_end() const { return in_.at_end(); }

 private:
  std::uint8_t octet_up_to(unsigned max);
  static void set(bool& flag, bool value) { flag = value; }
  template <class Value>
  static void set(std::optional<Value>& flag, bool value) {
    flag = value ? std::optional<Value>{std::in_place} : std::nullopt;
  }

  reader in_;
  bool bad_ = false;
};

}  // namespace tern::proto::chat
