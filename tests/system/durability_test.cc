// What the server has acknowledged survives whatever ends it: kill -9 at any moment, a full disk.
#include "base/clock.h"
#include "tests/support/eventually.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "tests/support/small_disk.h"
#include "wire/frame.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace mega {
namespace {

constexpr int writers = 4;

int rounds() { return std::getenv("MEGA_TEST_LONG") ? 1000 : 100; }

std::string add_server(int number) {
  return encode_frame(
      fmt::format(R"({{"ID":1,"HEAD":"MEGA","VALUE":"add_server","ARGS":{{"ip":"10.{}.{}.{}"}}}})",
                  number >> 16 & 255, number >> 8 & 255, number & 255));
}

std::string address(int number) {
  return fmt::format("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.insert(text.substr(begin, end - begin));
  }
  return lines;
}

// The addresses of all servers that the store knows.
std::set<std::string> known(const ServerProcess& server) {
  const Finished listed = server.mega({"inventory", "export", "-", "--format", "csv"});
  EXPECT_EQ(listed.code, 0) << listed.errors;
  std::set<std::string> found;
  for (const std::string& line : lines_of(listed.output)) {
    const auto begin = line.find("10.");
    if (begin != std::string::npos) found.insert(line.substr(begin, line.find(',', begin) - begin));
  }
  return found;
}

// Adds servers over four connections until the server is gone; what it acknowledged.
class Writers {
 public:
  Writers(const ServerProcess& server, int& next_number) : next_number_(next_number) {
    for (int i = 0; i < writers; ++i) {
      threads_.emplace_back([this, path = server.socket()] { write(Peer::to_unix(path)); });
    }
  }
  void wait() {
    for (std::thread& thread : threads_) thread.join();
  }
  std::size_t acknowledged_count() {
    const std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }
  const std::vector<int>& acknowledged() const { return acknowledged_; }

 private:
  void write(Peer peer) {
    for (;;) {
      int number = 0;
      {
        const std::lock_guard lock(mutex_);
        number = next_number_++;
      }
      if (!peer.send(add_server(number))) return;
      const std::string answer = peer.read_frame();
      if (answer.find("\"CODE\":0") == std::string::npos) return;
      const std::lock_guard lock(mutex_);
      acknowledged_.push_back(number);
    }
  }

  std::mutex mutex_;
  int& next_number_;
  std::vector<int> acknowledged_;
  std::vector<std::thread> threads_;
};

TEST(Durability, WhatWasAcknowledgedSurvivesKill9AtAnyMoment) {
  const Scratch scratch;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  int next_number = 1;
  std::set<std::string> acknowledged;
  for (int round = 0; round < rounds(); ++round) {
    ServerProcess server(scratch / "data");
    Writers writing(server, next_number);
    const std::size_t enough = std::uniform_int_distribution<std::size_t>(1, 40)(random);
    EXPECT_TRUE(eventually([&] { return writing.acknowledged_count() >= enough; }));
    ::usleep(std::uniform_int_distribution<useconds_t>(0, 3000)(random));
    server.child().signal(SIGKILL);
    writing.wait();
    server.child().wait();
    for (const int number : writing.acknowledged()) acknowledged.insert(address(number));
  }

  ServerProcess server(scratch / "data");
  const std::set<std::string> found = known(server);
  std::vector<std::string> lost;
  std::ranges::set_difference(acknowledged, found, std::back_inserter(lost));
  EXPECT_EQ(lost, std::vector<std::string>{});
  EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(rounds()));
  // A change and its audit row are there together or not at all.
  const Finished audit = server.mega({"call", "get_audit", "count=0", "-o", "csv"});
  EXPECT_EQ(audit.code, 0) << audit.errors;
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(audit.output, '\n')) - 1, found.size());
  EXPECT_EQ(server.stop(), 0);
}

// Kills the server while it archives; the same command then finishes what was begun.
TEST(Durability, AnArchiveSurvivesKill9AtAnyMoment) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "old");
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  int next_number = 1;
  std::vector<std::string> files;
  for (int round = 0; round < rounds() / 5; ++round) {
    const std::string file = scratch / fmt::format("old/{}.jsonl", round);
    const std::vector<std::string> archive{"server", "audit",    "--archive",
                                           file,     "--before", format_iso(system_clock().now())};
    {
      ServerProcess server(scratch / "data");
      Peer peer = Peer::to_unix(server.socket());
      for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(peer.send(add_server(next_number++)));
        ASSERT_NE(peer.read_frame().find("\"CODE\":0"), std::string::npos);
      }
      std::atomic<bool> answered{false};
      std::thread asks([&] {
        server.mega(archive);
        answered = true;
      });
      // While the file is written, and, every second time, while the rows go that are in it.
      const bool written = round % 2 == 0;
      const auto begun = [&] { return !written || answered || std::filesystem::exists(file); };
      EXPECT_TRUE(eventually(begun));
      ::usleep(std::uniform_int_distribution<useconds_t>(0, written ? 2'000 : 60'000)(random));
      server.child().signal(SIGKILL);
      server.child().wait();
      asks.join();
    }
    ServerProcess server(scratch / "data");
    ASSERT_EQ(server.mega({"server", "audit", "--verify"}).code, 0);
    const Finished again = server.mega(archive);
    ASSERT_EQ(again.code, 0) << again.errors;
    if (std::filesystem::exists(file)) files.push_back(file);
    EXPECT_EQ(server.stop(), 0);
  }

  ServerProcess server(scratch / "data");
  std::vector<std::string> verify{"server", "audit", "--verify"};
  EXPECT_EQ(server.mega(verify).code, 0);
  for (const std::string& file : files) verify.insert(verify.end(), {"--file", file});
  const Finished check = server.mega(verify);
  EXPECT_EQ(check.code, 0) << "no row is missing or twice: " << check.errors;
  std::size_t there = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(scratch / "old")) {
    ++there;
  }
  EXPECT_EQ(there, files.size()) << "and nothing beside them";
  EXPECT_EQ(server.stop(), 0);
}

TEST(Durability, AFullDiskRefusesChangesWithASentenceAndLosesNothing) {
  const Scratch scratch;
  SmallDisk disk(scratch.path());
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  ServerProcess server(scratch / "data");
  Peer peer = Peer::to_unix(server.socket());
  std::set<std::string> acknowledged;
  std::string refusal;
  for (int number = 1; number < 20000 && refusal.empty(); ++number) {
    ASSERT_TRUE(peer.send(add_server(number)));
    const std::string answer = peer.read_frame();
    ASSERT_FALSE(answer.empty());
    if (answer.find("\"CODE\":0") != std::string::npos) {
      acknowledged.insert(address(number));
    } else {
      refusal = answer;
    }
  }
  EXPECT_NE(refusal.find("\"KIND\":\"failed\""), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("full"), std::string::npos) << refusal;
  EXPECT_EQ(known(server), acknowledged);  // it still answers, and the refused one is not there

  disk.grow();
  const Finished added = server.mega({"call", "add_server", "ip=10.99.0.1"});
  EXPECT_EQ(added.code, 0) << added.errors;
  acknowledged.insert("10.99.0.1");
  EXPECT_EQ(known(server), acknowledged);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
