#include "tools/link/emulator/topology.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/namespaces.hpp"
#include "tools/link/emulator/rtnetlink.hpp"
#include "tools/link/emulator/tun_device.hpp"
#include "tools/link/emulator/veth_device.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

const std::string device_name = "tern0";
// A burst must wait for the emulator, not be lost before it.
constexpr std::uint32_t device_queue_packets = 10000;

bool has_ipv6() { return ::access("/proc/sys/net/ipv6", F_OK) == 0; }

// Best effort: a kernel without the setting does not have what it would switch.
void set_sysctl(const std::string& name, const std::string& value) {
  std::ofstream file{"/proc/sys/net/" + name};
  file << value;
}

// A quiet link: only what programs send goes over it, so that the same seed and the same
// traffic meet the same fate. Before the device is made, which inherits it.
void silence_ipv6() {
  set_sysctl("ipv6/conf/default/addr_gen_mode", "1");  // no link-local addresses
  set_sysctl("ipv6/conf/default/accept_ra", "0");
  set_sysctl("ipv6/conf/default/router_solicitations", "0");
}

// Lets ping(8) work for whoever runs it, without a set-uid bit (icmp(7)).
void allow_ping() { set_sysctl("ipv4/ping_group_range", fmt::format("{0} {0}", ::getegid())); }

void configure_end(const proto::address& v4, const proto::address& v6) {
  rtnetlink network;
  network.bring_up("lo");
  network.set_queue_length(device_name, device_queue_packets);
  network.bring_up_point_to_point(device_name);
  network.add_address(device_name, v4, prefix_bits_v4);
  if (has_ipv6()) network.add_address(device_name, v6, prefix_bits_v6);
  allow_ping();
}

void configure_inner(const link_addresses& addresses) {
  configure_end(addresses.inner_v4(), addresses.inner_v6());
  rtnetlink network;
  network.add_default_route(device_name, AF_INET);
  if (has_ipv6()) network.add_default_route(device_name, AF_INET6);
}

void configure_far(const link_addresses& addresses) {
  configure_end(addresses.far_v4(), addresses.far_v6());
  rtnetlink network;
  network.add_local_default_route(AF_INET);
  if (has_ipv6()) network.add_local_default_route(AF_INET6);
}

void add_tuns(topology& made) {
  enter(made.inner);
  made.inner_device = open_tun(device_name);
  enter(made.far);
  made.far_device = open_tun(device_name);
}

udp::descriptor add_veth(const std::string& name, const udp::descriptor& end) {
  rtnetlink network;
  network.add_veth(name, device_name, end.get());
  network.bring_up_point_to_point(name);
  return open_packet_socket(name);
}

void add_veths(topology& made) {
  const udp::descriptor between = enter_new_network_namespace();
  silence_ipv6();
  made.inner_device = add_veth("inner", made.inner);
  made.far_device = add_veth("far", made.far);
  for (const udp::descriptor* each : {&made.inner, &made.far}) {
    enter(*each);
    turn_off_offloads(device_name);
  }
}

udp::descriptor quiet_namespace() {
  udp::descriptor made = enter_new_network_namespace();
  silence_ipv6();
  return made;
}

void add_devices(topology& made) {
  const int obstacle = tun_obstacle();
  made.kind = obstacle == 0 ? device_kind::tun : device_kind::veth;
  if (obstacle == 0) return add_tuns(made);
  try {
    add_veths(made);
  } catch (const failure& problem) {
    throw failure{fmt::format("/dev/net/tun cannot be opened ({}), and veth devices cannot take its place ({})",
                              std::generic_category().message(obstacle), problem.what())};
  }
}

}  // namespace

topology build_topology(const link_addresses& addresses) {
  allow_network_namespaces();
  topology made;
  made.inner = quiet_namespace();
  made.far = quiet_namespace();
  add_devices(made);
  enter(made.inner);
  configure_inner(addresses);
  made.inner_statistics = open_statistics();
  enter(made.far);
  configure_far(addresses);
  made.far_statistics = open_statistics();
  return made;
}

std::unique_ptr<packet_port> make_port(device_kind kind, udp::descriptor opened, udp::descriptor statistics) {
  if (kind == device_kind::tun)
    return std::make_unique<tun_port>(std::move(opened), device_statistics{std::move(statistics), device_name});
  return std::make_unique<veth_port>(std::move(opened));
}

}  // namespace tern::link_emulator
