// The server as a process: how it starts, refuses to start, serves, and stops.
#include "tests/support/eventually.h"
#include "tests/support/notify_socket.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "wire/frame.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace mega {
namespace {

std::string legacy_peer(const ServerProcess& server, const std::string& function,
                        const std::string& args = "") {
  const Finished peer =
      run_child({"/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py",
                 "call", "127.0.0.1", std::to_string(server.port()), function, args});
  return peer.output;
}

Finished start_again(const std::string& folder, const std::vector<std::string>& more) {
  std::vector<std::string> words{mega_binary(), "server", "--data", folder};
  words.insert(words.end(), more.begin(), more.end());
  return run_child(words, {{"HOME", folder}});
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Server, ServesBothDialectsAndStopsOnSigterm) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  EXPECT_EQ(server.mega({"call", "add_instance", "ip=10.0.0.1", "port=3306"}).code, 0);

  const Finished own = server.mega({"call", "-o", "python", "get_all_instance", "stat=1"});
  EXPECT_EQ(own.code, 0) << own.errors;
  EXPECT_NE(own.output.find("'ip': '10.0.0.1'"), std::string::npos) << own.output;
  EXPECT_EQ(legacy_peer(server, "get_all_instance", "model='backup',stat=1"), own.output);
  EXPECT_EQ(legacy_peer(server, "no_such_function"), "False\n");

  EXPECT_EQ(server.stop(), 0);
  EXPECT_NE(::access(server.socket().c_str(), F_OK), 0);
}

TEST(Server, LeavesNoCoreWithItsKeys) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  const std::string limits = text_of("/proc/" + std::to_string(server.child().pid()) + "/limits");
  const std::string line = limits.substr(limits.find("Max core file size"));
  std::istringstream words(line.substr(std::string("Max core file size").size()));
  std::string soft;
  std::string hard;
  words >> soft >> hard;
  EXPECT_EQ(soft + " " + hard, "0 0");
}

TEST(Server, ExportsToALinkOfStandardOutput) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  const std::string link = scratch / "stdout";
  std::filesystem::create_symlink("/proc/self/fd/1", link);
  const Finished exported = server.mega({"inventory", "export", "--format", "csv", link});
  EXPECT_EQ(exported.code, 0) << exported.errors;
  EXPECT_EQ(exported.output.substr(0, 5), "kind,");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
}

TEST(Server, TellsItsStatus) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  server.mega({"call", "add_server", "ip=10.0.0.1"});
  server.mega({"call", "get_server", "ip=10.0.0.99"});
  const Finished status = server.mega({"server", "status", "-o", "json"});
  EXPECT_EQ(status.code, 0) << status.errors;
  for (const char* key : {"\"version\"", "\"uptime_s\"", "\"connections\"", "\"requests\"",
                          "\"errors\": 1", "\"queue\"", "\"bytes\"", "\"servers\": 1"}) {
    EXPECT_NE(status.output.find(key), std::string::npos) << key << " in " << status.output;
  }
  EXPECT_EQ(server.stop(), 0);
  const Finished none = server.mega({"server", "status"});
  EXPECT_EQ(none.code, 4);
  EXPECT_NE(none.errors.find(server.socket()), std::string::npos) << none.errors;
  EXPECT_EQ(none.output, "");
}

TEST(Server, TellsTheServiceManager) {
  const Scratch scratch;
  NotifySocket manager(scratch / "notify");
  ServerProcess server(scratch / "data", {}, "127.0.0.1:0",
                       {{"NOTIFY_SOCKET", scratch / "notify"}, {"WATCHDOG_USEC", "100000"}});
  EXPECT_TRUE(manager.hears("READY=1\nSTATUS=version "));
  EXPECT_TRUE(manager.hears("WATCHDOG=1"));
  EXPECT_TRUE(manager.hears("WATCHDOG=1"));
  server.child().signal(SIGTERM);
  EXPECT_TRUE(manager.hears("STOPPING=1"));
  EXPECT_EQ(server.child().wait(), 0);
}

TEST(Server, KeepsWhatItHasWhenItIsStartedAgain) {
  const Scratch scratch;
  {
    ServerProcess server(scratch / "data");
    EXPECT_EQ(server.mega({"call", "add_server", "ip=10.0.0.1"}).code, 0);
    server.child().signal(SIGKILL);
    EXPECT_EQ(server.child().wait(), 128 + SIGKILL);
  }
  ServerProcess again(scratch / "data");  // over the stale socket file
  EXPECT_EQ(again.mega({"call", "get_server", "ip=10.0.0.1"}).code, 0);
  EXPECT_EQ(again.stop(), 0);
}

TEST(Server, RefusesToStartAndSaysWhy) {
  const Scratch scratch;
  ServerProcess running(scratch / "data");
  std::ofstream(scratch / "file") << "no folder";
  ::mkdir((scratch / "damaged").c_str(), 0700);
  std::ofstream(scratch / "damaged/mega.db") << std::string(8192, 'x');
  const struct {
    const char* name;
    std::string folder;
    std::vector<std::string> flags;
    int code;
    std::string told;
  } cases[] = {
      {"a second server on the folder",
       scratch / "data",
       {"--listen", "127.0.0.1:0"},
       5,
       scratch / "data"},
      {"a taken port",
       scratch / "other",
       {"--listen", "127.0.0.1:" + std::to_string(running.port())},
       4,
       "127.0.0.1:" + std::to_string(running.port())},
      {"a folder that is a file",
       scratch / "file",
       {"--listen", "127.0.0.1:0"},
       1,
       scratch / "file"},
      {"a folder that cannot be made", "/proc/mega", {"--listen", "127.0.0.1:0"}, 1, "/proc/mega"},
      {"a damaged store", scratch / "damaged", {"--listen", "127.0.0.1:0"}, 1, "mega.db"},
      {"a setting that is wrong", scratch / "other", {"--workers", "many"}, 2, "workers"},
      {"an unknown flag", scratch / "other", {"--lisen", "127.0.0.1:0"}, 2, "--lisen"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Finished refused = start_again(c.folder, c.flags);
    EXPECT_EQ(refused.code, c.code);
    EXPECT_EQ(refused.output, "");
    EXPECT_NE(refused.errors.find(c.told), std::string::npos) << refused.errors;
  }
  EXPECT_EQ(running.mega({"ping"}).code, 0);
  EXPECT_EQ(running.stop(), 0);
}

TEST(Server, RefusesAFolderThatItCannotWrite) {
  const Scratch scratch;
  const std::string folder = scratch / "readonly";
  ::mkdir(folder.c_str(), 0700);
  // Modes do not stop root; a file system that is mounted read-only does.
  if (::geteuid() != 0) {
    ::chmod(folder.c_str(), 0500);
  } else if (::mount("tmpfs", folder.c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0) {
    GTEST_SKIP() << "may not mount a read-only file system";
  }
  const Finished refused = start_again(folder, {"--listen", "127.0.0.1:0"});
  if (::geteuid() == 0) ::umount(folder.c_str());
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find(folder), std::string::npos) << refused.errors;
}

TEST(Server, LeavesAtOnceOnASecondSignal) {
  const Scratch scratch;
  // At once means that nobody joins a thread, of which TSan would complain.
  ServerProcess server(scratch / "data", {}, "127.0.0.1:0",
                       {{"TSAN_OPTIONS", "report_thread_leaks=0"}});
  // A peer that does not take its answer, which is more than a socket holds, keeps the first
  // signal waiting.
  std::ofstream batch(scratch / "batch");
  for (int n = 0; n < 1500; ++n) {
    batch << fmt::format("add_server '10.0.{}.{}',server_name='{}'\n", n / 250, n % 250 + 1,
                         std::string(250, 'x'));
  }
  batch.close();
  ASSERT_EQ(server.mega({"call", "--batch", scratch / "batch"}).code, 0);
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(R"({"ID":1,"VALUE":"get_all_server"})"));
  ASSERT_FALSE(peer.read(10).empty());
  server.child().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return !Peer::to_unix(server.socket()).connected(); }));
  server.child().signal(SIGTERM);
  EXPECT_EQ(server.child().wait(), 1);
  EXPECT_NE(server.child().errors().find("leaving at once"), std::string::npos);
}

TEST(Server, TellsWhereItIsWhateverItsFolderWasCalled) {
  const Scratch scratch;
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path());
  ServerProcess server("data");
  std::filesystem::current_path(here);
  EXPECT_EQ(server.socket(), std::filesystem::canonical(scratch / "data") / "mega.sock");
  EXPECT_EQ(server.stop(), 0);
}

TEST(Server, OpensItsLogAgainOnSighup) {
  const Scratch scratch;
  const std::string log = scratch / "server.log";
  ServerProcess server(scratch / "data", {"--log-file-name", log});
  ASSERT_EQ(::rename(log.c_str(), (log + ".1").c_str()), 0);
  server.child().signal(SIGHUP);
  EXPECT_TRUE(
      eventually([&] { return text_of(log).find("log opened again") != std::string::npos; }));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_NE(text_of(log).find("stopped"), std::string::npos);
  EXPECT_NE(text_of(log + ".1").find("ready"), std::string::npos);
}

TEST(Server, IsBackedUpWhileItRunsAndRestoredWhenItIsStopped) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  server.mega({"call", "add_server", "ip=10.0.0.1"});
  const Finished backup = server.mega({"server", "backup", scratch / "backup"});
  EXPECT_EQ(backup.code, 0) << backup.errors;
  EXPECT_NE(backup.output.find("1 servers"), std::string::npos) << backup.output;
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "data")) {
    EXPECT_EQ(entry.path().string().find(".copy-"), std::string::npos) << entry.path();
  }
  EXPECT_EQ(server.mega({"server", "backup", scratch / "backup"}).code, 1);
  server.mega({"call", "add_server", "ip=10.0.0.2"});
  EXPECT_EQ(server.mega({"server", "restore", scratch / "backup", "--force"}).code, 5);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(server.mega({"server", "restore", scratch / "backup"}).code, 5);
  const Finished restore = server.mega({"server", "restore", scratch / "backup", "--force"});
  EXPECT_EQ(restore.code, 0) << restore.errors;

  ServerProcess again(scratch / "data");
  EXPECT_EQ(again.mega({"call", "get_server", "ip=10.0.0.1"}).code, 0);
  EXPECT_EQ(again.mega({"call", "get_server", "ip=10.0.0.2"}).code, 7);
  EXPECT_EQ(again.stop(), 0);
}

}  // namespace
}  // namespace mega
