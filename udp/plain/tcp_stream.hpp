// One TCP connection of plain bytes. Partial reads and writes are the kernel's business:
// write_all() goes on until everything is handed over, read_some() gives what is there.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "udp/net.hpp"
#include "udp/result.hpp"

#include <chrono>

namespace tern::udp {

class tcp_stream {
 public:
  // Precondition: connected.
  explicit tcp_stream(asio::ip::tcp::socket socket);

  const proto::address& local_address() const { return local_; }
  const proto::address& remote_address() const { return remote_; }
  net::any_io_executor executor() { return socket_.get_executor(); }

  // Waits for at least one byte; 0 when the peer has sent all it will.
  net::awaitable<result<std::size_t>> read_some(proto::mutable_byte_view buffer);
  // `data` must stay valid until this is done. One at a time.
  net::awaitable<std::error_code> write_all(proto::byte_view data);

  // Tells the peer that nothing more will come; reading goes on.
  std::error_code half_close();
  // A peer that vanished without a word is noticed after about `silence`, while nothing is written to it. As far as
  // the system can do that.
  void keep_alive(std::chrono::seconds silence);
  // Ends what is going on with errc::operation_canceled.
  void cancel();
  void close();

 private:
  asio::ip::tcp::socket socket_;
  proto::address local_;
  proto::address remote_;
};

}  // namespace tern::udp
