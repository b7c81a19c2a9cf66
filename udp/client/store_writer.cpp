#include "udp/client/store_writer.hpp"

#include <utility>

namespace tern::udp {

using proto::chat::cursor;
using proto::chat::destination;
using proto::chat::message_forgotten;
using proto::chat::outbox_change;

store_writer::store_writer(net::any_io_executor executor, std::shared_ptr<client_store> store, store_user& user,
                           std::chrono::milliseconds pause)
    : executor_(std::move(executor)), store_(std::move(store)), user_(user), pause_(pause), thread_([this] {
        run();
      }) {}

store_writer::~store_writer() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  store_->hurry();
  changed_.notify_one();
  thread_.join();
}

void store_writer::use(const store_owner& owner) {
  if (relay_ == owner.relay) return;
  relay_ = owner.relay;
  const std::lock_guard lock(mutex_);
  if (owner_) {
    renewed_ = relay_renewed{owner.relay};
  } else {
    owner_ = owner;
  }
  changed_.notify_one();
}

void store_writer::keep(outbox_change change) {
  const std::lock_guard lock(mutex_);
  is_awaited_ = is_awaited_ || !std::holds_alternative<message_forgotten>(change);
  changes_.push_back(std::move(change));
  changed_.notify_one();
}

void store_writer::keep(shown_place place) {
  const std::lock_guard lock(mutex_);
  const auto [waiting, is_new] = places_.try_emplace(place.of, place);
  place.is_anew = place.is_anew || waiting->second.is_anew;
  waiting->second = std::move(place);
  changed_.notify_one();
}

void store_writer::find_place(const destination& of, place_answer answer) {
  const std::lock_guard lock(mutex_);
  questions_.push_back({of, std::move(answer)});
  changed_.notify_one();
}

void store_writer::close(std::function<void()> then) {
  const std::lock_guard lock(mutex_);
  is_closing_ = true;
  on_closed_ = std::move(then);
  changed_.notify_one();
}

template <class Call>
void store_writer::tell(Call call) {
  asio::post(executor_, [alive = std::weak_ptr<bool>(is_alive_), call = std::move(call)]() mutable {
    if (!alive.expired()) call();
  });
}

void store_writer::run() {
  if (const auto owner = wait_for_owner()) begin(*owner);
  for (bool is_last = false; !is_last;) {
    work next = wait_for_work();
    is_last = next.is_last;
    do_work(std::move(next));
  }
  store_->close();
  const std::lock_guard lock(mutex_);
  if (on_closed_ && !is_ending_) tell(std::move(on_closed_));
}

std::optional<store_owner> store_writer::wait_for_owner() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return owner_ || is_closing_ || is_ending_; });
  if (!owner_) has_failed_ = true;  // nobody ever learned whose it would be
  return owner_;
}

void store_writer::begin(const store_owner& owner) {
  if (auto opened = store_->open(owner); !opened) return fail(std::move(opened.error()));
  auto left = store_->take_over({});
  if (!left) return fail(std::move(left.error()));
  if (left->empty()) return;
  tell([this, found = std::move(*left)]() mutable { user_.on_taken_over(std::move(found)); });
}

store_writer::work store_writer::wait_for_work() {
  std::unique_lock lock(mutex_);
  const auto is_urgent = [this] {
    return is_awaited_ || changes_.size() >= batch_max || !questions_.empty() || is_closing_ || is_ending_;
  };
  changed_.wait(lock, [&] { return is_urgent() || renewed_ || !changes_.empty() || !places_.empty(); });
  changed_.wait_for(lock, pause_, is_urgent);
  return take_work();
}

store_writer::work store_writer::take_work() {
  work next;
  for (; !changes_.empty() && next.outbox_changes < batch_max; changes_.pop_front(), ++next.outbox_changes)
    next.changes.emplace_back(std::move(changes_.front()));
  is_awaited_ = is_awaited_ && !changes_.empty();
  for (auto& [log, place] : std::exchange(places_, {})) next.changes.emplace_back(std::move(place));
  if (const auto renewed = std::exchange(renewed_, {})) next.changes.emplace_back(*renewed);
  next.questions = std::exchange(questions_, {});
  next.is_last = changes_.empty() && (is_closing_ || is_ending_);
  return next;
}

void store_writer::do_work(work next) {
  if (!has_failed_ && !next.changes.empty()) {
    const auto done = store_->apply(next.changes);
    if (!done) fail(done.error());
  }
  if (!has_failed_ && next.outbox_changes > 0) {
    kept_ += next.outbox_changes;
    tell([this, safe = kept_] { user_.on_kept(safe); });
  }
  for (question& each : next.questions) reply(std::move(each));
}

void store_writer::reply(question asked) {
  std::optional<cursor> place;
  if (!has_failed_) {
    auto found = store_->place_of(asked.of);
    if (!found) fail(std::move(found.error()));
    if (found) place = *found;
  }
  tell([answer = std::move(asked.answer), place] { answer(place); });
}

void store_writer::fail(store_problem why) {
  has_failed_ = true;
  tell([this, why = std::move(why)] { user_.on_keeping_failed(why); });
}

}  // namespace tern::udp
