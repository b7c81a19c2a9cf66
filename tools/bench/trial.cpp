#include "tools/bench/trial.hpp"

#include "tools/bench/child_process.hpp"
#include "tools/bench/system_call.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace tern::bench {

namespace {

using wall = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto start_max = 10s;  // until the first message, on a busy machine
constexpr auto warm_up_max = 300ms;
constexpr auto look_every = 1ms;

struct unmap {
  void operator()(tally* shared) const { ::munmap(shared, sizeof *shared); }
};
using shared_tally = std::unique_ptr<tally, unmap>;

shared_tally map_tally() {
  void* place = ::mmap(nullptr, sizeof(tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) checked(-1, "mmap");
  return shared_tally{new (place) tally};
}

// False when it took too long or a side has given up.
template <class Condition>
bool wait_for(const tally& shared, Condition condition) {
  const auto until = wall::now() + start_max;
  while (!condition()) {
    if (shared.has_failed || wall::now() > until) return false;
    std::this_thread::sleep_for(look_every);
  }
  return true;
}

struct reading {
  wall::time_point at;
  std::uint64_t delivered;
  std::uint64_t latencies;
  double cpu_seconds;
};

reading look(const tally& shared, const child_process& receiver, const child_process& sender) {
  return {wall::now(), shared.delivered, shared.latency_count, receiver.cpu_seconds() + sender.cpu_seconds()};
}

void set_latencies(const tally& shared, const reading& before, const reading& after, sample& result) {
  std::vector<std::uint32_t> between(shared.latencies.begin() + static_cast<std::ptrdiff_t>(before.latencies),
                                     shared.latencies.begin() + static_cast<std::ptrdiff_t>(after.latencies));
  if (between.empty()) return;
  std::sort(between.begin(), between.end());
  const auto at = [&](std::size_t percent) { return between[(between.size() - 1) * percent / 100] / 1000.0; };
  result.latency_p50 = at(50);
  result.latency_p99 = at(99);
}

void measure(const tally& shared, const child_process& receiver, const child_process& sender,
             std::chrono::duration<double> length, sample& result) {
  std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(warm_up_max, length / 4));
  const reading before = look(shared, receiver, sender);
  std::this_thread::sleep_for(length);
  const reading after = look(shared, receiver, sender);
  result.seconds = std::chrono::duration<double>(after.at - before.at).count();
  result.messages = after.delivered - before.delivered;
  result.cpu_seconds = after.cpu_seconds - before.cpu_seconds;
  set_latencies(shared, before, after, result);
}

void copy_totals(const tally& shared, sample& result) {
  result.sent = shared.sent;
  result.delivered = shared.delivered;
  result.datagrams = shared.datagrams;
  result.datagrams_lost = shared.datagrams_lost;
  result.receive_drops = shared.receive_drops + shared.sender_receive_drops;
  result.out_of_order = shared.out_of_order;
}

std::string complaint(const contender& who, const tally& shared, const sample& result) {
  if (shared.has_failed) return shared.failure.data();
  if (result.messages == 0) return "no message arrived";
  if (who.is_ordered && result.out_of_order > 0) return "messages were missing or out of order";
  return {};
}

}  // namespace

sample run_trial(const contender& who, const workload& work, std::chrono::duration<double> length) {
  const shared_tally shared = map_tally();
  sample result;
  child_process receiver{who.receive, work, *shared};
  if (wait_for(*shared, [&] { return shared->port != 0; })) {
    child_process sender{who.send, work, *shared};
    if (wait_for(*shared, [&] { return shared->delivered > 0; })) measure(*shared, receiver, sender, length, result);
    shared->stop_sending = true;
    sender.join();
  }
  // What is still in the receiver's buffer.
  std::this_thread::sleep_for(std::chrono::milliseconds{2 * patience_milliseconds});
  shared->stop_receiving = true;
  receiver.join();
  copy_totals(*shared, result);
  result.failure = complaint(who, *shared, result);
  return result;
}

}  // namespace tern::bench
