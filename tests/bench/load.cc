// load: one generator for every server that the benchmarks compare, so that only the server
// differs.
//
//   load PROTOCOL WHERE MODE CONNECTIONS SECONDS REQUEST_FILE
//     PROTOCOL  mega (frames, also the legacy ones) or redis (RESP)
//     WHERE     unix:PATH or tcp:PORT (on 127.0.0.1)
//     MODE      kept: connections stay open, one request open on each; each: a connection for every
//     request
//
// Prints {"calls": N, "errors": N, "seconds": S, "bytes": N}. One thread, level-triggered epoll, no
// allocation per request; bounded in count and time by its arguments.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
  bool redis = false;
  std::string unix_path;  // empty: TCP
  std::uint16_t port = 0;
  bool kept = false;
  int connections = 1;
  double seconds = 1;
  std::string request;
};

struct Tally {
  std::uint64_t calls = 0, errors = 0, bytes = 0;
};

struct Connection {
  int fd = -1;
  std::string received;
};

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "load: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

std::size_t number(std::string_view text) {
  std::size_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

// How long the whole answer is, 0 while that cannot be told. A mega frame of 2014 that is over 1 KB
// declares too much and ends by the server's closing; the caller counts that as its end.
std::size_t answer_bytes(const Plan& plan, std::string_view received) {
  if (plan.redis) {
    const auto line = received.find("\r\n");
    if (line == std::string_view::npos) return 0;
    return line + 2 + number(received.substr(1, line - 1)) + 2;
  }
  return received.size() < 10 ? 0 : number(received.substr(0, 10)) + 3;
}

// Source addresses take turns, so that a connection for every request does not run out of ports.
int open_tcp(const Plan& plan, unsigned turn) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(0x7f000002u + turn % 64);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&source), sizeof source) != 0) die("bind");
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(plan.port);
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof target) != 0) die("connect");
  return fd;
}

int open_unix(const Plan& plan) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  sockaddr_un target{};
  target.sun_family = AF_UNIX;
  if (plan.unix_path.size() >= sizeof target.sun_path) die("path too long");
  std::memcpy(target.sun_path, plan.unix_path.c_str(), plan.unix_path.size() + 1);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof target) != 0) die("connect");
  return fd;
}

class Load {
 public:
  explicit Load(const Plan& plan) : plan_(plan), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    connections_.resize(static_cast<std::size_t>(plan.connections));
  }

  Tally run() {
    for (std::size_t i = 0; i < connections_.size(); ++i) begin(i);
    const auto end = Clock::now() + std::chrono::duration<double>(plan_.seconds);
    std::array<epoll_event, 256> events;
    while (Clock::now() < end) {
      const int n = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < n; ++i) take(events[static_cast<std::size_t>(i)].data.u64);
    }
    return tally_;
  }

 private:
  void begin(std::size_t i) {
    Connection& c = connections_[i];
    c.received.clear();
    if (c.fd < 0) {
      c.fd = plan_.unix_path.empty() ? open_tcp(plan_, turn_++) : open_unix(plan_);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, c.fd, &event);
    }
    const auto sent = ::send(c.fd, plan_.request.data(), plan_.request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(plan_.request.size())) ++tally_.errors;
  }

  void take(std::size_t i) {
    Connection& c = connections_[i];
    std::array<char, 64 << 10> chunk;
    const auto n = ::recv(c.fd, chunk.data(), chunk.size(), 0);
    if (n > 0) c.received.append(chunk.data(), static_cast<std::size_t>(n));
    const std::size_t whole = answer_bytes(plan_, c.received);
    const bool closed_well = n == 0 && c.received.ends_with("EOF");
    if (n > 0 && (whole == 0 || c.received.size() < whole)) return;
    if (n <= 0 && !closed_well) ++tally_.errors;
    tally_.bytes += c.received.size();
    ++tally_.calls;
    if (!plan_.kept || n <= 0) {
      ::close(c.fd);
      c.fd = -1;
    }
    begin(i);
  }

  const Plan& plan_;
  int poll_;
  std::vector<Connection> connections_;
  unsigned turn_ = 0;
  Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(
        stderr,
        "usage: load mega|redis unix:PATH|tcp:PORT kept|each CONNECTIONS SECONDS REQUEST_FILE\n");
    return 2;
  }
  Plan plan;
  plan.redis = std::string_view(argv[1]) == "redis";
  const std::string_view where = argv[2];
  if (where.starts_with("unix:")) {
    plan.unix_path = where.substr(5);
  } else {
    plan.port = static_cast<std::uint16_t>(number(where.substr(4)));
  }
  plan.kept = std::string_view(argv[3]) == "kept";
  plan.connections = std::atoi(argv[4]);
  plan.seconds = std::atof(argv[5]);
  std::ostringstream request;
  request << std::ifstream(argv[6], std::ios::binary).rdbuf();
  plan.request = request.str();
  const auto start = Clock::now();
  const Tally tally = Load(plan).run();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("{\"calls\": %llu, \"errors\": %llu, \"seconds\": %.3f, \"bytes\": %llu}\n",
              static_cast<unsigned long long>(tally.calls),
              static_cast<unsigned long long>(tally.errors), seconds,
              static_cast<unsigned long long>(tally.bytes));
  return 0;
}
