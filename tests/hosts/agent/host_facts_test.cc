#include "hosts/agent/host_facts.h"

#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"
#include "value/json.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace mega {
namespace {

Value at(const Map& map, std::string_view key) {
  const Value* found = map.find(key);
  return found ? *found : Value("(none)");
}

TEST(HostFacts, AreThoseOfThisHost) {
  const FakeClock clock;
  const HostFacts facts = read_host_facts(clock);
  EXPECT_FALSE(facts.name.empty());
  EXPECT_TRUE(facts.kernel.starts_with("Linux ")) << facts.kernel;
  EXPECT_EQ(facts.cpus, ::sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_EQ(facts.clock, clock.now());
  ASSERT_TRUE(facts.memory);
  EXPECT_EQ(facts.memory->total_bytes / ::sysconf(_SC_PAGESIZE), ::sysconf(_SC_PHYS_PAGES));
  for (const Disk& disk : facts.disks) {
    SCOPED_TRACE(disk.mount.folder);
    EXPECT_GT(disk.size_bytes, 0);
    EXPECT_GE(disk.size_bytes, disk.free_bytes);
    EXPECT_GE(disk.used_percent, 0);
    EXPECT_LE(disk.used_percent, 100);
  }
}

TEST(HostFacts, LeaveOutWhatTheHostDoesNotTell) {
  const Scratch empty;
  const FakeClock clock;
  const Map map = to_map(read_host_facts(clock, empty.path()));
  EXPECT_FALSE(map.find(std::string_view("uptime")));
  EXPECT_FALSE(map.find(std::string_view("load")));
  EXPECT_FALSE(map.find(std::string_view("memory")));
  EXPECT_TRUE(map.find(std::string_view("kernel")));
}

TEST(HostFacts, TravelAsKeywords) {
  const Scratch proc;
  proc.write("uptime", "100.5 3\n");
  proc.write("loadavg", "0.5 1.25 2 1/2 3\n");
  proc.write("meminfo", "MemTotal: 10 kB\nMemAvailable: 4 kB\n");
  const FakeClock clock;
  const Map map = to_map(read_host_facts(clock, proc.path()));
  EXPECT_EQ(at(map, "uptime"), Value(100));
  EXPECT_EQ(to_json(at(map, "load")), "[0.5,1.25,2.0]");
  EXPECT_EQ(to_json(at(map, "memory")),
            R"({"total":10240,"available":4096,"swap_total":0,"swap_free":0})");
  EXPECT_EQ(to_json(at(map, "disks")), "[]");
}

}  // namespace
}  // namespace mega
