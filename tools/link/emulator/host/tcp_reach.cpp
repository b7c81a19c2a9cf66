#include "tools/link/emulator/host/tcp_reach.hpp"

#include "udp/clock.hpp"
#include "udp/socket_address.hpp"

#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace tern::link_emulator {

namespace {

using namespace std::chrono_literals;
using udp::clock;

constexpr std::size_t attempts_max = 1024;
constexpr int backlog = 128;
// Longer than any client's handshake goes on.
constexpr auto patience = 150s;

int socket_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

tcp_reach::tcp_reach(event_loop& loop, const link_world& world, const host_side& host, deliver to_far)
    : loop_{loop}, world_{world}, host_{host}, to_far_{std::move(to_far)}, begin_{loop, [this] { begin_all(); }} {}

tcp_reach::~tcp_reach() {
  for (const auto& [asked, each] : attempts_) loop_.forget(each.host.get());
  for (const auto& [where, each] : doorways_) loop_.forget(each.listener.get());
}

bool tcp_reach::on_connect(const flow& asked, proto::byte_view packet) {
  const auto known = attempts_.find(asked);
  if (known != attempts_.end()) return known->second.held.empty();  // a repetition, of use once we are connected
  if (splices_.contains(asked)) return true;
  if (!open_doorway(asked.destination)) return true;
  if (attempts_.size() >= attempts_max) return false;
  const auto now = clock::now();
  attempts_.emplace(asked, attempt{{}, {packet.begin(), packet.end()}, now});
  asked_.push_back(asked);
  begin_.set(now);
  return false;
}

bool tcp_reach::open_doorway(const proto::address& destination) {
  const auto now = clock::now();
  if (const auto known = doorways_.find(destination); known != doorways_.end()) {
    known->second.last_used = now;
    return true;
  }
  auto listener = world_.open_socket(
      {.where = link_end::far, .type = SOCK_STREAM, .bind_to = destination, .any_address = true, .backlog = backlog});
  if (!listener) return false;
  loop_.watch(listener->get(), EPOLLIN, [this, destination](std::uint32_t) { accept_all(destination); });
  doorways_.emplace(destination, doorway{std::move(*listener), now});
  return true;
}

void tcp_reach::close_doorway(const proto::address& destination) {
  const auto found = doorways_.find(destination);
  if (found == doorways_.end()) return;
  loop_.forget(found->second.listener.get());
  // The keeper may not have closed its copy yet; this ends it at once.
  ::shutdown(found->second.listener.get(), SHUT_RDWR);
  doorways_.erase(found);
}

void tcp_reach::begin_all() {
  for (const flow& each : std::exchange(asked_, {})) begin(each);
}

void tcp_reach::begin(const flow& asked) {
  attempt& made = attempts_.at(asked);
  made.host = host_.connect(asked, SOCK_STREAM);
  if (made.host.is_open()) {
    loop_.watch(made.host.get(), EPOLLOUT, [this, asked](std::uint32_t) { on_connected(asked); });
  } else {
    const proto::bytes packet = std::move(made.held);
    attempts_.erase(asked);
    refuse(asked, packet);
  }
}

void tcp_reach::on_connected(const flow& asked) {
  attempt& made = attempts_.at(asked);
  loop_.forget(made.host.get());
  const int error = socket_error(made.host.get());
  const proto::bytes packet = std::exchange(made.held, {});
  if (error != 0) attempts_.erase(asked);
  if (error == 0) return to_far_(packet);
  // After a timeout the other end asks again by itself.
  if (error != ETIMEDOUT) refuse(asked, packet);
}

void tcp_reach::refuse(const flow& asked, proto::byte_view packet) {
  close_doorway(asked.destination);
  to_far_(packet);
}

void tcp_reach::accept_all(const proto::address& destination) {
  while (true) {
    udp::socket_address peer;
    const int listener = doorways_.at(destination).listener.get();
    udp::descriptor far{::accept4(listener, peer.data(), peer.size_pointer(), SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!far.is_open()) return;
    join({peer.to_address(), destination}, std::move(far));
  }
}

void tcp_reach::join(const flow& made, udp::descriptor far) {
  const auto found = attempts_.find(made);
  if (found == attempts_.end()) return;  // too late: it is closed
  udp::descriptor host = std::move(found->second.host);
  attempts_.erase(found);
  ++connections_;
  splices_[made] =
      std::make_unique<tcp_splice>(loop_, std::move(far), std::move(host), [this, made] { splices_.erase(made); });
}

void tcp_reach::sweep(proto::time_point now) {
  std::erase_if(attempts_, [&](const auto& each) {
    const bool is_old = now - each.second.begun > patience;
    if (is_old) loop_.forget(each.second.host.get());
    return is_old;
  });
  std::erase_if(doorways_, [&](const auto& each) {
    const bool is_old = now - each.second.last_used > patience;
    if (is_old) loop_.forget(each.second.listener.get());
    return is_old;
  });
}

}  // namespace tern::link_emulator
