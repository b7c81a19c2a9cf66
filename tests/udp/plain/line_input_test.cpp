#include "udp/plain/line_input.hpp"

#include "tests/udp/plain/pipe.hpp"
#include "tests/udp/run.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <vector>

namespace tern::udp {
namespace {

net::awaitable<std::vector<std::string>> all_lines(int fd) {
  auto input = line_input::open(co_await asio::this_coro::executor, fd);
  std::vector<std::string> lines;
  for (;;) {
    const auto line = co_await input->next_line();
    if (!line || !line->has_value()) co_return lines;
    lines.push_back(**line);
  }
}

TEST(LineInput, ReadsAPipeToItsEnd) {
  test::pipe pipe;
  pipe.write("one\ntwo\nthree");
  pipe.close();
  EXPECT_EQ(test::run(all_lines(pipe.read_end())), (std::vector<std::string>{"one", "two", "three"}));
}

TEST(LineInput, ReadsARegularFileWhichNoReactorWatches) {
  const descriptor file{::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
  if (!file.is_open()) GTEST_SKIP() << "no unnamed files in /tmp";
  ASSERT_EQ(::write(file.get(), "a\nb\n", 4), 4);
  ASSERT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  EXPECT_EQ(test::run(all_lines(file.get())), (std::vector<std::string>{"a", "b"}));
}

TEST(LineInput, NothingComesFromDevNull) {
  const descriptor null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  EXPECT_EQ(test::run(all_lines(null.get())), std::vector<std::string>{});
}

TEST(LineInput, LeavesTheDescriptorBlockingAndOpen) {
  test::pipe pipe;
  pipe.write("x\n");
  pipe.close();
  test::run(all_lines(pipe.read_end()));
  EXPECT_EQ(::fcntl(pipe.read_end(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LineInput, AClosedDescriptorIsAnError) {
  net::io_context io;
  const auto input = line_input::open(io.get_executor(), 1000);
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error(), std::errc::bad_file_descriptor);
}

net::awaitable<std::vector<std::string>> lines_or_refusals(int fd, std::size_t bytes_max) {
  auto input = line_input::open(co_await asio::this_coro::executor, fd, {bytes_max, true});
  std::vector<std::string> lines;
  for (;;) {
    const auto line = co_await input->next_line();
    if (!line && line.error() != std::errc::message_size) co_return lines;
    if (line && !line->has_value()) co_return lines;
    lines.push_back(line ? **line : "too long");
  }
}

TEST(LineInput, ALineThatIsTooLongIsRefusedWholeAndOnce) {
  const std::string is_long(10'000, 'x');
  test::pipe pipe;
  pipe.write("1234\n" + is_long + "\nok\n12345\r\n" + is_long);
  pipe.close();
  EXPECT_EQ(test::run(lines_or_refusals(pipe.read_end(), 4)),
            (std::vector<std::string>{"1234", "too long", "ok", "too long", "too long"}));
}

}  // namespace
}  // namespace tern::udp
