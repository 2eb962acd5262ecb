#include "audit/chain.h"

#include "trust/crypto.h"

#include <gtest/gtest.h>

#include <vector>

namespace mega {
namespace {

TEST(ChainHash, IsTheSha256ThatTheHeaderSays) {
  // printf '2:ab0:' | sha256sum
  EXPECT_EQ(chain_hash("", std::vector<std::string>{"ab", ""}),
            "bd9027e9dbf27167f8c3e2fbc1e42491e1cf15a54dd6fa6caa99f5e12b4c0750");
}

TEST(ChainHash, TellsFieldsApart) {
  const auto hash = [](std::vector<std::string> fields) { return chain_hash("x", fields); };
  EXPECT_NE(hash({"ab", "c"}), hash({"a", "bc"}));
  EXPECT_NE(hash({"a", ""}), hash({"a"}));
  EXPECT_NE(chain_hash("x", std::vector<std::string>{"a"}),
            chain_hash("y", std::vector<std::string>{"a"}));
}

TEST(Sha256, OfTheKnownText) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace mega
