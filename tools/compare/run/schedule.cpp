#include "tools/compare/run/schedule.hpp"

#include <cstring>

namespace tern::compare {

namespace {
constexpr duration lead = std::chrono::milliseconds{60};
}

void schedule::start(proto::time_point now, duration connecting) {
  start_ = now + lead;
  shared_.board().connecting = connecting.count();
  shared_.board().start = start_->time_since_epoch().count();
}

std::optional<std::uint64_t> schedule::next_due(proto::time_point now) {
  if (!start_ || is_over_ || now < *start_) return std::nullopt;
  if (next_ == work_.capacity() || (work_.is_saturating() && now >= *start_ + work_.saturating)) {
    is_over_ = true;
    return std::nullopt;
  }
  if (!work_.is_saturating() && now < *start_ + work_.due(next_)) return std::nullopt;
  return next_;
}

void schedule::take(proto::time_point now) { shared_.on_sent(next_++, now); }

std::optional<proto::time_point> schedule::next_deadline() const {
  if (!start_ || is_over_) return std::nullopt;
  if (work_.is_saturating()) return next_ == 0 ? *start_ : *start_ + work_.saturating;
  return *start_ + (next_ == work_.capacity() ? duration{} : work_.due(next_));
}

void write_number(proto::mutable_byte_view payload, std::uint64_t message) {
  std::memcpy(payload.data(), &message, sizeof message);
}

std::uint64_t read_number(proto::byte_view payload) {
  std::uint64_t message = 0;
  std::memcpy(&message, payload.data(), sizeof message);
  return message;
}

}  // namespace tern::compare
