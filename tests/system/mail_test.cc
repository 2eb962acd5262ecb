// `mega mail` against mail servers written by others.
#include "base/text.h"
#include "tests/support/mail_sink.h"
#include "tests/support/mega_command.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace mega {
namespace {

using Words = std::vector<std::string>;

// A command line with the settings of a relay in its environment.
CommandEnd mail(const std::string& relay, Words words, std::string input = "",
                std::map<std::string, std::string> environment = {}) {
  words.insert(words.begin(), "mail");
  environment.emplace("MEGA_SMTP_RELAYS", relay);
  environment.emplace("MEGA_SMTP_TLS", "none");
  environment.emplace("MEGA_SMTP_FROM", "Mega <mega@db1.example>");
  return run_mega({.arguments = words, .input = std::move(input), .environment = environment});
}

TEST(MailCommand, SendsWhatAScriptHasToSay) {
  const MailSink sink;
  const auto end = mail(sink.address(),
                        {"--to", "a@x.org", "--to", "b@x.org,c@x.org", "--bcc", "d@x.org",
                         "--subject", "Größe", "--priority", "1"},
                        "line\n.dot\n");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(end.out + end.err, "");
  const auto mails = sink.mails(1);
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].sender, "mega@db1.example");
  EXPECT_EQ(mails[0].recipients, (Words{"a@x.org", "b@x.org", "c@x.org", "d@x.org"}));
  EXPECT_TRUE(mails[0].options.starts_with("SIZE="));
  EXPECT_EQ(mails[0].options, "SIZE=" + std::to_string(mails[0].data.size()));
  EXPECT_TRUE(mails[0].data.ends_with("\r\n\r\nline\r\n.dot\r\n")) << mails[0].data;
  EXPECT_EQ(mails[0].data.find("d@x.org"), std::string::npos);
}

TEST(MailCommand, StaysSilentWhenThereIsNothingToSay) {
  const MailSink sink;
  EXPECT_EQ(mail(sink.address(), {"--to", "a@x.org", "--unless-empty"}, " \n\n").code, 0);
  EXPECT_EQ(mail(sink.address(), {"--to", "a@x.org", "--unless-empty"}, "x").code, 0);
  EXPECT_EQ(sink.mails(1).size(), 1U);
}

TEST(MailCommand, ExitCodesTellWhatBecameOfIt) {
  const MailSink sink({"--size", "100000"});
  const Scratch folder;
  const struct {
    const char* name;
    Words words;
    int code;
    const char* says;
  } cases[] = {
      {"some refused",
       {"--to", "a@x.org", "--to", "refused@x.org"},
       3,
       "550 5.1.1 no such mailbox"},
      {"all refused", {"--to", "refused@x.org"}, 1, "refused@x.org: 550 5.1.1"},
      {"not now", {"--to", "later@x.org"}, 4, "put off by the relay; it may be tried again:"},
      {"not now, with its words",
       {"--to", "later@x.org", "--no-queue"},
       4,
       "later@x.org: 451 4.7.1"},
      {"not now for some",
       {"--to", "a@x.org", "--to", "later@x.org"},
       3,
       "accepted for 1 of 2 recipients, put off for 1:\n  later@x.org: 451"},
      {"not now, or never",
       {"--to", "refused@x.org", "--to", "later@x.org"},
       3,
       "accepted for 0 of 2 recipients, refused for 1, put off for 1:"},
      {"the sender refused",
       {"--to", "a@x.org", "--from", "refused@x.org"},
       1,
       "a@x.org: sender refused@x.org: 550 5.1.1"},
      {"no recipient", {"--subject", "x"}, 2, "name a recipient"},
      {"an address that is none", {"--to", "a@x..org"}, 2, "a dot begins its domain"},
      {"an attachment that is missing",
       {"--to", "a@x.org", "--attach", folder / "no"},
       7,
       "No such"},
      {"a folder as an attachment", {"--to", "a@x.org", "--attach", folder.path()}, 1, "directory"},
      {"an unknown charset", {"--to", "a@x.org", "--charset", "ebcdic"}, 2, "is unknown"},
      {"an image without HTML", {"--to", "a@x.org", "--inline", "x.png"}, 2, "--html"},
      {"a priority of nobody", {"--to", "a@x.org", "--priority", "0"}, 2, "priority"},
      {"too large",
       {"--to", "a@x.org", "--attach", folder.write("big", std::string(90000, 'x'))},
       1,
       "at most"},
  };
  std::size_t expected = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto end = mail(sink.address(), c.words, "text\n");
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_NE(end.err.find(c.says), std::string::npos) << end.err;
    EXPECT_EQ(end.out, "");
    if (std::ranges::find(c.words, "a@x.org") != c.words.end() && c.code == 3) ++expected;
  }
  EXPECT_EQ(sink.mails(expected).size(), expected);
}

TEST(MailCommand, ACheckEndsAsSendingWould) {
  const MailSink sink;
  const struct {
    Words words;
    int code;
    const char* says;
  } cases[] = {
      {{"--to", "a@x.org"}, 0, "  accepted   a@x.org: 250 2.1.5 recipient ok\n"},
      {{"--to", "refused@x.org"}, 1, "  refused    refused@x.org: 550 5.1.1"},
      {{"--to", "a@x.org", "--to", "refused@x.org"}, 3, "  refused    refused@x.org: 550 5.1.1"},
      {{"--to", "later@x.org"}, 4, "  not now    later@x.org: 451 4.7.1"},
      {{"--to", "a@x.org", "--from", "refused@x.org"}, 1, "a@x.org: sender refused@x.org: 550"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.says);
    Words words = c.words;
    words.emplace_back("--check");
    const auto end = mail(sink.address(), words);
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_NE(end.out.find(c.says), std::string::npos) << end.out;
  }
  EXPECT_TRUE(sink.mails().empty());
}

TEST(MailCommand, NamesTheRelayThatIsNotReached) {
  for (const char* relay : {"127.0.0.1:1", "no-such-host.invalid"}) {
    const auto end = mail(relay, {"--to", "a@x.org"}, "x");
    EXPECT_EQ(end.code, 4) << end.err;
    EXPECT_NE(end.err.find(std::string_view(relay).substr(0, 9)), std::string::npos) << end.err;
  }
  EXPECT_EQ(mail("", {"--to", "a@x.org"}, "x").code, 2);
}

TEST(MailCommand, GoesOnToTheNextRelayWithAWarning) {
  const MailSink sink;
  const auto end = mail("127.0.0.1:1," + sink.address(), {"--to", "a@x.org"}, "x");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.err.find("cannot connect to 127.0.0.1:1"), std::string::npos) << end.err;
  EXPECT_EQ(sink.mails(1).size(), 1U);
}

TEST(MailCommand, DryRunPrintsTheMessage) {
  const auto end = mail(
      "127.0.0.1:1", {"--to", "a@x.org", "--bcc", "b@x.org", "-s", "t", "--dry-run", "the text"});
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(end.out.ends_with("\n\nthe text\n")) << end.out;
  EXPECT_NE(end.out.find("\nFrom: Mega <mega@db1.example>\nTo: a@x.org\nSubject: t\n"),
            std::string::npos);
  EXPECT_EQ(end.err, "for a@x.org\nfor b@x.org\n");
}

TEST(MailCommand, SaysWhichBytesAreNoText) {
  const auto end = mail("127.0.0.1:1", {"--to", "a@x.org", "--dry-run"},
                        "Gr\xf6\xdf"
                        "e\n");
  EXPECT_NE(end.err.find("2 bytes of the body are no utf-8"), std::string::npos) << end.err;
  const auto good = mail("127.0.0.1:1", {"--to", "a@x.org", "--dry-run", "--charset", "latin1"},
                         "Gr\xf6\xdf"
                         "e\n");
  EXPECT_NE(good.out.find("\n\nR3LDtsOfZQ0K\n"), std::string::npos) << good.out << good.err;
}

TEST(MailCommand, AnAttachedTextSaysItsCharset) {
  const Scratch folder;
  const auto end = mail("127.0.0.1:1", {"--to", "a@x.org", "--dry-run", "--attach",
                                        folder.write("a.txt", "Größe: 中文\n"), "--attach",
                                        folder.write("b.csv",
                                                     "Gr\xf6\xdf"
                                                     "e\n"),
                                        "text"});
  EXPECT_NE(end.out.find("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
                         "base64\nContent-Disposition: attachment; filename=\"a.txt\""),
            std::string::npos)
      << end.out << end.err;
  EXPECT_NE(end.out.find("Content-Type: application/octet-stream\nContent-Transfer-Encoding: "
                         "base64\nContent-Disposition: attachment; filename=\"b.csv\""),
            std::string::npos)
      << end.out;
}

// A relay with TLS that wants a login, and the settings of who may come in.
struct TlsRelay {
  explicit TlsRelay(const std::string& mode, const std::string& name = "localhost")
      : sink(flags(mode, name)), password(folder.write("password", "s3cret\n")) {
    ::chmod(password.c_str(), 0600);
  }

  Words flags(const std::string& mode, const std::string& name) const {
    make_mail_certificate(folder, name);
    return {
        "--tls", mode,         "--cert", folder / "cert.pem", "--key", folder / "key.pem", "--user",
        "tim",   "--password", "s3cret"};
  }

  std::map<std::string, std::string> settings(const std::string& mode) const {
    return {{"MEGA_SMTP_TLS", mode},
            {"MEGA_SMTP_CA_FILE", folder / "cert.pem"},
            {"MEGA_SMTP_USER", "tim"},
            {"MEGA_SMTP_PASSWORD_FILE", password}};
  }
  std::string relay() const { return "localhost:" + std::to_string(sink.port()); }

  const Scratch folder;
  const MailSink sink;
  const std::string password;
};

TEST(MailTls, LogsInWithinTls) {
  for (const char* mode : {"starttls", "implicit"}) {
    for (const char* auth : {"auto", "plain", "login"}) {
      SCOPED_TRACE(testing::Message() << mode << " " << auth);
      const TlsRelay tls(mode);
      auto settings = tls.settings(mode);
      settings["MEGA_SMTP_AUTH"] = auth;
      const auto end = mail(tls.relay(), {"--to", "a@x.org"}, "x", settings);
      EXPECT_EQ(end.code, 0) << end.err;
      const auto mails = tls.sink.mails(1);
      ASSERT_EQ(mails.size(), 1U);
      EXPECT_TRUE(mails[0].tls);
      EXPECT_EQ(mails[0].user, "tim");
    }
  }
}

TEST(MailTls, AnAbsoluteNameIsTheOneInTheCertificate) {
  const TlsRelay tls("starttls");
  const std::string relay = fmt::format("localhost.:{}", tls.sink.port());
  const auto end = mail(relay, {"--to", "a@x.org"}, "x", tls.settings("starttls"));
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(tls.sink.mails(1).size(), 1U);
}

TEST(MailTls, CheckTellsEachStep) {
  const TlsRelay tls("starttls");
  const auto end = mail(tls.relay(), {"--check", "--to", "a@x.org"}, "", tls.settings("starttls"));
  EXPECT_EQ(end.code, 0) << end.err;
  for (const char* step :
       {"  connect    127.0.0.1:", "  greeting   220 sink.test", "  TLS        TLSv1.3",
        "  login      PLAIN as tim", "  sender     mega@db1.example: 250 2.1.0 sender ok",
        "  accepted   a@x.org: 250 2.1.5"}) {
    EXPECT_NE(end.out.find(step), std::string::npos) << step << "\n" << end.out;
  }
  EXPECT_TRUE(tls.sink.mails().empty());
}

TEST(MailTls, SaysWhatIsWrongWithTheWayIn) {
  const TlsRelay good("starttls");
  const TlsRelay other("starttls", "mail.example.org");
  const MailSink clear;
  const std::string clear_relay = "localhost:" + std::to_string(clear.port());
  auto wrong_password = good.settings("starttls");
  wrong_password["MEGA_SMTP_PASSWORD_FILE"] = good.folder.write("wrong", "guess");
  ::chmod((good.folder / "wrong").c_str(), 0600);
  auto unknown_ca = good.settings("starttls");
  unknown_ca["MEGA_SMTP_CA_FILE"] = other.folder / "cert.pem";
  auto no_ca = good.settings("starttls");
  no_ca["MEGA_SMTP_CA_FILE"] = good.folder / "none.pem";
  auto open_file = good.settings("starttls");
  open_file["MEGA_SMTP_PASSWORD_FILE"] = good.folder.write("open", "s3cret");
  ::chmod((good.folder / "open").c_str(), 0644);
  const struct {
    const char* name;
    std::string relay;
    std::map<std::string, std::string> settings;
    int code;
    const char* says;
  } cases[] = {
      {"a wrong password", good.relay(), wrong_password, 6, "login: it refuses \"tim\""},
      {"a CA that nobody knows", good.relay(), unknown_ca, 4,
       "TLS: its certificate is not one to trust"},
      {"another name", other.relay(), other.settings("starttls"), 4, "ostname mismatch"},
      {"no CA file", good.relay(), no_ca, 7, "none.pem"},
      {"no TLS offered", clear_relay, good.settings("starttls"), 4, "offers no STARTTLS"},
      {"no TLS there", clear_relay, good.settings("implicit"), 4, "TLS"},
      {"a relay that wants TLS", good.relay(), {{"MEGA_SMTP_TLS", "none"}}, 1, "530"},
      {"a password that all may read", good.relay(), open_file, 6, "chmod 600"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (const Words& words : {Words{"--to", "a@x.org"}, Words{"--check", "--to", "a@x.org"}}) {
      const auto end = mail(c.relay, words, "x", c.settings);
      EXPECT_TRUE(end.code == c.code || c.code == 1) << end.code << end.err;
      EXPECT_NE((end.err + end.out).find(c.says), std::string::npos) << end.err << end.out;
    }
  }
  EXPECT_TRUE(good.sink.mails().empty());
  EXPECT_TRUE(other.sink.mails().empty());
  EXPECT_TRUE(clear.mails().empty());
}

TEST(MailTls, NoPasswordStandsOnACommandLine) {
  const auto end = mail("localhost:1", {"--to", "a@x.org", "--smtp-password", "x"});
  EXPECT_EQ(end.code, 2) << end.err;
}

// --- Exim, as a relay that shares no code with the tests ---

constexpr const char* exim_settings = R"(
primary_hostname = relay.test
spool_directory = FOLDER/spool
log_file_path = FOLDER/log/%slog
pid_file_path = FOLDER/exim.pid
local_interfaces = 127.0.0.1
queue_only = true
acl_smtp_rcpt = accept
tls_advertise_hosts = *
tls_certificate = FOLDER/cert.pem
tls_privatekey = FOLDER/key.pem
smtputf8_advertise_hosts = *
keep_environment =
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{tim}}{eq{$auth3}{s3cret}}}}
)";

// All files below the folder that end so, one behind the other.
std::string files_below(const std::string& folder, std::string_view end) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || !entry.path().string().ends_with(end)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

TEST(MailExim, TakesOurMail) {
  if (::geteuid() != 0) GTEST_SKIP() << "Exim wants to be started by root";
  const Scratch folder;
  make_mail_certificate(folder);
  std::string settings = exim_settings;
  for (auto at = settings.find("FOLDER"); at != settings.npos; at = settings.find("FOLDER")) {
    settings.replace(at, 6, folder.path());
  }
  const std::string conf = folder.write("conf", settings);
  ::chmod(conf.c_str(), 0644);
  const std::uint16_t port = MailSink().port();  // free again once that sink is gone
  ASSERT_EQ(run_program("chown", {.arguments = {"Debian-exim", folder.path(), folder / "cert.pem",
                                                folder / "key.pem"}})
                .code,
            0);
  ::chmod(folder.path().c_str(), 0755);
  Child exim({"/usr/sbin/exim4", "-C", conf, "-bdf", "-oX", fmt::format("127.0.0.1.{}", port)});
  std::map<std::string, std::string> environment{
      {"MEGA_SMTP_TLS", "starttls"},
      {"MEGA_SMTP_CA_FILE", folder / "cert.pem"},
      {"MEGA_SMTP_USER", "tim"},
      {"MEGA_SMTP_PASSWORD_FILE", folder.write("password", "s3cret")}};
  ::chmod((folder / "password").c_str(), 0600);
  const std::string relay = fmt::format("localhost:{}", port);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (mail(relay, {"--check"}, "", environment).code == 4 &&
         std::chrono::steady_clock::now() < until) {
  }
  const auto end = mail(relay, {"--to", "größe@x.org", "-s", "Größe"}, ".\n..\n", environment);
  EXPECT_EQ(end.code, 0) << end.err << exim.errors();
  EXPECT_TRUE(files_below(folder / "spool", "-D").ends_with("\n.\n..\n"));
  EXPECT_NE(files_below(folder / "spool", "-H").find("To: größe@x.org"), std::string::npos);
  EXPECT_NE(files_below(folder / "log", "mainlog").find("utf8esmtpsa"), std::string::npos);
  exim.signal(SIGTERM);
  exim.wait();
}

// The memory of a program and its children at their largest, as the kernel counts it. With a
// sanitizer, whose own memory counts for nothing, the attachment only has to arrive.
TEST(MailMemory, AnAttachmentTakesNoMemory) {
  const bool measured = !is_sanitized(mega_binary());
  const std::size_t bytes = measured ? 50 << 20 : 5 << 20;
  const MailSink sink;
  const Scratch folder;
  const std::string path = folder / "large";
  std::ofstream(path) << std::string(1 << 20, 'x');
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(bytes)), 0);
  const std::string measure =
      "import resource, subprocess, sys\n"
      "subprocess.run(sys.argv[1:], check=True)\n"
      "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
  const auto end = run_program(
      "/usr/bin/python3",
      {.arguments = {"-c", measure, mega_binary(), "mail", "--to", "a@x.org", "--attach", path,
                     "text"},
       .environment = {{"MEGA_SMTP_RELAYS", sink.address()}, {"MEGA_SMTP_TLS", "none"}}});
  ASSERT_EQ(end.code, 0) << end.err;
  const auto kib = parse_integer(trim(end.out));
  ASSERT_TRUE(kib.has_value()) << end.out;
  if (measured) {
    EXPECT_LE(*kib, 30 << 10);
  }
  EXPECT_EQ(sink.mails(1).at(0).data.size() > bytes / 3 * 4, true);  // base64
}

}  // namespace
}  // namespace mega
