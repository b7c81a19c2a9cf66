#include "tools/compare/run/link_backend.hpp"

#include "tools/compare/run/loopback_backend.hpp"
#include "tools/compare/run/tun_backend.hpp"

namespace tern::compare {

std::unique_ptr<link_backend> make_backend(backend_kind kind, link_emulator::event_loop& loop,
                                           const link_emulator::link_plan& plan) {
  if (kind == backend_kind::tun) return std::make_unique<tun_backend>(loop, plan);
  return std::make_unique<loopback_backend>(loop, plan);
}

}  // namespace tern::compare
