#include "proto/chat/subscription.hpp"

#include <algorithm>

namespace tern::proto::chat {

namespace {
constexpr duration join_retry_min = std::chrono::seconds{1};
}

void subscription::join(const join_options& options) {
  if (!wanted_) cursor_.start(options.from);
  wanted_ = options;
  is_due_ = true;
  retry_at_.reset();
}

void subscription::leave() {
  wanted_.reset();
  retry_at_.reset();
  is_due_ = is_sent_;  // a JOIN that never went out needs no LEAVE
}

client_op subscription::take_unsent(std::uint64_t after_binds) {
  is_due_ = false;
  if (!wanted_) {
    is_sent_ = false;
    return chat::leave{};
  }
  is_sent_ = true;
  needs_fence_ = true;
  valid_after_binds_ = after_binds;
  return chat::join{.from = cursor_.proven(), .announce = wanted_->announce, .backlog_max = wanted_->backlog_max};
}

void subscription::on_connection_lost() {
  is_due_ = wanted_.has_value();
  is_sent_ = false;
  needs_fence_ = false;
  valid_after_binds_ = 0;
  retry_at_.reset();
}

void subscription::on_entry(entry said, std::uint64_t binds_answered, session_events& events) {
  if (!is_reading(binds_answered)) return;
  const room_cursor::step step = cursor_.on_entry(said.position, said.chain);
  tell_missing(step.missing, events);
  if (!step.is_new) return;
  const bool own = said.sender == own_key_;
  events.emplace_back(entry_received{from_, std::move(said), cursor_.log(), own});
}

bool subscription::on_gap(const gap& told, std::uint64_t binds_answered, session_events& events) {
  if (told.last < told.first) return false;
  if (is_reading(binds_answered)) tell_missing(cursor_.on_gap(told.first, told.last), events);
  return true;
}

void subscription::on_live(const live& told, std::uint64_t binds_answered, session_events& events) {
  if (!is_reading(binds_answered)) return;
  tell_missing(cursor_.on_live(told.position, told.chain), events);
  events.emplace_back(became_live{from_, told, cursor_.log()});
}

void subscription::on_new_epoch(const new_epoch& told, std::uint64_t binds_answered, session_events& events) {
  if (!is_reading(binds_answered)) return;
  cursor_.on_new_epoch(told.log);
  events.emplace_back(epoch_changed{from_, told});
}

void subscription::on_presence(presence told, std::uint64_t binds_answered, session_events& events) {
  if (is_reading(binds_answered)) events.emplace_back(presence_changed{from_, std::move(told)});
}

std::optional<bool> subscription::on_refused(refusal reason, duration retry_after, time_point now) {
  if (!wanted_) return std::nullopt;
  is_sent_ = false;
  is_due_ = false;
  if (!is_temporary(reason)) {
    wanted_.reset();
    return false;
  }
  retry_at_ = now + std::max(retry_after, join_retry_min);
  return true;
}

void subscription::on_timeout(time_point now) {
  if (!retry_at_ || now < *retry_at_) return;
  retry_at_.reset();
  is_due_ = true;
}

void subscription::tell_missing(const std::optional<position_range>& missing, session_events& events) const {
  if (missing) events.emplace_back(gap_found{from_, {missing->first, missing->last, 0}});
}

}  // namespace tern::proto::chat
