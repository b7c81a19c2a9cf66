// One way of carrying messages from a process to another: a row of the table. Both
// sides run until the tally says stop; they throw std::runtime_error where they cannot.
#pragma once

#include "tools/bench/tally.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tern::bench {

struct workload {
  std::size_t message_bytes = 0;
};

struct contender {
  using side = std::function<void(const workload&, tally&)>;

  std::string name;             // as --only names it
  std::string description;      // one line
  bool is_reliable = true;      // repeats what is lost; without it the loss is shown
  bool is_ordered = false;      // promises every message, in order: the run checks that
  std::size_t fixed_bytes = 0;  // runs once, with this size, whatever --size says; 0: with each size
  side receive;
  side send;
};

contender raw_udp();
// Full datagrams of tern's base size: how many bytes a system call a datagram can move at all.
contender raw_udp_full();
contender tcp();
contender tcp_coalesced();
contender tern_unordered();
contender tern_ordered();
// A real relay that commits what is said, for each durability. Delivered means committed.
std::vector<contender> relay_commits();
// Nothing where the program was built without ENet.
std::vector<contender> enet();
// "1.3.17", or why there is none.
std::string enet_version();

std::vector<contender> all_contenders();

}  // namespace tern::bench
