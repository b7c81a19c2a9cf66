#include "udp/system_entropy.hpp"

#include <cstdlib>
#include <sodium.h>

namespace tern::udp {

system_entropy::system_entropy() {
  if (sodium_init() < 0) std::abort();
}

void system_entropy::fill(proto::mutable_byte_view out) { randombytes_buf(out.data(), out.size()); }

}  // namespace tern::udp
