#include "relay/hub/naming.hpp"

#include "proto/chat/names.hpp"
#include "relay/hub/attendance.hpp"

#include <utility>

namespace tern::relay {

void naming::on_claim(peer& from, const chat::claim_name& op, proto::time_point now, proto::wall_time wall) {
  const auto name = chat::fold_name(op.name);
  if (!name) return refuse(from, chat::refusal::bad_name, "names are 1 to 32 of a-z 0-9 _ -");
  const bool is_news = core_.names.name_of(from.key) != *name;
  const auto too_fast = is_news ? core_.charge_request(from, now) : std::nullopt;
  if (too_fast) return refuse(from, too_fast->reason, too_fast->text, too_fast->retry_after);
  if (from.is_text) return name_guest(from, *name, now);
  neighbourhood* near = core_.neighbours_of(from);
  if (const auto wait = near != nullptr ? near->names.wait(1, now) : proto::duration{0}; wait.count() > 0) {
    ++core_.counters.guest_names;
    return refuse(from, chat::refusal::rate, "too many names were claimed at your address", wait);
  }
  if (is_news && pending_.size() >= core_.limits.pending_names_max) {
    ++core_.counters.store_behind;
    return refuse(from, chat::refusal::busy, "the relay is behind with writing", busy_retry_after);
  }
  switch (core_.names.claim(from.key, *name, wall)) {
    case claim_verdict::already_held:
      core_.reply(from, chat::control_lane, chat::named{*name});
      return;
    case claim_verdict::taken:
      return refuse(from, chat::refusal::name_taken, "the name belongs to someone else");
    case claim_verdict::looks_taken:
      return refuse(from, chat::refusal::name_taken, "the name looks like someone else's");
    case claim_verdict::reserved:
      return refuse(from, chat::refusal::name_taken, "the name is reserved");
    case claim_verdict::too_many:
      return refuse(from, chat::refusal::busy, "the relay has no space for further names");
    case claim_verdict::granted:
      break;
  }
  if (near != nullptr) near->names.take(1, now);
  const request_tag tag = core_.next_tag();
  pending_.emplace(tag, pending{from.id, from.key, *name, wall});
  ++from.pending;
  from.is_claiming = true;
  core_.want(commit_name{{tag, *name, from.key, wall}});
}

void naming::name_guest(peer& from, const std::string& name, proto::time_point now) {
  const auto nick = guest_nicks::mark(name);
  if (!nick)
    return refuse(from, chat::refusal::bad_name,
                  "a guest is called guest-NAME: at most 26 characters, and not like a key");
  const std::string former = core_.names.name_of(from.key);
  if (!core_.names.guests().take(from.key, *nick, now)) {
    return refuse(from, chat::refusal::name_taken, "someone here is called like that");
  }
  core_.reply(from, chat::control_lane, chat::named{*nick});
  if (former != *nick) people_.on_renamed(from.key, former, now);
}

void naming::on_gone(const peer& who, proto::time_point now) {
  if (who.is_text) core_.names.guests().release(who.key, now);
}

// Nothing waits for the result: a later connection notes it again.
void naming::on_seen(peer& from, proto::wall_time wall) {
  if (std::exchange(from.was_seen, true)) return;
  auto name = core_.names.see(from.key, wall);
  if (name) core_.want(commit_name{{core_.next_tag(), std::move(*name), from.key, wall, true}});
}

void naming::on_result(const name_result& result, proto::time_point now) {
  const auto found = pending_.find(result.tag);
  if (found == pending_.end()) return;
  const pending done = std::move(found->second);
  pending_.erase(found);
  peer* from = core_.peers.find(done.from);
  if (from != nullptr) {
    --from->pending;
    from->is_claiming = false;
    core_.resume_if_space(*from);
  }

  if (!result.stored) {
    core_.names.withdraw(done.key, done.name);
    if (from != nullptr) refuse(*from, chat::refusal::disk_full, "the relay could not write to its disk");
    return;
  }
  const std::string former = core_.names.name_of(done.key);
  core_.names.confirm(done.key, done.name, done.asked_at);
  if (from != nullptr) core_.reply(*from, chat::control_lane, chat::named{done.name});
  if (former != done.name) people_.on_renamed(done.key, former, now);
}

void naming::refuse(peer& to, chat::refusal reason, std::string_view text, proto::duration retry_after) {
  ++core_.counters.names_refused;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(retry_after);
  core_.reply(to, chat::control_lane, chat::failed{.reason = reason, .retry_after = wait, .text = std::string{text}});
}

}  // namespace tern::relay
