// Builds one netlink request: header, fixed part, attributes (nested where wanted).
#pragma once

#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tern::link_emulator {

class netlink_message {
 public:
  template <class Fixed>
  netlink_message(std::uint16_t type, std::uint16_t flags, const Fixed& fixed) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    append(header);
    append(fixed);
  }

  void attribute(std::uint16_t type, std::span<const std::uint8_t> value) {
    const std::size_t at = begin_nested(type);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    end_nested(at);
  }
  void attribute(std::uint16_t type, std::string_view text) {
    attribute(type, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void attribute(std::uint16_t type, std::uint32_t value) {
    attribute(type, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }
  template <class Value>
  void append(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    const auto* data = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), data, data + sizeof value);
    align();
  }

  // Returns what end_nested() wants.
  std::size_t begin_nested(std::uint16_t type) {
    const std::size_t at = bytes_.size();
    append(rtattr{0, type});
    return at;
  }
  void end_nested(std::size_t at) {
    const auto size = static_cast<std::uint16_t>(bytes_.size() - at);
    std::memcpy(&bytes_[at + offsetof(rtattr, rta_len)], &size, sizeof size);
    align();
  }

  // As it goes to the kernel.
  std::vector<std::uint8_t> finished(std::uint32_t sequence) const {
    std::vector<std::uint8_t> result = bytes_;
    const auto size = static_cast<std::uint32_t>(result.size());
    std::memcpy(&result[offsetof(nlmsghdr, nlmsg_len)], &size, sizeof size);
    std::memcpy(&result[offsetof(nlmsghdr, nlmsg_seq)], &sequence, sizeof sequence);
    return result;
  }

 private:
  void align() { bytes_.resize(NLMSG_ALIGN(bytes_.size())); }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace tern::link_emulator
