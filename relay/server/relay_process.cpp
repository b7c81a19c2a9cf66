#include "relay/server/relay_process.hpp"

#include "relay/control/control_server.hpp"
#include "relay/control/control_socket.hpp"
#include "relay/hub/hub.hpp"
#include "relay/metrics/watching.hpp"
#include "relay/server/administration.hpp"
#include "relay/server/commit_latency.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/descriptor_budget.hpp"
#include "relay/server/disk_watch.hpp"
#include "relay/server/invite_gate.hpp"
#include "relay/server/invite_watch.hpp"
#include "relay/server/listening.hpp"
#include "relay/server/log_sink.hpp"
#include "relay/server/relay_secrets.hpp"
#include "relay/server/relay_sockets.hpp"
#include "relay/server/reload.hpp"
#include "relay/server/shard.hpp"
#include "relay/server/text_gateway.hpp"
#include "relay/server/text_port.hpp"
#include "relay/store/memory_store.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "relay/store/writer.hpp"
#include "relay/systemd/service.hpp"
#include "udp/clock.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <unistd.h>

namespace tern::relay {

namespace {

constexpr int failed_status = 1;
// Bytes that wait on one connection; the hub's queue for a slow reader comes on top.
constexpr std::uint64_t connection_queue_bytes = 320 * 1024;

// Whether or not anybody takes it: a line that is not read stops no relay.
void say(int where, const std::string& line) { write_line(where, line + '\n'); }

void complain(const std::string& line) { say(STDERR_FILENO, "tern-relay: " + line); }

tl::expected<std::unique_ptr<store>, std::string> open_store(const server_options& options, const data_folder& folder) {
  if (options.level == durability::memory) return std::make_unique<memory_store>(options.history);
  // SQLite would begin a new log, and throw away what the journal still has of the old one.
  if (const auto found = folder.disk_use(); found.log_bytes == 0 && found.journal_bytes > 0) {
    return tl::unexpected(fmt::format(
        "{0} is empty or gone, but its journal is not: restore a backup, or move {0}-wal away to begin anew",
        folder.log_file().string()));
  }
  sqlite_options durable;
  durable.level = options.level;
  durable.keep = options.history;
  auto opened = sqlite_store::open(folder.log_file().string(), durable);
  if (!opened) return tl::unexpected(opened.error().what);
  return std::move(*opened);
}

// A line for the operator: what the chosen durability loses.
void tell_durability(const server_options& options, event_log& log) {
  if (options.level == durability::relaxed)
    log.warning("durability", {{"level", "relaxed"}, {"loses", "the last moments before a power cut"}});
  if (options.level == durability::memory)
    log.warning("durability", {{"level", "memory"}, {"loses", "everything when the relay stops"}});
}

class relay_process {
 public:
  relay_process(const server_options& options, event_log& log) : options_(options), log_(log) {}

  // The error is a line for a person.
  tl::expected<void, std::string> start();
  int run();

 private:
  // Until it is done, and nothing else meanwhile.
  template <class Result>
  Result complete(net::awaitable<Result> work);
  void start_committer(std::unique_ptr<store> storage);
  void start_shard(const store_snapshot& snapshot, proto::endpoint_config config);
  std::string joining_line(const proto::address& at, const proto::public_key& key) const;
  void start_invites();
  void start_control(udp::descriptor listener);
  relay_stats stats();
  void listen(passed_port port, const proto::public_key& key);
  void listen_for_text(text_sockets sockets);
  void watch(udp::tcp_listener listener);
  relay_numbers numbers();
  void share_descriptors(std::size_t free);
  void wait_for_signals();
  void on_signal(int signal);
  void read_settings_again();
  void on_fault(const store_fault& fault);
  void tell_fault(const store_fault& fault);
  void drain(std::string_view reason);
  void wait_until_drained();

  const server_options& options_;
  event_log& log_;
  udp::system_entropy entropy_;
  net::io_context context_{1};
  asio::signal_set signals_{context_};
  net::steady_timer drain_check_{context_};
  service service_{context_};
  std::optional<data_folder> folder_;
  std::unique_ptr<proto::endpoint> endpoint_;
  std::unique_ptr<hub> hub_;
  std::unique_ptr<reload> reload_;
  std::unique_ptr<text_gateway> text_;
  std::vector<std::unique_ptr<text_port>> text_ports_;
  commit_watch commits_;
  commit_latency recent_commits_;
  health health_{context_.get_executor(), commits_,
                 [this](probe_request wanted) { return committer_->submit(std::move(wanted)); }};
  std::vector<std::unique_ptr<watching>> watching_;
  std::unique_ptr<shard> shard_;
  std::unique_ptr<udp::driver> driver_;
  std::unique_ptr<invite_watch> invites_;
  std::unique_ptr<invite_gate> gate_;
  std::unique_ptr<disk_watch> disk_;
  std::unique_ptr<administration> administration_;
  std::unique_ptr<control_server> control_;
  std::unique_ptr<group_committer> committer_;  // its thread posts to the rest: goes first
  const proto::time_point started_ = udp::clock::now();
  int status_ = 0;
  bool is_draining_ = false;
};

tl::expected<void, std::string> relay_process::start() {
  auto folder = data_folder::open(options_.data);
  if (!folder) return tl::unexpected(folder.error());
  folder_.emplace(std::move(*folder));
  auto sockets = complete(open_relay_sockets(options_));
  if (!sockets) return tl::unexpected(sockets.error());
  auto config = with_secrets(options_.endpoint, *folder_, entropy_);
  if (!config) return tl::unexpected(config.error());
  auto control = listen_for_control(folder_->path());
  if (!control) return tl::unexpected(control.error());
  auto storage = open_store(options_, *folder_);
  if (!storage) return tl::unexpected(storage.error());
  const auto snapshot = (*storage)->snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error().what);

  const proto::public_key public_key = config->relay_key->public_part();
  start_shard(*snapshot, std::move(*config));
  start_committer(std::move(*storage));
  start_control(std::move(*control));
  // Before this, and while the storage is closed at the end, these two end the process at
  // once: there is nobody to take leave of, and nothing is lost. SIGHUP is ignored then.
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.add(SIGHUP);
  tell_durability(options_, log_);
  log_.info("start", {{"data", folder_->path().string()},
                      {"rooms", std::to_string(hub_->room_count())},
                      {"names", std::to_string(snapshot->names.size())}});
  for (auto& port : sockets->ports) listen(std::move(port), public_key);
  if (!sockets->text.empty()) text_->start(udp::clock::now());
  for (auto& port : sockets->text) listen_for_text(std::move(port));
  for (auto& port : sockets->metrics) watch(std::move(port));
  share_descriptors(claim_descriptors_for_streams());
  wait_for_signals();
  service_.on_ready(fmt::format("relaying; {} rooms at the start", hub_->room_count()));
  return {};
}

template <class Result>
Result relay_process::complete(net::awaitable<Result> work) {
  std::optional<Result> done;
  const auto keep = [&done](const std::exception_ptr& problem, Result result) {
    if (problem) std::rethrow_exception(problem);
    done.emplace(std::move(result));
  };
  asio::co_spawn(context_, std::move(work), keep);
  context_.run();
  context_.restart();
  return std::move(*done);
}

void relay_process::start_shard(const store_snapshot& snapshot, proto::endpoint_config config) {
  config.queue_bytes_max = connection_queue_bytes;
  config.wall_ahead = udp::clock::wall().time_since_epoch() - udp::clock::now().time_since_epoch();
  endpoint_ = std::make_unique<proto::endpoint>(std::move(config), entropy_, udp::clock::now());
  hub_ = std::make_unique<hub>(snapshot, options_.limits, entropy_);
  reload_ = std::make_unique<reload>(options_, *hub_, *endpoint_, log_);
  const auto append = [this](append_request request) {
    const bool is_taken = committer_->submit(std::move(request));
    if (is_taken) commits_.on_submitted(udp::clock::now());
    return is_taken;
  };
  const auto hand_over = [this](auto request) { return committer_->submit(std::move(request)); };
  const auto may_come = [this](const proto::invite_id& by, const proto::identity_key& who) {
    return gate_->lets_in(invites_->list(), by, who);
  };
  shard_ = std::make_unique<shard>(*endpoint_, *hub_,
                                   shard_surroundings{append, hand_over, hand_over, hand_over, &udp::clock::wall,
                                                      [this] { return driver_->counters(); }, may_come},
                                   log_);
  driver_ = std::make_unique<udp::driver>(context_.get_executor(), *endpoint_, *shard_);
  start_invites();
  text_ = std::make_unique<text_gateway>(*hub_, options_.text_rules, entropy_, log_,
                                         text_gateway::surroundings{[this] { driver_->wake(); }, &udp::clock::wall});
  shard_->attach(*text_);
}

void relay_process::start_invites() {
  const auto let_in = [this](std::vector<proto::invite> good) {
    endpoint_->set_invites(std::move(good), udp::clock::now());
    driver_->wake();
  };
  invites_ = std::make_unique<invite_watch>(context_.get_executor(), folder_->invites_file(), let_in, log_);
  invites_->start();
  const auto complain_of_invites = [this](const std::string& what) {
    asio::post(context_, [this, what] { log_.error("invites", {{"problem", what}}); });
  };
  gate_ = std::make_unique<invite_gate>(
      folder_->invite_uses_file(),
      invite_gate::surroundings{[this](errand wanted) { return committer_->submit(std::move(wanted)); },
                                complain_of_invites});
  gate_->start();
  if (invites_->is_read()) gate_->forget_all_but(invites_->list());
}

void relay_process::start_committer(std::unique_ptr<store> storage) {
  group_committer::callbacks tell;
  tell.on_results = [this](std::vector<store_result> results) {
    asio::post(context_, [this, results = std::move(results)] {
      const auto now = udp::clock::now();
      for (const auto& result : results) {
        const auto* appended = std::get_if<append_result>(&result);
        if (appended == nullptr) continue;
        if (const auto took = commits_.on_result(appended->status, now)) recent_commits_.add(*took, now);
      }
      shard_->on_results(results, now);
      driver_->wake();
    });
  };
  tell.on_fault = [this](const store_fault& fault) { asio::post(context_, [this, fault] { on_fault(fault); }); };
  committer_ = std::make_unique<group_committer>(std::move(storage), writer_limits{}, std::move(tell));
  disk_ = std::make_unique<disk_watch>(
      context_.get_executor(), [this] { return folder_->disk_use(); },
      [this](errand wanted) { return committer_->submit(std::move(wanted)); });
  disk_->start();
}

// What others type to join.
std::string relay_process::joining_line(const proto::address& at, const proto::public_key& key) const {
  return fmt::format("tern chat '{}'{}", pasted_address(at, options_.host, key),
                     options_.endpoint.is_private ? " --invite FILE" : "");
}

void relay_process::start_control(udp::descriptor listener) {
  administration_ = std::make_unique<administration>(
      *folder_,
      administration::surroundings{
          context_.get_executor(), [this] { return stats(); }, [this] { return disk_->latest().log_bytes; },
          [this](copy_request wanted) { return committer_->submit(std::move(wanted)); },
          [this](errand wanted) { return committer_->submit(std::move(wanted)); }, [this] { invites_->look_again(); }},
      log_);
  const auto carry_out = [this](control_request request, control_service::answer answer) {
    administration_->on_request(std::move(request), std::move(answer));
  };
  control_ = std::make_unique<control_server>(context_.get_executor(), folder_->path(), std::move(listener),
                                              control_service{{}, carry_out, administration::refusal});
}

relay_stats relay_process::stats() {
  const auto now = udp::clock::now();
  const relay_counters counters = shard_->counters();
  const auto& hub = counters.hub;
  const auto& endpoint = counters.endpoint;
  const auto& sockets = counters.sockets;
  const auto waiting = committer_->waiting();
  const auto& disk = disk_->latest();
  return {.version = TERN_VERSION,
          .data = folder_->path().string(),
          .durability = to_string(options_.level),
          .uptime = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_),
          .is_draining = is_draining_,
          .connections = endpoint_->connection_count(),
          .half_open = shard_->half_open_count(),
          .text_visitors = text_->visitor_count(),
          .rooms = hub_->room_count(),
          .committed = hub.committed,
          .duplicates = hub.duplicates,
          .relayed = hub.relayed,
          .delivered = hub.delivered_entries,
          .commit_latency = recent_commits_.summary(now),
          .appends_waiting = waiting.appends,
          .append_bytes_waiting = waiting.append_bytes,
          .others_waiting = waiting.others,
          .undecided = hub_->pending_count(),
          .refusals = counts_of(counter_kind::limit, counters),
          .events = counts_of(counter_kind::event, counters),
          .bytes_received = endpoint.bytes_received + sockets.stream_bytes_received,
          .bytes_sent = endpoint.bytes_sent + sockets.stream_bytes_sent,
          .receive_drops = sockets.receive_drops,
          .log_bytes = disk.log_bytes,
          .journal_bytes = disk.journal_bytes,
          .disk_free_bytes = disk.free_bytes};
}

void relay_process::listen_for_text(text_sockets sockets) {
  const auto& port = text_ports_.emplace_back(std::make_unique<text_port>(std::move(sockets), *text_, log_));
  const proto::address at = port->local_address();
  say(STDERR_FILENO, "listening text " + at.to_string());
  if (!is_loopback(at)) complain(fmt::format("text at {} is neither encrypted nor authenticated", at.to_string()));
  port->start();
}

void relay_process::watch(udp::tcp_listener listener) {
  const auto& port =
      watching_.emplace_back(std::make_unique<watching>(std::move(listener), health_, [this] { return numbers(); }));
  say(STDERR_FILENO, "listening metrics " + port->local_address().to_string());
}

relay_numbers relay_process::numbers() {
  const auto& disk = disk_->latest();
  return {.version = TERN_VERSION,
          .uptime = udp::clock::now() - started_,
          .is_draining = is_draining_,
          .is_well = health_.is_well(),
          .connections = endpoint_->connection_count(),
          .visitors = text_->visitor_count(),
          .rooms = hub_->room_count(),
          .undecided = hub_->pending_count(),
          .waiting = committer_->waiting(),
          .log_bytes = disk.log_bytes + disk.journal_bytes,
          .disk_free_bytes = disk.free_bytes,
          .counters = shard_->counters(),
          .commits = commits_.took()};
}

// What visitors of the text gateway may not take, clients may.
void relay_process::share_descriptors(std::size_t free) {
  if (text_ports_.empty()) return driver_->set_accepted_streams_max(free);
  const auto share = std::min<std::size_t>(static_cast<std::size_t>(options_.text_rules.connections_max), free / 2);
  text_->visitors().set_connections_max(share);
  driver_->set_accepted_streams_max(free - share);
}

void relay_process::listen(passed_port port, const proto::public_key& key) {
  const std::string at = port.at.to_string();
  if (port.datagrams) say(STDERR_FILENO, "listening udp " + at);
  if (port.streams) say(STDERR_FILENO, "listening tcp " + at);
  say(STDOUT_FILENO, joining_line(port.at, key));
  if (!port.datagrams) log_.warning("listen", {{"at", at}, {"without", "udp"}, {"why", "only tcp was passed"}});
  if (!port.streams) log_.warning("listen", {{"at", at}, {"without", "tcp"}, {"why", "only udp was passed"}});
  if (port.datagrams) driver_->add_socket(std::move(*port.datagrams));
  if (port.streams) driver_->add_stream_listener(std::move(*port.streams));
}

void relay_process::wait_for_signals() {
  signals_.async_wait([this](std::error_code error, int signal) {
    if (error) return;
    on_signal(signal);
    wait_for_signals();
  });
}

void relay_process::on_signal(int signal) {
  if (signal == SIGHUP) {
    if (!is_draining_) read_settings_again();
  } else if (is_draining_) {
    log_.warning("stop", {{"why", "second signal"}});
    ::_exit(128 + signal);
  } else {
    drain("the relay is shutting down");
  }
}

void relay_process::read_settings_again() {
  service_.on_reload_begin();
  reload_->run();
  service_.on_reload_end();
}

void relay_process::on_fault(const store_fault& fault) {
  tell_fault(fault);
  drain("the relay's storage failed");
}

void relay_process::tell_fault(const store_fault& fault) {
  log_.error("storage", {{"fault", fault.what}});
  complain(
      fmt::format("the storage cannot be trusted any more: {}. Nothing was acknowledged since. Stopping.", fault.what));
  status_ = failed_status;
}

void relay_process::drain(std::string_view reason) {
  if (std::exchange(is_draining_, true)) return;
  service_.on_stop(reason);
  health_.on_drain(reason);
  log_.info("drain", {{"connections", std::to_string(endpoint_->connection_count())}});
  shard_->drain(proto::close_code::going_away, reason, udp::clock::now());
  driver_->wake();
  wait_until_drained();
}

void relay_process::wait_until_drained() {
  constexpr std::chrono::milliseconds interval{5};
  drain_check_.expires_after(interval);
  drain_check_.async_wait([this](std::error_code error) {
    if (error) return;
    if (shard_->is_drained(udp::clock::now())) {
      context_.stop();
    } else {
      wait_until_drained();
    }
  });
}

int relay_process::run() {
  context_.run();
  signals_.remove(SIGINT);
  signals_.remove(SIGTERM);
  log_.info("flush", {{"messages", std::to_string(committer_->waiting().appends)}});
  const auto& fault = committer_->stop();  // what was handed over is written, and the log is folded in
  if (fault && status_ == 0) tell_fault(*fault);
  log_.info("stop", {{"status", std::to_string(status_)}});
  return status_;
}

}  // namespace

int run_relay(const server_options& options) {
  event_log log{options.log, options.format};
  relay_process process{options, log};
  if (const auto started = process.start(); !started) {
    complain(started.error());
    return failed_status;
  }
  return process.run();
}

}  // namespace tern::relay
