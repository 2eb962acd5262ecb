// add_script(name, content) -> {name, version, digest}
//
// Keeps a script that hosts may run, signed by the site's CA. Errors: invalid_argument; unavailable
// (store).
#include "access/store/authority.h"
#include "api/function.h"
#include "tasks/format/order.h"
#include "tasks/store/script_store.h"
#include "trust/crypto.h"
#include "trust/signature.h"

#include <algorithm>

namespace mega {
namespace {

const Service<const Authority> authority{"authority"};
const Service<ScriptStore> script_store{"scripts"};

const Param<std::string> name{"name", "the script's file name on the hosts"};
const Param<Value> content{"content", "the whole text of the script", BytesMax{script_bytes_max}};

Result<std::string> bytes_of(const Value& value) {
  const auto* text = value.as<std::string>();
  const auto* bytes = value.as<Bytes>();
  if (!text && !bytes) {
    return fail(Errc::invalid_argument, "content takes text, not {}", kind_name(value));
  }
  const std::string& found = text ? *text : bytes->data;
  if (found.empty()) return fail(Errc::invalid_argument, "the script is empty");
  return found;
}

// The time, unless a version was signed later, by a clock that has been set back since.
Result<std::int64_t> next_serial(Context& context, const std::string& script) {
  const auto before = context[script_store].script(script);
  if (!before) return fail(before.error());
  const std::int64_t last = *before ? serial_of((*before)->signature) : 0;
  return std::max(context.clock.now().seconds, last + 1);
}

Result<Value> add_script(Context& context, const Args& args) {
  const Authority* const ca = context.find(authority);
  if (!ca) return fail(Errc::unavailable, "this server has no CA");
  if (auto checked = check_script_name(args[name]); !checked) return fail(checked.error());
  auto bytes = bytes_of(args[content]);
  if (!bytes) return fail(bytes.error());
  const std::string digest = to_hex(sha256(*bytes));
  const auto serial = next_serial(context, args[name]);
  if (!serial) return fail(serial.error());
  const auto by_ca = ca->sign(script_to_sign(args[name], digest, *serial));
  if (!by_ca) return fail(by_ca.error());
  const auto version =
      context[script_store].add_script(context.author, args[name],
                                       {.content = std::move(*bytes),
                                        .digest = digest,
                                        .signature = script_signature(*serial, *by_ca)});
  if (!version) return fail(version.error());
  return Value(Map{{"name", args[name]}, {"version", *version}, {"digest", digest}});
}

const Registered<Function> function{{
    .name = "add_script",
    .summary = "Keep a script for the hosts, in a new version when it was changed",
    .params = {name, content},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call add_script name=hello.sh content='echo hello'",
    .detail =
        "Hosts get it, signed by the CA of the site, before they run it. A map: name, version, "
        "digest\n"
        "(SHA-256, in hex). `mega script push FILE` calls it. Who decides what hosts run is an "
        "admin; the audit has the digest "
        "alone.",
    .run = add_script,
}};

}  // namespace
}  // namespace mega
