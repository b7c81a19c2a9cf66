// What is an HTTP request to us, and what is none.
#include "relay/metrics/http_request.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

TEST(HttpRequest, IsWholeWithItsEmptyLine) {
  EXPECT_FALSE(is_http_head_whole("GET / HTTP/1.1\r\n"));
  EXPECT_FALSE(is_http_head_whole("GET / HTTP/1.1\r\nHost: a\r\n"));
  EXPECT_TRUE(is_http_head_whole("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(is_http_head_whole("GET / HTTP/1.0\n\n"));
}

TEST(HttpRequest, NamesAMethodAndAPath) {
  const auto request = parse_http_request("GET /metrics?name[]=x HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->path, "/metrics");
  EXPECT_EQ(parse_http_request("POST /x HTTP/1.0\n\n")->method, "POST");
}

TEST(HttpRequest, IsNothingElse) {
  for (const std::string_view wrong :
       {"", "\n\n", "GET\n\n", "GET /metrics\n\n", "GET metrics HTTP/1.1\n\n", "get / HTTP/1.1\n\n", "GET / HTTP/2\n\n",
        "GET /a b HTTP/1.1\n\n", "GET /\x1b[2J HTTP/1.1\n\n", " / HTTP/1.1\n\n", "\x16\x03\x01\x02 / HTTP/1.1\n\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n"})
    EXPECT_FALSE(parse_http_request(wrong)) << wrong;
}

}  // namespace
}  // namespace tern::relay
