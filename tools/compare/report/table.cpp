#include "tools/compare/report/table.hpp"

#include "cli/units/units.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tern::compare {

namespace {

using value = std::optional<double>;

std::string count(const value& figure) { return figure ? fmt::format("{:.0f}", *figure) : "-"; }

// Three digits that mean something.
std::string measure(const value& figure) {
  if (!figure) return "-";
  const double size = *figure < 0 ? -*figure : *figure;
  return fmt::format("{:.{}f}", *figure, size < 9.995 ? 2 : (size < 99.95 ? 1 : 0));
}

// A latency that was promised and is not there is longer than the limit.
std::string latency(const value& figure, const course& row, const comparison& wanted) {
  if (figure) return measure(figure);
  const bool is_late = row.how.promised.delivery && row.median.late.value_or(0) > 0;
  return is_late ? ">" + count(std::chrono::duration<double, std::milli>(wanted.work.limit).count()) : "-";
}

std::string missing(const course& row) {
  if (row.median.late.value_or(0) > 0) return count(row.median.late) + " late";
  return count(row.median.lost);
}

std::string goodput(const value& megabits) {
  if (!megabits) return "-";
  return *megabits < 1 ? fmt::format("{} kbit", measure(*megabits * 1000)) : fmt::format("{} Mbit", measure(*megabits));
}

constexpr const char* columns = "{:<19}{:>14}{:>9}{:>6}{:>7}{:>8}{:>8}{:>8}{:>8}{:>7}{:>8}{:>11}{:>10}{:>7}{:>8}\n";

std::string column_names() {
  return fmt::format(columns, "mode", "delivered", "missing", "twice", "reord.", "p50 ms", "p90", "p99", "max",
                     "stalls", "longest", "goodput", "B/message", "us CPU", "dropped");
}

std::string line(const course& row, const comparison& wanted) {
  const std::string name = row.how.name + (row.is_impaired ? "" : " *");
  if (row.outcomes.empty()) return fmt::format("{:<19} failed: {}\n", name, row.failure);
  const outcome& median = row.median;
  std::string text =
      fmt::format(columns, name, fmt::format("{} of {}", count(median.delivered), count(median.due)), missing(row),
                  count(median.duplicates), count(median.reordered), latency(median.latency_p50, row, wanted),
                  latency(median.latency_p90, row, wanted), latency(median.latency_p99, row, wanted),
                  latency(median.latency_max, row, wanted), row.how.promised.order ? count(median.stalls) : "-",
                  row.how.promised.order ? measure(median.stall_longest) : "-", goodput(median.goodput),
                  count(median.wire_bytes_per_message), measure(median.cpu_per_message), count(median.network_lost));
  if (!row.failure.empty()) text += fmt::format("  (a trial failed: {})\n", row.failure);
  return text;
}

std::string workload_text(const workload& work) {
  const std::string lanes = work.lanes > 1 ? fmt::format(", {} lanes", work.lanes) : "";
  if (work.is_saturating()) {
    return fmt::format("messages of {}{}, as fast as they are taken for {}", cli::format_size(work.message_bytes),
                       lanes, cli::format_duration(work.saturating));
  }
  return fmt::format("{} messages of {}{}, one in {}", work.messages, cli::format_size(work.message_bytes), lanes,
                     cli::format_duration(work.interval));
}

// What this machine lost, and not the link.
std::string own_losses(const course& row) {
  std::string text;
  if (row.median.socket_drops.value_or(0) > 0) {
    text += fmt::format("{}: {} datagrams found a receive buffer full; that is this machine's loss, not the link's.\n",
                        row.name(), count(row.median.socket_drops));
  }
  if (row.median.emulator_missed.value_or(0) > 0) {
    text += fmt::format(
        "{}: {} packets came faster than the emulator took them; that is this machine's loss, not the link's.\n",
        row.name(), count(row.median.emulator_missed));
  }
  return text;
}

std::string remarks(const comparison_result& result) {
  std::string text =
      "\nmissing: lost, or (where delivery is promised) late. twice: deliveries after the first. reord.: came behind "
      "a\n"
      "later one. stalls: waited for an earlier message, and the longest such wait in ms. B/message: on the wire, "
      "both\n"
      "ways, with IP headers. us CPU: both sides, a message delivered. dropped: packets of both ways, by the link.\n";
  const bool unimpaired =
      std::any_of(result.courses.begin(), result.courses.end(), [](const course& row) { return !row.is_impaired; });
  if (unimpaired) text += "* TCP unimpaired: delivery can be compared, latency and bytes cannot.\n";
  for (const course& row : result.courses) text += own_losses(row);
  return text;
}

}  // namespace

std::string heading(const comparison& wanted, const link_choice& link) {
  return fmt::format("{}; {}; seed {}{}\nlink: {}\n", workload_text(wanted.work),
                     wanted.link_words.empty() ? "a perfect link" : wanted.link_words, wanted.link.seed,
                     wanted.repeat > 1 ? fmt::format(" and {} more, medians", wanted.repeat - 1) : "", link.text);
}

std::string table(const comparison& wanted, const comparison_result& result) {
  std::string text = heading(wanted, result.link) + "\n";
  std::optional<double> loss_before;
  if (wanted.losses.empty()) text += column_names();
  for (const course& row : result.courses) {
    if (row.loss && row.loss != loss_before)
      text += fmt::format("loss {}\n{}", percent_text(*row.loss), column_names());
    loss_before = row.loss;
    text += line(row, wanted);
  }
  return text + remarks(result);
}

}  // namespace tern::compare
