#include "relay/hub/presence.hpp"

#include <utility>

namespace tern::relay {

void presence::join(const client_key& key, proto::time_point now) {
  if (++members_[key] > 1) return;
  const auto pending = changes_.find(key);
  if (pending == changes_.end()) {
    changes_[key] = {presence_event::joined, key, {}};
  } else if (pending->second.former_name.empty()) {
    changes_.erase(pending);
  } else {
    pending->second.what = presence_event::renamed;
  }
  schedule(now);
}

void presence::leave(const client_key& key, proto::time_point now) {
  const auto member = members_.find(key);
  if (--member->second > 0) return;
  members_.erase(member);
  const auto pending = changes_.find(key);
  if (pending == changes_.end()) {
    changes_[key] = {presence_event::left, key, {}};
  } else if (pending->second.what == presence_event::joined) {
    changes_.erase(pending);
  } else {
    pending->second.what = presence_event::left;  // keeps the former name, in case of a return
  }
  schedule(now);
}

void presence::rename(const client_key& key, const std::string& former_name, proto::time_point now) {
  // A pending join is told under the new name; of several renames the first name counts.
  if (!members_.contains(key) || changes_.contains(key)) return;
  changes_[key] = {presence_event::renamed, key, former_name};
  schedule(now);
}

std::vector<presence_change> presence::take_batch() {
  deadline_.reset();
  std::vector<presence_change> batch;
  batch.reserve(changes_.size());
  for (auto& [key, change] : std::exchange(changes_, {})) batch.push_back(std::move(change));
  return batch;
}

void presence::schedule(proto::time_point now) {
  if (!deadline_) deadline_ = now + presence_interval;
}

}  // namespace tern::relay
