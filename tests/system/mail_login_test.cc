// The logins of SMTP before Dovecot, which shares no code with us: it lets us in by each of them,
// and passes the mail on to the sink.
#include "base/text.h"
#include "tests/support/child.h"
#include "tests/support/mail_sink.h"
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

namespace mega {
namespace {

using testing::HasSubstr;

constexpr const char* dovecot_settings = R"(
base_dir = FOLDER/run
log_path = FOLDER/log
protocols = submission
listen = 127.0.0.1
ssl = required
ssl_cert = <FOLDER/cert.pem
ssl_key = <FOLDER/key.pem
auth_mechanisms = plain login scram-sha-256 xoauth2
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:FOLDER/mails
submission_relay_host = 127.0.0.1
submission_relay_port = RELAY
passdb {
  driver = passwd-file
  args = FOLDER/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=FOLDER/home
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service submission-login {
  inet_listener submission {
    port = PORT
  }
  inet_listener submissions {
    port = 0
  }
}
)";

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

class MailLogin : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "Dovecot wants to be started by root";
    make_mail_certificate(folder);
    folder.write("users", "tim:{PLAIN}s3cret\n");
    std::filesystem::create_directory(folder / "mails");
    ASSERT_EQ(run_program("chown", {.arguments = {"mail", folder / "mails"}}).code, 0);
    ::chmod(folder.path().c_str(), 0755);
    std::string settings = dovecot_settings;
    replace_all(settings, "FOLDER", folder.path());
    replace_all(settings, "RELAY", std::to_string(sink.port()));
    replace_all(settings, "PORT", std::to_string(port));
    dovecot.emplace(
        std::vector<std::string>{"/usr/sbin/dovecot", "-F", "-c", folder.write("conf", settings)});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (mail("auto", "s3cret", {"--check"}).code == 4 &&
           std::chrono::steady_clock::now() < until) {
    }
  }
  void TearDown() override {
    if (!dovecot) return;
    dovecot->signal(SIGTERM);
    dovecot->wait();
  }

  CommandEnd mail(const std::string& method, const std::string& password,
                  std::vector<std::string> words) const {
    const std::string file = folder.write("password", password);
    ::chmod(file.c_str(), 0600);
    words.insert(words.begin(), "mail");
    return run_mega({.arguments = words,
                     .environment = {{"MEGA_SMTP_RELAYS", fmt::format("localhost:{}", port)},
                                     {"MEGA_SMTP_TLS", "starttls"},
                                     {"MEGA_SMTP_CA_FILE", folder / "cert.pem"},
                                     {"MEGA_SMTP_USER", "tim"},
                                     {"MEGA_SMTP_AUTH", method},
                                     {"MEGA_SMTP_PASSWORD_FILE", file}}});
  }

  const Scratch folder;
  const MailSink sink;
  const std::uint16_t port = MailSink().port();  // free again once that sink is gone
  std::optional<Child> dovecot;
};

TEST_F(MailLogin, DovecotLetsUsInByEachOfThem) {
  const std::pair<const char*, const char*> methods[] = {{"auto", "SCRAM-SHA-256"},
                                                         {"scram-sha-256", "SCRAM-SHA-256"},
                                                         {"plain", "PLAIN"},
                                                         {"login", "LOGIN"},
                                                         {"xoauth2", "XOAUTH2"}};
  for (const auto& [setting, name] : methods) {
    SCOPED_TRACE(setting);
    const auto checked = mail(setting, "s3cret", {"--check"});
    EXPECT_EQ(checked.code, 0) << checked.err << folder.read("log");
    EXPECT_THAT(checked.out, HasSubstr(fmt::format("{} as tim", name)));
    const auto sent = mail(setting, "s3cret", {"--to", "a@x.org", "-s", setting, "text"});
    EXPECT_EQ(sent.code, 0) << sent.err << folder.read("log");
  }
  EXPECT_EQ(sink.mails(std::size(methods)).size(), std::size(methods));
}

TEST_F(MailLogin, DovecotRefusesAnotherPassword) {
  for (const char* method : {"scram-sha-256", "plain", "login", "xoauth2"}) {
    const auto sent = mail(method, "guessed", {"--to", "a@x.org", "text"});
    EXPECT_EQ(sent.code, 6) << method << sent.err;
    EXPECT_THAT(sent.err, HasSubstr("it refuses \"tim\" by ")) << method;
  }
  EXPECT_EQ(sink.count(), 0U);
}

}  // namespace
}  // namespace mega
