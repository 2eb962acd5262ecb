// The queue of a real server, in front of relays that come, go and die.
#include "base/text.h"
#include "tests/support/eventually.h"
#include "tests/support/mail_sink.h"
#include "tests/support/mega_command.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

namespace mega {
namespace {

using Words = std::vector<std::string>;

Words flags_for(std::uint16_t port, const Words& more = {}) {
  Words flags{"--smtp-relays",
              "127.0.0.1:" + std::to_string(port),
              "--smtp-tls",
              "none",
              "--smtp-retry-pause",
              "1s",
              "--smtp-retry-pause-max",
              "1s"};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

// The queue as rows of CSV with these columns only.
std::vector<std::string> queue(const ServerProcess& server, const Words& flags = {"--all"}) {
  Words words{"mail", "--list", "-o", "csv"};
  words.insert(words.end(), flags.begin(), flags.end());
  const auto listed = server.mega(words);
  EXPECT_EQ(listed.code, 0) << listed.errors;
  std::vector<std::string> lines;
  for (const auto line : split(listed.output, '\n')) {
    if (!line.empty() && !line.starts_with("id,")) lines.emplace_back(line);
  }
  return lines;
}

std::size_t count_with(const std::vector<std::string>& lines, std::string_view what) {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return line.find(what) != std::string::npos; }));
}

std::uint16_t port_of_nobody() {
  MailSink sink;
  sink.child().signal(SIGKILL);
  sink.child().wait();
  return sink.port();
}

TEST(MailQueueProcess, KeepsMailUntilARelayIsThere) {
  const Scratch folder;
  const std::uint16_t port = port_of_nobody();
  ServerProcess server(folder / "data", flags_for(port));
  const auto left =
      server.mega({"mail", "--queue", "--to", "Ada \"A\" L <a@x.org>", "--bcc", "b@x.org", "--from",
                   "mega@db1.example", "--subject", "Größe", "--attach",
                   folder.write("a.bin", std::string(300'000, '\1')), "the text"});
  EXPECT_EQ(left.code, 2) << "a quote within a name is no address: " << left.errors;
  const auto good = server.mega({"mail", "--queue", "--to", "\"L, Ada\" <a@x.org>", "--bcc",
                                 "b@x.org", "--from", "mega@db1.example", "--subject", "Größe",
                                 "--attach", folder / "a.bin", "the text"});
  EXPECT_EQ(good.code, 0) << good.errors;
  EXPECT_TRUE(eventually([&] { return count_with(queue(server), "cannot connect") == 1; }));
  EXPECT_EQ(server.stop(), 0);

  const MailSink sink({"--port", std::to_string(port)});
  ServerProcess again(folder / "data", flags_for(port));
  const auto mails = sink.mails(1);
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].sender, "mega@db1.example");
  EXPECT_EQ(mails[0].recipients, (Words{"a@x.org", "b@x.org"}));
  EXPECT_GT(mails[0].data.size(), 400'000U);
  EXPECT_NE(mails[0].data.find("To: \"L, Ada\" <a@x.org>\r\n"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return count_with(queue(again), ",sent,") == 1; }));
  EXPECT_TRUE(queue(again, {}).empty()) << "nothing is on its way";
}

TEST(MailQueueProcess, TellsTheSenderAndWhoGetsAlertsWhatFailed) {
  const Scratch folder;
  const MailSink sink;
  ServerProcess server(folder / "data",
                       flags_for(sink.port(), {"--alert-to", "mail_failed=ops@x.org"}));
  EXPECT_EQ(
      server.mega({"mail", "--queue", "--to", "refused@x.org", "--subject", "lost", "x"}).code, 0);
  const auto mails = sink.mails(1);
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].recipients, Words{"ops@x.org"});
  EXPECT_NE(mails[0].data.find("Subject: [mega warning] mail 1 did not arrive: lost"),
            std::string::npos)
      << mails[0].data;
  EXPECT_NE(mails[0].data.find("no such mailbox"), std::string::npos);
  EXPECT_EQ(count_with(queue(server), ",failed,"), 1U);
  EXPECT_EQ(server.mega({"mail", "--retry", "1"}).code, 0);
  EXPECT_TRUE(eventually([&] { return count_with(queue(server), ",failed,") == 1; }));
  EXPECT_EQ(server.mega({"mail", "--drop", "1"}).code, 0);
  EXPECT_EQ(count_with(queue(server), ",dropped,"), 1U);
  EXPECT_EQ(server.mega({"mail", "--drop", "99"}).code, 7);
}

TEST(MailQueueProcess, WithoutARelayItSaysWhatIsMissing) {
  const Scratch folder;
  ServerProcess server(folder / "data");
  const auto left = server.mega({"mail", "--queue", "--to", "a@x.org", "x"});
  EXPECT_EQ(left.code, 4);
  EXPECT_NE(left.errors.find("smtp.relays"), std::string::npos) << left.errors;
  EXPECT_EQ(server.mega({"call", "report_routine"}).code, 0) << "nobody is named, nothing is sent";
}

TEST(MailQueueProcess, TheReportOfADayIsSentOnceWhateverRestarts) {
  const Scratch folder;
  const MailSink sink;
  const auto flags =
      flags_for(sink.port(), {"--alert-to", "report=boss@x.org", "--report-time", "00:00"});
  for (int i = 0; i < 3; ++i) {
    ServerProcess server(folder / "data", flags);
    EXPECT_EQ(server.mega({"call", "report_routine"}).code, 0);
    EXPECT_TRUE(eventually([&] { return count_with(queue(server), ",sent,report,") >= 1; }));
    server.child().signal(SIGKILL);
    server.child().wait();
  }
  // Two when the test ran over midnight.
  EXPECT_LE(sink.mails(1).size(), 2U);
}

// --- a thousand mails through kill -9 ---

struct Storm {
  Storm() : port(port_of_nobody()) {}

  void start_server() {
    server.emplace(folder / "data", flags_for(port, {"--smtp-doubt", "hold"}));
  }
  void start_sink() { sink.emplace(Words{"--port", std::to_string(port)}, folder / "box"); }
  static void kill(Child& child) {
    child.signal(SIGKILL);
    child.wait();
  }

  // Which subjects the relay has accepted, and how often.
  std::map<std::string, int> accepted() const {
    std::map<std::string, int> subjects;
    for (const auto& mail : sink->mails()) {
      const auto begin = mail.data.find("Subject: ") + 9;
      ++subjects[mail.data.substr(begin, mail.data.find('\r', begin) - begin)];
    }
    return subjects;
  }

  const Scratch folder;
  const std::uint16_t port;
  std::optional<MailSink> sink;
  std::optional<ServerProcess> server;
};

TEST(MailQueueProcess, AThousandMailsComeOnceThroughKillsOfServerAndRelay) {
  constexpr std::size_t mails = 1000;
  Storm storm;
  storm.start_server();
  std::string calls;
  for (std::size_t i = 0; i < mails; ++i) {
    calls += fmt::format("send_mail subject=mail-{} content=text to=a@x.org sender=mega@db1\n", i);
  }
  const auto posted = storm.server->mega({"call", "--batch", storm.folder.write("calls", calls)});
  ASSERT_EQ(posted.code, 0) << posted.errors;
  storm.start_sink();
  for (const std::size_t at : {50U, 150U, 300U, 450U, 600U, 800U}) {
    ASSERT_TRUE(eventually([&] { return storm.sink->count() >= at; })) << at;
    Storm::kill(storm.server->child());
    storm.start_server();
    ASSERT_TRUE(eventually([&] { return storm.sink->count() >= at + 50; })) << at;
    Storm::kill(storm.sink->child());
    storm.start_sink();
  }
  ASSERT_TRUE(eventually([&] { return count_with(queue(*storm.server), ",waiting,") == 0; }));

  // What is in doubt is known, and the relay's own list decides about it.
  std::size_t doubtful = 0;
  const auto before = storm.accepted();
  for (const std::string& line : queue(*storm.server)) {
    if (line.find(",doubtful,") == std::string::npos) continue;
    ++doubtful;
    const std::string id = line.substr(0, line.find(','));
    const auto begin = line.find(",mail-") + 1;
    const bool is_there = before.contains(line.substr(begin, line.find(',', begin) - begin));
    EXPECT_EQ(storm.server->mega({"mail", is_there ? "--drop" : "--retry", id}).code, 0);
  }
  EXPECT_LE(doubtful, 12U) << "one for each kill at most";
  ASSERT_TRUE(eventually([&] { return storm.accepted().size() == mails; }));
  for (const auto& [subject, times] : storm.accepted()) EXPECT_EQ(times, 1) << subject;
  EXPECT_EQ(storm.server->stop(), 0);
}

}  // namespace
}  // namespace mega
