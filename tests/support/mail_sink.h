// MailSink: a mail server written by others (aiosmtpd; mail_sink.py), which keeps what it accepts.
#pragma once

#include "tests/support/child.h"
#include "tests/support/scratch.h"
#include "value/value.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

class MailSink {
 public:
  struct Mail {
    std::string sender;
    std::vector<std::string> recipients;
    std::string options, user;  // "SIZE=10 BODY=8BITMIME"; who had logged in
    bool tls = false;
    std::string data;  // the message's bytes
  };

  // `flags` of mail_sink.py. With the `file` of another sink it goes on after that one. `before`
  // stands before the command line, as Cable::far_end(). A failed start fails the test.
  explicit MailSink(const std::vector<std::string>& flags = {}, const std::string& file = "",
                    const std::vector<std::string>& before = {});

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  Child& child() { return child_; }

  // All that it has accepted so far. Waits until there are `at_least`, up to twenty seconds.
  std::vector<Mail> mails(std::size_t at_least = 0) const;
  // How many; quicker to ask.
  std::size_t count() const;
  const std::string& file() const { return file_; }

 private:
  Scratch scratch_;
  const std::string file_;
  Child child_;
  std::uint16_t port_ = 0;
};

// A certificate for `name` that is its own CA: FOLDER/cert.pem and FOLDER/key.pem.
void make_mail_certificate(const Scratch& folder, const std::string& name = "localhost");

}  // namespace mega
