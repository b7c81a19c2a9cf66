#include "cli/commands/commands.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/screen_safety/screen_safety.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
struct found_address {
  proto::address where;
  bool has_udp = false;
  bool has_tcp = false;
};

struct resolve_job {
  context& call;
  std::string host;
  std::string service;
  bool wants_names;
  std::vector<found_address> found{};
  std::error_code error{};
};

net::awaitable<void> look_up(resolve_job& job, udp::transport protocol) {
  udp::resolve_query query;
  query.host = job.host;
  query.service = job.service;
  query.protocol = protocol;
  query.family = family_from(job.call.args);
  const auto results = co_await udp::resolve(query);
  if (!results) {
    job.error = results.error();
    co_return;
  }
  for (const auto& where : *results) {
    auto same = std::find_if(job.found.begin(), job.found.end(), [&](const auto& each) { return each.where == where; });
    if (same == job.found.end()) same = job.found.insert(same, found_address{where});
    (protocol == udp::transport::tcp ? same->has_tcp : same->has_udp) = true;
  }
}

std::string host_text(const proto::address& where) {
  std::string text = where.to_string();
  text.resize(text.rfind(':'));
  return text.starts_with('[') ? text.substr(1, text.size() - 2) : text;
}

// Empty where the address has no name.
net::awaitable<std::string> name_of(found_address each) {
  const auto name = co_await udp::resolve_back(each.where, each.has_tcp ? udp::transport::tcp : udp::transport::udp);
  co_return name && name->host != host_text(each.where) ? name->host : std::string();
}

net::awaitable<void> show(resolve_job& job, const found_address& each) {
  std::string name;
  if (job.wants_names) name = co_await name_of(each);
  std::string line = job.service.empty() ? host_text(each.where) : each.where.to_string();
  if (!job.service.empty()) line += each.has_tcp && each.has_udp ? " tcp udp" : each.has_tcp ? " tcp" : " udp";
  if (!name.empty()) line += " " + screen_line(name);
  job.call.out.data(line + "\n");
  job.call.out.record({{"type", "address"},
                       {"address", host_text(each.where)},
                       {"port", each.where.port},
                       {"family", each.where.is_v4() ? "ipv4" : "ipv6"},
                       {"tcp", each.has_tcp},
                       {"udp", each.has_udp},
                       {"name", name}});
}

net::awaitable<exit_code> resolve(resolve_job& job) {
  co_await look_up(job, udp::transport::tcp);
  co_await look_up(job, udp::transport::udp);
  if (job.found.empty() && job.error == asio::error::service_not_found) {
    throw failure(exit_code::unreachable, "no_service",
                  fmt::format("there is no service '{}', neither over TCP nor over UDP", screen_line(job.service)));
  }
  if (job.found.empty()) {
    throw failure(exit_code::unreachable, "not_found",
                  fmt::format("cannot find '{}': {}", screen_line(job.host), explain(job.error)));
  }
  for (const auto& each : job.found) co_await show(job, each);
  co_return exit_code::done;
}

bool is_numeric(const std::string& host) {
  std::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

exit_code run(context& call) {
  call.args.require_words(1, 2, "HOST");
  const auto& words = call.args.words();
  const std::string host = without_brackets(words[0]);
  resolve_job job{call, host, words.size() > 1 ? words[1] : std::string(),
                  is_numeric(host) || call.args.has("reverse")};
  if (job.host.empty()) throw usage_error("HOST is empty");
  return run_until_done(resolve(job));
}
}  // namespace

command resolve_command() {
  command result;
  result.name = "resolve";
  result.synopsis = "HOST [SERVICE]";
  result.summary = "all addresses of a name, and the names of addresses";
  result.details =
      "Prints one address a line in the order in which tern would try them; with SERVICE (a name or\n"
      "a number) also the port and the transports that have it. For an address, and with --reverse\n"
      "for each address of a name, it prints the name that belongs to it.";
  result.options = family_options();
  result.options.push_back({"r,reverse", "", "also ask for the name of each address"});
  result.examples = {{"tern resolve localhost echo", "addresses, port and transports of a service"},
                     {"tern resolve ::1", "from an address to its name"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
