#include "udp/client/pending_pings.hpp"

#include "proto/error.hpp"

#include <utility>

namespace tern::udp {

pending_pings::iterator pending_pings::end(iterator which, std::error_code error) {
  const entry ended = std::move(which->second);
  const auto next = waiting_.erase(which);
  ended.waits->set(error, ping_reply{{}, ended.has_reached});
  return next;
}

void pending_pings::on_answered(proto::ping_id id, proto::duration round_trip) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  const auto waits = std::move(found->second.waits);
  waiting_.erase(found);
  waits->set({}, ping_reply{round_trip, true});
}

void pending_pings::on_passage(proto::ping_id id, bool has_reached) {
  const auto found = waiting_.find(id);
  if (found != waiting_.end()) found->second.has_reached = has_reached;
}

void pending_pings::on_timeout(proto::time_point now) {
  for (auto each = waiting_.begin(); each != waiting_.end();)
    each = each->second.until <= now ? end(each, make_error_code(proto::errc::timeout)) : std::next(each);
}

std::optional<proto::time_point> pending_pings::next_deadline() const {
  std::optional<proto::time_point> earliest;
  for (const auto& [id, waiting] : waiting_)
    if (!earliest || waiting.until < *earliest) earliest = waiting.until;
  return earliest;
}

void pending_pings::finish(std::error_code error) {
  for (auto each = waiting_.begin(); each != waiting_.end();) each = end(each, error);
}

}  // namespace tern::udp
