#include "cli/relay_chat/chat_rooms.hpp"

#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/failure.hpp"
#include "proto/error.hpp"
#include "udp/expiry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <tuple>

namespace tern::cli {

namespace {
constexpr std::uint64_t backlog_max = 1000;
}

chat_rooms::chat_rooms(chat_base& base, known_people& people)
    : base_(base), people_(people), timeout_(timeout_of(base.call)), here_(destination_of(base.relay)) {
  if (const auto asked = base.call.args.number("backlog", 0, backlog_max))
    backlog_ = static_cast<std::uint32_t>(*asked);
}

net::awaitable<void> chat_rooms::enter_first() {
  // Once the relay has answered, patience has no end.
  const udp::expiry expiry(base_.executor, timeout_, [this] {
    if (!base_.link.statistics().was_ever_connected) base_.hang_up();
  });
  const bool is_room = here_->kind == proto::chat::destination_kind::room;
  std::error_code error;
  if (is_room) {
    error = co_await join(*here_);
  } else {
    std::tie(error) = co_await base_.link.async_connect(net::as_result);
  }
  if (base_.is_ending) co_return;
  if (error) throw_unreachable(error, expiry.has_expired());
  base_.trust.on_proved();
  if (!is_room) {
    base_.report.receipt(fmt::format("you talk to {} alone", place_label(*here_)));
    base_.report.record({{"type", "joined"}, {"room", place_label(*here_)}});
  }
}

void chat_rooms::throw_unreachable(std::error_code error, bool is_late) const {
  base_.trust.throw_if_refused();
  if (error == proto::errc::refused && base_.link.statistics().was_ever_connected) {
    throw failure(exit_code::refused, "refused",
                  fmt::format("the relay {} does not let you read {}", base_.relay.authority(), place_label(*here_)));
  }
  throw relay_failure(base_.relay, is_late ? make_error_code(proto::errc::timeout) : error, timeout_, false);
}

net::awaitable<std::error_code> chat_rooms::join(destination room) {
  joined_.insert(room);
  awaited_.insert(room);
  proto::chat::join_options options;
  options.backlog_max = backlog_.value_or(0);
  // What was missed since the last time, unless so many of the newest were asked for.
  if (!backlog_) {
    const auto [error, place] = co_await base_.link.async_place(room, net::as_result);
    if (error) co_return error;
    if (!joined_.contains(room)) co_return std::make_error_code(std::errc::operation_canceled);
    if (place) {
      options.from = place;
      options.backlog_max = backlog_max;
    }
  }
  if (base_.report.wants_receipts()) unannounced_.insert_or_assign(room, std::nullopt);
  const auto [error] = co_await base_.link.async_join(room, options, net::as_result);
  if (!error) {
    base_.work.start(announce(room));
  } else if (error != std::errc::operation_canceled) {  // else it was left meanwhile, and perhaps joined again
    forget(room);
  }
  co_return error;
}

void chat_rooms::enter(const destination& room) {
  here_ = room;
  base_.work.start(follow(room));
}

// Why it cannot be joined was shown as it came.
net::awaitable<void> chat_rooms::follow(destination room) {
  const auto error = co_await join(room);
  if ((base_.is_ending && error) || error == std::errc::operation_canceled) co_return;
  if (!error) co_return base_.report.notice(fmt::format("now in {}", place_label(room)));
  if (here_ == room) here_.reset();
}

void chat_rooms::leave(const std::string& room) {
  const auto left = room.empty() ? here_ : std::optional{destination::room(room)};
  if (here_ == left && left && left->kind != proto::chat::destination_kind::room) return here_.reset();
  if (!left || !joined_.contains(*left)) {
    return base_.report.complain(exit_code::failed, left ? fmt::format("you are not in {}", place_label(*left))
                                                         : std::string("you are in no room"));
  }
  base_.link.leave(*left);
  people_.on_left(*left);
  forget(*left);
  if (here_ == left) here_.reset();
  base_.report.notice(fmt::format("you left {}", place_label(*left)));
}

void chat_rooms::forget(const destination& room) {
  joined_.erase(room);
  awaited_.erase(room);
  unannounced_.erase(room);
}

void chat_rooms::on_live(const proto::chat::became_live& came) {
  awaited_.erase(came.in);
  const auto found = unannounced_.find(came.in);
  if (found == unannounced_.end()) return;
  found->second = came.from.position;
  base_.changed.notify();
}

// It is live, but what came before that may not have been shown yet.
net::awaitable<void> chat_rooms::announce(destination room) {
  const auto is_unknown = [&] { return unannounced_.contains(room) && !unannounced_.at(room); };
  while (is_unknown() && !base_.is_hung_up) co_await base_.changed.wait();
  const auto told = unannounced_.extract(room);
  if (!told || !told.mapped()) co_return;
  auto [error, answer] = co_await base_.link.async_who(room, net::as_result);
  if (error) co_return;
  const auto& self = base_.link.own_key().octets;
  std::erase_if(answer.people, [&](const auto& person) { return person.key == self; });
  people_.on_listed(room, answer.people);
  base_.report.receipt(joined_line(room, *told.mapped(), answer.people));
  base_.report.record(joined_record(room, *told.mapped(), answer.people));
}

}  // namespace tern::cli
