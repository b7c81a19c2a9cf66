#include "cli/ping/ping_summary.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

void ping_summary::on_answer(std::chrono::nanoseconds round_trip) {
  const double took = std::chrono::duration<double, std::milli>(round_trip).count();
  least_ = has_answers() ? std::min(least_, took) : took;
  most_ = std::max(most_, took);
  sum_ += took;
  sum_of_squares_ += took * took;
  ++answered_;
}

void ping_summary::on_loss(std::optional<bool> has_reached) {
  ++lost_;
  if (has_reached) ++(*has_reached ? lost_back_ : lost_there_);
}

double ping_summary::loss_percent() const {
  const std::uint64_t decided = answered_ + lost_;
  return decided == 0 ? 0 : 100.0 * static_cast<double>(lost_) / static_cast<double>(decided);
}

double ping_summary::deviation() const {
  return std::sqrt(std::max(0.0, sum_of_squares_ / static_cast<double>(answered_) - average() * average()));
}

std::string ping_summary::text() const {
  std::string text = fmt::format("{} sent, {} answered, {:.3g} % lost", sent_, answered_, loss_percent());
  if (lost_there_ + lost_back_ > 0) {
    text += fmt::format(" ({} on the way there, {} on the way back", lost_there_, lost_back_);
    const std::uint64_t unknown = lost_ - lost_there_ - lost_back_;
    text += unknown > 0 ? fmt::format(", {} not known)", unknown) : ")";
  }
  if (open() > 0) text += fmt::format(", {} still open", open());
  text += "\n";
  if (has_answers())
    text +=
        fmt::format("rtt min/avg/max/mdev = {:.3f}/{:.3f}/{:.3f}/{:.3f} ms\n", least_, average(), most_, deviation());
  return text;
}

nlohmann::ordered_json ping_summary::fields() const {
  nlohmann::ordered_json fields{{"sent", sent_},
                                {"answered", answered_},
                                {"lost", lost_},
                                {"lost_there", lost_there_},
                                {"lost_back", lost_back_},
                                {"open", open()},
                                {"loss_percent", loss_percent()}};
  if (has_answers()) fields["rtt_ms"] = {{"min", least_}, {"avg", average()}, {"max", most_}, {"mdev", deviation()}};
  return fields;
}

}  // namespace tern::cli
