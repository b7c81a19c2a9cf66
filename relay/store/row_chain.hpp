// Hashes over rows: the chain that makes a log tamper-evident and a cursor provable,
// and the short one by which a repeated message is known to be the same.
#pragma once

#include "proto/bytes.hpp"
#include "relay/store/types.hpp"

namespace tern::relay {

// BLAKE2b-256. All zero stands before the first row of a log.
using chain_hash = proto::byte_array<32>;
// BLAKE2b-128.
using content_hash = proto::byte_array<16>;

// Covers everything of the row but its own chain tag, the log that it is in, and all
// rows before it through `previous`.
chain_hash next_chain(const chain_hash& previous, const log_id& log, const row& next);
chain_tag tag_of(const chain_hash& chain);

// Of what must be the same when an idempotency key is used again.
content_hash hash_content(const log_id& log, std::uint8_t kind, proto::byte_view body);

}  // namespace tern::relay
