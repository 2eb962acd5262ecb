#include "tests/support/mail_sink.h"

#include "base/text.h"
#include "tests/support/openssl_peer.h"
#include "value/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace mega {
namespace {

std::vector<std::string> command_of(const std::string& file, const std::vector<std::string>& flags,
                                    std::vector<std::string> words) {
  for (const char* word : {"/usr/bin/python3", MEGA_SOURCE_DIR "/tests/support/mail_sink.py"}) {
    words.emplace_back(word);
  }
  words.push_back(file);
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

const Value* at(const Map& map, std::string_view key) { return map.find(key); }

std::string joined(const Value& list) {
  std::string all;
  for (const Value& each : *list.as<List>()) {
    all += (all.empty() ? "" : " ") + *each.as<std::string>();
  }
  return all;
}

MailSink::Mail mail_of(const Map& line) {
  MailSink::Mail mail{.sender = *at(line, "sender")->as<std::string>(),
                      .options = joined(*at(line, "options")),
                      .user = *at(line, "user")->as<std::string>(),
                      .tls = *at(line, "tls")->as<bool>(),
                      .data = *decode_base64(*at(line, "data")->as<std::string>())};
  for (const Value& each : *at(line, "recipients")->as<List>()) {
    mail.recipients.push_back(*each.as<std::string>());
  }
  return mail;
}

std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

MailSink::MailSink(const std::vector<std::string>& flags, const std::string& file,
                   const std::vector<std::string>& before)
    : file_(file.empty() ? scratch_ / "box" : file), child_(command_of(file_, flags, before)) {
  const std::string ready = child_.read_line();
  EXPECT_TRUE(ready.starts_with("ready ")) << child_.errors();
  port_ = static_cast<std::uint16_t>(
      parse_integer(ready.substr(std::min<std::size_t>(6, ready.size()))).value_or(0));
}

std::vector<MailSink::Mail> MailSink::mails(std::size_t at_least) const {
  std::vector<Mail> all;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    all.clear();
    const std::string text = bytes_of_file(file_);
    for (const std::string_view line : split(text, '\n')) {
      const auto value = parse_json(line);
      if (value && value->is<Map>()) all.push_back(mail_of(*value->as<Map>()));
    }
    if (all.size() >= at_least || std::chrono::steady_clock::now() > until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_GE(all.size(), at_least) << child_.errors();
  return all;
}

std::size_t MailSink::count() const {
  const std::string text = bytes_of_file(file_);
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void make_mail_certificate(const Scratch& folder, const std::string& name) {
  openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name,
           "-addext", "subjectAltName=DNS:" + name, "-keyout", folder / "key.pem", "-out",
           folder / "cert.pem"});
}

}  // namespace mega
