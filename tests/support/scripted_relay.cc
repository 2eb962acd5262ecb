#include "tests/support/scripted_relay.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

namespace mega {

// One connection.
class ScriptedRelay::Talk {
 public:
  Talk(ScriptedRelay& relay, int fd) : relay_(relay), fd_(fd) {}
  ~Talk() { ::close(fd_); }

  void run() {
    if (!say(Step::greeting, "220 scripted\r\n")) return;
    while (const auto line = read_line()) {
      {
        const std::lock_guard lock(relay_.mutex_);
        relay_.commands_.push_back(*line);
      }
      if (!answer(*line)) return;
    }
  }

 private:
  bool answer(const std::string& line) {
    for (const Answer& each : relay_.script_.answers) {
      if (!line.starts_with(each.command)) continue;
      return (each.reply.empty() || send(each.reply + "\r\n")) && !each.closes;
    }
    if (line.starts_with("EHLO")) return say(Step::ehlo, offers());
    if (line.starts_with("MAIL")) return say(Step::mail, "250 ok\r\n");
    if (line.starts_with("RCPT")) return say(Step::rcpt, "250 ok\r\n");
    if (line.starts_with("DATA")) return take_message();
    if (line.starts_with("QUIT")) return send("221 bye\r\n"), false;
    return send("250 ok\r\n");
  }

  std::string offers() const {
    std::string all;
    for (const std::string& offer : relay_.script_.offers) all += "250-" + offer + "\r\n";
    return "250-scripted\r\n" + all + "250 HELP\r\n";
  }

  bool take_message() {
    const bool fails = relay_.script_.at == Step::data && relay_.script_.fault != Fault::none;
    if (!say(Step::data, "354 go on\r\n")) return false;
    if (fails) return true;
    std::string message;
    for (;;) {
      const auto line = read_line();
      if (!line) return false;
      if (*line == ".") break;
      message += *line + "\n";
    }
    {
      const std::lock_guard lock(relay_.mutex_);
      relay_.messages_.push_back(message);
    }
    return say(Step::end, "250 taken\r\n");
  }

  // Sends `words`, or fails if the script fails at this step.
  bool say(Step step, const std::string& words) {
    if (step != relay_.script_.at) return send(words);
    switch (relay_.script_.fault) {
      case Fault::none:
        return send(words);
      case Fault::closes:
        return false;
      case Fault::later:
        return send("450-4.2.1 not now\r\n450 later\r\n");
      case Fault::refuses:
        return send("554 5.7.1 never\r\n");
      case Fault::talks_nonsense:
        return send("HTTP/1.1 400 Bad Request\r\n");
      case Fault::floods:
        return send("250-" + std::string(100'000, 'x'));
      case Fault::is_silent:
        return read_line().has_value();
    }
    return false;
  }

  bool send(const std::string& bytes) {
    const std::size_t piece = relay_.script_.byte_by_byte ? 1 : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      if (::send(fd_, bytes.data() + at, piece, MSG_NOSIGNAL) < 0) return false;
    }
    return true;
  }

  std::optional<std::string> read_line() {
    for (;;) {
      const auto end = buffer_.find("\r\n");
      if (end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      char chunk[65536];
      const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
      if (got <= 0) return std::nullopt;
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
  }

  ScriptedRelay& relay_;
  const int fd_;
  std::string buffer_;
};

ScriptedRelay::ScriptedRelay(Script script) : script_(std::move(script)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(listening_, 8), 0);
  EXPECT_EQ(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedRelay::~ScriptedRelay() {
  ::shutdown(listening_, SHUT_RDWR);
  thread_.join();
  ::close(listening_);
}

void ScriptedRelay::serve() {
  for (;;) {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    Talk(*this, fd).run();
  }
}

std::vector<std::string> ScriptedRelay::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

std::vector<std::string> ScriptedRelay::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

}  // namespace mega
