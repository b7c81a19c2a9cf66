#include "tools/link/model/rebinding.hpp"

namespace tern::link_model {
namespace {

std::uint64_t times(proto::duration elapsed, proto::duration every) {
  return every > proto::duration{} ? static_cast<std::uint64_t>(elapsed / every) : 0;
}

}  // namespace

nat_mapping::nat_mapping(const rebinding& schedule, proto::time_point start) : schedule_{schedule}, start_{start} {}

mapping_epoch nat_mapping::epoch(proto::time_point now) const {
  const std::uint64_t address = forced_.address + times(now - start_, schedule_.address_every);
  const bool was_moved_once = schedule_.port_after > proto::duration{} && now - start_ >= schedule_.port_after;
  return {forced_.port + times(now - start_, schedule_.port_every) + (was_moved_once ? 1 : 0) + address, address};
}

}  // namespace tern::link_model
