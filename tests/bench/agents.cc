// agents: thousands of daemons in one process, for the benchmarks. See fleet.h.
//
//   agents PORT FOLDERS CONNECTIONS [frozen=N] [hung=N] [failing=N] [heartbeat=SECONDS]
//     PORT         of the server, on 127.0.0.1
//     FOLDERS      has a folder for each joined name, with its key.pem, certificate.pem and ca.pem;
//                  names take turns, in their order
//     frozen       number of names that receive requests and never answer
//     hung         number of the next names that answer orders when their time limit ends
//     failing      number of the next names that answer orders with exit code 1
//     heartbeat    interval at which every connection sends a client_ping
//
// Prints "open" when the server has accepted all of them, answers its requests until the end of
// standard input, and prints {"connections": N, "runs": N, "heartbeats": N, "lost": N}.
#include "fleet.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

namespace {

using Words = std::map<std::string_view, std::size_t>;

std::vector<FleetName> read_names(const char* folders, std::size_t count, const Words& words) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folders)) paths.push_back(entry);
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), count));
  if (paths.empty()) die(std::string("nobody has joined in ") + folders);
  const std::size_t frozen = words.at("frozen"), hung = words.at("hung"),
                    failing = words.at("failing");
  std::vector<FleetName> names;
  for (const auto& path : paths) {
    auto tls = TlsClient::load(path);
    if (!tls) die("no credentials in " + path.string());
    const std::size_t n = names.size();
    const Conduct conduct = n < frozen                    ? Conduct::frozen
                            : n < frozen + hung           ? Conduct::hung
                            : n < frozen + hung + failing ? Conduct::failing
                                                          : Conduct::well;
    names.push_back({path.filename(), *std::move(tls), conduct});
  }
  return names;
}

Words parse_words(int argc, char** argv) {
  Words words{{"frozen", 0}, {"hung", 0}, {"failing", 0}, {"heartbeat", 0}};
  for (int i = 4; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto equals = std::min(word.find('='), word.size());
    const auto found = words.find(word.substr(0, equals));
    if (found == words.end() || equals == word.size()) die("what is " + std::string(word) + "?");
    found->second = number(word.substr(equals + 1));
  }
  return words;
}

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr,
                 "usage: agents PORT FOLDERS CONNECTIONS [frozen=N] [hung=N] [failing=N] "
                 "[heartbeat=SECONDS]\n");
    return 2;
  }
  raise_descriptor_limit();
  const Words words = parse_words(argc, argv);
  FleetPlan plan;
  plan.port = static_cast<std::uint16_t>(number(argv[1]));
  plan.connections = number(argv[3]);
  plan.names = read_names(argv[2], plan.connections, words);
  plan.heartbeat = std::chrono::seconds(words.at("heartbeat"));
  Fleet fleet(plan);
  fleet.open_all();
  std::puts("open");
  std::fflush(stdout);
  fleet.serve();
  const FleetCounts& counts = fleet.counts();
  std::printf("{\"connections\": %zu, \"runs\": %zu, \"heartbeats\": %zu, \"lost\": %zu}\n",
              counts.connections, counts.runs, counts.heartbeats, counts.lost);
  return 0;
}
