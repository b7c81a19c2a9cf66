#include "udp/client_file/client_file.hpp"

#include "proto/packet/varint.hpp"
#include "udp/client_file/schema.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <type_traits>
#include <utility>

namespace tern {

using namespace proto::chat;
using udp::file_error;
using udp::holder_id;
using udp::holder_lock;
using udp::query;

namespace {

constexpr mode_t owner_only = 0600;

// SQLite makes its journal as readable as the file.
void make_private_file(const std::filesystem::path& file) {
  const mode_t previous = ::umask(0077);
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  ::umask(previous);
  if (error) throw file_error(error.message());
  const udp::descriptor made{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only)};
  if (!made.is_open() && errno != EROFS && errno != EACCES) throw file_error(std::generic_category().message(errno));
}

std::int64_t kind_number(destination_kind kind) { return static_cast<std::int64_t>(kind); }
std::int64_t time_number(proto::wall_time time) { return time.time_since_epoch().count(); }
proto::wall_time time_of(std::int64_t number) { return proto::wall_time{std::chrono::milliseconds{number}}; }

template <class Enum>
Enum choice_of(std::int64_t number, Enum last) {
  if (number < 0 || number > static_cast<std::int64_t>(last)) udp::fail_damaged("a value is out of range");
  return static_cast<Enum>(number);
}

std::string text_of(proto::byte_view octets) { return std::string{proto::as_text(octets)}; }

}  // namespace

struct client_file::left_outbox {
  std::int64_t number = 0;
  kept_outbox content;
  holder_id holder{};
};

client_file::client_file(std::filesystem::path file, client_file_options options)
    : file_(std::move(file)), options_(std::move(options)) {}

template <class Work>
auto client_file::guarded(const char* verb, Work work) -> store_result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const file_error& problem) {
    return tl::unexpected(store_problem{std::string("cannot ") + verb + ' ' + file_.string() + ": " + problem.what()});
  }
}

store_result<void> client_file::open(const store_owner& owner) {
  owner_ = owner;
  udp::system_entropy source;
  self_ = source.draw<16>();
  return guarded("open", [this] { open_file(); });
}

void client_file::open_file() {
  if (options_.vfs.empty()) make_private_file(file_);
  data_.emplace(file_.string(), options_.vfs, options_.patience, is_hurried_);
  prepare_client_file(*data_);
}

void client_file::hold() {
  if (!lock_.is_held()) lock_ = holder_lock::take(file_.string() + ".locks", self_);
}

store_result<std::vector<kept_outbox>> client_file::take_over(const room& most) {
  return guarded("read", [&] {
    std::vector<kept_outbox> taken;
    if (list_left().empty()) return taken;
    hold();
    udp::transaction change(*data_);
    room rest = most;
    std::map<holder_id, holder_lock> gone;
    for (const left_outbox& each : list_left()) {
      if (!gone.contains(each.holder))
        gone.emplace(each.holder, holder_lock::take_left(file_.string() + ".locks", each.holder));
      if (!gone.at(each.holder).is_held()) continue;
      auto content = read(each);
      std::size_t bytes = 0;
      for (const kept_message& message : content.messages) bytes += message.body.size();
      if (content.messages.size() > rest.messages || bytes > rest.bytes) break;
      rest.messages -= content.messages.size();
      rest.bytes -= bytes;
      query(*data_, "UPDATE outboxes SET holder = ? WHERE number = ?").with(self_, each.number).run();
      taken.push_back(std::move(content));
    }
    change.commit();
    gone.clear();
    holder_lock::tidy(file_.string() + ".locks", list_holders());
    return taken;
  });
}

std::set<holder_id> client_file::list_holders() {
  std::set<holder_id> holders;
  query rows(*data_, "SELECT DISTINCT holder FROM outboxes");
  while (rows.next()) holders.insert(rows.array<16>(0));
  return holders;
}

std::vector<client_file::left_outbox> client_file::list_left() {
  std::vector<left_outbox> left;
  query rows(*data_,
             "SELECT number, key, id, holder, kind, name FROM outboxes WHERE relay = ? AND self = ? AND holder <> ?"
             " ORDER BY number");
  rows.with(owner_.relay.octets, owner_.self, self_);
  while (rows.next()) {
    left_outbox each{rows.number(0), {rows.array<16>(1), rows.array<16>(2), {}, {}}, rows.array<16>(3)};
    each.content.to = {choice_of(rows.number(4), destination_kind::own_inbox), text_of(rows.octets(5))};
    left.push_back(std::move(each));
  }
  return left;
}

kept_outbox client_file::read(const left_outbox& which) {
  kept_outbox result = which.content;
  query rows(*data_, "SELECT counter, kind, said_at, expires_at, body FROM messages WHERE outbox = ? ORDER BY counter");
  rows.with(which.number);
  while (rows.next()) {
    const auto body = rows.octets(4);
    if (rows.number(0) < 0 || body.size() > body_bytes_max) udp::fail_damaged("a value is out of range");
    result.messages.push_back({static_cast<std::uint64_t>(rows.number(0)),
                               choice_of(rows.number(1), body_kind::bytes),
                               {body.begin(), body.end()},
                               time_of(rows.number(2)),
                               time_of(rows.number(3))});
  }
  return result;
}

store_result<void> client_file::apply(std::span<const store_change> changes) {
  return guarded("write", [&] {
    udp::transaction change(*data_);
    for (const store_change& each : changes) std::visit([this](const auto& what) { on(what); }, each);
    change.commit();
  });
}

store_result<std::optional<cursor>> client_file::place_of(const destination& log) {
  return guarded("read", [&] {
    std::optional<cursor> place;
    query rows(*data_,
               "SELECT log, position, chain FROM places WHERE relay = ? AND self = ? AND kind = ? AND name = ?");
    rows.with(owner_.relay.octets, owner_.self, kind_number(log.kind), proto::as_bytes(log.name));
    if (!rows.next()) return place;
    const auto position = static_cast<std::uint64_t>(rows.number(1));
    if (position > proto::varint_max) udp::fail_damaged("a value is out of range");
    return place = cursor{rows.array<16>(0), proto::log_position{position}, rows.array<8>(2)};
  });
}

// Messages that are undecided keep the lock file for whoever comes next.
void client_file::close() {
  if (data_ && lock_.is_held()) {
    static_cast<void>(guarded("read", [this] {
      query left(*data_, "SELECT 1 FROM outboxes WHERE holder = ? LIMIT 1");
      if (!left.with(self_).next()) lock_.remove();
    }));
  }
  lock_ = {};
  data_.reset();
}

void client_file::on(const outbox_change& change) {
  std::visit([this](const auto& each) { on(each); }, change);
}

void client_file::on(const message_kept& change) {
  hold();
  query(*data_,
        "INSERT INTO outboxes (key, id, holder, relay, self, kind, name) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO NOTHING")
      .with(change.key, change.id, self_, owner_.relay.octets, owner_.self, kind_number(change.to.kind),
            proto::as_bytes(change.to.name))
      .run();
  const kept_message& message = change.message;
  query(*data_,
        "INSERT INTO messages (outbox, counter, kind, said_at, expires_at, body)"
        " SELECT number, ?, ?, ?, ?, ? FROM outboxes WHERE key = ?")
      .with(message.counter, static_cast<std::int64_t>(message.kind), time_number(message.said_at),
            time_number(message.expires_at), message.body, change.key)
      .run();
}

void client_file::on(const message_forgotten& change) {
  query(*data_, "DELETE FROM messages WHERE outbox = (SELECT number FROM outboxes WHERE key = ?) AND counter = ?")
      .with(change.key, change.counter)
      .run();
  query(*data_, "DELETE FROM outboxes WHERE key = ? AND NOT EXISTS (SELECT 1 FROM messages WHERE outbox = number)")
      .with(change.key)
      .run();
}

void client_file::on(const outbox_renewed& change) {
  query(*data_, "UPDATE outboxes SET id = ? WHERE key = ?").with(change.id, change.key).run();
}

void client_file::on(const shown_place& change) {
  const auto kind = kind_number(change.of.kind);
  const auto name = proto::as_bytes(change.of.name);
  if (!change.place) {
    query(*data_, "DELETE FROM places WHERE relay = ? AND self = ? AND kind = ? AND name = ?")
        .with(owner_.relay.octets, owner_.self, kind, name)
        .run();
    return;
  }
  query(*data_,
        "INSERT INTO places (relay, self, kind, name, log, position, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (relay, self, kind, name) DO UPDATE SET log = ?5, position = ?6, chain = ?7"
        " WHERE ?8 OR log <> ?5 OR position < ?6")
      .with(owner_.relay.octets, owner_.self, kind, name, change.place->log, change.place->position.value,
            change.place->chain, std::int64_t{change.is_anew ? 1 : 0})
      .run();
}

// A place at the new key was kept by somebody who knows that key already, and counts.
void client_file::on(const relay_renewed& change) {
  for (const char* sql : {"UPDATE outboxes SET relay = ? WHERE relay = ? AND self = ?",
                          "UPDATE OR IGNORE places SET relay = ? WHERE relay = ? AND self = ?"})
    query(*data_, sql).with(change.relay.octets, owner_.relay.octets, owner_.self).run();
  query(*data_, "DELETE FROM places WHERE relay = ? AND self = ?").with(owner_.relay.octets, owner_.self).run();
  owner_.relay = change.relay;
}

}  // namespace tern
