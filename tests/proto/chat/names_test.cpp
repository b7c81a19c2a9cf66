#include "proto/chat/names.hpp"

#include "proto/chat/look_alike.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {

TEST(Names, FoldCaseAndKeepTheAllowedLetters) {
  EXPECT_EQ(fold_name("Anna_B-9"), "anna_b-9");
  EXPECT_EQ(fold_name(std::string(32, 'a')), std::string(32, 'a'));
}

TEST(Names, RefuseWhatIsEmptyLongOrForeign) {
  EXPECT_FALSE(fold_name(""));
  EXPECT_FALSE(fold_name(std::string(33, 'a')));
  EXPECT_FALSE(fold_name("a b"));
  EXPECT_FALSE(fold_name("\xc3\xa4"));
  EXPECT_FALSE(fold_name(std::string_view{"a\0b", 3}));
}

TEST(Names, KeepSomeForTheRelayItself) {
  for (const auto* name : {"guest-1234", "admin", "relay", "system", "adm1n", "gues_t"})
    EXPECT_TRUE(looks_reserved(name)) << name;
  EXPECT_FALSE(looks_reserved("anna"));
}

TEST(Names, LookAlikeInOneSkeleton) {
  EXPECT_EQ(skeleton_of("b0b"), skeleton_of("bob"));
  EXPECT_EQ(skeleton_of("1isa"), skeleton_of("lisa"));
  EXPECT_EQ(skeleton_of("mi5-s"), skeleton_of("miss"));
  EXPECT_EQ(skeleton_of("rnark"), skeleton_of("mark"));
  EXPECT_EQ(skeleton_of("r-n"), skeleton_of("m")) << "what separates is not there";
  EXPECT_EQ(skeleton_of("vvendy"), skeleton_of("wendy"));
  EXPECT_EQ(skeleton_of("c1ara"), skeleton_of("dara")) << "a pair after its letters";
  EXPECT_NE(skeleton_of("anna"), skeleton_of("ann"));
  EXPECT_NE(skeleton_of("carl"), skeleton_of("dar"));
}

TEST(Names, HaveSkeletonsThatAreTheirOwn) {
  for (const auto* name : {"rrnn", "vvvv", "vvv", "ccll", "rnrn", "c-1i", "rvvn", "--", "0155"}) {
    EXPECT_EQ(skeleton_of(skeleton_of(name)), skeleton_of(name)) << name;
  }
}

}  // namespace
}  // namespace tern::proto::chat
