// The wish for a name: NAME on the control lane, asked on every connection. A name belongs to the key, so asking
// again is harmless, and a relay that forgot it hears of it. If it is refused, the fallback is asked for next.
// Answers come in the order of the questions.
#pragma once

#include "proto/chat/session_events.hpp"

#include <deque>
#include <string>

namespace tern::proto::chat {

class name_claim {
 public:
  // Empty `fallback`: none.
  void want(std::string name, std::string fallback) {
    wanted_ = std::move(name);
    fallback_ = std::move(fallback);
    due_ = wanted_;
    is_settled_ = wanted_.empty();
  }
  // The relay has answered what was wanted last, on this connection or an earlier one. What is said before goes out
  // under another name.
  bool is_settled() const { return is_settled_; }
  bool has_unsent() const { return !due_.empty(); }
  client_op take_unsent() {
    asked_.push_back(due_);
    return claim_name{std::exchange(due_, {})};
  }
  void on_connection_lost() {
    asked_.clear();
    due_ = wanted_;
  }

  // False: an answer without a question.
  [[nodiscard]] bool on_named(const named& told, session_events& events) {
    if (asked_.empty()) return false;
    asked_.pop_front();
    given_ = told.name;
    settle();
    events.emplace_back(name_given{told.name, wanted_});
    return true;
  }
  [[nodiscard]] bool on_failed(const failed& why, session_events& events) {
    if (asked_.empty()) return false;
    const std::string refused_name = std::move(asked_.front());
    asked_.pop_front();
    events.emplace_back(name_refused{refused_name, why});
    // Only if nothing else was wanted meanwhile.
    if (refused_name == wanted_ && refused_name != fallback_ && due_.empty() && asked_.empty()) due_ = fallback_;
    settle();
    return true;
  }

  // As the relay told it last; empty before.
  const std::string& given() const { return given_; }

 private:
  void settle() {
    if (due_.empty() && asked_.empty()) is_settled_ = true;
  }

  std::string wanted_;
  std::string fallback_;
  std::string due_;  // to be asked on this connection
  std::deque<std::string> asked_;
  std::string given_;
  bool is_settled_ = true;
};

}  // namespace tern::proto::chat
