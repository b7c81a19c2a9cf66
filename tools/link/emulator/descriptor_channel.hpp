// Messages with file descriptors between two processes (SCM_RIGHTS). A socket or device
// stays in the network namespace where it was made, whoever holds it: so one process
// can hold both ends of a link without entering any namespace.
#pragma once

#include "udp/descriptor.hpp"

#include <array>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tern::link_emulator {

class descriptor_channel {
 public:
  explicit descriptor_channel(udp::descriptor socket) : socket_(std::move(socket)) {}
  // Two connected ends. Both close on exec.
  static std::pair<descriptor_channel, descriptor_channel> pair();

  template <class Message>
  void send(const Message& message, std::span<const int> descriptors = {}) const {
    static_assert(std::is_trivially_copyable_v<Message>);
    send_bytes(&message, sizeof message, descriptors);
  }
  // Nothing when the other side is gone. At most descriptors_max come with it.
  template <class Message>
  std::optional<Message> receive(std::vector<udp::descriptor>& descriptors) const {
    static_assert(std::is_trivially_copyable_v<Message>);
    Message message{};
    if (!receive_bytes(&message, sizeof message, descriptors)) return std::nullopt;
    return message;
  }
  int descriptor() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  static constexpr std::size_t descriptors_max = 8;
  void send_bytes(const void* data, std::size_t size, std::span<const int> descriptors) const;
  bool receive_bytes(void* data, std::size_t size, std::vector<udp::descriptor>& descriptors) const;

  udp::descriptor socket_;
};

}  // namespace tern::link_emulator
