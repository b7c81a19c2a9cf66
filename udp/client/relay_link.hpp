// Keeps a connection to one relay: resolves its name, tries each address in turn, asks
// about its key, and does it all again with growing pauses whenever the connection is
// lost. A connection that has fallen silent is kept until another one stands.
//
// Does not know what messages mean, nor which of them still matter after a loss.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/client/address_walk.hpp"
#include "udp/client/client_options.hpp"
#include "udp/client/link_user.hpp"
#include "udp/driver.hpp"
#include "udp/resolve.hpp"
#include "udp/result.hpp"
#include "udp/system_entropy.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tern::udp {

class relay_link final : public driver_owner {
 public:
  // `user` and `source` must outlive the link.
  relay_link(const net::any_io_executor& executor, tern_address relay, const client_options& options,
             std::shared_ptr<const proto::identity> self, proto::entropy& source, link_user& user);

  // Begins; nothing is told before the next turn.
  void start();
  // Have a turn soon.
  void wake() { driver_.wake(); }

  bool is_attached() const { return attached_.has_value(); }
  bool is_connected() const { return is_established_; }
  bool is_closed() const { return is_closed_; }
  std::uint64_t connection_count() const { return connections_; }
  // Whether what was sent as early data may be on its way to the relay.
  bool may_have_sent_early() const { return may_have_sent_early_; }

  // To the attached connection. Errors as endpoint::send(), errc::closed where there is none.
  tl::expected<void, std::error_code> send(proto::lane_id lane, proto::bytes payload,
                                           const proto::send_options& options, bool early_allowed,
                                           proto::time_point now);
  void keep_alive(bool wanted, proto::time_point now);
  // To the attached connection. Errors as endpoint::ping().
  tl::expected<proto::ping_id, std::error_code> ping(proto::time_point now);
  // Takes leave of the relay and tries no more. The farewell goes out with the next turn.
  void close(proto::time_point now);

  std::uint64_t packets_sent() const { return driver_.counters().datagrams_sent; }
  driver_counters counters() const { return driver_.counters(); }
  std::optional<proto::connection_statistics> statistics() const;
  const std::optional<proto::public_key>& relay_key() const { return relay_key_; }

  void on_event(proto::time_point now, proto::endpoint_event event) override;
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override;
  void on_unreachable(proto::time_point now, const unreachable_report& report) override;

 private:
  enum class search : std::uint8_t { none, resolving, trying, pausing };
  using handle = proto::connection_handle;

  void begin_search();
  void resolve_name();
  void on_resolved(result<std::vector<proto::address>> found);
  std::error_code open_socket();
  void try_next(proto::time_point now);
  void attach(handle connection);
  void detach(proto::time_point now);
  void give_up_try(proto::time_point now, std::error_code error);
  void end_search(proto::time_point now);
  void on_round_failed(proto::time_point now, std::error_code error);
  void fail(proto::time_point now, std::error_code error);
  void take_messages(proto::time_point now);

  void on(proto::time_point now, const proto::relay_key_offered& event);
  void on(proto::time_point now, const proto::relay_key_changed& event);
  void on(proto::time_point now, const proto::connected& event);
  void on(proto::time_point now, const proto::readable& event);
  void on(proto::time_point now, const proto::silent& event);
  void on(proto::time_point now, const proto::heard& event);
  void on(proto::time_point now, const proto::ping_answered& event);
  void on(proto::time_point now, const proto::ping_reached& event);
  void on(proto::time_point now, const proto::closed& event);
  template <class Other>
  void on(proto::time_point, const Other&) {}

  net::any_io_executor executor_;
  tern_address relay_;
  const client_options& options_;
  std::shared_ptr<const proto::identity> self_;
  link_user& user_;
  std::optional<proto::public_key> relay_key_;
  proto::endpoint endpoint_;
  driver driver_;
  std::optional<std::uint32_t> socket_;
  backoff pauses_;

  search search_ = search::none;
  address_walk walk_;
  proto::address remote_;                          // of the try
  std::optional<handle> try_;                      // shaking hands
  std::optional<proto::time_point> search_until_;  // when the try or the pause is over
  std::string last_reason_;                        // the relay's words when it closed last

  std::optional<handle> attached_;  // sends and receives; may be the try
  proto::address attached_remote_;
  bool is_established_ = false;
  bool has_unread_ = false;
  bool is_kept_alive_ = false;
  bool is_closed_ = false;
  bool may_have_sent_early_ = false;
  std::uint64_t connections_ = 0;
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);  // for the resolver's answer
};

}  // namespace tern::udp
