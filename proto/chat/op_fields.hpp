// The fields of every operation in the order of WIRE.md, "Chat": one list for writing
// and reading, so that the two cannot differ. `io` is a field_writer, and the operation
// const, or a field_reader.
#pragma once

#include "proto/chat/names.hpp"
#include "proto/chat/op_codec.hpp"
#include "proto/chat/ops.hpp"

#include <concepts>
#include <type_traits>

namespace tern::proto::chat {

// First octet of an operation.
template <class Op>
inline constexpr std::uint8_t code_of = 0;
template <>
inline constexpr std::uint8_t code_of<bind> = 0x01;
template <>
inline constexpr std::uint8_t code_of<say> = 0x02;
template <>
inline constexpr std::uint8_t code_of<join> = 0x03;
template <>
inline constexpr std::uint8_t code_of<leave> = 0x04;
template <>
inline constexpr std::uint8_t code_of<history> = 0x05;
template <>
inline constexpr std::uint8_t code_of<claim_name> = 0x06;
template <>
inline constexpr std::uint8_t code_of<who> = 0x07;
template <>
inline constexpr std::uint8_t code_of<rooms> = 0x08;
template <>
inline constexpr std::uint8_t code_of<change> = 0x09;
template <>
inline constexpr std::uint8_t code_of<taken> = 0x0a;
template <>
inline constexpr std::uint8_t code_of<bound> = 0x41;
template <>
inline constexpr std::uint8_t code_of<committed> = 0x42;
template <>
inline constexpr std::uint8_t code_of<refused> = 0x43;
template <>
inline constexpr std::uint8_t code_of<entry> = 0x44;
template <>
inline constexpr std::uint8_t code_of<presence> = 0x45;
template <>
inline constexpr std::uint8_t code_of<history_end> = 0x46;
template <>
inline constexpr std::uint8_t code_of<gap> = 0x47;
template <>
inline constexpr std::uint8_t code_of<live> = 0x48;
template <>
inline constexpr std::uint8_t code_of<named> = 0x49;
template <>
inline constexpr std::uint8_t code_of<failed> = 0x4a;
template <>
inline constexpr std::uint8_t code_of<person> = 0x4b;
template <>
inline constexpr std::uint8_t code_of<new_epoch> = 0x4c;
template <>
inline constexpr std::uint8_t code_of<delivered> = 0x4d;
template <>
inline constexpr std::uint8_t code_of<unbound> = 0x4e;
template <>
inline constexpr std::uint8_t code_of<room_info> = 0x4f;
template <>
inline constexpr std::uint8_t code_of<list_end> = 0x50;
template <>
inline constexpr std::uint8_t code_of<changed> = 0x51;
template <>
inline constexpr std::uint8_t code_of<room_state> = 0x52;
template <>
inline constexpr std::uint8_t code_of<relayed> = 0x53;

template <class Candidate, class Op>
concept is = std::same_as<std::remove_const_t<Candidate>, Op>;

// Names are checked by the relay, which can say what is wrong with them; keys and the inbox have one size.
inline bool has_size_of(destination_kind kind, std::size_t size) {
  if (kind == destination_kind::person_key) return size == key_bytes{}.size();
  return kind != destination_kind::own_inbox || size == 0;
}

void fields(auto& io, is<bind> auto& op) {
  io.choice(op.kind, destination_kind::own_inbox);
  io.octets(op.destination, name_bytes_max);
  io.require(has_size_of(op.kind, op.destination.size()));
  io.raw(op.outbox);
  io.number(op.floor);
  io.time(op.client_time);
}
void fields(auto& io, is<say> auto& op) {
  io.number(op.counter);
  io.choice(op.kind, body_kind::bytes);
  io.rest(op.body);
}
void fields(auto& io, is<join> auto& op) {
  io.flags(op.from, op.announce);
  if (op.from) {
    io.raw(op.from->log);
    io.number(op.from->position);
    io.raw(op.from->chain);
  }
  io.number(op.backlog_max);
}
void fields(auto&, is<leave> auto&) {}
void fields(auto& io, is<history> auto& op) {
  io.number(op.request);
  io.choice(op.mode, history_mode::between);
  io.number(op.first);
  io.number(op.last);
  io.number(op.limit);
}
void fields(auto& io, is<claim_name> auto& op) { io.text(op.name, text_bytes_max); }
void fields(auto& io, is<who> auto& op) { io.number(op.request); }
void fields(auto& io, is<rooms> auto& op) { io.number(op.request); }
void fields(auto& io, is<change> auto& op) {
  io.number(op.request);
  io.choice(op.what, change_kind::live);
  io.choice(op.who_kind, destination_kind::person_key);
  io.octets(op.who, name_bytes_max);
  io.require(op.who_kind != destination_kind::room && has_size_of(op.who_kind, op.who.size()));
  io.number(op.value);
  io.text(op.text, text_bytes_max);
}

void fields(auto& io, is<taken> auto& op) { io.number(op.position); }

// What a refusal says: why, when it may be tried again, and words for a person.
void refusal_fields(auto& io, auto& op) {
  io.choice(op.reason, refusal::bad_name);
  io.wait(op.retry_after);
  io.text(op.text, text_bytes_max);
}

void fields(auto& io, is<bound> auto& op) {
  io.raw(op.log);
  io.number(op.head);
  io.text(op.name, name_bytes_max);
}
void fields(auto& io, is<committed> auto& op) {
  io.number(op.counter);
  io.number(op.position);
  io.time(op.time);
  io.flags(op.duplicate);
}
void fields(auto& io, is<refused> auto& op) {
  io.number(op.counter);
  refusal_fields(io, op);
}
void fields(auto& io, is<entry> auto& op) {
  io.number(op.position);
  io.time(op.time);
  io.raw(op.sender);
  io.text(op.sender_name, name_bytes_max);
  io.choice(op.kind, body_kind::bytes);
  io.raw(op.chain);
  io.number(op.request);
  io.rest(op.body);
}
void fields(auto& io, is<presence> auto& op) {
  io.choice(op.what, presence_change::renamed);
  io.text(op.name, name_bytes_max);
  io.raw(op.key);
  io.text(op.previous_name, name_bytes_max);
}
void fields(auto& io, is<history_end> auto& op) {
  io.number(op.request);
  io.flags(op.more);
}
void fields(auto& io, is<gap> auto& op) {
  io.number(op.first);
  io.number(op.last);
  io.number(op.request);
}
void fields(auto& io, is<live> auto& op) {
  io.number(op.position);
  io.raw(op.chain);
  io.flags(op.wants_taken);
}
void fields(auto& io, is<new_epoch> auto& op) {
  io.raw(op.log);
  io.number(op.head);
}
void fields(auto& io, is<named> auto& op) { io.text(op.name, name_bytes_max); }
void fields(auto& io, is<failed> auto& op) {
  io.number(op.request);
  refusal_fields(io, op);
}
void fields(auto& io, is<unbound> auto& op) { refusal_fields(io, op); }
void fields(auto& io, is<person> auto& op) {
  io.number(op.request);
  io.text(op.name, name_bytes_max);
  io.raw(op.key);
}
void fields(auto& io, is<room_info> auto& op) {
  io.number(op.request);
  io.text(op.name, name_bytes_max);
  io.number(op.members);
}
void fields(auto& io, is<list_end> auto& op) { io.number(op.request); }
void fields(auto& io, is<delivered> auto& op) { io.number(op.position); }
void fields(auto& io, is<changed> auto& op) {
  io.number(op.request);
  io.choice(op.what, change_kind::live);
  io.text(op.by_name, name_bytes_max);
  io.raw(op.by);
  io.text(op.who_name, name_bytes_max);
  io.raw(op.who);
  io.number(op.value);
  io.text(op.text, text_bytes_max);
}
void fields(auto& io, is<room_state> auto& op) {
  io.choice(op.kind, room_kind::moderated);
  io.choice(op.role, room_role::owner);
  io.flags(op.is_live);
  io.text(op.topic, text_bytes_max);
}
void fields(auto& io, is<relayed> auto& op) {
  io.number(op.counter);
  io.number(op.position);
  io.time(op.time);
  io.flags(op.duplicate);
}

}  // namespace tern::proto::chat
