// Messages with 16-bit lengths over one kernel TCP connection with TCP_NODELAY: one
// write a message, or as many as fit into a buffer of 64 KiB.
#include "tools/bench/contender.hpp"
#include "tools/bench/sequence.hpp"
#include "tools/bench/system_call.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace tern::bench {

namespace {

constexpr std::size_t length_bytes = 2;
constexpr std::size_t buffer_bytes = 64 << 10;

std::size_t read_length(const std::uint8_t* from) { return static_cast<std::size_t>(from[0] << 8 | from[1]); }

void write_length(std::span<std::uint8_t> message, std::size_t length) {
  message[0] = static_cast<std::uint8_t>(length >> 8U);
  message[1] = static_cast<std::uint8_t>(length);
}

// Takes whole messages from the front; returns how many bytes they were.
std::size_t take_messages(std::span<const std::uint8_t> stream, arrivals& counted) {
  std::size_t taken = 0;
  while (stream.size() - taken >= length_bytes) {
    const std::size_t length = read_length(stream.data() + taken);
    if (stream.size() - taken - length_bytes < length) break;
    counted.on_message(stream.subspan(taken + length_bytes, length));
    taken += length_bytes + length;
  }
  return taken;
}

descriptor accept_one(const descriptor& listening, const tally& shared) {
  while (!wait_readable(listening)) {
    if (shared.stop_receiving) throw std::runtime_error("nobody connected");
  }
  return descriptor{static_cast<int>(checked(::accept(listening.get(), nullptr, nullptr), "accept"))};
}

void receive(const workload&, tally& shared) {
  const descriptor listening = bound_socket(SOCK_STREAM);
  checked(::listen(listening.get(), 1), "listen");
  shared.port = port_of(listening);
  const descriptor connection = accept_one(listening, shared);
  set_receive_timeout(connection);
  arrivals counted{shared};
  std::vector<std::uint8_t> buffer(buffer_bytes);
  std::size_t held = 0;
  while (!shared.stop_receiving.load(std::memory_order_relaxed)) {
    const auto got = ::recv(connection.get(), buffer.data() + held, buffer.size() - held, 0);
    if (got == 0) return;
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      checked(got, "recv");
    }
    held += static_cast<std::size_t>(got);
    const std::size_t taken = take_messages({buffer.data(), held}, counted);
    std::memmove(buffer.data(), buffer.data() + taken, held - taken);
    held -= taken;
  }
}

void write_all(const descriptor& connection, std::span<const std::uint8_t> all) {
  while (!all.empty()) {
    const auto written = checked(::send(connection.get(), all.data(), all.size(), MSG_NOSIGNAL), "send");
    all = all.subspan(static_cast<std::size_t>(written));
  }
}

// As many messages a write as `write_bytes` holds, but at least one.
void send(const workload& work, tally& shared, std::size_t write_bytes) {
  const descriptor connection = open_socket(SOCK_STREAM);
  connect_to(connection, static_cast<std::uint16_t>(shared.port));
  set_option(connection, IPPROTO_TCP, TCP_NODELAY, 1);
  const std::size_t framed_bytes = length_bytes + work.message_bytes;
  const std::size_t messages = std::max<std::size_t>(1, write_bytes / framed_bytes);
  std::vector<std::uint8_t> buffer(messages * framed_bytes);
  for (std::uint64_t sequence = 0; !shared.stop_sending.load(std::memory_order_relaxed);) {
    for (std::size_t i = 0; i < messages; ++i) {
      const std::span<std::uint8_t> framed{buffer.data() + i * framed_bytes, framed_bytes};
      write_length(framed, work.message_bytes);
      write_sequence(framed.subspan(length_bytes), sequence++);
    }
    write_all(connection, buffer);
    add(shared.sent, messages);
  }
}

}  // namespace

contender tcp() {
  return {"tcp",
          "kernel TCP, TCP_NODELAY, one write a message",
          true,
          true,
          0,
          receive,
          [](const workload& work, tally& shared) { send(work, shared, 0); }};
}

contender tcp_coalesced() {
  return {"tcp-coalesced",
          "kernel TCP, writes of up to 64 KiB",
          true,
          true,
          0,
          receive,
          [](const workload& work, tally& shared) { send(work, shared, buffer_bytes); }};
}

}  // namespace tern::bench
