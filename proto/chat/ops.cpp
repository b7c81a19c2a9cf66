#include "proto/chat/ops.hpp"

#include "proto/chat/names.hpp"
#include "proto/chat/op_codec.hpp"

namespace tern::proto::chat {

namespace {

enum class code : std::uint8_t {
  bind = 0x01,
  say = 0x02,
  join = 0x03,
  leave = 0x04,
  history = 0x05,
  claim_name = 0x06,
  who = 0x07,
  rooms = 0x08,
  bound = 0x41,
  committed = 0x42,
  refused = 0x43,
  entry = 0x44,
  presence = 0x45,
  history_end = 0x46,
  gap = 0x47,
  live = 0x48,
  named = 0x49,
  failed = 0x4a,
  person = 0x4b,
  new_epoch = 0x4c,
  delivered = 0x4d,
  unbound = 0x4e,
  room_info = 0x4f,
  list_end = 0x50,
};

constexpr std::uint8_t refusal_max = static_cast<std::uint8_t>(refusal::bad_name);
constexpr std::uint8_t join_has_cursor = 1;
constexpr std::uint8_t join_announces = 2;

field_writer begin(code op) { return field_writer{static_cast<std::uint8_t>(op)}; }

void put(field_writer& out, refusal reason, std::chrono::milliseconds retry_after, std::string_view text) {
  out.octet(static_cast<std::uint8_t>(reason));
  out.wait(retry_after);
  out.text(text);
}

template <class Op>
void take_refusal(field_reader& in, Op& op) {
  op.reason = static_cast<refusal>(in.octet_up_to(refusal_max));
  op.retry_after = in.wait();
  op.text = in.text(text_bytes_max);
}

struct encoder {
  bytes operator()(const bind& op) const {
    field_writer out = begin(code::bind);
    out.octet(static_cast<std::uint8_t>(op.kind));
    out.text(op.destination);
    out.raw(op.outbox);
    out.varint(op.floor);
    out.time(op.client_time);
    return out.take();
  }
  bytes operator()(const say& op) const {
    field_writer out = begin(code::say);
    out.varint(op.counter);
    out.octet(static_cast<std::uint8_t>(op.kind));
    out.raw(op.body);
    return out.take();
  }
  bytes operator()(const join& op) const {
    field_writer out = begin(code::join);
    out.octet(static_cast<std::uint8_t>((op.from ? join_has_cursor : 0) | (op.announce ? join_announces : 0)));
    if (op.from) {
      out.raw(op.from->log);
      out.varint(op.from->position.value);
      out.raw(op.from->chain);
    }
    out.varint(op.backlog_max);
    return out.take();
  }
  bytes operator()(const leave&) const { return begin(code::leave).take(); }
  bytes operator()(const history& op) const {
    field_writer out = begin(code::history);
    out.varint(op.request);
    out.octet(static_cast<std::uint8_t>(op.mode));
    out.varint(op.first.value);
    out.varint(op.last.value);
    out.varint(op.limit);
    return out.take();
  }
  bytes operator()(const claim_name& op) const { return with_text(code::claim_name, op.name); }
  bytes operator()(const who& op) const { return with_number(code::who, op.request); }
  bytes operator()(const rooms& op) const { return with_number(code::rooms, op.request); }

  bytes operator()(const bound& op) const {
    field_writer out = begin(code::bound);
    out.raw(op.log);
    out.varint(op.head.value);
    out.text(op.name);
    return out.take();
  }
  bytes operator()(const committed& op) const {
    field_writer out = begin(code::committed);
    out.varint(op.counter);
    out.varint(op.position.value);
    out.time(op.time);
    out.octet(op.duplicate ? 1 : 0);
    return out.take();
  }
  bytes operator()(const refused& op) const {
    field_writer out = begin(code::refused);
    out.varint(op.counter);
    put(out, op.reason, op.retry_after, op.text);
    return out.take();
  }
  bytes operator()(const entry& op) const {
    field_writer out = begin(code::entry);
    out.varint(op.position.value);
    out.time(op.time);
    out.raw(op.sender);
    out.text(op.sender_name);
    out.octet(static_cast<std::uint8_t>(op.kind));
    out.raw(op.chain);
    out.varint(op.request);
    out.raw(op.body);
    return out.take();
  }
  bytes operator()(const presence& op) const {
    field_writer out = begin(code::presence);
    out.octet(static_cast<std::uint8_t>(op.what));
    out.text(op.name);
    out.raw(op.key);
    out.text(op.previous_name);
    return out.take();
  }
  bytes operator()(const history_end& op) const {
    field_writer out = begin(code::history_end);
    out.varint(op.request);
    out.octet(op.more ? 1 : 0);
    return out.take();
  }
  bytes operator()(const gap& op) const {
    field_writer out = begin(code::gap);
    out.varint(op.first.value);
    out.varint(op.last.value);
    out.varint(op.request);
    return out.take();
  }
  bytes operator()(const live& op) const {
    field_writer out = begin(code::live);
    out.varint(op.position.value);
    out.raw(op.chain);
    return out.take();
  }
  bytes operator()(const new_epoch& op) const {
    field_writer out = begin(code::new_epoch);
    out.raw(op.log);
    out.varint(op.head.value);
    return out.take();
  }
  bytes operator()(const named& op) const { return with_text(code::named, op.name); }
  bytes operator()(const failed& op) const {
    field_writer out = begin(code::failed);
    out.varint(op.request);
    put(out, op.reason, op.retry_after, op.text);
    return out.take();
  }
  bytes operator()(const unbound& op) const {
    field_writer out = begin(code::unbound);
    put(out, op.reason, op.retry_after, op.text);
    return out.take();
  }
  bytes operator()(const person& op) const {
    field_writer out = begin(code::person);
    out.varint(op.request);
    out.text(op.name);
    out.raw(op.key);
    return out.take();
  }
  bytes operator()(const room_info& op) const {
    field_writer out = begin(code::room_info);
    out.varint(op.request);
    out.text(op.name);
    out.varint(op.members);
    return out.take();
  }
  bytes operator()(const list_end& op) const { return with_number(code::list_end, op.request); }
  bytes operator()(const delivered& op) const { return with_number(code::delivered, op.position.value); }

 private:
  static bytes with_text(code op, std::string_view text) {
    field_writer out = begin(op);
    out.text(text);
    return out.take();
  }
  static bytes with_number(code op, std::uint64_t number) {
    field_writer out = begin(op);
    out.varint(number);
    return out.take();
  }
};

// Names are checked by the relay, which can say what is wrong with them; keys and the inbox have one size.
bool has_size_of(destination_kind kind, std::size_t size) {
  if (kind == destination_kind::person_key) return size == key_bytes{}.size();
  return kind != destination_kind::own_inbox || size == 0;
}

bind read_bind(field_reader& in) {
  bind op;
  op.kind = static_cast<destination_kind>(in.octet_up_to(static_cast<std::uint8_t>(destination_kind::own_inbox)));
  op.destination = in.octets(name_bytes_max);
  in.require(has_size_of(op.kind, op.destination.size()));
  op.outbox = in.raw<16>();
  op.floor = in.varint();
  op.client_time = in.time();
  return op;
}

say read_say(field_reader& in) {
  say op;
  op.counter = in.varint();
  op.kind = static_cast<body_kind>(in.octet_up_to(static_cast<std::uint8_t>(body_kind::bytes)));
  op.body = in.rest();
  return op;
}

join read_join(field_reader& in) {
  join op;
  const std::uint8_t flags = in.octet_up_to(join_has_cursor | join_announces);
  op.announce = (flags & join_announces) != 0;
  if ((flags & join_has_cursor) != 0) {
    cursor from;
    from.log = in.raw<16>();
    from.position = in.position();
    from.chain = in.raw<8>();
    op.from = from;
  }
  op.backlog_max = in.varint32();
  return op;
}

history read_history(field_reader& in) {
  history op;
  op.request = in.varint();
  op.mode = static_cast<history_mode>(in.octet_up_to(static_cast<std::uint8_t>(history_mode::between)));
  op.first = in.position();
  op.last = in.position();
  op.limit = in.varint32();
  return op;
}

committed read_committed(field_reader& in) {
  committed op;
  op.counter = in.varint();
  op.position = in.position();
  op.time = in.time();
  op.duplicate = in.flag();
  return op;
}

entry read_entry(field_reader& in) {
  entry op;
  op.position = in.position();
  op.time = in.time();
  op.sender = in.raw<32>();
  op.sender_name = in.text(name_bytes_max);
  op.kind = static_cast<body_kind>(in.octet_up_to(static_cast<std::uint8_t>(body_kind::bytes)));
  op.chain = in.raw<8>();
  op.request = in.varint();
  op.body = in.rest();
  return op;
}

presence read_presence(field_reader& in) {
  presence op;
  op.what = static_cast<presence_change>(in.octet_up_to(static_cast<std::uint8_t>(presence_change::renamed)));
  op.name = in.text(name_bytes_max);
  op.key = in.raw<32>();
  op.previous_name = in.text(name_bytes_max);
  return op;
}

std::optional<client_op> read_client_op(code op, field_reader& in) {
  switch (op) {
    case code::bind:
      return read_bind(in);
    case code::say:
      return read_say(in);
    case code::join:
      return read_join(in);
    case code::leave:
      return leave{};
    case code::history:
      return read_history(in);
    case code::claim_name:
      return claim_name{in.text(text_bytes_max)};
    case code::who:
      return who{in.varint()};
    case code::rooms:
      return rooms{in.varint()};
    default:
      return std::nullopt;
  }
}

std::optional<relay_op> read_relay_op(code op, field_reader& in) {
  switch (op) {
    case code::bound: {
      bound read;
      read.log = in.raw<16>();
      read.head = in.position();
      read.name = in.text(name_bytes_max);
      return read;
    }
    case code::committed:
      return read_committed(in);
    case code::refused: {
      refused read;
      read.counter = in.varint();
      take_refusal(in, read);
      return read;
    }
    case code::entry:
      return read_entry(in);
    case code::presence:
      return read_presence(in);
    case code::history_end: {
      history_end read;
      read.request = in.varint();
      read.more = in.flag();
      return read;
    }
    case code::gap: {
      gap read;
      read.first = in.position();
      read.last = in.position();
      read.request = in.varint();
      return read;
    }
    case code::live:
      return live{.position = in.position(), .chain = in.raw<8>()};
    case code::new_epoch: {
      new_epoch read;
      read.log = in.raw<16>();
      read.head = in.position();
      return read;
    }
    case code::named:
      return named{in.text(name_bytes_max)};
    case code::failed: {
      failed read;
      read.request = in.varint();
      take_refusal(in, read);
      return read;
    }
    case code::unbound: {
      unbound read;
      take_refusal(in, read);
      return read;
    }
    case code::person: {
      person read;
      read.request = in.varint();
      read.name = in.text(name_bytes_max);
      read.key = in.raw<32>();
      return read;
    }
    case code::room_info: {
      room_info read;
      read.request = in.varint();
      read.name = in.text(name_bytes_max);
      read.members = in.varint32();
      return read;
    }
    case code::list_end:
      return list_end{in.varint()};
    case code::delivered:
      return delivered{in.position()};
    default:
      return std::nullopt;
  }
}

template <class Op, class Read>
tl::expected<Op, op_error> decode(byte_view message, Read read) {
  if (message.empty()) return tl::unexpected(op_error::truncated);
  field_reader in{message.subspan(1)};
  std::optional<Op> op = read(static_cast<code>(message[0]), in);
  if (!op) return tl::unexpected(op_error::unknown);
  if (in.bad()) return tl::unexpected(op_error::bad_value);
  if (in.failed()) return tl::unexpected(op_error::truncated);
  if (!in.at_end()) return tl::unexpected(op_error::trailing);
  return std::move(*op);
}

}  // namespace

bytes encode(const client_op& op) { return std::visit(encoder{}, op); }
bytes encode(const relay_op& op) { return std::visit(encoder{}, op); }

tl::expected<client_op, op_error> decode_client_op(byte_view message) {
  return decode<client_op>(message, read_client_op);
}

tl::expected<relay_op, op_error> decode_relay_op(byte_view message) { return decode<relay_op>(message, read_relay_op); }

}  // namespace tern::proto::chat
