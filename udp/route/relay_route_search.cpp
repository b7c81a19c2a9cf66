// Of relay_route: looking for a way, and what becomes of each attempt.
#include "udp/route/relay_route.hpp"

#include <algorithm>
#include <utility>

namespace tern::udp {

void relay_route::look_up() {
  search_ = search::resolving;
  pause_until_.reset();
  around_.resolve();
}

void relay_route::search_anew() {
  if (search_ == search::none && !is_closed_) look_up();
}

void relay_route::on_resolved(proto::time_point now, result<std::vector<proto::address>> found) {
  if (is_closed_ || search_ != search::resolving) return;
  if (found) known_ = std::move(*found);
  // Where UDP is blocked, so are most name servers: the relay may still be where it was.
  if (known_.empty()) return on_race_lost(now, found.error());
  const bool is_udp_unlikely = choice_ == transport_choice::automatic && around_.has_udp_failed(known_.front());
  race(now, known_, choice_, is_udp_unlikely ? attempt_schedule::start::together : attempt_schedule::start::udp_first);
  if (!found && search_ == search::racing) race_.note(found.error());
}

void relay_route::race(proto::time_point now, std::vector<proto::address> addresses, transport_choice choice,
                       attempt_schedule::start how) {
  search_ = search::racing;
  sought_ = choice;
  has_udp_head_start_ = how == attempt_schedule::start::udp_first;
  pause_until_.reset();
  was_search_told_ = renew_at_.has_value() && serves();
  has_learned_key_ = false;
  wrong_key_.reset();
  race_.begin(now, attempt_schedule{std::move(addresses), choice, how, now}, options_.connect_timeout);
  run_race(now);
}

// The connection that serves is not to be relied on: whatever is allowed is looked for at once,
// whatever was looked for so far.
void relay_route::doubt(proto::time_point now, reason why) {
  doubt_ = why;
  heard_before_doubt_ = packets_received();
  forgive(now);
  if (search_ == search::pausing || (search_ == search::racing && sought_ != choice_)) end_search(now);
  race_again(now, choice_);
}

// What the network says is refuted by a packet that came after it; silence is ended by `heard`.
void relay_route::end_refuted_doubt(proto::time_point now) {
  if (doubt_ != reason::report || packets_received() <= heard_before_doubt_) return;
  doubt_ = reason::none;
  user_.on_connected(now, attached_->what);
}

std::uint64_t relay_route::packets_received() const {
  const auto seen = statistics();
  return seen ? seen->packets_received : 0;
}

// Where the relay was a moment ago, without asking for its name again.
void relay_route::race_again(proto::time_point now, transport_choice choice) {
  if (is_closed_ || search_ != search::none) return;
  race_towards(now, attached_ ? attached_->what.remote : proto::address{}, choice, attempt_schedule::start::together);
}

void relay_route::race_towards(proto::time_point now, const proto::address& first, transport_choice choice,
                               attempt_schedule::start how) {
  std::vector<proto::address> addresses = known_;
  // Not the one of std::ranges: clang 14 cannot name its result.
  std::stable_partition(addresses.begin(), addresses.end(), [&first](const auto& each) { return each == first; });
  race(now, std::move(addresses), choice, how);
}

void relay_route::run_race(proto::time_point now) {
  while (search_ == search::racing) {
    const auto begun = race_.start_due(now, connect_options(options_.early_data && !attached_));
    if (!begun) break;
    on_attempt_begun(now, *begun);
  }
  if (search_ == search::racing && !race_.is_running()) on_race_lost(now, race_.error());
}

void relay_route::on_attempt_begun(proto::time_point now, const race_entry& begun) {
  const bool is_first = !attached_;
  if (is_first) attach(begun);
  const bool takes_early = is_first && options_.early_data;
  if (is_first || !std::exchange(was_search_told_, true)) user_.on_connecting(now, begun.what.remote, takes_early);
  was_search_told_ = true;
  if (takes_early && relay_key_) may_have_sent_early_ = true;
}

void relay_route::on_attempt_failed(proto::time_point now, handle connection, std::error_code why) {
  if (attached_ && attached_->connection == connection) detach(now);
  race_.on_failed(now, connection, why);
  run_race(now);
}

void relay_route::on_race_lost(proto::time_point now, std::error_code why) {
  if (attached_ && !is_established_) detach(now);
  end_search(now);
  // The relay does not wait as long as a person may, who is asked about its key.
  if (std::exchange(has_learned_key_, false)) return race_again(now, choice_);
  end_refuted_doubt(now);
  // What was looked for was something better.
  if (serves()) return allows(choice_, attached_->what.by) ? settle(now) : keep(now, why);
  if (why == proto::errc::wrong_key) return fail(now, why);
  if (connections_ == 0 && options_.give_up_unreachable) return fail(now, why);
  pause(now, why);
}

void relay_route::keep(proto::time_point now, std::error_code why) {
  pause(now, why);
  if (!std::exchange(was_keeping_told_, true)) user_.on_kept(now, attached_->what, why);
}

void relay_route::pause(proto::time_point now, std::error_code why) {
  search_ = search::pausing;
  pause_until_ = now + pauses_.next();
  if (!serves()) user_.on_waiting(now, why, last_reason_);
}

void relay_route::end_search(proto::time_point now) {
  search_ = search::none;
  pause_until_.reset();
  race_.end(now, attached_ ? std::optional{attached_->connection} : std::nullopt);
}

}  // namespace tern::udp
