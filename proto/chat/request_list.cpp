#include "proto/chat/request_list.hpp"

#include <algorithm>

namespace tern::proto::chat {

bool request_list::has_unsent() const {
  return std::ranges::any_of(waiting_, [](const request& each) { return !each.sent; });
}

client_op request_list::take_unsent() {
  request& next = *std::ranges::find(waiting_, false, &request::sent);
  next.sent = true;
  return next.op;
}

void request_list::on_connection_lost() {
  for (request& each : waiting_) each = {each.id, std::move(each.op)};
}

void request_list::on_entry(entry said) {
  request* asked = find(said.request);
  if (asked == nullptr) return;
  asked->was_cut |= asked->entries.size() == entries_max || asked->entries_bytes + said.body.size() > entries_bytes_max;
  if (asked->was_cut) return;
  asked->entries_bytes += said.body.size();
  asked->entries.push_back(std::move(said));
}

void request_list::on_gap(const gap& missing) {
  request* asked = find(missing.request);
  if (asked != nullptr && asked->gaps.size() < entries_max) asked->gaps.push_back(missing);
}

void request_list::on_person(person listed) {
  request* asked = find(listed.request);
  if (asked != nullptr && asked->people.size() < listed_max) asked->people.push_back(std::move(listed));
}

void request_list::on_room(room_info listed) {
  request* asked = find(listed.request);
  if (asked != nullptr && asked->rooms.size() < listed_max) asked->rooms.push_back(std::move(listed));
}

void request_list::on_history_end(const history_end& end, const destination& of, session_events& events) {
  if (auto asked = take(end.request)) {
    events.emplace_back(
        history_page{asked->id, of, std::move(asked->entries), std::move(asked->gaps), end.more || asked->was_cut});
  }
}

void request_list::on_people_end(const list_end& end, const destination& of, session_events& events) {
  if (auto asked = take(end.request)) events.emplace_back(people_listed{asked->id, of, std::move(asked->people)});
}

void request_list::on_rooms_end(const list_end& end, session_events& events) {
  if (auto asked = take(end.request)) events.emplace_back(rooms_listed{asked->id, std::move(asked->rooms)});
}

void request_list::on_changed(const changed& done, const destination& in, session_events& events) {
  if (auto asked = take(done.request)) events.emplace_back(change_made{asked->id, in, done});
}

void request_list::on_failed(const failed& why, session_events& events) {
  if (auto asked = take(why.request)) events.emplace_back(request_failed{asked->id, why});
}

void request_list::fail_all(failed why, session_events& events) {
  for (const request& each : waiting_) {
    why.request = each.id.value;
    events.emplace_back(request_failed{each.id, why});
  }
  waiting_.clear();
}

request_list::request* request_list::find(std::uint64_t id) {
  const auto found = std::ranges::find(waiting_, request_id{id}, &request::id);
  return found == waiting_.end() ? nullptr : &*found;
}

std::optional<request_list::request> request_list::take(std::uint64_t id) {
  const auto found = std::ranges::find(waiting_, request_id{id}, &request::id);
  if (found == waiting_.end()) return std::nullopt;
  request asked = std::move(*found);
  waiting_.erase(found);
  return asked;
}

}  // namespace tern::proto::chat
