// In place of enet_messages.cpp where ENet is not installed.
#include "tools/bench/contender.hpp"

namespace tern::bench {

std::vector<contender> enet() { return {}; }
std::string enet_version() { return "not built in: install libenet-dev and configure again"; }

}  // namespace tern::bench
