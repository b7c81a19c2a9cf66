#include "tools/link/emulator/descriptor_channel.hpp"

#include "tools/link/emulator/failure.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace tern::link_emulator {

std::pair<descriptor_channel, descriptor_channel> descriptor_channel::pair() {
  std::array<int, 2> ends{};
  checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  return {descriptor_channel{udp::descriptor{ends[0]}}, descriptor_channel{udp::descriptor{ends[1]}}};
}

void descriptor_channel::send_bytes(const void* data, std::size_t size, std::span<const int> descriptors) const {
  iovec content{const_cast<void*>(data), size};  // sendmsg does not write to it
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * descriptors_max)> control{};
  msghdr message{};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) < 0) throw system_failure("cannot pass a descriptor on", errno);
}

bool descriptor_channel::receive_bytes(void* data, std::size_t size, std::vector<udp::descriptor>& descriptors) const {
  iovec content{data, size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * descriptors_max)> control{};
  msghdr message{};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t received = -1;
  do {
    received = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    std::vector<int> passed((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(passed.data(), CMSG_DATA(header), passed.size() * sizeof(int));
    for (const int each : passed) descriptors.emplace_back(each);
  }
  return received == static_cast<ssize_t>(size);
}

}  // namespace tern::link_emulator
