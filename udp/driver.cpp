#include "udp/driver.hpp"

#include "udp/clock.hpp"
#include "udp/datagrams/datagram_set.hpp"
#include "udp/stream/stream_set.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace tern::udp {

class driver::implementation : public std::enable_shared_from_this<implementation> {
 public:
  implementation(const net::any_io_executor& executor, proto::endpoint& endpoint, driver_owner& owner)
      : executor_(executor), endpoint_(&endpoint), owner_(&owner), timer_(executor) {}
  // Once, before anything else.
  void begin();

  datagram_set& datagrams() { return *datagrams_; }
  stream_set& streams() { return *streams_; }
  void wake();
  void shut_down();
  driver_counters counters() const;

 private:
  // Calls the member later, unless the driver is gone by then.
  template <class Function>
  auto later(Function function) {
    return [self = weak_from_this(), function](std::error_code error = {}) {
      const auto alive = self.lock();
      if (alive && !error && !alive->is_shut_down_) function(*alive);
    };
  }

  void turn();
  void take(proto::time_point now);
  void give(proto::time_point now);
  void tell_owner(proto::time_point now);
  void tell_reports(proto::time_point now, const std::vector<unreachable_report>& reports);
  bool tell_events(proto::time_point now);
  void arm_timer(proto::time_point now);

  net::any_io_executor executor_;
  proto::endpoint* endpoint_;
  driver_owner* owner_;
  net::steady_timer timer_;
  std::optional<proto::time_point> armed_for_;
  driver_counters counters_;
  std::shared_ptr<datagram_set> datagrams_;
  std::shared_ptr<stream_set> streams_;
  bool is_turn_due_ = false;
  bool is_in_turn_ = false;
  bool is_shut_down_ = false;
};

void driver::implementation::begin() {
  datagrams_ = std::make_shared<datagram_set>(executor_, *endpoint_, counters_,
                                              later([](implementation& self) { self.turn(); }));
  // Posted, so that all that are ready share a turn.
  streams_ =
      std::make_shared<stream_set>(executor_, *endpoint_, counters_, later([](implementation& self) { self.wake(); }));
}

void driver::implementation::wake() {
  if (is_turn_due_ || is_in_turn_) return;
  is_turn_due_ = true;
  asio::post(executor_, later([](implementation& self) { self.turn(); }));
}

void driver::implementation::shut_down() {
  is_shut_down_ = true;
  timer_.cancel();
  datagrams_->clear();
  streams_->clear();
}

driver_counters driver::implementation::counters() const {
  driver_counters total = counters_;
  total.receive_drops += datagrams_->receive_drops();
  return total;
}

void driver::implementation::turn() {
  is_turn_due_ = false;
  is_in_turn_ = true;
  ++counters_.turns;
  const proto::time_point now = clock::now();
  take(now);
  tell_owner(now);
  if (is_shut_down_) return;
  give(now);
  if (is_shut_down_) return;
  arm_timer(now);
  is_in_turn_ = false;
  if (is_turn_due_ || datagrams_->wants_turn() || streams_->wants_turn()) {
    is_turn_due_ = false;
    wake();
  }
}

void driver::implementation::take(proto::time_point now) {
  if (datagrams_->take(now)) is_turn_due_ = true;
  streams_->take(now);
  const auto deadline = endpoint_->next_deadline();
  if (deadline && *deadline <= now) endpoint_->on_timeout(now);
}

void driver::implementation::give(proto::time_point now) {
  if (datagrams_->give(now)) is_turn_due_ = true;
  streams_->give(now);
  // What was written may have ended a connection.
  if (tell_events(now)) is_turn_due_ = true;
}

// What the owner does may cause further events, in a chain that ends.
void driver::implementation::tell_owner(proto::time_point now) {
  tell_reports(now, datagrams_->take_reports());
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

void driver::implementation::arm_timer(proto::time_point now) {
  auto due = endpoint_->next_deadline();
  for (const auto other : {owner_->next_deadline(), streams_->next_deadline()}) {
    if (other && (!due || *other < *due)) due = other;
  }
  // What is due while a socket is full cannot be done before that is over.
  if (datagrams_->is_blocked() && due && *due <= now) due.reset();
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
    : implementation_(std::make_shared<implementation>(executor, endpoint, owner)) {
  implementation_->begin();
}

driver::~driver() { implementation_->shut_down(); }

std::uint32_t driver::add_socket(udp_socket socket) { return implementation_->datagrams().add(std::move(socket)); }
void driver::remove_socket(std::uint32_t local) {
  implementation_->datagrams().remove(local);
  wake();
}
const udp_socket* driver::find_socket(std::uint32_t local) const { return implementation_->datagrams().find(local); }

void driver::open_stream(proto::connection_handle stream, const proto::address& to) {
  implementation_->streams().open(stream, to, stream_socket::connect(to));
}
void driver::open_stream(proto::connection_handle stream, const proto::address& to, descriptor made) {
  implementation_->streams().open(stream, to, stream_socket::connect(std::move(made), to));
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
