// tern-link-bench: how many packets a second the link emulator carries. A thread inside
// the link sends small datagrams as fast as they get through, one at the far end counts them.
#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/link_world.hpp"
#include "tools/link/emulator/packet_pump.hpp"
#include "udp/clock.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <netinet/udp.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace tern::link_emulator {
namespace {

using namespace std::chrono_literals;
using seconds = std::chrono::duration<double>;

constexpr std::size_t payload_bytes = 64;
constexpr std::size_t batch = 32;

struct options {
  seconds lasting{2};
  int repeat = 3;
  bool json = false;
};

struct course {
  std::string_view name;
  link_model::impairments both;
};

struct sample {
  double carried_a_second = 0;  // packets that arrived
  double cpu_share = 0;         // of one processor, by the emulator's own thread
};

std::vector<course> courses() {
  link_model::impairments delayed;
  delayed.delay = 25ms;
  link_model::impairments shaken = delayed;
  shaken.jitter.extra = 5ms;
  shaken.corrupt.probability = 1e-9;
  return {{"no impairment", {}}, {"25 ms", delayed}, {"25 ms, 5 ms jitter, corruption", shaken}};
}

udp::descriptor open_udp(const link_world& world, link_end where, proto::address address, std::uint16_t port) {
  address.port = port;
  auto made = world.open_socket({.where = where, .type = SOCK_DGRAM, .bind_to = address});
  if (!made) throw system_failure("cannot make a socket", made.error());
  const int buffer = 4 << 20;
  ::setsockopt(made->get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  return std::move(*made);
}

// Keeps so many datagrams under way, so that the sender does not take the processor from the
// emulator for packets that no queue has room for. When one is lost after all, it begins anew.
class window {
 public:
  explicit window(const std::atomic<std::uint64_t>& came) : came_{came} {}

  bool is_full() const { return sent_ - came_ >= under_way_max; }
  void on_sent(std::size_t datagrams) { sent_ += datagrams; }
  void wait() {
    const auto end = std::chrono::steady_clock::now() + 100ms;
    const std::uint64_t before = came_;
    while (is_full() && came_ == before && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20us);
    if (came_ == before) sent_ = before;
  }

 private:
  static constexpr std::uint64_t under_way_max = 8192;
  const std::atomic<std::uint64_t>& came_;
  std::uint64_t sent_ = 0;
};

// One system call a batch: the kernel cuts it into datagrams (UDP_SEGMENT, udp(7)).
void send_until(const std::atomic<bool>& over, int socket, const proto::address& to,
                const std::atomic<std::uint64_t>& came) {
  window allowed{came};
  const udp::socket_address target{to, udp::socket_family::v4};
  const int segment = payload_bytes;
  ::setsockopt(socket, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment);
  const std::vector<char> data(payload_bytes * batch, 'x');
  while (!over) {
    if (allowed.is_full()) {
      allowed.wait();
    } else if (::sendto(socket, data.data(), data.size(), 0, target.data(), target.size()) >= 0) {
      allowed.on_sent(batch);
    } else {
      pollfd wanted{socket, POLLOUT, 0};
      ::poll(&wanted, 1, 10);
    }
  }
}

void count_until(const std::atomic<bool>& over, int socket, std::atomic<std::uint64_t>& came) {
  std::array<std::array<char, payload_bytes>, batch> buffers{};
  std::array<iovec, batch> contents{};
  std::array<mmsghdr, batch> messages{};
  for (std::size_t i = 0; i < batch; ++i) {
    contents[i] = {buffers[i].data(), buffers[i].size()};
    messages[i].msg_hdr.msg_iov = &contents[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  while (!over) {
    const int count = ::recvmmsg(socket, messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (count > 0) {
      came += static_cast<std::uint64_t>(count);
    } else {
      // Rather than to be woken for each datagram, which would be the emulator's work.
      std::this_thread::sleep_for(200us);
    }
  }
}

seconds cpu_of_this_thread() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

sample run(const course& what, seconds lasting) {
  const world_plan plan{.addresses = choose_addresses(), .command = {}, .far_commands = {}, .environment = {}};
  link_world world{plan};
  event_loop loop;
  packet_pump pump{
      loop, world.inner(), world.far(), {.up = what.both, .down = what.both, .nat = {}, .seed = 1}, plan.addresses};
  const udp::descriptor far = open_udp(world, link_end::far, plan.addresses.far_v4(), 7000);
  const udp::descriptor inner = open_udp(world, link_end::inner, plan.addresses.inner_v4(), 0);
  proto::address target = plan.addresses.far_v4();
  target.port = 7000;
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> came{0};
  alarm end{loop, [&loop] { loop.stop(); }};
  end.set(udp::clock::now() + std::chrono::duration_cast<proto::duration>(lasting));
  const auto cpu_before = cpu_of_this_thread();
  std::thread receiver{[&] { count_until(is_over, far.get(), came); }};
  std::thread sender{[&] { send_until(is_over, inner.get(), target, came); }};
  loop.run();
  const std::uint64_t carried = came;
  is_over = true;
  sender.join();
  receiver.join();
  return {static_cast<double>(carried) / lasting.count(), (cpu_of_this_thread() - cpu_before) / lasting};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_row(const course& what, const std::vector<sample>& samples, bool json) {
  std::vector<double> carried;
  carried.reserve(samples.size());
  for (const sample& each : samples) carried.push_back(each.carried_a_second);
  const sample& last = samples.back();
  if (json) {
    const nlohmann::ordered_json row{
        {"schema", "tern.link-bench/1"},       {"link", what.name},  {"payload_bytes", payload_bytes},
        {"carried_a_second", median(carried)}, {"samples", carried}, {"cpu_share", last.cpu_share}};
    fmt::print("{}\n", row.dump());
  } else {
    fmt::print("{:<32}{:>12.0f}{:>8.0f} %\n", what.name, median(carried), 100 * last.cpu_share);
  }
}

void bench(const options& wanted) {
  if (!wanted.json) fmt::print("{:<32}{:>12}{:>10}\n", "datagrams of 64 octets", "a second", "CPU");
  for (const course& each : courses()) {
    std::vector<sample> samples;
    samples.reserve(static_cast<std::size_t>(wanted.repeat));
    for (int i = 0; i < wanted.repeat; ++i) samples.push_back(run(each, wanted.lasting));
    print_row(each, samples, wanted.json);
  }
}

constexpr std::string_view help =
    "tern-link-bench: packets a second through the link emulator\n"
    "Usage: tern-link-bench [--json] [--seconds N] [--repeat N]\n";

// False: not a number.
bool read_number(std::span<char* const> words, std::size_t at, int& number) {
  if (at >= words.size()) return false;
  const std::string_view text{words[at]};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0;
}

int main_of(std::span<char* const> words) {
  options wanted;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word{words[i]};
    int number = 0;
    if (word == "--json") {
      wanted.json = true;
    } else if (word == "--seconds" && read_number(words, ++i, number)) {
      wanted.lasting = seconds{number};
    } else if (word == "--repeat" && read_number(words, ++i, number)) {
      wanted.repeat = number;
    } else {
      const bool is_help = word == "--help" || word == "-h";
      fmt::print(is_help ? stdout : stderr, "{}", help);
      return is_help ? 0 : 2;
    }
  }
  try {
    bench(wanted);
    return 0;
  } catch (const failure& problem) {
    fmt::print(stderr, "tern-link-bench: {}\n", problem.what());
    return 1;
  }
}

}  // namespace
}  // namespace tern::link_emulator

int main(int argc, char** argv) { return tern::link_emulator::main_of({argv, static_cast<std::size_t>(argc)}); }
