// A datagram a message, nothing else.
#include "tools/compare/run/cpu_meter.hpp"
#include "tools/compare/run/schedule.hpp"
#include "tools/compare/run/side.hpp"
#include "tools/compare/run/waiting.hpp"
#include "udp/clock.hpp"
#include "udp/udp_socket.hpp"

#include <stdexcept>

namespace tern::compare {

namespace {

udp::udp_socket socket_of(side_task& task) {
  // Messages longer than the link's MTU are cut by the kernel, as everyone's are.
  auto socket = udp::udp_socket::adopt(std::move(task.sockets.at(0)), {.dont_fragment = false});
  if (!socket) throw std::runtime_error("UDP socket: " + socket.error().message());
  return std::move(*socket);
}

// False when the socket has no room now.
bool send_one(udp::udp_socket& socket, proto::byte_view message, const proto::address& target) {
  const std::error_code error = socket.send(message, target);
  if (error == std::errc::operation_would_block || error == std::errc::no_buffer_space) return false;
  if (error) throw std::runtime_error("sendto: " + error.message());
  return true;
}

}  // namespace

void send_raw_udp(side_task task) {
  udp::udp_socket socket = socket_of(task);
  schedule due{task.work, task.shared};
  cpu_meter cpu{task.shared.board()};
  proto::bytes message(task.work.message_bytes);
  due.start(udp::clock::now(), {});
  while (!task.shared.board().stop) {
    cpu.look();
    bool is_blocked = false;
    while (const auto number = due.next_due(udp::clock::now())) {
      const auto now = udp::clock::now();
      write_number(message, *number);
      is_blocked = !send_one(socket, message, task.target);
      if (is_blocked) break;
      due.take(now);
    }
    task.shared.board().has_sent_all = due.is_over();
    pollfd wanted{socket.native_handle(), static_cast<short>(is_blocked ? POLLOUT : 0), 0};
    wait_for({&wanted, 1}, is_blocked ? std::nullopt : due.next_deadline());
  }
  task.shared.board().sender_cpu = cpu.used().count();
}

void receive_raw_udp(side_task task) {
  udp::udp_socket socket = socket_of(task);
  cpu_meter cpu{task.shared.board()};
  proto::bytes buffer(message_bytes_max);
  task.shared.board().is_ready = true;
  while (!task.shared.board().stop) {
    cpu.look();
    while (const auto got = socket.receive(buffer)) {
      if (got->size == task.work.message_bytes) task.shared.on_delivered(read_number(buffer), udp::clock::now());
    }
    task.shared.board().receiver_drops = socket.receive_drops().value_or(0);
    pollfd wanted{socket.native_handle(), POLLIN, 0};
    wait_for({&wanted, 1}, std::nullopt);
  }
  task.shared.board().receiver_cpu = cpu.used().count();
}

}  // namespace tern::compare
