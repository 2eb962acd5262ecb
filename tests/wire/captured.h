// Frames that peers of 2014 really sent, byte for byte; docs/PROTOCOL.md shows the same.
#pragma once

#include <string_view>

namespace mega {

struct CapturedFrame {
  const char* name;
  std::string_view frame;
};

inline constexpr CapturedFrame captured_requests[] = {
    {"a call with arguments",
     R"(0000000142{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': "model='backup',stat=1,role=1", 'VALUE': 'get_all_instance', 'TIME': 0, 'TYPE': 0, 'CYCLE': 1}EOF)"},
    {"a call without",
     R"(0000000113{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': 0, 'VALUE': 'get_all_instance', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"an internal call",
     R"(0000000124{'HEAD': 'MEGA', 'TARGET': 0, 'TOOL': True, 'ARGS': 0, 'VALUE': 'get_all_funcs', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"a heartbeat",
     R"(0000000160{'HEAD': 'MEGA', 'TARGET': 0, 'TOOL': True, 'ARGS': "'127.0.0.1',version='mega-client 0.1'", 'VALUE': 'client_ping', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"an upgrade",
     R"(0000000139{'HEAD': 'MEGA', 'TARGET': 0, 'TOOL': True, 'ARGS': "['127.0.0.1']", 'VALUE': 'client_upgrade', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"a script with words",
     R"(0000000120{'HEAD': 'MEGA', 'TARGET': 'bash', 'ARGS': "9  '17:24'", 'VALUE': 'test.sh', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"a script with a dict",
     R"(0000000169{'HEAD': 'MEGA', 'TARGET': 'python', 'ARGS': "{'port': 3306L, 'id': 1L, 'host_ip': u'127.0.0.1'}", 'VALUE': 'mega_backup.py', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}EOF)"},
    {"a script of the daemon's own folder",
     R"(0000000114{'HEAD': 'MEGA', 'TARGET': 'python', 'ARGS': 0, 'VALUE': 'upgrade.py', 'TIME': 0, 'TYPE': 1, 'CYCLE': 0}EOF)"},
};

inline constexpr CapturedFrame captured_answers[] = {
    {"get_all_instance", R"(0000000065([{'stat': '1', 'id': '1', 'name': '\xe4\xb8\xad'}], 0)EOF)"},
    {"a script that worked", R"(0000000036(0, 'argc=1 arg1=[hello]')EOF)"},
    {"a script that exited with 3", R"(0000000027(768, 'out\nerr')EOF)"},
    {"an envelope refused", "0000000012-1EOF"},
    {"an unknown function", "0000000015FalseEOF"},
    {"the integer 1", "00000000111EOF"},
    {"an empty text", "0000000010EOF"},
    {"None", "0000000014NoneEOF"},
};

// What stands between a frame's header and its terminator.
constexpr std::string_view payload_of(const CapturedFrame& captured) {
  return captured.frame.substr(10, captured.frame.size() - 13);
}

}  // namespace mega
