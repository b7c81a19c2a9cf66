#include "tools/compare/run/shared_trial.hpp"

#include "tools/link/emulator/failure.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <sys/mman.h>

namespace tern::compare {

namespace {

static_assert(sizeof(shared_board) % alignof(message_slot) == 0);

std::int64_t nanoseconds(proto::time_point when) { return when.time_since_epoch().count(); }

std::optional<duration> since(std::int64_t start, std::int64_t when) {
  if (when == 0) return std::nullopt;
  return duration{when - start};
}

}  // namespace

shared_trial::shared_trial(const workload& work)
    : bytes_{sizeof(shared_board) + work.capacity() * sizeof(message_slot)}, capacity_{work.capacity()} {
  // Zeros, and no memory before it is touched.
  void* place = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) throw link_emulator::system_failure("memory for the messages", errno);
  board_ = new (place) shared_board;
  slots_ = {reinterpret_cast<message_slot*>(static_cast<char*>(place) + sizeof(shared_board)), capacity_};
}

shared_trial::~shared_trial() { ::munmap(board_, bytes_); }

void shared_trial::on_sent(std::uint64_t message, proto::time_point now) {
  slots_[message].sent = nanoseconds(now);
  board_->sent.store(message + 1, std::memory_order_release);
}

void shared_trial::on_repetitions(std::uint64_t packets, proto::time_point now) {
  const auto count = board_->repetitions.load(std::memory_order_relaxed);
  // Beyond the log they are added to its last line.
  const auto at = std::min<std::uint64_t>(count, repetitions_max - 1);
  auto& line = board_->repetition_log[at];
  line = {nanoseconds(now), (count == repetitions_max ? line.packets : 0) + packets};
  board_->repetitions.store(at + 1, std::memory_order_relaxed);
}

void shared_trial::on_delivered(std::uint64_t message, proto::time_point now) {
  if (message >= capacity_) return;
  message_slot& slot = slots_[message];
  if (slot.delivered != 0) {
    ++slot.extra_copies;
    return;
  }
  const auto before = board_->delivered.load(std::memory_order_relaxed);
  slot.delivered = nanoseconds(now);
  slot.arrival = static_cast<std::uint32_t>(before);
  board_->delivered.store(before + 1, std::memory_order_release);
}

void shared_trial::fail(std::string_view text) {
  if (board_->has_failed) return;
  text.copy(board_->failure.data(), board_->failure.size() - 1);
  board_->has_failed = true;
}

std::vector<message_record> shared_trial::messages(const workload& work) const {
  const std::int64_t start = board_->start;
  const std::uint64_t count = work.is_saturating() ? board_->sent.load() : work.messages;
  std::vector<message_record> records(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const message_slot& slot = slots_[i];
    message_record& record = records[i];
    record.sent = since(start, slot.sent);
    record.scheduled = work.is_saturating() ? record.sent.value_or(duration{}) : work.due(i);
    record.delivered = since(start, slot.delivered);
    record.arrival = slot.arrival;
    record.extra_copies = slot.extra_copies;
    record.lane = static_cast<std::uint32_t>(i % work.lanes);
  }
  return records;
}

std::vector<repetition> shared_trial::repetitions() const {
  std::vector<repetition> result;
  for (std::size_t i = 0; i < board_->repetitions; ++i) {
    const repetition_slot& line = board_->repetition_log[i];
    result.push_back({duration{line.at - board_->start}, line.packets});
  }
  return result;
}

}  // namespace tern::compare
