// The parser of Python literals: recursive descent over the whole text, at most value_depth_max
// deep. A method that parses returns true with at_ behind the part that it read, or false with the
// reason in error_.
#include "base/text.h"
#include "value/call_limits.h"
#include "value/caret.h"
#include "value/number.h"
#include "value/python.h"
#include "value/python_tokens.h"

#include <algorithm>
#include <unordered_set>

namespace mega {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Reader {
 public:
  Reader(std::string_view text, std::size_t count_max) : text_(text), count_max_(count_max) {}

  bool literal(Value& into);
  bool arguments(CallArguments& into);
  Error error() && { return std::move(error_); }

 private:
  bool value(Value& into);
  bool signed_number(Value& into);
  bool number(Value& into, bool negative);
  bool name(Value& into);
  bool set_call(Value& into);

  bool list(Value& into);
  bool tuple(Value& into);
  bool braces(Value& into);
  bool map(Value first_key, std::size_t opened, Value& into);
  // Reads the items and the closing bracket; at_ must be at an item or at the bracket. Sets `comma`
  // to whether a comma stood behind the last item.
  bool items(char closing, std::size_t opened, List& into, bool& comma);
  // Behind an item: reads a comma or the closing bracket; `closed` says which.
  bool comma_or(char closing, std::size_t opened, bool& closed);
  bool open();  // reads a bracket; its caller decrements depth_ when it has closed

  bool argument(CallArguments& into);
  bool is_named(const CallArguments& arguments, std::string_view name);

  void skip_blanks() { at_ = skip_python_blanks(text_, at_); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool at_end() const { return at_ == text_.size(); }
  std::string_view name_ahead() const;

  bool refuse(std::size_t at, std::string_view message);
  bool refuse_here(std::string_view wanted);
  bool refuse_unclosed(std::size_t opened);

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  const std::size_t count_max_;
  std::size_t count_ = 0;                  // of values read
  std::unordered_set<std::string> names_;  // of arguments; filled once there are many
  Error error_{Errc::invalid_argument, ""};
};

// --- refusing

bool Reader::refuse(std::size_t at, std::string_view message) {
  error_.message = with_caret(message, text_, at);
  return false;
}

bool Reader::refuse_unclosed(std::size_t opened) {
  return refuse(opened, fmt::format("this {} is not closed", text_[opened]));
}

// Refuses the text at at_, where `wanted` is missing; calls and operators get a message of their
// own.
bool Reader::refuse_here(std::string_view wanted) {
  const char c = peek();
  if (at_end()) return refuse(at_, fmt::format("want {}, but the text ends", wanted));
  if (c == '(' && at_ > 0) return refuse(at_, "calls are not evaluated, only literals are taken");
  if (std::string_view("+-*/%@&|^~<>.!").find(c) != std::string_view::npos) {
    return refuse(at_, "operators are not evaluated, only literals are taken");
  }
  return refuse(at_, fmt::format("want {}", wanted));
}

// --- single values

std::string_view Reader::name_ahead() const {
  std::size_t end = at_;
  while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  return text_.substr(at_, end - at_);
}

bool Reader::literal(Value& into) {
  skip_blanks();
  if (!value(into)) return false;
  skip_blanks();
  return at_end() || refuse_here("the end of the text");
}

bool Reader::value(Value& into) {
  if (++count_ > count_max_) {
    return refuse(at_, fmt::format("more than {} values", count_max_));
  }
  const char c = peek();
  if (is_python_text(text_, at_)) {
    const auto refusal = read_python_text(text_, at_, into);
    return !refusal || refuse(refusal->at, refusal->message);
  }
  if (is_digit(c) || c == '.') return number(into, false);
  if (is_letter(c)) return name(into);
  switch (c) {
    case '[':
      return list(into);
    case '(':
      return tuple(into);
    case '{':
      return braces(into);
    case '+':
    case '-':
      return signed_number(into);
    default:
      return refuse_here("a value");
  }
}

bool Reader::signed_number(Value& into) {
  const bool negative = peek() == '-';
  ++at_;
  skip_blanks();
  if (!is_digit(peek()) && peek() != '.') return refuse_here("a number behind the sign");
  return number(into, negative);
}

bool Reader::number(Value& into, bool negative) {
  const std::string_view token = python_number_token(text_.substr(at_));
  auto number = read_python_number(token, negative);
  if (!number) return refuse(at_, number.error().message);
  into = std::move(*number);
  at_ += token.size();
  return true;
}

bool Reader::name(Value& into) {
  const std::string_view name = name_ahead();
  if (name == "True" || name == "true") {
    into = true;
  } else if (name == "False" || name == "false") {
    into = false;
  } else if (name == "None" || name == "null") {
    into = nullptr;
  } else {
    std::size_t next = at_ + name.size();
    if (next < text_.size() && (text_[next] == '\'' || text_[next] == '"')) {
      return refuse(at_, fmt::format("no string has the prefix {}", quoted(name)));
    }
    next = skip_python_blanks(text_, next);
    const bool call = next < text_.size() && text_[next] == '(';
    if (call && name == "set") return set_call(into);
    if (call) return refuse(at_, "calls are not evaluated, only literals are taken");
    return refuse(at_,
                  fmt::format("{} is a name, not a literal; text stands in quotes", quoted(name)));
  }
  at_ += name.size();
  return true;
}

// set() and Python 2's set([1, 2]): not literals, but repr() writes sets this way.
bool Reader::set_call(Value& into) {
  at_ = text_.find('(', at_);
  const std::size_t opened = at_;
  if (!open()) return false;
  Set set;
  if (peek() == '[') {
    Value inside;
    if (!list(inside)) return false;
    set.items = distinct(std::move(*inside.as<List>()));
    skip_blanks();
  }
  if (at_end()) return refuse_unclosed(opened);
  if (peek() != ')') return refuse(at_, "want a list or ')'");
  ++at_;
  --depth_;
  into = std::move(set);
  return true;
}

// --- brackets

bool Reader::open() {
  if (depth_ == value_depth_max) {
    return refuse(at_, fmt::format("brackets nest deeper than {}", value_depth_max));
  }
  ++depth_;
  ++at_;
  skip_blanks();
  return true;
}

bool Reader::comma_or(char closing, std::size_t opened, bool& closed) {
  skip_blanks();
  if (at_end()) return refuse_unclosed(opened);
  closed = peek() == closing;
  if (!closed && peek() != ',') return refuse_here(fmt::format("',' or '{}'", closing));
  ++at_;
  if (!closed) skip_blanks();
  return true;
}

bool Reader::items(char closing, std::size_t opened, List& into, bool& comma) {
  comma = false;
  for (bool closed = false; !closed; comma = !closed) {
    if (at_end()) return refuse_unclosed(opened);
    if (peek() == closing && (into.empty() || comma)) {
      ++at_;
      break;
    }
    if (!value(into.emplace_back())) return false;
    if (!comma_or(closing, opened, closed)) return false;
  }
  --depth_;
  return true;
}

bool Reader::list(Value& into) {
  const std::size_t opened = at_;
  List read;
  bool comma;
  if (!open() || !items(']', opened, read, comma)) return false;
  into = std::move(read);
  return true;
}

bool Reader::tuple(Value& into) {
  const std::size_t opened = at_;
  List read;
  bool comma;
  if (!open() || !items(')', opened, read, comma)) return false;
  if (read.size() == 1 && !comma) {
    Value inside = std::move(read.front());  // (1) is 1
    into = std::move(inside);
  } else {
    into = Tuple{std::move(read)};
  }
  return true;
}

bool Reader::braces(Value& into) {
  const std::size_t opened = at_;
  if (!open()) return false;
  if (at_end()) return refuse_unclosed(opened);
  if (peek() == '}') {
    ++at_;
    --depth_;
    into = Map();
    return true;
  }
  Value first;
  if (!value(first)) return false;
  skip_blanks();
  if (peek() == ':') return map(std::move(first), opened, into);
  List read;
  read.push_back(std::move(first));
  bool closed, comma;
  if (at_end()) return refuse_unclosed(opened);
  if (peek() != ',' && peek() != '}') return refuse_here("':', ',' or '}'");
  if (!comma_or('}', opened, closed)) return false;
  if (closed) {
    --depth_;
  } else if (peek() == '}') {
    ++at_;
    --depth_;
  } else if (!items('}', opened, read, comma)) {
    return false;
  }
  into = Set{distinct(std::move(read))};
  return true;
}

bool Reader::map(Value first_key, std::size_t opened, Value& into) {
  std::vector<Map::Entry> entries;
  entries.reserve(8);
  entries.push_back({std::move(first_key), Value()});
  for (bool closed = false; !closed;) {
    ++at_;  // the colon
    skip_blanks();
    if (at_end()) return refuse_unclosed(opened);
    if (!value(entries.back().second)) return false;
    if (!comma_or('}', opened, closed)) return false;
    if (closed) break;
    if (at_end()) return refuse_unclosed(opened);
    if (peek() == '}') {
      ++at_;
      break;
    }
    entries.push_back({});
    if (!value(entries.back().first)) return false;
    skip_blanks();
    if (at_end()) return refuse_unclosed(opened);
    if (peek() != ':') return refuse_here("':' and a value behind the key");
  }
  --depth_;
  into = Map::from_entries(std::move(entries));
  return true;
}

// --- the arguments of a call

bool Reader::arguments(CallArguments& into) {
  skip_blanks();
  while (!at_end()) {
    if (!argument(into)) return false;
    skip_blanks();
    if (at_end()) break;
    if (peek() != ',') return refuse_here("',' before the next argument");
    ++at_;
    skip_blanks();
  }
  return true;
}

// Whether an argument of this name was read before. The names of usual calls are compared one by
// one; many long ones would take too long.
bool Reader::is_named(const CallArguments& arguments, std::string_view name) {
  constexpr std::size_t few = 16;
  if (arguments.named.size() < few) {
    return std::ranges::any_of(arguments.named,
                               [name](const auto& each) { return each.first == name; });
  }
  if (names_.empty()) {
    for (const auto& each : arguments.named) names_.insert(each.first);
  }
  return !names_.emplace(name).second;
}

bool Reader::argument(CallArguments& into) {
  const std::size_t start = at_;
  if (into.positional.size() + into.named.size() == call_arguments_max) {
    return refuse(start, fmt::format("more than {} arguments", call_arguments_max));
  }
  const std::string_view name = is_letter(peek()) ? name_ahead() : std::string_view();
  const std::size_t behind = skip_python_blanks(text_, at_ + name.size());
  if (name.empty() || behind == text_.size() || text_[behind] != '=') {
    if (!into.named.empty())
      return refuse(start, "a value without a name stands behind a named one");
    return value(into.positional.emplace_back());
  }
  if (is_named(into, name)) {
    return refuse(start, fmt::format("the argument {} comes twice", quoted(name)));
  }
  at_ = behind + 1;
  if (peek() == '=') return refuse_here("a value behind '='");
  skip_blanks();
  return value(into.named.emplace_back(std::string(name), Value()).second);
}

}  // namespace

Result<Value> parse_python(std::string_view text) {
  Reader reader(text, value_count_max);
  Value value;
  if (!reader.literal(value)) return fail(std::move(reader).error());
  return value;
}

Result<CallArguments> parse_call_arguments(std::string_view text) {
  CallArguments arguments;
  if (trim(text) == "0") return arguments;
  Reader reader(text, call_values_max);
  if (!reader.arguments(arguments)) return fail(std::move(reader).error());
  return arguments;
}

}  // namespace mega
