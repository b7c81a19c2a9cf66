#include "proto/lanes/outgoing_lane.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tern::proto {

namespace {
// Both queues are in the order of enqueueing.
template <class Queue>
auto find_sequence(Queue& queue, std::uint64_t sequence) {
  const auto found =
      std::lower_bound(queue.begin(), queue.end(), sequence,
                       [](const outgoing_message& one, std::uint64_t key) { return one.sequence < key; });
  return found != queue.end() && found->sequence == sequence ? found : queue.end();
}
}  // namespace

std::uint64_t outgoing_lane::push(bytes payload, const send_options& options) {
  outgoing_message& message = waiting_.emplace_back();
  message.sequence = next_sequence_++;
  message.payload = std::move(payload);
  message.options = options;
  return message.sequence;
}

message_number outgoing_lane::start_next() {
  const message_number number = next_number();
  if (!is_partial_) {
    numbered_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    is_partial_ = true;
  }
  return number;
}

bool outgoing_lane::advance(std::uint32_t length) {
  outgoing_message& message = numbered_.back();
  message.next_offset += length;
  is_partial_ = message.next_offset < message.size();
  return !is_partial_;
}

outgoing_message* outgoing_lane::find(message_number number) {
  if (number.value < base_ || number.value - base_ >= numbered_.size()) return nullptr;
  outgoing_message& message = numbered_[number.value - base_];
  return message.is_done ? nullptr : &message;
}

std::optional<message_number> outgoing_lane::oldest_open() const {
  // finish() takes away what is done at the front.
  if (numbered_.empty()) return std::nullopt;
  return message_number{base_};
}

void outgoing_lane::finish(message_number number) {
  outgoing_message* message = find(number);
  if (message == nullptr) return;
  message->is_done = true;
  message->payload = {};
  if (message == &numbered_.back()) is_partial_ = false;
  while (!numbered_.empty() && numbered_.front().is_done) {
    numbered_.pop_front();
    ++base_;
  }
}

std::optional<outgoing_message> outgoing_lane::take_waiting(std::uint64_t sequence) {
  const auto found = find_sequence(waiting_, sequence);
  if (found == waiting_.end()) return std::nullopt;
  outgoing_message message = std::move(*found);
  waiting_.erase(found);
  return message;
}

std::optional<message_number> outgoing_lane::number_of(std::uint64_t sequence) const {
  const auto found = find_sequence(numbered_, sequence);
  if (found == numbered_.end() || found->is_done) return std::nullopt;
  return message_number{base_ + static_cast<std::uint64_t>(std::distance(numbered_.begin(), found))};
}

std::vector<outgoing_message> outgoing_lane::take_all_waiting() {
  std::vector<outgoing_message> taken(std::make_move_iterator(waiting_.begin()),
                                      std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return taken;
}

}  // namespace tern::proto
