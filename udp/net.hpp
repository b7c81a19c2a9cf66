// The one header that includes asio, and the names of it that this project uses. So a
// change of asio, or of what its versions call experimental, is a change here.
// Standalone asio 1.22 or newer. It costs some seconds a translation unit: include it
// where sockets are, not in headers that only describe values.
#pragma once

// g++ 12 with sanitizers sees a mismatch in asio's recycling allocator that is not there.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/compose.hpp>
#include <asio/detached.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <asio/write.hpp>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

namespace tern::net {

using asio::any_io_executor;
using asio::awaitable;
using asio::io_context;
using asio::steady_timer;

// co_await an operation with this and get a tuple that begins with the error code
// instead of an exception.
constexpr asio::experimental::as_tuple_t<asio::use_awaitable_t<>> as_result{asio::use_awaitable};

// `a && b` runs both to their ends; `a || b` cancels the other when one is done.
namespace operators = asio::experimental::awaitable_operators;

}  // namespace tern::net
