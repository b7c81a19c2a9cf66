#include "tools/compare/run/trial_watch.hpp"

#include <fmt/format.h>

namespace tern::compare {

namespace {

// After the last packet, in case one more is on its way through a kernel or a program.
constexpr duration settle = std::chrono::milliseconds{100};
constexpr duration connecting_max = std::chrono::seconds{60};

link_reading difference(const link_reading& now, const link_reading& before) {
  return {now.packets - before.packets, now.wire_bytes - before.wire_bytes, now.lost - before.lost,
          now.damaged - before.damaged, now.missed - before.missed};
}

}  // namespace

trial_watch::trial_watch(const mode& how, const workload& work, const shared_trial& shared, const link_backend& link,
                         proto::time_point now)
    : how_{how}, work_{work}, board_{shared.board()}, link_{link}, began_{now}, last_change_{now} {}

bool trial_watch::look(proto::time_point now) {
  if (board_.has_failed) return fail(board_.failure.data());
  note_before(now);
  if (board_.start == 0) {
    return now > began_ + connecting_max &&
           fail(fmt::format("no connection within {} s", connecting_max.count() / 1'000'000'000));
  }
  const bool is_quiet_now = is_quiet(now);
  if (is_past_limit(now)) return true;
  if (!board_.has_sent_all) return false;
  if (is_all_there()) return is_quiet_now;
  // What was promised may still be repeated.
  return !how_.promised.delivery && is_quiet_now;
}

// The last look before the schedule counts, not the first one after it, which may be late.
void trial_watch::note_before(proto::time_point now) {
  const link_reading reading = link_.reading();
  const std::int64_t start = board_.start;
  if (!before_ || start == 0 || now < proto::time_point{duration{start}}) before_ = reading;
}

bool trial_watch::is_all_there() const {
  return board_.delivered == (work_.is_saturating() ? board_.sent.load() : work_.messages);
}

bool trial_watch::is_past_limit(proto::time_point now) const {
  return now > proto::time_point{duration{board_.start}} + work_.length() + work_.limit;
}

bool trial_watch::is_quiet(proto::time_point now) {
  const link_reading reading = link_.reading();
  if (!last_ || reading.packets != last_->packets || !link_.is_idle()) last_change_ = now;
  last_ = reading;
  return now - last_change_ >= settle;
}

bool trial_watch::fail(std::string text) {
  failure_ = std::move(text);
  return true;
}

link_reading trial_watch::traffic() const { return difference(link_.reading(), before_.value_or(link_.reading())); }

}  // namespace tern::compare
