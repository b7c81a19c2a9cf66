#include "tests/udp/client/memory_store.hpp"

#include <algorithm>

namespace tern::udp {

using namespace proto::chat;

store_result<void> memory_store::open(const store_owner& owner) {
  owner_ = owner;
  self_ = ++disk_->last_holder;
  disk_->living.insert(self_);
  return {};
}

store_result<std::vector<kept_outbox>> memory_store::take_over(const room& most) {
  std::vector<memory_disk::outbox*> left;
  for (auto& [key, each] : disk_->outboxes) {
    const bool is_ours = each.owner.relay == owner_.relay && each.owner.self == owner_.self;
    if (is_ours && !disk_->living.contains(each.holder)) left.push_back(&each);
  }
  std::ranges::sort(left, {}, &memory_disk::outbox::age);
  room rest = most;
  std::vector<kept_outbox> taken;
  for (memory_disk::outbox* each : left) {
    std::size_t bytes = 0;
    for (const kept_message& message : each->content.messages) bytes += message.body.size();
    if (each->content.messages.size() > rest.messages || bytes > rest.bytes) break;
    rest.messages -= each->content.messages.size();
    rest.bytes -= bytes;
    each->holder = self_;
    taken.push_back(each->content);
  }
  return taken;
}

store_result<void> memory_store::apply(std::span<const store_change> changes) {
  if (disk_->is_full) return tl::unexpected(store_problem{"the disk is full"});
  for (const store_change& each : changes) std::visit([this](const auto& change) { on(change); }, each);
  return {};
}

store_result<std::optional<cursor>> memory_store::place_of(const destination& log) {
  const auto found = disk_->places.find(key_of(log));
  return found == disk_->places.end() ? std::nullopt : std::optional{found->second};
}

void memory_store::close() { disk_->living.erase(self_); }

void memory_store::on(const outbox_change& change) {
  std::visit([this](const auto& each) { on(each); }, change);
}

void memory_store::on(const message_kept& change) {
  const auto [place, is_new] = disk_->outboxes.try_emplace(change.key);
  memory_disk::outbox& box = place->second;
  if (is_new) box = {self_, ++disk_->last_age, owner_, {change.key, change.id, change.to, {}}};
  box.content.messages.push_back(change.message);
}

void memory_store::on(const message_forgotten& change) {
  const auto found = disk_->outboxes.find(change.key);
  if (found == disk_->outboxes.end()) return;
  std::erase_if(found->second.content.messages,
                [&](const kept_message& each) { return each.counter == change.counter; });
  if (found->second.content.messages.empty()) disk_->outboxes.erase(found);
}

void memory_store::on(const outbox_renewed& change) {
  const auto found = disk_->outboxes.find(change.key);
  if (found != disk_->outboxes.end()) found->second.content.id = change.id;
}

void memory_store::on(const shown_place& change) {
  if (!change.place) {
    disk_->places.erase(key_of(change.of));
    return;
  }
  const auto [kept, is_new] = disk_->places.try_emplace(key_of(change.of), *change.place);
  const bool is_further = kept->second.log != change.place->log || kept->second.position < change.place->position;
  if (change.is_anew || is_further) kept->second = *change.place;
}

void memory_store::on(const relay_renewed& change) {
  for (auto& [key, each] : disk_->outboxes)
    if (each.owner.relay == owner_.relay && each.owner.self == owner_.self) each.owner.relay = change.relay;
  for (auto each = disk_->places.begin(); each != disk_->places.end();) {
    auto [relay, self, log] = each->first;
    const bool is_ours = relay == owner_.relay && self == owner_.self;
    if (is_ours) disk_->places.try_emplace({change.relay, self, log}, each->second);
    each = is_ours ? disk_->places.erase(each) : std::next(each);
  }
  owner_.relay = change.relay;
}

memory_disk::place_key memory_store::key_of(const destination& log) const { return {owner_.relay, owner_.self, log}; }

}  // namespace tern::udp
