// Function: an API function: its name, parameters, permission and code.
//
// One file in a folder funcs/ defines one function and registers it; no other file names it. A
// parameter is declared once: its name on the wire, its C++ type, its default. args[param] then has
// that type.
#pragma once

#include "api/context.h"
#include "base/registered.h"
#include "base/result.h"
#include "trust/caller.h"
#include "value/python.h"
#include "value/value.h"
#include "wire/reply.h"

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mega {

// The types of parameters, besides bool, std::int64_t, std::string, Time, Tags, State and Value.
// Each may be in a std::optional, which also accepts None. bind() has checked the values.

// An IPv4 or IPv6 address in canonical text.
struct Address {
  std::string text;
};

// 1 to 65535.
struct Port {
  std::int64_t number;
};

// 0 or more: counts, levels, ids.
struct Natural {
  std::int64_t number;
};

// 1 master, 2 slave, 3 single.
struct InstanceRole {
  std::int64_t number;
};

// 1 to 255 bytes of text, no control characters.
struct Name {
  std::string text;
};

// The table in kinds.cc defines the values that bind() accepts for each.
enum class Kind {
  any,
  flag,
  integer,
  natural,
  text,
  name,
  address,
  port,
  state,
  instance_role,
  time,
  tags,
};

template <class T>
constexpr Kind kind_of() {
  if constexpr (std::is_same_v<T, Value>)
    return Kind::any;
  else if constexpr (std::is_same_v<T, bool>)
    return Kind::flag;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return Kind::integer;
  else if constexpr (std::is_same_v<T, Natural>)
    return Kind::natural;
  else if constexpr (std::is_same_v<T, std::string>)
    return Kind::text;
  else if constexpr (std::is_same_v<T, Name>)
    return Kind::name;
  else if constexpr (std::is_same_v<T, Address>)
    return Kind::address;
  else if constexpr (std::is_same_v<T, Port>)
    return Kind::port;
  else if constexpr (std::is_same_v<T, State>)
    return Kind::state;
  else if constexpr (std::is_same_v<T, InstanceRole>)
    return Kind::instance_role;
  else if constexpr (std::is_same_v<T, Time>)
    return Kind::time;
  else if constexpr (std::is_same_v<T, Tags>)
    return Kind::tags;
  else
    return kind_of<typename T::value_type>();  // std::optional
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// A limit on the bytes of an argument (bytes_in() of kinds.h); 0: the limit of its kind.
struct BytesMax {
  std::size_t count = 0;
  bool cut = false;  // text that is longer is cut, where a refusal would lose what it reports
};

struct ParamInfo {
  std::string_view name;
  Kind kind = Kind::any;
  bool nullable = false;                 // accepts None
  std::optional<Value> fallback{};       // the default; nullopt: the argument is required (never
                                         // for keywords)
  std::string_view summary{};            // a few words
  std::vector<std::string_view> also{};  // older spellings
  BytesMax bytes_max{};
};

template <class T>
struct Param : ParamInfo {
  // Required.
  Param(std::string_view wire_name, std::string_view what, BytesMax most = {})
      : ParamInfo{wire_name, kind_of<T>(), is_optional<T>, std::nullopt, what, {}, most} {}
  // Optional; the default is given as a wire value (nullptr: None).
  Param(std::string_view wire_name, Value default_value, std::string_view what,
        std::vector<std::string_view> spellings = {})
      : ParamInfo{wire_name,
                  kind_of<T>(),
                  is_optional<T>,
                  std::move(default_value),
                  what,
                  std::move(spellings),
                  {}} {}
  Param(std::string_view wire_name, Value default_value, std::string_view what, BytesMax most)
      : ParamInfo{wire_name, kind_of<T>(), is_optional<T>, std::move(default_value), what,
                  {},        most} {}
};

struct Function;

// Bound arguments: every declared parameter has a checked value. Lives for one call.
class Args {
 public:
  // `values` in the order of the function's params, then its keywords, each of its declared kind.
  Args(const Function& function, List values) : function_(&function), values_(std::move(values)) {}

  // Requires: the function declares `param`.
  template <class T>
  T operator[](const Param<T>& param) const {
    return convert<T>(at(param));
  }

  // By name, for code that handles any function's arguments. nullptr: unknown parameter.
  const Value* find(std::string_view name) const;

 private:
  const Value& at(const ParamInfo& param) const;

  template <class T>
  static T convert(const Value& v) {
    if constexpr (is_optional<T>) {
      if (v.is_none()) return std::nullopt;
      return convert<typename T::value_type>(v);
    } else if constexpr (std::is_same_v<T, Value>) {
      return v;
    } else if constexpr (std::is_same_v<T, Address> || std::is_same_v<T, Name>) {
      return T{*v.as<std::string>()};
    } else if constexpr (std::is_same_v<T, Port> || std::is_same_v<T, Natural> ||
                         std::is_same_v<T, InstanceRole>) {
      return T{*v.as<std::int64_t>()};
    } else if constexpr (std::is_same_v<T, State>) {
      return static_cast<State>(*v.as<std::int64_t>());
    } else if constexpr (std::is_same_v<T, Tags>) {
      return tags_from(v);
    } else {
      return *v.as<T>();
    }
  }
  static Tags tags_from(const Value& map);

  const Function* function_;
  List values_;
};

// The registry keeps each Function for the life of the program.
struct Function {
  std::string_view name;
  std::string_view summary;           // one line, without a full stop
  std::vector<ParamInfo> params{};    // in positional order
  std::vector<ParamInfo> keywords{};  // the seed's `**args`; by name only
  bool takes_keywords = false;  // prints keywords='args'; where the seed has it, even when the
                                // list is empty
  bool of_2014 = false;         // one of the 30 functions of 2014
  Permission permission = Permission::admin;
  bool changes = false;  // writes; audited
  // For a function that changes nothing audited but still writes: a sentence saying what it writes.
  std::string_view keeps{};
  // For Permission::agent: the argument that names the host concerned, an address or a list of
  // them; callers other than an admin may name only their own. `checks_host`: the host is inside an
  // argument or is looked up, so run() itself must check that it belongs to the caller.
  std::string_view host_param{};
  bool checks_host = false;
  // Arguments with a host as HOST:PORT, for rules; arguments of kind address always count as hosts.
  std::vector<std::string_view> endpoint_params{};
  // Rules treat a call as one of this function; empty: as itself.
  std::string_view rules_as{};
  // For rules, when the hosts that a call concerns must be looked up: returns each host with all of
  // its names in lower case (admission.h). nullptr: the hosts are arguments.
  Result<std::vector<std::vector<std::string>>> (*find_hosts)(const Services&,
                                                              const Args&) = nullptr;
  Shape shape = Shape::value;
  // Reads one row by an index, which takes microseconds: may run on the io thread.
  bool quick = false;
  bool answers_task = false;   // answers with the id of a task
  bool internal = false;       // callable on the legacy door only with TOOL
  std::string_view example{};  // "mega call get_server ip=10.0.0.1"
  std::string_view detail{};   // its effect, answer and errors; for `mega funcs NAME` and
                               // FUNCTIONS.md; may be long
  Result<Value> (*run)(Context&, const Args&) = nullptr;  // nullptr: not implemented yet; dispatch
                                                          // says so
};

// Checks the given arguments against the function's declaration, fills in defaults, and maps older
// spellings. `strict`: unknown names are refused with a did-you-mean, and text parameters require
// text; else (legacy dialect) a takes_keywords function drops unknown names and lists them in
// `ignored`, and a real is accepted as text, as in 2014. Errors: invalid_argument naming the
// parameter, the given value and the accepted ones, or its limit in bytes.
Result<Args> bind(const Function& function, CallArguments given, bool strict,
                  std::vector<std::string>* ignored = nullptr);

// "get_server(model=None, ip=None)", "add_server(ip, **args)": for messages.
std::string signature(const Function& function);

// nullptr: unknown name.
const Function* find_function(std::string_view name);

}  // namespace mega
