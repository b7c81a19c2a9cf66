#include "udp/tern_address.hpp"

#include <cstdio>

int main() {
  const auto address = tern::tern_address::parse("tern://localhost/lobby");
  if (!address) return 1;
  std::printf("%s\n", address->authority().c_str());
  return 0;
}
