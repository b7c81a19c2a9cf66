#include "tools/bench/report.hpp"
#include "tools/bench/setting.hpp"

#include <fmt/format.h>
#include <optional>

namespace tern::bench {

namespace {

std::string percent(const std::optional<double>& share) { return share ? fmt::format("{:.1f} %", 100 * *share) : "-"; }

std::string milliseconds(const std::optional<double>& time) { return time ? fmt::format("{:.2f}", *time) : "-"; }

std::string line(const row& each) {
  if (each.trials == 0) return fmt::format("{:<15} failed: {}\n", each.name, each.failure);
  return fmt::format("{:<15} {:>6} {:>12.0f} {:>9.0f} {:>13.2f} {:>8} {:>9.0f} {:>11.0f} {:>8} {:>8} {:>10}{}\n",
                     each.name, each.message_bytes, each.messages_per_second, each.megabits_per_second,
                     each.cpu_seconds_per_million, percent(each.lost_share), each.receive_drops, each.datagrams_lost,
                     milliseconds(each.latency_p50), milliseconds(each.latency_p99), percent(each.share_of_limit),
                     each.failure.empty() ? "" : "  (a trial failed: " + each.failure + ")");
}

std::string heading() {
  return fmt::format("{:<15} {:>6} {:>12} {:>9} {:>13} {:>8} {:>9} {:>11} {:>8} {:>8} {:>10}\n", "row", "bytes",
                     "messages/s", "Mbit/s", "CPU-s/million", "lost", "drops", "declared", "p50 ms", "p99 ms",
                     "of limit");
}

}  // namespace

std::string table(const options& wanted, const std::vector<row>& rows) {
  const setting here = this_setting();
  std::string text = fmt::format(
      "Loopback, two processes, saturating; medians of {} x {} s, interleaved. {} cores, {}.\n"
      "Receive buffers: {} bytes asked, {} given. Limits raised: {}.\nENet: {}.{}\n\n",
      wanted.repeat, wanted.seconds.count(), here.cores, here.kernel, here.receive_buffer_bytes_asked,
      here.receive_buffer_bytes_given, limits_raised(), enet_version(),
      here.has_assertions ? " Built with assertions: the preset bench is without." : "");
  text += heading();
  std::size_t bytes_before = 0;
  for (const row& each : rows) {
    if (bytes_before != 0 && bytes_before != each.message_bytes) text += '\n';
    bytes_before = each.message_bytes;
    text += line(each);
  }
  return text +
         "\ncommit-: a real relay, several people who each keep many messages on their way; p50 and p99: from saying\n"
         "a message until its sender knows that it is committed. lost: messages that never arrived, where nothing "
         "repeats them. drops: datagrams that found a receive\n"
         "buffer full. declared: packets that tern took for lost, and repeated. of limit: goodput beside raw\n"
         "sendto() of full datagrams (raw-full).\n";
}

}  // namespace tern::bench
