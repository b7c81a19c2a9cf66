// Someone who chats: a key, a link, screens and cursors that outlive processes, and the
// process that runs now, if one does. Says and reads; when is the world's business.
#pragma once

#include "tests/sim/chat/chat_client.hpp"
#include "tests/sim/chat/promises.hpp"
#include "tools/link/model/link.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace tern::sim {

class person {
 public:
  person(std::size_t index, std::uint64_t seed, promises& judge, chat_client_options options)
      : index_(index), seed_(seed), judge_(judge), options_(std::move(options)) {}

  std::unique_ptr<link_model::link> up;
  std::unique_ptr<link_model::link> down;
  proto::path where;
  bool is_quitting = false;
  bool has_left = false;  // and ends in a moment
  bool may_switch = false;  // between UDP and TCP
  // Until then its process does nothing and what arrives for it is lost.
  proto::time_point sleeps_until{};

  const proto::identity_key& key() const { return options_.self->public_key(); }
  log_name inbox() const { return "inbox " + std::to_string(index_); }
  bool is_running() const { return process_ != nullptr; }
  bool is_awake(proto::time_point now) const { return is_running() && now >= sleeps_until; }
  chat_client& process() { return *process_; }
  const std::string& name() const { return given_name_; }
  // Called for each, after the judge has seen it.
  std::function<void(const chat::session_event&)> on_event = [](const chat::session_event&) {};
  // Its process wants a stream, has finished one, or ends.
  std::function<void(proto::connection_handle)> on_stream = [](proto::connection_handle) {};
  std::function<void(const proto::stream_finished&)> on_finished = [](const proto::stream_finished&) {};
  std::function<void()> on_end = [] {};

  void start(proto::time_point now) {
    ++processes_;
    messages_.clear();
    repeated_.clear();
    joined_.clear();
    is_quitting = false;
    has_left = false;
    process_ = std::make_unique<chat_client>(seed_ * 1000 + processes_, options_, now);
    process_->on_event = [this](const chat::session_event& event) { notice(event); };
    if (client_disk* disk = process_->disk()) {
      disk->on_kept = [this](const chat::message_kept& kept) { on_kept(kept); };
      disk->on_taken_over = [this](const auto& left, const auto& ids) { on_taken_over(left, ids); };
    }
    process_->on_stream = on_stream;
    process_->on_finished = on_finished;
    process_->start();
  }
  // What was undecided goes with it, but for what it had kept.
  void end() {
    for (const auto& [message, id] : messages_)
      if (!is_kept_.contains(id)) judge_.on_abandoned(id);
    on_end();
    process_.reset();
  }

  void say(const chat::destination& to, const log_name& log, std::size_t size, std::optional<proto::duration> timeout,
           proto::time_point now) {
    // What is kept is sent in its order by whichever process comes next.
    const std::string process = options_.disk ? "" : std::to_string(processes_);
    const std::string outbox =
        std::to_string(index_) + '.' + process + ' ' + std::to_string(static_cast<int>(to.kind)) + ' ' + log;
    const said_id id = judge_.say(key().octets, log, outbox, size, timeout.has_value());
    chat::say_options how;
    if (timeout) how.deadline = now + *timeout;
    const auto kind = id % 3 == 0 ? chat::body_kind::bytes : chat::body_kind::text;
    const auto said = process_->talk().say(to, kind, judge_.body(id), how, now);
    ASSERT_TRUE(said) << said.error().message();
    messages_.emplace(*said, id);
  }
  // From where reading stands; where it never stood, as `first` says.
  void join(const chat::destination& from, const log_name& log, chat::join_options first) {
    screen& shown = screens_[log];
    if (!shown.next && first.from && first.from->position.value == 0) shown.next = 1;
    if (shown.place) first.from = shown.place;
    joined_[from] = log;
    ASSERT_TRUE(process_->talk().join(from, first));
  }
  void leave(const chat::destination& from) {
    joined_.erase(from);
    process_->talk().leave(from);
  }
  bool has_joined(const chat::destination& from) const { return joined_.contains(from); }

  // Nothing is undecided, and all that was joined was shown up to its head.
  bool is_content() const {
    return process_->is_settled() && std::all_of(joined_.begin(), joined_.end(), [this](const auto& each) {
             return judge_.is_complete(screens_.at(each.second), each.second);
           });
  }
  std::string describe() const {
    std::string text = std::to_string(index_) + ": undecided " + std::to_string(process_->talk().undecided()) +
                       ", established " + std::to_string(process_->is_established());
    for (const auto& [from, log] : joined_)
      text += ", " + log + " next " + std::to_string(screens_.at(log).next.value_or(0)) + " head " +
              std::to_string(judge_.head(log));
    return text;
  }

 private:
  void notice(const chat::session_event& event) {
    std::visit([this](const auto& what) { on(what); }, event);
    on_event(event);
  }
  void on_kept(const chat::message_kept& kept) {
    const auto found = messages_.find(kept.said);
    if (found == messages_.end()) return;  // expired meanwhile
    places_.emplace(std::pair{kept.key, kept.message.counter}, found->second);
    is_kept_.insert(found->second);
  }
  void on_taken_over(const chat::kept_outbox& left, const std::vector<chat::message_id>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = places_.find({left.key, left.messages[i].counter});
      if (found != places_.end() && judge_.is_open(found->second)) {
        messages_.emplace(ids[i], found->second);
      } else {
        // That it is decided was heard and not written down: it is asked about again.
        repeated_.insert(ids[i]);
      }
    }
  }
  void on(const chat::message_committed& event) {
    if (repeated_.erase(event.id) > 0) return;
    judge_.on_committed(messages_.at(event.id), event.receipt);
    messages_.erase(event.id);
  }
  void on(const chat::message_expired& event) {
    if (repeated_.erase(event.id) > 0) return;
    judge_.on_expired(messages_.at(event.id));
    messages_.erase(event.id);
  }
  void on(const chat::message_refused& event) {
    ADD_FAILURE() << "refused for good: " << event.reason.text;
    messages_.erase(event.id);
  }
  void on(const chat::entry_received& event) {
    if (const auto log = joined_.find(event.from); log != joined_.end())
      judge_.on_shown(screens_[log->second], log->second, event);
    else
      ADD_FAILURE() << "shown after it was left";
  }
  void on(const chat::became_live& event) {
    if (const auto log = joined_.find(event.in); log != joined_.end())
      judge_.on_live(screens_[log->second], log->second, event);
  }
  void on(const chat::gap_found& event) {
    ADD_FAILURE() << index_ << ": a gap where nothing was lost, " << event.missing.first.value << " to "
                  << event.missing.last.value;
  }
  void on(const chat::epoch_changed&) { ADD_FAILURE() << index_ << ": a new epoch of a log that was kept"; }
  void on(const chat::destination_refused& event) {
    EXPECT_TRUE(event.is_retried) << index_ << ": " << event.reason.text;
  }
  void on(const chat::join_refused& event) { EXPECT_TRUE(event.is_retried) << index_ << ": " << event.reason.text; }
  void on(const chat::name_given& event) { given_name_ = event.name; }
  template <class Other>
  void on(const Other&) {}

  std::size_t index_;
  std::uint64_t seed_;
  promises& judge_;
  chat_client_options options_;
  std::map<log_name, screen> screens_;
  std::string given_name_;
  std::uint64_t processes_ = 0;
  std::unique_ptr<chat_client> process_;
  std::map<chat::message_id, said_id> messages_;                         // of this process, undecided
  std::map<chat::destination, log_name> joined_;                         // by this process
  std::map<std::pair<chat::outbox_id, std::uint64_t>, said_id> places_;  // on the disk
  std::set<said_id> is_kept_;
  std::set<chat::message_id> repeated_;  // of this process: decided already
};

}  // namespace tern::sim
