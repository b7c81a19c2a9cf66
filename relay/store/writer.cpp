#include "relay/store/writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tern::relay {
namespace {

// What a waiting append costs beside its body.
constexpr std::size_t append_overhead = sizeof(append_request) + 64;

std::size_t cost_of(const append_request& request) { return request.body.size() + append_overhead; }

template <class Request>
std::vector<Request> take(std::deque<Request>& from, std::size_t count_max) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(from.size(), count_max));
  std::vector<Request> taken{std::make_move_iterator(from.begin()), std::make_move_iterator(from.begin() + count)};
  from.erase(from.begin(), from.begin() + count);
  return taken;
}

store_result result_of(store& from, const read_request& request) { return from.read(request); }
store_result result_of(store& from, const name_request& request) { return from.claim_name(request); }
store_result result_of(store& from, const rules_request& request) { return from.change_rules(request); }

}  // namespace

group_committer::group_committer(std::unique_ptr<store> storage, const writer_limits& limits, callbacks tell)
    : limits_{limits}, tell_{std::move(tell)}, store_{std::move(storage)}, thread_{[this] { run(); }} {}

group_committer::~group_committer() { stop(); }

bool group_committer::submit(append_request request) {
  const std::size_t cost = cost_of(request);
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || appends_.size() >= limits_.appends_max) return false;
    if (append_bytes_ + cost > limits_.append_bytes_max) return false;
    append_bytes_ += cost;
    appends_.push_back(std::move(request));
  }
  wake_.notify_one();
  return true;
}

bool group_committer::submit(read_request request) { return submit_other(request); }

bool group_committer::submit(name_request request) { return submit_other(std::move(request)); }

bool group_committer::submit(rules_request request) { return submit_other(std::move(request)); }

bool group_committer::submit(probe_request request) { return submit_other(std::move(request)); }

bool group_committer::submit(errand request) { return submit_other(std::move(request)); }

bool group_committer::submit(copy_request request) {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || is_copying_) return false;
    is_copying_ = true;
    copy_wanted_ = std::move(request);
  }
  wake_.notify_one();
  return true;
}

bool group_committer::submit_other(other_request request) {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || others_.size() >= limits_.others_max) return false;
    others_.push_back(std::move(request));
  }
  wake_.notify_one();
  return true;
}

const std::optional<store_fault>& group_committer::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  return fault_;
}

group_committer::load group_committer::waiting() const {
  const std::lock_guard lock{mutex_};
  return {appends_.size(), append_bytes_, others_.size()};
}

group_committer::turn group_committer::next_turn() {
  std::unique_lock lock{mutex_};
  wake_.wait(lock, [&] { return stopped_ || is_copying_ || !appends_.empty() || !others_.empty(); });
  turn next;
  next.appends = take(appends_, limits_.batch_max);
  for (const append_request& request : next.appends) append_bytes_ -= cost_of(request);
  next.others = take(others_, limits_.others_in_turn);
  next.copy = std::exchange(copy_wanted_, std::nullopt);
  next.is_last = stopped_ && next.appends.empty() && next.others.empty();
  return next;
}

void group_committer::run() {
  for (;;) {
    turn now = next_turn();
    if (now.copy) begin_copy(std::move(*now.copy));
    if (now.is_last) break;
    if (!now.appends.empty()) do_appends(now.appends);
    if (!now.others.empty()) do_others(now.others);
    if (copy_) continue_copy();
    store_->maintain(latest_);
    tell_fault();
  }
  if (copy_) end_copy(tl::unexpected{std::string{"the relay is stopping"}});
  store_.reset();
}

void group_committer::do_appends(const std::vector<append_request>& appends) {
  for (const append_request& request : appends) latest_ = std::max(latest_, request.commit_time);
  std::vector<append_result> results = store_->commit(appends);
  tell_.on_results({std::make_move_iterator(results.begin()), std::make_move_iterator(results.end())});
  tell_fault();
}

template <class Request>
std::optional<store_result> group_committer::answer(const Request& request) {
  return result_of(*store_, request);
}

// Not the hub's.
std::optional<store_result> group_committer::answer(const probe_request& request) {
  request.on_done(store_->probe());
  return std::nullopt;
}

std::optional<store_result> group_committer::answer(const errand& request) {
  request.act();
  return std::nullopt;
}

void group_committer::do_others(const std::vector<other_request>& others) {
  std::vector<store_result> results;
  results.reserve(others.size());
  for (const other_request& request : others) {
    auto result = std::visit([this](const auto& known) { return answer(known); }, request);
    if (result) results.push_back(std::move(*result));
  }
  if (!results.empty()) tell_.on_results(std::move(results));
}

void group_committer::begin_copy(copy_request wanted) {
  copied_ = std::move(wanted);
  auto begun = store_->copy_to(copied_.path);
  if (!begun) return end_copy(tl::unexpected{std::move(begun.error())});
  copy_ = std::move(*begun);
}

void group_committer::continue_copy() {
  const auto is_whole = copy_->step();
  if (!is_whole) return end_copy(tl::unexpected{is_whole.error()});
  if (*is_whole) end_copy({});
}

void group_committer::end_copy(tl::expected<void, std::string> outcome) {
  copy_.reset();
  {
    const std::lock_guard lock{mutex_};
    is_copying_ = false;
  }
  std::exchange(copied_, {}).on_done(std::move(outcome));
}

void group_committer::tell_fault() {
  if (!store_->fault() || fault_) return;
  fault_ = store_->fault();
  tell_.on_fault(*fault_);
}

}  // namespace tern::relay
