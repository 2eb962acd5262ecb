// load: one load generator for all servers under comparison, so that only the server differs.
//
//   load PROTOCOL WHERE MODE CONNECTIONS SECONDS REQUEST_FILE [TLS_FOLDER]
//     PROTOCOL  mega (frames, also the legacy ones) or redis (RESP)
//     WHERE     unix:PATH, tcp:PORT or tls:PORT (on 127.0.0.1); TLS with the key.pem,
//               certificate.pem and ca.pem of TLS_FOLDER
//     MODE      kept: connections stay open, one request at a time on each
//               each: a new connection for every request; the server closes it after its answer
//               handshake: a new TLS connection for every handshake, without requests
//               idle: opens the connections, with TLS including the handshake, prints "open", and
//               waits for the end of standard input; SECONDS only bounds the opening
//
// Prints {"calls": N, "errors": N, "seconds": S, "bytes": N}; a handshake and an idle connection
// count as a call. One thread, level-triggered epoll, no allocation per request except OpenSSL's
// own; number and time are bounded by the arguments.
#include "tls_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

enum class Mode { kept, each, handshake, idle };

// The number of idle connections opened at once, bounded by the server's backlog.
constexpr std::size_t opening_at_once = 16;

struct Plan {
  bool redis = false;
  std::string unix_path;  // empty: TCP
  std::uint16_t port = 0;
  std::optional<TlsClient> tls;
  Mode mode = Mode::each;
  int connections = 1;
  double seconds = 1;
  std::string request;
};

struct Tally {
  std::uint64_t calls = 0, errors = 0, bytes = 0;
};

struct Connection {
  int fd = -1;
  std::optional<TlsSession> tls;
  bool ready = false;  // to send a request: with TLS, after the handshake
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

// Bytes of the whole answer; 0 while unknown. A mega frame of 2014 over 1 KB declares too large a
// size and ends when the server closes the connection; the caller handles that end.
std::size_t answer_bytes(const Plan& plan, std::string_view received) {
  if (plan.redis) {
    const auto line = received.find("\r\n");
    if (line == std::string_view::npos) return 0;
    return line + 2 + number(received.substr(1, line - 1)) + 2;
  }
  // A large answer comes in parts: all but the last have MORE after their ID.
  std::size_t whole = 0;
  for (;;) {
    const std::string_view frame = received.substr(whole);
    if (frame.size() < 10) return 0;
    whole += number(frame.substr(0, 10)) + 3;
    if (frame.substr(10, 40).find("\"MORE\":true") == std::string_view::npos) return whole;
    if (received.size() < whole) return 0;
  }
}

// Rotates source addresses, so that a connection per request does not run out of ports.
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
    const auto end = end_of_plan();
    while (Clock::now() < end) poll();
    return tally_;
  }

  // Mode idle: returns the tally of the opened connections. run() is for the other modes.
  Tally open_all() {
    const auto end = end_of_plan();
    next_idle_ = std::min(opening_at_once, connections_.size());
    for (std::size_t i = 0; i < next_idle_; ++i) begin(i);
    while (tally_.calls + tally_.errors < connections_.size() && Clock::now() < end) poll();
    tally_.errors = connections_.size() - tally_.calls;
    return tally_;
  }

 private:
  Clock::time_point end_of_plan() const {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(plan_.seconds));
  }

  void poll() {
    for (const std::size_t i : std::exchange(again_, {})) begin(i);
    std::array<epoll_event, 256> events;
    const int n = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < n; ++i) take(events[static_cast<std::size_t>(i)].data.u64);
  }

  void begin(std::size_t i) {
    Connection& c = connections_[i];
    c.received.clear();
    if (c.fd < 0) open(i);
    if (c.ready) {
      use(i);
    } else {
      shake_hands(i);
    }
  }

  void open(std::size_t i) {
    Connection& c = connections_[i];
    c.fd = plan_.unix_path.empty() ? open_tcp(plan_, turn_++) : open_unix(plan_);
    c.ready = !plan_.tls;
    if (plan_.tls) {
      ::fcntl(c.fd, F_SETFL, O_NONBLOCK);
      c.tls = plan_.tls->begin(c.fd);
    }
    watch(i, EPOLL_CTL_ADD, EPOLLIN);
  }

  void watch(std::size_t i, int operation, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.u64 = i;
    ::epoll_ctl(poll_, operation, connections_[i].fd, &event);
  }

  void close(std::size_t i) {
    Connection& c = connections_[i];
    if (c.tls && c.ready) c.tls->close();
    c.tls.reset();
    ::close(c.fd);
    c.fd = -1;
  }

  void shake_hands(std::size_t i) {
    Connection& c = connections_[i];
    switch (c.tls->handshake()) {
      case TlsSession::Step::wants_read:
        return watch(i, EPOLL_CTL_MOD, EPOLLIN);
      case TlsSession::Step::wants_write:
        return watch(i, EPOLL_CTL_MOD, EPOLLOUT);
      case TlsSession::Step::failed:
        return failed(i);
      case TlsSession::Step::done:
        c.ready = true;
        watch(i, EPOLL_CTL_MOD, EPOLLIN);
        return use(i);
    }
  }

  // Acts on a ready connection according to the mode.
  void use(std::size_t i) {
    Connection& c = connections_[i];
    switch (plan_.mode) {
      case Mode::kept:
      case Mode::each:
        if (!send(c)) ++tally_.errors;
        return;
      case Mode::handshake:
        ++tally_.calls;
        close(i);
        return again_.push_back(i);
      case Mode::idle:
        ++tally_.calls;
        if (next_idle_ < connections_.size()) begin(next_idle_++);
        return;
    }
  }

  void failed(std::size_t i) {
    ++tally_.errors;
    close(i);
    if (plan_.mode != Mode::idle) again_.push_back(i);
  }

  bool send(Connection& c) {
    if (c.tls) return c.tls->write(plan_.request);
    const auto sent = ::send(c.fd, plan_.request.data(), plan_.request.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(plan_.request.size());
  }

  // As recv(2); nullopt: no data yet.
  std::optional<ssize_t> receive(Connection& c) {
    if (!c.tls) return ::recv(c.fd, chunk_.data(), chunk_.size(), 0);
    const auto n = c.tls->read(chunk_.data(), chunk_.size());
    if (!n) return std::nullopt;
    return static_cast<ssize_t>(*n);
  }

  void take(std::size_t i) {
    Connection& c = connections_[i];
    if (!c.ready) return shake_hands(i);
    if (plan_.mode == Mode::idle) die("the server closed a connection that was idle");
    // TLS may buffer more than one read returns, and epoll does not report that.
    do {
      const auto got = receive(c);
      if (!got) return;
      if (take_bytes(i, *got)) return;
    } while (c.tls);
  }

  // True: the answer is complete, and the next request has begun.
  bool take_bytes(std::size_t i, ssize_t n) {
    Connection& c = connections_[i];
    if (n > 0) c.received.append(chunk_.data(), static_cast<std::size_t>(n));
    const std::size_t whole = answer_bytes(plan_, c.received);
    const bool is_whole = whole > 0 && c.received.size() >= whole;
    const bool closed_well = n == 0 && (is_whole || c.received.ends_with("EOF"));
    if (n > 0 && (!is_whole || plan_.mode == Mode::each)) return false;
    if (n <= 0 && !closed_well) ++tally_.errors;
    tally_.bytes += c.received.size();
    ++tally_.calls;
    if (plan_.mode != Mode::kept || n <= 0) close(i);
    begin(i);
    return true;
  }

  const Plan& plan_;
  int poll_;
  std::vector<Connection> connections_;
  std::array<char, 64 << 10> chunk_;
  std::vector<std::size_t> again_;  // to begin in the next turn, which avoids recursion
  std::size_t next_idle_ = 0;       // the next connection to open
  unsigned turn_ = 0;
  Tally tally_;
};

Mode parse_mode(std::string_view text) {
  if (text == "kept") return Mode::kept;
  if (text == "each") return Mode::each;
  if (text == "handshake") return Mode::handshake;
  if (text == "idle") return Mode::idle;
  std::fprintf(stderr, "load: no mode %s\n", std::string(text).c_str());
  std::exit(2);
}

Plan parse_plan(int argc, char** argv) {
  Plan plan;
  plan.redis = std::string_view(argv[1]) == "redis";
  const std::string_view where = argv[2];
  if (where.starts_with("unix:")) {
    plan.unix_path = where.substr(5);
  } else {
    plan.port = static_cast<std::uint16_t>(number(where.substr(4)));
  }
  plan.mode = parse_mode(argv[3]);
  plan.connections = static_cast<int>(number(argv[4]));
  plan.seconds = std::strtod(argv[5], nullptr);
  std::ostringstream request;
  request << std::ifstream(argv[6], std::ios::binary).rdbuf();
  plan.request = request.str();
  if (where.starts_with("tls:")) {
    if (argc == 8) plan.tls = TlsClient::load(argv[7]);
    if (!plan.tls) {
      std::fprintf(stderr, "load: tls:PORT needs TLS_FOLDER with its three files\n");
      std::exit(2);
    }
  } else if (plan.mode == Mode::handshake) {
    std::fprintf(stderr, "load: only tls:PORT has handshakes\n");
    std::exit(2);
  }
  return plan;
}

// For many idle connections.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void wait_for_end_of_input() {
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 && argc != 8) {
    std::fprintf(stderr,
                 "usage: load mega|redis unix:PATH|tcp:PORT|tls:PORT kept|each|handshake|idle "
                 "CONNECTIONS SECONDS REQUEST_FILE [TLS_FOLDER]\n");
    return 2;
  }
  raise_descriptor_limit();
  const Plan plan = parse_plan(argc, argv);
  const auto start = Clock::now();
  Load load(plan);
  const Tally tally = plan.mode == Mode::idle ? load.open_all() : load.run();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (plan.mode == Mode::idle) wait_for_end_of_input();
  std::printf("{\"calls\": %llu, \"errors\": %llu, \"seconds\": %.3f, \"bytes\": %llu}\n",
              static_cast<unsigned long long>(tally.calls),
              static_cast<unsigned long long>(tally.errors), seconds,
              static_cast<unsigned long long>(tally.bytes));
  return 0;
}
