// What became of a run of pings, in figures. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace tern::cli {

class ping_summary {
 public:
  void on_sent() { ++sent_; }
  void on_answer(std::chrono::nanoseconds round_trip);
  // No answer came. `has_reached`: whether the other side is known to have had the question.
  void on_loss(std::optional<bool> has_reached);

  bool has_answers() const { return answered_ > 0; }
  // Two lines: counts, and round trips as ping(8) gives them, mdev being the standard deviation.
  std::string text() const;
  // The same as fields of the final record.
  nlohmann::ordered_json fields() const;

 private:
  // Asked, and neither answered nor given up.
  std::uint64_t open() const { return sent_ - answered_ - lost_; }
  double loss_percent() const;
  double average() const { return sum_ / static_cast<double>(answered_); }
  double deviation() const;

  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t lost_there_ = 0;  // of those where the way is known
  std::uint64_t lost_back_ = 0;
  // Milliseconds.
  double least_ = 0;
  double most_ = 0;
  double sum_ = 0;
  double sum_of_squares_ = 0;
};

}  // namespace tern::cli
