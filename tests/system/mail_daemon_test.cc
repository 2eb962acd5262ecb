// Mail that is left on a host: its daemon keeps it until the server has it, whatever dies.
#include "base/text.h"
#include "tests/support/daemon_process.h"
#include "tests/support/eventually.h"
#include "tests/support/mail_oracle.h"
#include "tests/support/mail_sink.h"
#include "tests/support/scratch.h"
#include "tests/support/tls_site.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <thread>

namespace mega {
namespace {

using testing::HasSubstr;

class MailOfAHost : public testing::Test {
 protected:
  MailOfAHost() { start_server(); }

  Words server_flags() const {
    return {"--smtp-relays", sink.address(),      "--smtp-tls",       "none",
            "--alert-to",    "mail_failed=ops@x", "--smtp-host-rate", "1000000"};
  }
  // Again on its port, when it was there before.
  void start_server() {
    server.emplace(scratch / "data", server_flags(), fmt::format("127.0.0.1:{}", port));
    port = server->port();
  }
  void stop_server() {
    EXPECT_EQ(server->stop(), 0);
    server.reset();
  }
  void start_daemon() { daemon.emplace(host); }
  void kill_daemon() {
    daemon->child().signal(SIGKILL);
    daemon->child().wait();
    daemon.reset();
  }

  Finished mail(Words more) const {
    return host.mega(Words{"mail", "--to", "a@x.org", "--from", "mega@db1"} + more);
  }
  // The rows of `mega mail --list` on the host.
  std::vector<std::string> waiting() const {
    const Finished listed = host.mega({"mail", "--list", "-o", "csv"});
    EXPECT_EQ(listed.code, 0) << listed.errors;
    std::vector<std::string> rows;
    for (const auto line : split(listed.output, '\n')) {
      if (!line.empty() && !line.starts_with("id,")) rows.emplace_back(line);
    }
    return rows;
  }
  std::map<std::string, int> accepted() const {
    std::map<std::string, int> subjects;
    for (const auto& each : sink.mails()) {
      const auto begin = each.data.find("Subject: ") + 9;
      ++subjects[each.data.substr(begin, each.data.find('\r', begin) - begin)];
    }
    return subjects;
  }

  Scratch scratch;
  MailSink sink;
  TestHost host{scratch / "host"};
  std::uint16_t port = 0;
  std::optional<ServerProcess> server;
  std::optional<DaemonProcess> daemon;
};

TEST_F(MailOfAHost, GoesByItsDaemonAndTheServer) {
  host.join(*server, "db1");
  start_daemon();
  ASSERT_TRUE(host.connects_to(port)) << daemon->child().errors();
  const Finished left = mail({"--queue", "--subject", "Größe", "--bcc", "b@x.org", "--attach",
                              scratch.write("a.bin", std::string("\0\xff\n", 3)), "the text"});
  EXPECT_EQ(left.code, 0) << left.errors;
  const auto mails = sink.mails(1);
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].recipients, (Words{"a@x.org", "b@x.org"}));
  EXPECT_THAT(mails[0].data, HasSubstr("From: mega@db1\r\n"));
  EXPECT_THAT(mails[0].data, HasSubstr("filename=\"a.bin\""));
  EXPECT_THAT(mails[0].data, HasSubstr("AP8K\r\n"));
  EXPECT_TRUE(eventually([&] { return waiting().empty(); }));
  EXPECT_EQ(daemon->stop(), 0);
}

constexpr std::size_t attachments_max = 40 << 20;

// By the daemon's file, a call over the wire, the store, and a relay: as Python's email reads it. A
// sanitizer looks at threads and memory, of which 4 MiB show as much: more parts than all windows.
TEST_F(MailOfAHost, LargeAttachmentsComeAsTheyWere) {
  host.join(*server, "db1");
  start_daemon();
  std::string bytes(is_sanitized(mega_binary()) ? 4 << 20 : attachments_max, '\0');
  std::minstd_rand random(7);
  for (char& byte : bytes) byte = static_cast<char>(random() >> 16);
  const std::string file = scratch.write("large.bin", bytes);
  const Finished left = mail({"--queue", "-s", "large", "--attach", file, "text"});
  EXPECT_EQ(left.code, 0) << left.errors;
  ASSERT_TRUE(eventually([&] { return sink.count() == 1; })) << daemon->child().errors();
  const Map read = read_by_python(sink.mails(1)[0].data);
  EXPECT_EQ(text_of(part(read, 1), "file"), "large.bin");
  EXPECT_TRUE(decode_base64(text_of(part(read, 1), "bytes")) == bytes);

  EXPECT_TRUE(waiting().empty());
}

TEST_F(MailOfAHost, RefusesAttachmentsOverTheLimit) {
  host.join(*server, "db1");
  start_daemon();
  const std::string file = scratch.write("large.bin", "");
  std::filesystem::resize_file(file, attachments_max + 1);
  const Finished more = mail({"--queue", "-s", "more", "--attach", file, "text"});
  EXPECT_EQ(more.code, 1);
  EXPECT_THAT(more.errors, HasSubstr("the queue takes attachments of 40MiB in all; without --queue "
                                     "there is no limit but the relay's"));
  EXPECT_TRUE(waiting().empty());
}

TEST_F(MailOfAHost, WaitsForTheServerThroughKillsOfTheDaemon) {
  host.join(*server, "db1");
  stop_server();
  start_daemon();
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(mail({"--queue", "--subject", fmt::format("mail-{}", i), "x"}).code, 0);
    kill_daemon();
    start_daemon();
  }
  const auto rows = waiting();
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_THAT(rows[0], HasSubstr(",waiting,a@x.org,1,mail-0,"));
  EXPECT_EQ(host.mega({"mail", "--drop", "1"}).code, 0);
  EXPECT_EQ(host.mega({"mail", "--drop", "1"}).code, 7);
  EXPECT_EQ(host.mega({"mail", "--retry", "2"}).code, 0);
  start_server();
  EXPECT_TRUE(eventually([&] { return waiting().empty(); })) << daemon->child().errors();
  EXPECT_EQ(sink.mails(4).size(), 4U);
  EXPECT_FALSE(accepted().contains("mail-0"));
}

// The daemon dies at any moment between taking a mail and having handed it over.
TEST_F(MailOfAHost, EachIsDeliveredOnceThoughDaemonAndServerAreKilled) {
  host.join(*server, "db1");
  start_daemon();
  const std::size_t rounds = std::getenv("MEGA_TEST_LONG") ? 100 : 8;
  for (std::size_t i = 0; i < rounds; ++i) {
    ASSERT_EQ(mail({"--queue", "--subject", fmt::format("mail-{}", i), "x"}).code, 0);
    if (i % 4 == 1) {
      server->child().signal(SIGKILL);
      server->child().wait();
      server.reset();
      ASSERT_EQ(mail({"--queue", "--subject", fmt::format("cut-{}", i), "x"}).code, 0);
      start_server();
    }
    kill_daemon();
    start_daemon();
  }
  EXPECT_TRUE(eventually([&] { return waiting().empty(); })) << daemon->child().errors();
  const std::size_t all = rounds + rounds / 4;
  EXPECT_TRUE(eventually([&] { return accepted().size() == all; })) << accepted().size();
  // A server that was killed while a relay had a message may have to send it again (smtp.doubt);
  // what the daemon hands over again is taken once.
  const Finished queued = server->mega({"mail", "--list", "--all", "-o", "csv"});
  const auto rows = std::ranges::count(queued.output, '\n') - 1;
  EXPECT_EQ(rows, static_cast<std::ptrdiff_t>(all)) << queued.output;
}

TEST_F(MailOfAHost, IsLeftToTheDaemonWhenNoRelayIsReached) {
  host.join(*server, "db1");
  start_daemon();
  const Words to_nobody{"--smtp-relays", "127.0.0.1:1", "--smtp-tls", "none", "--subject"};
  const Finished alone = mail(to_nobody + Words{"alone", "--no-queue", "x"});
  EXPECT_EQ(alone.code, 4);
  EXPECT_THAT(alone.errors, testing::Not(HasSubstr("queued")));
  const Finished queued = mail(to_nobody + Words{"later", "x"});
  EXPECT_EQ(queued.code, 4);
  EXPECT_THAT(queued.errors, HasSubstr("queued: the daemon of this host keeps it as 1"));
  EXPECT_EQ(sink.mails(1).size(), 1U);
  EXPECT_TRUE(accepted().contains("later"));
}

// Greylisting: the relay takes a recipient when it is asked for the second time.
TEST_F(MailOfAHost, WhomARelayPutsOffGetsItByTheQueueAndTheOthersOnce) {
  host.join(*server, "db1");
  start_daemon();
  ASSERT_TRUE(host.connects_to(port));
  const Words to_sink{"--smtp-relays", sink.address(), "--smtp-tls", "none"};
  const Finished sent =
      mail(to_sink + Words{"--to", "grey@x.org", "--to", "refused@x.org", "-s", "one", "x"});
  EXPECT_EQ(sent.code, 3) << "one is refused for good";
  EXPECT_THAT(sent.errors, HasSubstr("accepted for 1 of 3 recipients, refused for 1, put off for "
                                     "1; queued: the daemon of this host keeps it as 1"));
  EXPECT_THAT(sent.errors, HasSubstr("\n  grey@x.org: 451 4.7.1 greylisted"));
  const auto mails = sink.mails(2);
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].recipients, Words{"a@x.org"});
  EXPECT_EQ(mails[1].recipients, Words{"grey@x.org"});
  EXPECT_THAT(mails[1].data, HasSubstr("\r\nTo: a@x.org, grey@x.org, refused@x.org\r\n"));

  const Finished later = mail(to_sink + Words{"--to", "grey2@x.org", "-s", "two", "x"});
  EXPECT_EQ(later.code, 4) << later.errors;
  EXPECT_THAT(later.errors, HasSubstr("accepted for 1 of 2 recipients, put off for 1; queued: "));
  EXPECT_EQ(sink.mails(4).size(), 4U);
  const Finished alone =
      mail(to_sink + Words{"--to", "grey3@x.org", "-s", "three", "--no-queue", "x"});
  EXPECT_EQ(alone.code, 3) << alone.errors;
  EXPECT_THAT(alone.errors, testing::Not(HasSubstr("queued")));
}

TEST_F(MailOfAHost, WithoutServerAndDaemonItSaysSo) {
  const Finished queued = mail({"--queue", "x"});
  EXPECT_EQ(queued.code, 4);
  EXPECT_THAT(queued.errors, HasSubstr("nobody here keeps mail"));
  const Finished listed = host.mega({"mail", "--list"});
  EXPECT_EQ(listed.code, 4);
  const Finished direct =
      mail({"--smtp-relays", "127.0.0.1:1", "--smtp-tls", "none", "--subject", "s", "x"});
  EXPECT_EQ(direct.code, 4);
  EXPECT_THAT(direct.errors, testing::Not(HasSubstr("queued")));
}

TEST_F(MailOfAHost, WhatTheServerDoesNotTakeWaitsWithItsWords) {
  host.join(*server, "db1");
  stop_server();
  server.emplace(scratch / "data", Words{}, fmt::format("127.0.0.1:{}", port));  // without a relay
  start_daemon();
  ASSERT_TRUE(host.connects_to(port));
  ASSERT_EQ(mail({"--queue", "--subject", "s", "x"}).code, 0);
  EXPECT_TRUE(eventually([&] { return waiting().at(0).find("no relay") != std::string::npos; }));
  stop_server();
  start_server();
  EXPECT_EQ(sink.mails(1).size(), 1U);
}

}  // namespace
}  // namespace mega
