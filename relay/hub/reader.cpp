#include "relay/hub/reader.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay {

std::optional<position_range> reader::poll_page(log_position head, request_tag tag) {
  if (live_ || reading_ || next_ > head) return std::nullopt;
  reading_ = tag;
  return position_range{next_, head};
}

std::optional<position_range> reader::on_page(log_position first) {
  reading_.reset();
  if (first <= next_) return std::nullopt;
  const position_range gap{next_, log_position{first.value - 1}};
  next_ = first;
  return gap;
}

void reader::push(log_position position, payload entry) {
  next_ = position.next();
  push_notice(std::move(entry));
}

bool reader::try_live(log_position head) {
  live_ = next_ > head;
  return live_;
}

void reader::push_notice(payload notice) {
  queued_bytes_ += notice->size();
  queue_.push_back(std::move(notice));
}

payload reader::pop() {
  payload front = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= front->size();
  return front;
}

}  // namespace tern::relay
