#include "net/keepalive.h"

namespace mega {
namespace {

constexpr int pings_max = 2;

const Setting<std::chrono::milliseconds> probe_setting{
    "keepalive_probe",
    std::chrono::seconds(30),
    "TIME",
    "Silence before server and daemon ask each other whether they are there; 0: never",
    {.flag_of = {"server", "daemon"}}};

}  // namespace

std::chrono::milliseconds keepalive_probe(const Settings& settings) {
  return settings[probe_setting];
}

Keepalive::Due Keepalive::due(Moment now, std::chrono::milliseconds probe) {
  if (now < next(probe)) return Due::nothing;
  if (pings_ == pings_max) return Due::end;
  ++pings_;
  return Due::ping;
}

}  // namespace mega
