#include "tools/link/emulator/host/tcp_splice.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace tern::link_emulator {

namespace {

constexpr std::size_t held_bytes_max = std::size_t{64} * 1024;
// What the far end's kernel keeps unsent, so that a slow link is felt by who sends.
constexpr int unsent_bytes_max = 128 * 1024;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void set_option(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);  // best effort
}

// Closing it then sends RST instead of FIN.
void make_abortive(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

tcp_splice::tcp_splice(event_loop& loop, udp::descriptor far, udp::descriptor host, std::function<void()> on_end)
    : loop_{loop},
      far_{std::move(far)},
      host_{std::move(host)},
      out_{far_.get(), host_.get(), {}},
      in_{host_.get(), far_.get(), {}},
      on_end_{std::move(on_end)} {
  set_option(far_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_bytes_max);
  for (const int each : {far_.get(), host_.get()}) {
    set_option(each, IPPROTO_TCP, TCP_NODELAY, 1);
  }
  watch_what_is_wanted();
}

tcp_splice::~tcp_splice() {
  loop_.forget(far_.get());
  loop_.forget(host_.get());
}

void tcp_splice::on_events() {
  if (!move(out_) || !move(in_)) return reset();
  if (out_.is_shut && in_.is_shut) return end();
  watch_what_is_wanted();
}

bool tcp_splice::move(half& way) {
  if (!read(way) || !write(way)) return false;
  if (way.is_at_end && way.held.empty() && !way.is_shut) {
    way.is_shut = true;
    ::shutdown(way.to, SHUT_WR);
  }
  return true;
}

bool tcp_splice::read(half& way) {
  if (way.is_at_end || !way.held.empty()) return true;
  way.held.resize(held_bytes_max);
  const ssize_t size = ::recv(way.from, way.held.data(), way.held.size(), 0);
  const int error = errno;
  way.held.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  if (size == 0) way.is_at_end = true;
  return size >= 0 || would_block(error);
}

bool tcp_splice::write(half& way) {
  if (way.held.empty()) return true;
  const ssize_t size =
      ::send(way.to, way.held.data() + way.written, way.held.size() - way.written, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return would_block(errno);
  way.written += static_cast<std::size_t>(size);
  if (way.written == way.held.size()) {
    way.held.clear();
    way.written = 0;
  }
  return true;
}

void tcp_splice::watch_what_is_wanted() {
  const auto wanted = [](const half& from_here, const half& to_here) -> std::uint32_t {
    const bool reads = !from_here.is_at_end && from_here.held.empty();
    return (reads ? std::uint32_t{EPOLLIN} : 0U) | (to_here.held.empty() ? 0U : std::uint32_t{EPOLLOUT});
  };
  watch(far_.get(), far_watched_, wanted(out_, in_));
  watch(host_.get(), host_watched_, wanted(in_, out_));
}

// What nothing is wanted of is not watched at all: its hang-up would be reported for ever.
void tcp_splice::watch(int descriptor, std::uint32_t& watched, std::uint32_t wanted) {
  if (wanted == watched) return;
  if (wanted == 0) {
    loop_.forget(descriptor);
  } else if (watched == 0) {
    loop_.watch(descriptor, wanted, [this](std::uint32_t) { on_events(); });
  } else {
    loop_.change(descriptor, wanted);
  }
  watched = wanted;
}

void tcp_splice::reset() {
  make_abortive(far_.get());
  make_abortive(host_.get());
  end();
}

void tcp_splice::end() {
  const auto what = std::move(on_end_);  // outlives the splice
  what();
}

}  // namespace tern::link_emulator
