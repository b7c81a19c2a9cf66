#include "tools/link/model/profiles.hpp"

#include <algorithm>
#include <array>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kilobit = 1'000;
constexpr std::uint64_t megabit = 1'000'000;

profile symmetric(std::string_view name, std::string_view description, const impairments& both) {
  return {name, description, both, both, {}};
}

impairments with_delay(duration delay) {
  impairments result;
  result.delay = delay;
  return result;
}

impairments with_rate(duration delay, std::uint64_t bits_per_second, duration queue_time) {
  impairments result = with_delay(delay);
  result.rate = {.bits_per_second = bits_per_second, .queue_packets = 0, .queue_bytes = 0, .queue_time = queue_time};
  return result;
}

impairments lossy(duration delay, double loss) {
  impairments result = with_delay(delay);
  result.loss = loss;
  return result;
}

impairments wifi_lossy() {
  impairments result = with_rate(3ms, 30 * megabit, 100ms);
  result.timed_bursts = {.loss = 0.05, .mean_bad = 20ms};
  result.loss = 0.02;
  result.jitter = {.extra = 4ms, .shape = jitter_shape::exponential, .reorders = false};
  return result;
}

impairments lte(std::uint64_t bits_per_second) {
  impairments result = with_rate(25ms, bits_per_second, 300ms);  // deep buffers, losses repaired below IP
  result.jitter = {.extra = 8ms, .shape = jitter_shape::exponential, .reorders = false};
  result.loss = 0.001;
  return result;
}

// Masts fly by, tunnels come: dark moments by schedule, dips by chance, and now and then another address.
impairments train(std::uint64_t bits_per_second) {
  impairments result = lte(bits_per_second);
  result.delay = 40ms;
  result.jitter.extra = 20ms;
  result.timed_bursts = {.loss = 0.03, .mean_bad = 150ms};
  result.blackouts = {{.begin = 12s, .length = 3s, .period = 25s}};
  return result;
}

impairments satellite(std::uint64_t bits_per_second) {
  impairments result = with_rate(280ms, bits_per_second, 200ms);
  result.loss = 0.01;
  result.jitter = {.extra = 10ms, .shape = jitter_shape::uniform, .reorders = false};
  return result;
}

impairments congested(std::uint64_t bits_per_second) {
  impairments result = with_rate(20ms, bits_per_second, 1s);
  result.loss = 0.005;
  return result;
}

impairments bursty() {
  impairments result = with_delay(25ms);
  result.packet_bursts = {.loss = 0.1, .mean_packets = 4};
  return result;
}

impairments bursty_in_time() {
  impairments result = with_delay(25ms);
  result.timed_bursts = {.loss = 0.1, .mean_bad = 40ms};
  return result;
}

// The QUIC interop runner's link: 15 ms one way, 10 Mbit/s, a queue of 25 packets.
impairments interop(duration delay = 15ms) {
  impairments result = with_delay(delay);
  result.rate = {.bits_per_second = 10 * megabit, .queue_packets = 25, .queue_bytes = 0, .queue_time = {}};
  return result;
}

impairments interop_loss(double loss) {
  impairments result = interop();
  result.loss = loss;
  return result;
}

impairments interop_corruption(double probability) {
  impairments result = interop();
  result.corrupt.probability = probability;
  return result;
}

impairments interop_blackhole() {
  impairments result = interop();
  result.blackouts = {{.begin = 5s, .length = 2s, .period = 7s}};
  return result;
}

impairments hostile() {
  impairments result = with_delay(50ms);
  result.loss = 0.3;
  result.duplicate = 0.1;
  result.reorder = {.probability = 0.1, .extra = 50ms};
  result.corrupt.probability = 0.3;
  return result;
}

impairments shuffled() {
  impairments result = lossy(50ms, 0.2);
  result.reorder = {.probability = 0.5, .extra = 20ms};
  return result;
}

profile rebinding_profile(std::string_view name, std::string_view description, const rebinding& nat) {
  profile result = symmetric(name, description, interop());
  result.nat = nat;
  return result;
}

}  // namespace

std::span<const profile> profiles() {
  static const std::array all{
      symmetric("perfect", "nothing at all", {}),
      symmetric("lan", "0.2 ms, 1 Gbit/s", with_rate(200us, 1000 * megabit, 10ms)),
      profile{"dsl",
              "12 ms, 50 down and 10 Mbit/s up",
              with_rate(12ms, 10 * megabit, 150ms),
              with_rate(12ms, 50 * megabit, 100ms),
              {}},
      profile{
          "lte", "25 ms with jitter, 30 down and 10 Mbit/s up, deep buffers", lte(10 * megabit), lte(30 * megabit), {}},
      profile{"train",
              "LTE with dips, dark for 3 s in 25 s, another address each minute",
              train(3 * megabit),
              train(12 * megabit),
              {.address_every = 60s}},
      symmetric("wifi_lossy", "3 ms with jitter, 2 % loss and 20 ms fades", wifi_lossy()),
      profile{"satellite",
              "280 ms one way, 1 % loss, 20 down and 2 Mbit/s up",
              satellite(2 * megabit),
              satellite(20 * megabit),
              {}},
      symmetric("bloated", "20 ms, 1 Mbit/s behind a second of buffer", congested(megabit)),
      symmetric("narrow", "20 ms, 64 kbit/s", congested(64 * kilobit)),
      symmetric("loss_5", "25 ms, 5 % independent loss", lossy(25ms, 0.05)),
      symmetric("loss_10", "25 ms, 10 % independent loss", lossy(25ms, 0.1)),
      symmetric("loss_30", "25 ms, 30 % independent loss", lossy(25ms, 0.3)),
      symmetric("bursts", "25 ms, 10 % loss in bursts of 4 packets", bursty()),
      symmetric("fades", "25 ms, 10 % loss in bad periods of 40 ms", bursty_in_time()),
      symmetric("shuffled", "50 ms, 20 % loss, every second packet 20 ms late", shuffled()),
      symmetric("hostile", "50 ms, 30 % loss, 30 % corruption, 10 % duplicates, 10 % reordered", hostile()),
      symmetric("interop", "15 ms, 10 Mbit/s, queue of 25 packets", interop()),
      symmetric("interop_longrtt", "the same with 750 ms one way", interop(750ms)),
      symmetric("interop_loss_2", "the same with 2 % loss", interop_loss(0.02)),
      symmetric("interop_loss_30", "the same with 30 % loss", interop_loss(0.3)),
      symmetric("interop_corruption_2", "the same with 2 % corruption", interop_corruption(0.02)),
      symmetric("interop_corruption_30", "the same with 30 % corruption", interop_corruption(0.3)),
      symmetric("interop_blackhole", "the same, 5 s on and 2 s off", interop_blackhole()),
      rebinding_profile("interop_rebind_port", "the same, another source port every 5 s", {.port_every = 5s}),
      rebinding_profile("interop_rebind_address", "the same, another source address every 5 s", {.address_every = 5s}),
  };
  return all;
}

const profile* find_profile(std::string_view name) {
  const auto all = profiles();
  const auto found = std::find_if(all.begin(), all.end(), [&](const profile& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace tern::link_model
