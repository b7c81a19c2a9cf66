// The relay's store and its queue in virtual time: what group_committer does on a thread,
// on a disk that takes its time, fills up, breaks down, and keeps exactly what a commit
// finished when the relay is killed. The store outlives relays; the queue does not.
#pragma once

#include "proto/random.hpp"
#include "relay/store/memory_store.hpp"
#include "relay/store/writer.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace tern::sim {

class slow_disk {
 public:
  slow_disk(std::uint64_t seed, proto::duration turn_max) : source_(seed), turn_max_(turn_max) {}

  relay::memory_store& store() { return store_; }

  // Called for every row, when it has become one.
  std::function<void(const relay::append_request&, const relay::append_result&)> on_durable;

  bool submit(relay::append_request request) { return appends_.push_back(std::move(request)), true; }
  bool submit(relay::read_request request) { return others_.emplace_back(std::move(request)), true; }
  bool submit(relay::rules_request request) { return others_.emplace_back(std::move(request)), true; }
  bool submit(relay::name_request request) { return others_.emplace_back(std::move(request)), true; }

  // Begins a commit if there is something to commit, ends the one that is through.
  void on_time(proto::time_point now) {
    if (ends_at_ && *ends_at_ <= now) finish();
    if (!ends_at_ && (!appends_.empty() || !others_.empty())) begin(now);
  }
  // What the relay is told; a commit may be durable for a while before its result is here.
  std::vector<relay::store_result> poll(proto::time_point now) {
    std::vector<relay::store_result> ready;
    while (!told_.empty() && told_.front().first <= now) {
      ready.push_back(std::move(told_.front().second));
      told_.pop_front();
    }
    return ready;
  }
  std::optional<proto::time_point> next_deadline() const {
    std::optional<proto::time_point> next = ends_at_;
    if (!told_.empty() && (!next || told_.front().first < *next)) next = told_.front().first;
    return next;
  }

  // kill -9: the transaction under way is there or is not, what waits behind it is lost, and nobody is told.
  void kill() {
    while (ends_at_ && source_.chance(0.5)) {
      finish();
      if (!appends_.empty()) begin(proto::time_point{});
    }
    ends_at_.reset();
    batch_.clear();
    appends_.clear();
    others_.clear();
    told_.clear();
    store_.restart();
  }

 private:
  using other_request = std::variant<relay::read_request, relay::name_request, relay::rules_request>;

  static constexpr std::size_t batch_max = 256;
  static constexpr std::size_t others_max = 16;

  proto::duration draw_time() {
    // Now and then a disk is busy with something else.
    const auto limit = static_cast<std::uint64_t>(turn_max_.count()) * (source_.chance(0.02) ? 50 : 1);
    return proto::duration{static_cast<std::int64_t>(source_.between(1, limit))};
  }
  void begin(proto::time_point now) {
    while (!appends_.empty() && batch_.size() < batch_max) {
      batch_.push_back(std::move(appends_.front()));
      appends_.pop_front();
    }
    ends_at_ = now + draw_time();
  }
  void finish() {
    latest_ = std::max(latest_, *std::exchange(ends_at_, std::nullopt) + draw_time());
    auto results = store_.commit(batch_);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status == relay::append_status::committed) on_durable(batch_[i], results[i]);
      told_.emplace_back(latest_, std::move(results[i]));
    }
    batch_.clear();
    for (std::size_t i = 0; i < others_max && !others_.empty(); ++i) {
      told_.emplace_back(latest_, std::visit([this](auto& request) { return answer(request); }, others_.front()));
      others_.pop_front();
    }
  }
  relay::store_result answer(const relay::read_request& request) { return store_.read(request); }
  relay::store_result answer(const relay::rules_request& request) { return store_.change_rules(request); }
  relay::store_result answer(const relay::name_request& request) { return store_.claim_name(request); }

  proto::random source_;
  proto::duration turn_max_;
  relay::memory_store store_;
  std::deque<relay::append_request> appends_;
  std::deque<other_request> others_;
  std::vector<relay::append_request> batch_;  // being committed
  std::optional<proto::time_point> ends_at_;  // of the commit
  proto::time_point latest_{};
  std::deque<std::pair<proto::time_point, relay::store_result>> told_;
};

}  // namespace tern::sim
