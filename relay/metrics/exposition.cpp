#include "relay/metrics/exposition.hpp"

#include <limits>
#include <prometheus/text_serializer.h>
#include <sstream>
#include <utility>
#include <vector>

namespace tern::relay {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class page {
 public:
  // Names are given without their prefix.
  void gauge(const char* name, const char* help, double value) {
    family(name, help, MetricType::Gauge).metric.emplace_back().gauge.value = value;
  }
  void count(const char* name, const char* help, std::uint64_t value) {
    family(name, help, MetricType::Counter).metric.emplace_back().counter.value = static_cast<double>(value);
  }
  MetricFamily& family(const char* name, const char* help, MetricType type) {
    return families_.emplace_back(MetricFamily{std::string{"tern_relay_"} + name, help, type, {}});
  }

  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, families_);
    return out.str();
  }

 private:
  std::vector<MetricFamily> families_;
};

void add(MetricFamily& to, const char* label, std::string_view of, std::uint64_t value) {
  ClientMetric& metric = to.metric.emplace_back();
  metric.label.push_back({label, std::string{of}});
  metric.counter.value = static_cast<double>(value);
  metric.gauge.value = static_cast<double>(value);
}

void add_state(page& to, const relay_numbers& numbers) {
  MetricFamily& build = to.family("build_info", "1; the version is a label.", MetricType::Gauge);
  add(build, "version", numbers.version, 1);
  to.gauge("uptime_seconds", "Time since the start.", numbers.uptime.count());
  to.gauge("draining", "1 while it takes leave of its clients.", numbers.is_draining ? 1 : 0);
  to.gauge("healthy", "1 if the last look of /healthz found that it can commit, and it does not drain.",
           numbers.is_well ? 1 : 0);
  to.gauge("connections", "Connections of clients, those that are half-open included.",
           static_cast<double>(numbers.connections));
  to.gauge("text_visitors", "Connections of the text gateway.", static_cast<double>(numbers.visitors));
  to.gauge("rooms", "Rooms that there are.", static_cast<double>(numbers.rooms));
}

void add_messages(page& to, const relay_numbers& numbers) {
  const hub_counters& hub = numbers.counters.hub;
  to.count("messages_committed_total", "Messages that were committed for the first time.", hub.committed);
  to.count("messages_repeated_total", "Messages that came again and were told their first commit.", hub.duplicates);
  to.count("messages_relayed_total", "Messages that were passed on in live rooms.", hub.relayed);
  to.count("messages_delivered_total", "Messages handed to the connections of readers.", hub.delivered_entries);
}

void add_counts(page& to, const relay_counters& counters) {
  MetricFamily& refusals =
      to.family("refusals_total", "What was refused or held back, by the limit that was hit.", MetricType::Counter);
  for (const auto& [name, count] : counts_of(counter_kind::limit, counters)) add(refusals, "limit", name, count);
  MetricFamily& events =
      to.family("events_total", "What else became of packets, handshakes and connections.", MetricType::Counter);
  for (const auto& [name, count] : counts_of(counter_kind::event, counters)) add(events, "event", name, count);
}

void add_store(page& to, const relay_numbers& numbers) {
  auto& histogram = to.family("commit_duration_seconds",
                              "From handing an append to the store until its commit is back.", MetricType::Histogram)
                        .metric.emplace_back()
                        .histogram;
  histogram.sample_count = numbers.commits.count();
  histogram.sample_sum = numbers.commits.sum().count();
  for (std::size_t i = 0; i < duration_buckets::ends.size(); ++i) {
    const std::chrono::duration<double> end = duration_buckets::ends[i];
    histogram.bucket.push_back({numbers.commits.at_most(i), end.count()});
  }
  histogram.bucket.push_back({numbers.commits.count(), std::numeric_limits<double>::infinity()});

  MetricFamily& waiting = to.family("store_queue_requests", "Requests that wait for the store.", MetricType::Gauge);
  add(waiting, "kind", "append", numbers.waiting.appends);
  add(waiting, "kind", "other", numbers.waiting.others);
  to.gauge("store_queue_bytes", "Messages that wait for the store.", static_cast<double>(numbers.waiting.append_bytes));
  to.gauge("messages_undecided", "Messages whose senders were not answered yet.",
           static_cast<double>(numbers.undecided));
  to.gauge("log_bytes", "The log on the disk, with its journal.", static_cast<double>(numbers.log_bytes));
  to.gauge("disk_free_bytes", "Room on the log's disk.", static_cast<double>(numbers.disk_free_bytes));
}

void add_traffic(page& to, const relay_numbers& numbers) {
  const auto& endpoint = numbers.counters.endpoint;
  const auto& sockets = numbers.counters.sockets;
  MetricFamily& received = to.family("received_bytes_total", "What came from clients.", MetricType::Counter);
  add(received, "transport", "udp", endpoint.bytes_received);
  add(received, "transport", "tcp", sockets.stream_bytes_received);
  MetricFamily& sent = to.family("sent_bytes_total", "What went to clients.", MetricType::Counter);
  add(sent, "transport", "udp", endpoint.bytes_sent);
  add(sent, "transport", "tcp", sockets.stream_bytes_sent);
  to.count("datagrams_received_total", "Datagrams that came.", sockets.datagrams_received);
  to.count("datagrams_sent_total", "Datagrams that were sent.", sockets.datagrams_sent);
  to.count("receive_drops_total", "Datagrams that found a socket's buffer full.", sockets.receive_drops);
}

}  // namespace

std::string expose(const relay_numbers& numbers) {
  page made;
  add_state(made, numbers);
  add_messages(made, numbers);
  add_counts(made, numbers.counters);
  add_store(made, numbers);
  add_traffic(made, numbers);
  return made.text();
}

}  // namespace tern::relay
