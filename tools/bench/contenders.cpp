#include "tools/bench/contender.hpp"

namespace tern::bench {

std::vector<contender> all_contenders() {
  std::vector<contender> all{raw_udp_full(), raw_udp(), tcp(), tcp_coalesced(), tern_unordered(), tern_ordered()};
  for (contender& peer : enet()) all.push_back(std::move(peer));
  for (contender& row : relay_commits()) all.push_back(std::move(row));
  return all;
}

}  // namespace tern::bench
