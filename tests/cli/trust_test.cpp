#include "cli/failure.hpp"
#include "cli/trust/trust_policy.hpp"
#include "cli/trust/trust_store.hpp"
#include "tests/cli/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::cli {
namespace {

using testing::HasSubstr;

proto::public_key key(std::uint8_t fill) {
  proto::public_key result;
  result.octets.fill(fill);
  return result;
}

TEST(TrustPolicy, AnUnknownKeyIsAskedAboutAcceptedOrRefused) {
  const key_offer offer{"h:7777", key(1), {}, {}, false};
  EXPECT_EQ(judge(offer, {false, true}), trust_verdict::ask);
  EXPECT_EQ(judge(offer, {false, false}), trust_verdict::unknown);
  EXPECT_EQ(judge(offer, {true, false}), trust_verdict::accept_new);
}

TEST(TrustPolicy, LoopbackIsAcceptedAsNew) {
  EXPECT_EQ(judge({"127.0.0.1:7777", key(1), {}, {}, true}, {}), trust_verdict::accept_new);
}

TEST(TrustPolicy, AKnownKeyIsTrustedAndAChangedOneNever) {
  EXPECT_EQ(judge({"h:1", key(1), key(1), {}, false}, {}), trust_verdict::trusted);
  for (const bool accept_new : {false, true}) {
    for (const bool loopback : {false, true}) {
      EXPECT_EQ(judge({"h:1", key(1), key(2), {}, loopback}, {accept_new, true}), trust_verdict::changed);
    }
  }
}

TEST(TrustPolicy, AKeyInTheAddressPins) {
  EXPECT_EQ(judge({"h:1", key(1), {}, key(1), false}, {}), trust_verdict::trusted);
  EXPECT_EQ(judge({"h:1", key(2), {}, key(1), true}, {true, true}), trust_verdict::changed);
  EXPECT_EQ(judge({"h:1", key(1), key(2), key(1), false}, {true, true}), trust_verdict::changed);
}

TEST(TrustPolicy, RefusalsSayWhatToType) {
  const auto unknown = unknown_key_failure({"h:1", key(1), {}, {}, false});
  EXPECT_EQ(unknown.code(), exit_code::untrusted);
  EXPECT_EQ(unknown.reason(), "key_unknown");
  EXPECT_THAT(unknown.what(), HasSubstr("tern trust pin 'tern://h:1#AQEB"));
  const auto changed = changed_key_failure({"h:1", key(1), key(2), {}, false});
  EXPECT_EQ(changed.reason(), "key_changed");
  EXPECT_THAT(changed.what(), HasSubstr("tern trust forget 'h:1'"));
}

class TrustStoreTest : public testing::Test {
 protected:
  temporary_folder folder_;
  trust_store store_{folder_.path() / "tern"};
};

TEST_F(TrustStoreTest, RemembersAndForgets) {
  EXPECT_TRUE(store_.list().empty());
  EXPECT_EQ(store_.remember({"h:1", key(1), "2026", "asked"}), remember_outcome::stored);
  EXPECT_EQ(store_.remember({"[::1]:2", key(2), "2026", "loopback"}), remember_outcome::stored);
  EXPECT_EQ(store_.remember({"h:1", key(1), "2027", "asked"}), remember_outcome::already_known);
  EXPECT_EQ(store_.find("h:1")->key, key(1));
  EXPECT_EQ(store_.find("h:1")->since, "2026");
  EXPECT_EQ(store_.list().size(), 2U);
  EXPECT_TRUE(store_.forget("h:1"));
  EXPECT_FALSE(store_.forget("h:1"));
  EXPECT_FALSE(store_.find("h:1").has_value());
}

TEST_F(TrustStoreTest, NeverReplacesAKey) {
  store_.remember({"h:1", key(1), "x", "asked"});
  EXPECT_EQ(store_.remember({"h:1", key(2), "x", "asked"}), remember_outcome::conflict);
  EXPECT_EQ(store_.find("h:1")->key, key(1));
}

TEST_F(TrustStoreTest, AnAnnouncedKeyTakesThePlaceOfTheOneThatAnnouncedIt) {
  store_.remember({"h:1", key(1), "2026", "asked"});
  EXPECT_FALSE(store_.succeed({"h:1", key(3), "2027", "announced", key(2)})) << "by a key that is not the known one";
  EXPECT_EQ(store_.find("h:1")->key, key(1));
  EXPECT_TRUE(store_.succeed({"h:1", key(2), "2027", "announced", key(1)}));
  EXPECT_EQ(store_.find("h:1")->key, key(2));
  EXPECT_EQ(store_.find("h:1")->previous, key(1));
  EXPECT_EQ(store_.find("h:1")->reason, "announced");
  EXPECT_TRUE(store_.succeed({"h:1", key(2), "2027", "announced", key(1)})) << "another process was first";
  EXPECT_TRUE(store_.succeed({"new:1", key(5), "2027", "announced", key(4)}));
  EXPECT_EQ(store_.find("new:1")->key, key(5));
  EXPECT_EQ(store_.list().size(), 2U);
}

TEST_F(TrustStoreTest, ADamagedLineIsToldWithItsNumber) {
  store_.remember({"h:1", key(1), "x", "asked"});
  std::ofstream(store_.file(), std::ios::app) << "garbage\n";
  try {
    store_.list();
    FAIL();
  } catch (const failure& problem) {
    EXPECT_EQ(problem.code(), exit_code::configuration);
    EXPECT_THAT(problem.what(), HasSubstr("line 3"));
  }
}

TEST_F(TrustStoreTest, ManyProcessesLoseNothing) {
  std::vector<pid_t> children;
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto outcome = store_.remember({"host" + std::to_string(i) + ":1", key(1), "x", "asked"});
      ::_exit(outcome == remember_outcome::stored ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store_.list().size(), 20U);
}

}  // namespace
}  // namespace tern::cli
