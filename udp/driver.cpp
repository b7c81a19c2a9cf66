#include "udp/driver.hpp"

#include "udp/clock.hpp"
#include "udp/readiness.hpp"
#include "udp/stream/stream_set.hpp"

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace tern::udp {

namespace {

// Bounds of one turn, so that a flood in one direction does not starve the other.
constexpr std::size_t receive_max = 256;
constexpr std::size_t send_max = 256;
// Larger than any packet of ours: what fills it is none.
constexpr std::size_t receive_buffer_bytes = 2048;

}  // namespace

class driver::implementation : public std::enable_shared_from_this<implementation> {
 public:
  implementation(const net::any_io_executor& executor, proto::endpoint& endpoint, driver_owner& owner)
      : executor_(executor),
        endpoint_(&endpoint),
        owner_(&owner),
        timer_(executor),
        streams_(std::make_shared<stream_set>(executor, endpoint, counters_, [this] { wake(); })) {}

  std::uint32_t add_socket(udp_socket socket);
  void remove_socket(std::uint32_t local);
  const udp_socket* find_socket(std::uint32_t local) const;
  void wake();
  void shut_down();
  driver_counters counters() const;
  stream_set& streams() { return *streams_; }

 private:
  struct socket_state {
    socket_state(const net::any_io_executor& executor, udp_socket opened)
        : socket(std::move(opened)), ready(executor, socket.native_handle()) {}
    udp_socket socket;
    readiness ready;
    bool is_readable = false;  // else a wait for that is under way
  };

  // Calls the member later, unless the driver is gone by then.
  template <class Function>
  auto later(Function function) {
    return [self = weak_from_this(), function](std::error_code error = {}) {
      const auto alive = self.lock();
      if (alive && !error && !alive->is_shut_down_) function(*alive);
    };
  }

  void turn();
  void take_datagrams(proto::time_point now);
  void take_datagrams_of(proto::time_point now, std::uint32_t local, socket_state& from);
  void take_reports_of(socket_state& from);
  void wait_readable(std::uint32_t local, socket_state& socket);
  void tell_owner(proto::time_point now);
  void tell_reports(proto::time_point now, const std::vector<unreachable_report>& reports);
  bool tell_events(proto::time_point now);
  void send_datagrams(proto::time_point now);
  bool send(proto::time_point now, const proto::transmit& out);
  void wait_writable(std::uint32_t local, socket_state& socket);
  void arm_timer(proto::time_point now);

  net::any_io_executor executor_;
  proto::endpoint* endpoint_;
  driver_owner* owner_;
  net::steady_timer timer_;
  std::optional<proto::time_point> armed_for_;
  std::shared_ptr<stream_set> streams_;
  std::map<std::uint32_t, socket_state> sockets_;
  std::uint32_t last_local_ = 0;
  // The packet that a full socket refused; nothing else is sent before it.
  std::optional<proto::transmit> refused_;
  std::vector<unreachable_report> reports_;
  std::array<std::uint8_t, proto::limits::datagram_bytes_max> send_buffer_{};
  std::array<std::uint8_t, receive_buffer_bytes> receive_buffer_{};
  driver_counters counters_;
  bool is_turn_due_ = false;
  bool is_in_turn_ = false;
  bool is_shut_down_ = false;
};

std::uint32_t driver::implementation::add_socket(udp_socket socket) {
  const std::uint32_t local = last_local_++;
  const auto [place, is_new] = sockets_.try_emplace(local, executor_, std::move(socket));
  wait_readable(local, place->second);
  return local;
}

const udp_socket* driver::implementation::find_socket(std::uint32_t local) const {
  const auto found = sockets_.find(local);
  return found == sockets_.end() ? nullptr : &found->second.socket;
}

void driver::implementation::remove_socket(std::uint32_t local) {
  sockets_.erase(local);
  if (refused_ && refused_->to.local == local) refused_.reset();
  wake();
}

void driver::implementation::wake() {
  if (is_turn_due_ || is_in_turn_) return;
  is_turn_due_ = true;
  asio::post(executor_, later([](implementation& self) { self.turn(); }));
}

void driver::implementation::shut_down() {
  is_shut_down_ = true;
  timer_.cancel();
  sockets_.clear();
  streams_->clear();
}

driver_counters driver::implementation::counters() const {
  driver_counters total = counters_;
  for (const auto& [local, state] : sockets_) total.receive_drops += state.socket.receive_drops().value_or(0);
  return total;
}

void driver::implementation::turn() {
  is_turn_due_ = false;
  is_in_turn_ = true;
  ++counters_.turns;
  const proto::time_point now = clock::now();
  take_datagrams(now);
  streams_->take(now);
  const auto deadline = endpoint_->next_deadline();
  if (deadline && *deadline <= now) endpoint_->on_timeout(now);
  tell_owner(now);
  if (is_shut_down_) return;
  send_datagrams(now);
  if (is_shut_down_) return;
  streams_->give(now);
  // What was written may have ended a connection.
  if (tell_events(now)) is_turn_due_ = true;
  if (is_shut_down_) return;
  arm_timer(now);
  is_in_turn_ = false;
  if (is_turn_due_ || streams_->wants_turn()) {
    is_turn_due_ = false;
    wake();
  }
}

void driver::implementation::take_datagrams(proto::time_point now) {
  for (auto& [local, state] : sockets_) {
    if (state.is_readable) take_datagrams_of(now, local, state);
  }
}

void driver::implementation::take_datagrams_of(proto::time_point now, std::uint32_t local, socket_state& from) {
  for (std::size_t i = 0; i < receive_max; ++i) {
    const auto received = from.socket.receive(receive_buffer_);
    if (!received) {
      take_reports_of(from);
      from.is_readable = false;
      wait_readable(local, from);
      return;
    }
    ++counters_.datagrams_received;
    const proto::path path{received->from, local};
    endpoint_->on_datagram(now, path, {receive_buffer_.data(), received->size});
  }
  is_turn_due_ = true;  // there may be more
}

// Told later: the owner may add and remove sockets, which are being gone through here.
void driver::implementation::take_reports_of(socket_state& from) {
  while (const auto report = from.socket.poll_unreachable()) {
    if (reports_.size() < receive_max) reports_.push_back(*report);
  }
}

void driver::implementation::wait_readable(std::uint32_t local, socket_state& socket) {
  socket.ready.on_readable(later([local](implementation& self) {
    const auto found = self.sockets_.find(local);
    if (found == self.sockets_.end()) return;
    found->second.is_readable = true;
    self.turn();
  }));
}

// What the owner does may cause further events, in a chain that ends.
void driver::implementation::tell_owner(proto::time_point now) {
  tell_reports(now, std::exchange(reports_, {}));
  tell_reports(now, streams_->take_reports());
  do {
    tell_events(now);
    if (is_shut_down_) return;
    owner_->on_turn(now);
  } while (!is_shut_down_ && tell_events(now));
}

void driver::implementation::tell_reports(proto::time_point now, const std::vector<unreachable_report>& reports) {
  for (const auto& report : reports) {
    if (!is_shut_down_) owner_->on_unreachable(now, report);
  }
}

bool driver::implementation::tell_events(proto::time_point now) {
  bool has_told = false;
  while (!is_shut_down_) {
    auto event = endpoint_->poll_event();
    if (!event) break;
    if (const auto* finished = std::get_if<proto::stream_finished>(&*event)) {
      streams_->finish(now, *finished);
      continue;
    }
    has_told = true;
    owner_->on_event(now, std::move(*event));
  }
  return has_told;
}

void driver::implementation::send_datagrams(proto::time_point now) {
  if (refused_) return;  // its socket is being waited for
  for (std::size_t i = 0; i < send_max; ++i) {
    const auto out = endpoint_->poll_transmit(now, send_buffer_);
    if (!out || !send(now, *out)) return;
  }
  is_turn_due_ = true;  // there may be more
}

// False where the socket is full; the packet then stays in the buffer.
bool driver::implementation::send(proto::time_point now, const proto::transmit& out) {
  const auto found = sockets_.find(out.to.local);
  if (found == sockets_.end()) {
    ++counters_.send_failed;
    return true;
  }
  const auto error = found->second.socket.send({send_buffer_.data(), out.size}, out.to.remote);
  if (error == std::errc::operation_would_block) {
    ++counters_.send_blocked;
    refused_ = out;
    wait_writable(out.to.local, found->second);
    return false;
  }
  if (error) {
    ++counters_.send_failed;
    const unreachable_report report{out.to.remote, error};
    owner_->on_unreachable(now, report);
    return !is_shut_down_;
  }
  ++counters_.datagrams_sent;
  return true;
}

void driver::implementation::wait_writable(std::uint32_t, socket_state& socket) {
  socket.ready.on_writable(later([](implementation& self) {
    const auto again = std::exchange(self.refused_, std::nullopt);
    if (again) self.send(clock::now(), *again);
    self.wake();
  }));
}

void driver::implementation::arm_timer(proto::time_point now) {
  auto due = endpoint_->next_deadline();
  for (const auto other : {owner_->next_deadline(), streams_->next_deadline()}) {
    if (other && (!due || *other < *due)) due = other;
  }
  // What is due while a socket is full cannot be done before that is over.
  if (refused_ && due && *due <= now) due.reset();
  if (due == armed_for_) return;
  armed_for_ = due;
  if (!due) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(clock::to_steady(*due));
  timer_.async_wait(later([](implementation& self) {
    self.armed_for_.reset();
    self.turn();
  }));
}

driver::driver(const net::any_io_executor& executor, proto::endpoint& endpoint, driver_owner& owner)
    : implementation_(std::make_shared<implementation>(executor, endpoint, owner)) {}

driver::~driver() { implementation_->shut_down(); }

std::uint32_t driver::add_socket(udp_socket socket) { return implementation_->add_socket(std::move(socket)); }
void driver::remove_socket(std::uint32_t local) { implementation_->remove_socket(local); }
const udp_socket* driver::find_socket(std::uint32_t local) const { return implementation_->find_socket(local); }
void driver::open_stream(proto::connection_handle stream, const proto::address& to) {
  implementation_->streams().open(stream, to);
}
std::optional<proto::address> driver::local_address_of(proto::connection_handle stream) const {
  return implementation_->streams().local_address_of(stream);
}
void driver::add_stream_listener(stream_listener listener) {
  implementation_->streams().add_listener(std::move(listener));
}
void driver::set_accepted_streams_max(std::size_t streams) { implementation_->streams().set_accepted_max(streams); }
void driver::wake() { implementation_->wake(); }
driver_counters driver::counters() const { return implementation_->counters(); }

}  // namespace tern::udp
