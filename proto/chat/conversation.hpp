// One destination lane: BIND, then what is said, read and asked there. Composes outbox, subscription and requests,
// and puts their wishes in order: BIND first, what has to be told the relay before anything is said, then messages.
// While the connection is still being made only messages go (early data), so nothing of the rest is put before them.
#pragma once

#include "proto/chat/outbox.hpp"
#include "proto/chat/request_list.hpp"
#include "proto/chat/subscription.hpp"
#include "proto/chat/taken_report.hpp"

namespace tern::proto::chat {

class conversation {
 public:
  // `takes_what_arrives`: what is received has been taken over; else on_taken() says so.
  conversation(destination to, outbox box, const key_bytes& own_key, bool takes_what_arrives);

  const destination& to() const { return to_; }
  outbox& box() { return outbox_; }
  const outbox& box() const { return outbox_; }
  subscription& reading() { return subscription_; }
  const subscription& reading() const { return subscription_; }
  request_list& requests() { return requests_; }
  // A BIND or a question is not answered.
  bool awaits_answer() const { return binds_sent_ != binds_answered_ || requests_.size() > 0; }

  // The next operation for the lane. `wall` is the time that BIND tells. Early: BIND and SAY only, and none for the
  // own inbox, which a relay does not take early.
  struct wish {
    client_op op;
    std::optional<time_point> deadline{};  // of a message that has one of its own
    message_id said{};                     // 0: not a message
  };
  // `may_say`: not while something has to be said before it elsewhere.
  std::optional<wish> poll_send(time_point now, wall_time wall, bool early, bool may_say);

  void on_taken(log_position position, time_point now) { taken_.on_taken(position, now); }
  void on_connection_lost();

  // Messages whose fate an operation told: the session gives their space back.
  using decided = std::vector<said_message>;
  // False: against the protocol. `fresh_id` is called when a conflict asks for another outbox id.
  template <class FreshId>
  [[nodiscard]] bool on_op(relay_op op, time_point now, FreshId fresh_id, decided& done, session_events& events) {
    const bool allowed = apply(std::move(op), now, done, events);
    if (outbox_.wants_new_id()) {
      outbox_.renew(fresh_id());
      is_bind_due_ = true;
    }
    return allowed;
  }

  void on_timeout(time_point now);
  std::optional<time_point> next_deadline() const;

 private:
  bool apply(relay_op op, time_point now, decided& done, session_events& events);
  void on_committed(const committed& told, bool is_kept, time_point now, decided& done, session_events& events);
  void on_refused(const refused& told, time_point now, decided& done, session_events& events);
  void on_unbound(const unbound& told, time_point now, decided& done, session_events& events);
  void on_failed(const failed& told, time_point now, session_events& events);
  void on_changed(changed told, session_events& events);
  bool has_work(bool early, bool may_say);
  void on_entry(entry told, time_point now, session_events& events);
  void on_live(const live& told, session_events& events);
  wish bind_wish(wall_time wall);
  wish say_wish();

  destination to_;
  outbox outbox_;
  subscription subscription_;
  request_list requests_;
  taken_report taken_;
  bool takes_what_arrives_;
  bool is_bind_due_ = true;
  std::uint64_t binds_sent_ = 0;
  std::uint64_t binds_answered_ = 0;
  std::uint64_t floor_told_ = 0;
};

}  // namespace tern::proto::chat
