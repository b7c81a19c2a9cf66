#include "proto/chat/ops.hpp"

#include "proto/chat/op_codec.hpp"
#include "proto/chat/op_fields.hpp"

#include <type_traits>
#include <utility>

namespace tern::proto::chat {

namespace {

template <class... Ops>
bytes encode_any(const std::variant<Ops...>& op) {
  return std::visit(
      [](const auto& known) {
        field_writer out{code_of<std::remove_cvref_t<decltype(known)>>};
        fields(out, known);
        return out.take();
      },
      op);
}

// Reads `found` as the one of the operations that has the code; leaves it empty if none has.
template <class... Ops>
void read_as(std::uint8_t code, field_reader& in, std::optional<std::variant<Ops...>>& found) {
  const auto take = [&]<class Op>(std::in_place_type_t<Op> type) {
    if (code == code_of<Op>) fields(in, std::get<Op>(found.emplace(type)));
  };
  (take(std::in_place_type<Ops>), ...);
}

template <class Op>
tl::expected<Op, op_error> decode_any(byte_view message) {
  if (message.empty()) return tl::unexpected(op_error::truncated);
  field_reader in{message.subspan(1)};
  std::optional<Op> op;
  read_as(message[0], in, op);
  if (!op) return tl::unexpected(op_error::unknown);
  if (in.bad()) return tl::unexpected(op_error::bad_value);
  if (in.failed()) return tl::unexpected(op_error::truncated);
  if (!in.at_end()) return tl::unexpected(op_error::trailing);
  return std::move(*op);
}

}  // namespace

bytes encode(const client_op& op) { return encode_any(op); }
bytes encode(const relay_op& op) { return encode_any(op); }
tl::expected<client_op, op_error> decode_client_op(byte_view message) { return decode_any<client_op>(message); }
tl::expected<relay_op, op_error> decode_relay_op(byte_view message) { return decode_any<relay_op>(message); }

}  // namespace tern::proto::chat
