#include "relay/store/row_chain.hpp"

#include <algorithm>
#include <sodium.h>
#include <string_view>

namespace tern::relay {
namespace {

class hasher {
 public:
  explicit hasher(std::string_view label, std::size_t size) {
    crypto_generichash_init(&state_, nullptr, 0, size);
    put_sized(proto::as_bytes(label));
  }
  hasher& put(proto::byte_view octets) {
    crypto_generichash_update(&state_, octets.data(), octets.size());
    return *this;
  }
  hasher& put(std::uint64_t value) {
    proto::byte_array<8> octets;
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    return put(octets);
  }
  hasher& put_sized(proto::byte_view octets) { return put(octets.size()).put(octets); }

  template <std::size_t Size>
  proto::byte_array<Size> finish() {
    proto::byte_array<Size> result;
    crypto_generichash_final(&state_, result.data(), result.size());
    return result;
  }

 private:
  crypto_generichash_state state_{};
};

}  // namespace

chain_hash next_chain(const chain_hash& previous, const log_id& log, const row& next) {
  return hasher{"tern row 1", std::tuple_size_v<chain_hash>}
      .put(previous)
      .put(log)
      .put(next.position.value)
      .put(static_cast<std::uint64_t>(next.commit_time.time_since_epoch().count()))
      .put(next.sender)
      .put_sized(proto::as_bytes(next.sender_name))
      .put(next.kind)
      .put_sized(next.body)
      .finish<std::tuple_size_v<chain_hash>>();
}

chain_tag tag_of(const chain_hash& chain) {
  chain_tag tag;
  std::copy_n(chain.begin(), tag.size(), tag.begin());
  return tag;
}

content_hash hash_content(const log_id& log, std::uint8_t kind, proto::byte_view body) {
  return hasher{"tern content 1", std::tuple_size_v<content_hash>}
      .put(log)
      .put(kind)
      .put_sized(body)
      .finish<std::tuple_size_v<content_hash>>();
}

}  // namespace tern::relay
