#include "proto/chat/room_cursor.hpp"

#include <algorithm>

namespace tern::proto::chat {

void room_cursor::start(const std::optional<cursor>& from) {
  proven_ = from;
  next_ = from ? std::optional{from->position.next()} : std::nullopt;
}

room_cursor::step room_cursor::on_entry(log_position position, const chain_tag& chain) {
  if (next_ && position < *next_) return {};
  step result{.is_new = true};
  if (next_ && position > *next_) result.missing = position_range{*next_, log_position{position.value - 1}};
  next_ = position.next();
  proven_ = cursor{log_, position, chain};
  return result;
}

std::optional<position_range> room_cursor::on_gap(log_position first, log_position last) {
  if (next_ && last < *next_) return std::nullopt;
  const position_range news{next_.value_or(first), last};
  next_ = last.next();
  return news;
}

std::optional<position_range> room_cursor::on_live(log_position position, const chain_tag& chain) {
  if (next_ && position.next() < *next_) return std::nullopt;  // older than what was shown
  std::optional<position_range> missing;
  if (next_ && position >= *next_) missing = position_range{*next_, position};
  next_ = position.next();
  proven_ = cursor{log_, position, chain};
  return missing;
}

void room_cursor::on_new_epoch(const log_id& log) {
  log_ = log;
  next_ = log_position{1};
  proven_ = cursor{log, log_position{0}, {}};
}

}  // namespace tern::proto::chat
