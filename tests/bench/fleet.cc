#include "fleet.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t opening_at_once = 16;  // bounded by the server's backlog
constexpr std::uint64_t input_key = ~std::uint64_t{0};
constexpr std::chrono::seconds patience{120};  // to open all of them
constexpr std::size_t header_bytes = 10, terminator_bytes = 3;

constexpr std::string_view has_started =
    R"([["started", {"limit_ms": 3610500, "grace_ms": 10000}]])";
constexpr std::string_view went_well = R"([["end", {"state": "ok", "exit_code": 0}]])";
constexpr std::string_view has_failed =
    R"([["end", {"state": "failed", "exit_code": 1, "reason": "exit code 1"}]])";
constexpr std::string_view timed_out =
    R"([["end", {"state": "timed_out", "signal": 9, "reason": "ended at its time limit"}]])";

// The payload of a heartbeat besides the address: a host with two disks and one instance.
constexpr std::string_view host_facts =
    R"("version": "1.0.0", "name": "db", "os": "Debian GNU/Linux 12", )"
    R"("kernel": "6.1.0-18-amd64", "cpus": 8, "uptime": 8640000, "load": [0.52, 0.41, 0.33], )"
    R"("memory": {"total": 67430350848, "available": 21474836480, "swap_total": 0, )"
    R"("swap_free": 0}, "disks": [{"folder": "/", "device": "/dev/sda1", "type": "ext4", )"
    R"("size": 53687091200, "free": 32212254720, "used_percent": 40}, {"folder": )"
    R"("/var/lib/mysql", "device": "/dev/sdb1", "type": "xfs", "size": 2199023255552, )"
    R"("free": 879609302220, "used_percent": 60}], "instances": [{"port": 3306, "socket": )"
    R"("/run/mysqld/mysqld.sock", "data": "/var/lib/mysql", "type": "mariadb", )"
    R"("version": "10.11.6-MariaDB", "contained": false}])";

std::string frame(std::string_view payload) {
  std::array<char, header_bytes + 1> header;
  std::snprintf(header.data(), header.size(), "%010zu", payload.size() + header_bytes);
  return header.data() + std::string(payload) + "EOF";
}

// The text or the digits after "KEY": in a payload that mega wrote; empty: no such key.
std::string_view field(std::string_view payload, std::string_view key) {
  const auto at = payload.find("\"" + std::string(key) + "\":");
  if (at == std::string_view::npos) return {};
  std::string_view rest = payload.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

// A source address for each name, because servers limit connections per address: 127.1.0.1, ...
in_addr address_of(std::size_t name) {
  return {htonl(0x7f010001u + static_cast<std::uint32_t>(name))};
}

int connected_socket(std::size_t name, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr = address_of(name);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    die(std::string("connect: ") + std::strerror(errno));
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

void die(const std::string& what) {
  std::fprintf(stderr, "agents: %s\n", what.c_str());
  std::exit(1);
}

std::size_t number(std::string_view text) {
  std::size_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

Fleet::Fleet(const FleetPlan& plan) : plan_(plan), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  agents_.resize(plan.connections);
  for (std::size_t i = 0; i < agents_.size(); ++i) agents_[i].name = i % plan.names.size();
}

void Fleet::open_all() {
  const auto end = Clock::now() + patience;
  for (; opened_ < std::min(opening_at_once, agents_.size()); ++opened_) open(opened_);
  while (counts_.connections < agents_.size()) {
    if (Clock::now() > end) die("the server has not let all of them in");
    turn(100);
  }
}

void Fleet::serve() {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = input_key;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  if (plan_.heartbeat.count() > 0) next_heartbeat_ = Clock::now();
  while (!ended_) {
    send_heartbeats();
    end_late();
    turn(milliseconds_to_wait());
  }
}

void Fleet::turn(int wait_ms) {
  std::array<epoll_event, 256> events;
  const int n = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), wait_ms);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    if (key == input_key) {
      ended_ = true;
    } else {
      take(key);
    }
  }
}

int Fleet::milliseconds_to_wait() const {
  auto next = std::min(next_heartbeat_, Clock::now() + std::chrono::seconds(1));
  if (!late_.empty()) next = std::min(next, late_.top().due);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// --- connecting ---

void Fleet::open(std::size_t i) {
  Agent& agent = agents_[i];
  agent.fd = connected_socket(agent.name, plan_.port);
  agent.tls = plan_.names[agent.name].tls.begin(agent.fd);
  watch(i, EPOLL_CTL_ADD, EPOLLIN);
  shake_hands(i);
}

void Fleet::watch(std::size_t i, int operation, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = i;
  ::epoll_ctl(poll_, operation, agents_[i].fd, &event);
}

void Fleet::shake_hands(std::size_t i) {
  switch (agents_[i].tls->handshake()) {
    case TlsSession::Step::wants_read:
      return watch(i, EPOLL_CTL_MOD, EPOLLIN);
    case TlsSession::Step::wants_write:
      return watch(i, EPOLL_CTL_MOD, EPOLLOUT);
    case TlsSession::Step::failed:
      return die("a handshake failed");
    case TlsSession::Step::done:
      agents_[i].ready = true;
      watch(i, EPOLL_CTL_MOD, EPOLLIN);
      return send(i, R"({"ID": 1, "HEAD": "MEGA", "VALUE": "attend"})");
  }
}

void Fleet::lose(std::size_t i) {
  if (counts_.connections < agents_.size()) die("the server closed a connection");
  ++counts_.lost;
  agents_[i].tls.reset();
  ::close(std::exchange(agents_[i].fd, -1));
}

// --- from the server ---

void Fleet::take(std::size_t i) {
  Agent& agent = agents_[i];
  if (agent.fd < 0) return;
  if (!agent.ready) return shake_hands(i);
  for (;;) {
    const auto n = agent.tls->read(chunk_.data(), chunk_.size());
    if (!n) break;
    if (*n == 0) return lose(i);
    agent.received.append(chunk_.data(), *n);
  }
  take_frames(i);
}

void Fleet::take_frames(std::size_t i) {
  const std::string received = std::exchange(agents_[i].received, {});
  std::string_view rest = received;
  while (rest.size() >= header_bytes) {
    const std::size_t size = number(rest.substr(0, header_bytes)) + terminator_bytes;
    if (rest.size() < size) break;
    take_payload(i, rest.substr(header_bytes, size - header_bytes - terminator_bytes));
    rest.remove_prefix(size);
  }
  agents_[i].received = rest;
}

void Fleet::take_payload(std::size_t i, std::string_view payload) {
  const std::string_view asked = field(payload, "VALUE");
  if (asked.empty()) return take_answer(i, payload);
  if (asked == "run") return take_order(i, payload);
  if (plan_.names[agents_[i].name].conduct == Conduct::frozen) return;
  answer(i, field(payload, "ID"), "null");
}

void Fleet::take_answer(std::size_t i, std::string_view payload) {
  if (field(payload, "CODE") != "0") die("the server refused: " + std::string(payload));
  if (std::exchange(agents_[i].attends, true)) return;
  ++counts_.connections;
  if (opened_ < agents_.size()) open(opened_++);
}

void Fleet::take_order(std::size_t i, std::string_view payload) {
  ++counts_.runs;
  const std::string_view id = field(payload, "ID");
  const Conduct conduct = plan_.names[agents_[i].name].conduct;
  if (conduct != Conduct::frozen) part(i, id, has_started);
  switch (conduct) {
    case Conduct::frozen:
      return;
    case Conduct::well:
      return answer(i, id, went_well);
    case Conduct::failing:
      return answer(i, id, has_failed);
    case Conduct::hung:
      const std::chrono::seconds limit(number(field(payload, "time_limit_s")));
      return late_.push({Clock::now() + limit, i, std::string(id)});
  }
}

// --- to the server ---

void Fleet::send(std::size_t i, std::string_view payload) {
  if (agents_[i].fd >= 0 && !agents_[i].tls->write(frame(payload))) lose(i);
}

void Fleet::part(std::size_t i, std::string_view id, std::string_view result) {
  std::string payload = R"({"ID": )";
  payload.append(id).append(R"(, "MORE": true, "RESULT": )").append(result).append("}");
  send(i, payload);
}

void Fleet::answer(std::size_t i, std::string_view id, std::string_view result) {
  std::string payload = R"({"ID": )";
  payload.append(id).append(R"(, "CODE": 0, "RESULT": )").append(result).append("}");
  send(i, payload);
}

void Fleet::end_late() {
  for (; !late_.empty() && late_.top().due <= Clock::now(); late_.pop()) {
    answer(late_.top().agent, late_.top().id, timed_out);
  }
}

// Spreads the heartbeats of all daemons evenly over the interval.
void Fleet::send_heartbeats() {
  const auto pause = std::chrono::duration_cast<Clock::duration>(plan_.heartbeat) /
                     static_cast<std::int64_t>(agents_.size());
  for (; next_heartbeat_ <= Clock::now(); next_heartbeat_ += pause) {
    heartbeat(counts_.heartbeats++ % agents_.size());
  }
}

void Fleet::heartbeat(std::size_t i) {
  std::string payload = R"({"ID": )" + std::to_string(++agents_[i].asked);
  payload.append(R"(, "HEAD": "MEGA", "VALUE": "client_ping", "ARGS": {"ip": ")")
      .append(::inet_ntoa(address_of(agents_[i].name)))
      .append(R"(", )")
      .append(host_facts)
      .append("}}");
  send(i, payload);
}
