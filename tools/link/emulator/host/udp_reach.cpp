#include "tools/link/emulator/host/udp_reach.hpp"

#include "udp/clock.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace tern::link_emulator {

namespace {

using namespace std::chrono_literals;
using udp::clock;

constexpr std::size_t flows_max = 4096;
constexpr std::size_t doorways_max = 1024;
constexpr std::size_t left_alone_max = 4096;
constexpr std::size_t datagram_bytes_max = 65535;
constexpr int receive_buffer_bytes = 4 << 20;  // the system may give less
constexpr int datagrams_a_turn = 64;
constexpr auto idle_max = 180s;
constexpr auto refusal_lasts = 1s;
constexpr auto own_service_lasts = 10s;

void prepare(int socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
}

struct received {
  std::size_t size = 0;
  proto::address source;
  std::optional<std::uint32_t> overflows;
};

std::optional<std::uint32_t> overflows_in(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t count = 0;
    std::memcpy(&count, CMSG_DATA(header), sizeof count);
    return count;
  }
  return std::nullopt;
}

// Nothing: there is none now, or errno says what came instead.
std::optional<received> receive(int socket, proto::bytes& buffer) {
  udp::socket_address source;
  iovec content{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 64> control{};
  msghdr message{};
  message.msg_name = source.data();
  message.msg_namelen = source.size();
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (size < 0) return std::nullopt;
  return received{static_cast<std::size_t>(size), source.to_address(), overflows_in(message)};
}

std::uint32_t grown(std::uint32_t& known, const std::optional<std::uint32_t>& now) {
  return now ? *now - std::exchange(known, *now) : 0;
}

}  // namespace

udp_reach::udp_reach(event_loop& loop, const link_world& world, const host_side& host)
    : loop_{loop}, world_{world}, host_{host}, buffer_(datagram_bytes_max) {}

udp_reach::~udp_reach() {
  for (const auto& [what, each] : flows_) loop_.forget(each.host.get());
  for (const auto& [where, each] : doorways_) loop_.forget(each.far.get());
}

void udp_reach::on_datagram(const proto::address& destination) {
  if (doorways_.contains(destination)) return;
  const auto left_alone = left_alone_until_.find(destination);
  if (left_alone != left_alone_until_.end() && left_alone->second > clock::now()) return;
  if (doorways_.size() < doorways_max) open_doorway(destination);
}

void udp_reach::open_doorway(const proto::address& destination) {
  auto far =
      world_.open_socket({.where = link_end::far, .type = SOCK_DGRAM, .bind_to = destination, .any_address = true});
  if (!far) {
    leave_alone(destination, own_service_lasts);
    return;
  }
  prepare(far->get());
  loop_.watch(far->get(), EPOLLIN, [this, destination](std::uint32_t) { carry_out(destination); });
  doorways_.emplace(destination, doorway{std::move(*far)});
}

void udp_reach::close_doorway(const proto::address& destination) {
  const auto found = doorways_.find(destination);
  loop_.forget(found->second.far.get());
  doorways_.erase(found);
}

void udp_reach::carry_out(const proto::address& destination) {
  doorway& door = doorways_.at(destination);
  for (int i = 0; i < datagrams_a_turn; ++i) {
    const auto came = receive(door.far.get(), buffer_);
    if (!came) return;
    dropped_ += grown(door.overflows, came->overflows);
    const flow out{came->source, destination};
    const connected* to = find_or_connect(out);
    const bool is_sent = to != nullptr && ::send(to->host.get(), buffer_.data(), came->size, MSG_DONTWAIT) >= 0;
    if (is_sent) continue;
    ++dropped_;
    if (to != nullptr && errno == ECONNREFUSED) return on_refused(out);
  }
}

void udp_reach::carry_in(const flow& back) {
  connected& from = flows_.at(back);
  const int far = doorways_.at(back.destination).far.get();
  const udp::socket_address to{back.source, back.source.is_v4() ? udp::socket_family::v4 : udp::socket_family::v6};
  from.last_used = clock::now();
  for (int i = 0; i < datagrams_a_turn; ++i) {
    const auto came = receive(from.host.get(), buffer_);
    if (!came && errno == ECONNREFUSED) return on_refused(back);
    if (!came) return;
    dropped_ += grown(from.overflows, came->overflows);
    if (::sendto(far, buffer_.data(), came->size, MSG_DONTWAIT, to.data(), to.size()) < 0) ++dropped_;
  }
}

udp_reach::connected* udp_reach::find_or_connect(const flow& wanted) {
  if (const auto known = flows_.find(wanted); known != flows_.end()) {
    known->second.last_used = clock::now();
    return &known->second;
  }
  if (flows_.size() >= flows_max) return nullptr;
  udp::descriptor host = host_.connect(wanted, SOCK_DGRAM);
  if (!host.is_open()) return nullptr;
  prepare(host.get());
  loop_.watch(host.get(), EPOLLIN, [this, wanted](std::uint32_t) { carry_in(wanted); });
  ++flows_made_;
  return &flows_.emplace(wanted, connected{std::move(host), clock::now()}).first->second;
}

void udp_reach::end(const flow& over) {
  const auto found = flows_.find(over);
  loop_.forget(found->second.host.get());
  flows_.erase(found);
}

// The next datagram finds no doorway, so that the far end's kernel answers that nobody is there.
void udp_reach::on_refused(const flow& refused) {
  end(refused);
  const auto next = flows_.begin();
  const bool is_used =
      std::any_of(next, flows_.end(), [&](const auto& each) { return each.first.destination == refused.destination; });
  if (is_used) return;
  close_doorway(refused.destination);
  leave_alone(refused.destination, refusal_lasts);
}

void udp_reach::leave_alone(const proto::address& destination, proto::duration how_long) {
  if (left_alone_until_.size() >= left_alone_max) left_alone_until_.clear();
  left_alone_until_[destination] = clock::now() + how_long;
}

void udp_reach::sweep(proto::time_point now) {
  std::erase_if(flows_, [&](const auto& each) {
    const bool is_old = now - each.second.last_used > idle_max;
    if (is_old) loop_.forget(each.second.host.get());
    return is_old;
  });
  std::erase_if(doorways_, [&](const auto& each) {
    const bool is_used = std::any_of(flows_.begin(), flows_.end(),
                                     [&](const auto& flow) { return flow.first.destination == each.first; });
    if (!is_used) loop_.forget(each.second.far.get());
    return !is_used;
  });
  std::erase_if(left_alone_until_, [&](const auto& each) { return each.second <= now; });
}

}  // namespace tern::link_emulator
