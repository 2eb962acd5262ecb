// Condition::parse: a recursive-descent parser over the text itself, so that every error has its
// place.
#include "base/text.h"
#include "value/condition_node.h"

#include <fmt/core.h>

#include <algorithm>

namespace mega {
namespace {

using Node = Condition::Node;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_word(char c) {
  return is_blank(c) || std::string_view("(),=!<>~'\"").find(c) != std::string_view::npos;
}

class Parser {
 public:
  Parser(std::string_view text, std::span<const ConditionField> fields)
      : text_(text), fields_(fields) {}

  Result<Node> whole() {
    skip_blanks();
    if (at_ == text_.size()) return Node{};
    auto node = any_of(0);
    if (!node) return node;
    if (at_ < text_.size()) return wrong(at_, "expected 'and', 'or' or the end");
    return node;
  }

 private:
  Result<Node> any_of(int depth) { return chain(Node::Kind::any_of, "or", depth); }

  // Parses parts with `word` between them; a single part is returned without a node around it.
  Result<Node> chain(Node::Kind kind, std::string_view word, int depth) {
    Node node{.kind = kind};
    do {
      auto part =
          kind == Node::Kind::any_of ? chain(Node::Kind::all_of, "and", depth) : unary(depth);
      if (!part) return part;
      node.parts.push_back(std::move(*part));
    } while (take_word(word));
    if (node.parts.size() > 1) return node;
    Node only = std::move(node.parts.front());
    return only;
  }

  Result<Node> unary(int depth) {
    if (depth >= condition_depth_max) {
      return wrong(at_, fmt::format("nested more than {} deep", condition_depth_max));
    }
    if (take_word("not")) return negated(unary(depth + 1));
    if (!take("(")) return test();
    const std::size_t open = at_ - 1;
    skip_blanks();
    auto inner = any_of(depth + 1);
    if (!inner) return inner;
    if (!take(")")) return wrong(at_, fmt::format("expected ')' for the '(' at {}", open + 1));
    skip_blanks();
    return inner;
  }

  static Result<Node> negated(Result<Node> inner) {
    if (!inner) return inner;
    Node node{.kind = Node::Kind::not_};
    node.parts.push_back(std::move(*inner));
    return node;
  }

  Result<Node> test() {
    const std::size_t start = at_;
    const std::string_view name = word();
    if (name.empty()) return wrong(start, "expected a field");
    Node node{.kind = Node::Kind::test};
    const auto field = find_field(name, start, node.test);
    if (!field) return fail(field.error());
    skip_blanks();

    const bool not_in = take_words("not", "in");
    if (not_in || take_word("in")) {
      if (auto read = value_list(**field, node.test); !read) return fail(read.error());
      return not_in ? negated(std::move(node)) : node;
    }
    const auto negative = comparison(node.test.comparison);
    if (!negative) {
      if ((*field)->kind != FieldKind::tags) {
        return wrong(at_, fmt::format("expected = != < <= > >= ~ !~ or in after {}", name));
      }
      node.test.comparison = Comparison::present;
      return node;
    }
    if (auto read = value(**field, node.test); !read) return fail(read.error());
    return *negative ? negated(std::move(node)) : node;
  }

  Result<const ConditionField*> find_field(std::string_view name, std::size_t start, Test& into) {
    const std::string lower = to_lower(name);
    const bool tag = lower.starts_with("tag.") && lower.size() > 4;
    std::vector<std::string> known;
    for (const ConditionField& field : fields_) {
      if (field.kind == FieldKind::tags ? tag : field.name == lower) {
        into.kind = field.kind;
        into.cell = field.cell;
        if (tag) into.tag = lower.substr(4);
        return &field;
      }
      known.push_back(field.kind == FieldKind::tags ? "tag.NAME" : field.name);
    }
    const std::string near = did_you_mean(lower, known);
    if (!near.empty()) return wrong(start, fmt::format("unknown field {}{}", quoted(name), near));
    return wrong(
        start, fmt::format("unknown field {}; there are {}", quoted(name), join_text(known, ", ")));
  }

  // Reads an operator. Returns whether it is negative; nullopt: no operator here.
  std::optional<bool> comparison(Comparison& into) {
    static constexpr struct {
      std::string_view text;
      Comparison comparison;
      bool negative;
    } operators[] = {
        // Longer ones first.
        {"!=", Comparison::equal, true},          {"!~", Comparison::contains, true},
        {"<=", Comparison::less_or_equal, false}, {">=", Comparison::greater_or_equal, false},
        {"==", Comparison::equal, false},         {"=", Comparison::equal, false},
        {"<", Comparison::less, false},           {">", Comparison::greater, false},
        {"~", Comparison::contains, false},
    };
    for (const auto& known : operators) {
      if (!take(known.text)) continue;
      into = known.comparison;
      skip_blanks();
      return known.negative;
    }
    return std::nullopt;
  }

  Result<void> value_list(const ConditionField& field, Test& into) {
    if (!take("(")) return wrong(at_, "expected '(' after in");
    do {
      skip_blanks();
      if (auto read = value(field, into); !read) return read;
    } while (take(","));
    if (!take(")")) return wrong(at_, "expected ',' or ')'");
    skip_blanks();
    return {};
  }

  Result<void> value(const ConditionField& field, Test& into) {
    const std::size_t start = at_;
    Wanted wanted;
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      if (auto read = quoted_text(wanted.text); !read) return read;
    } else {
      wanted.text = word();
      if (wanted.text.empty()) return wrong(start, "expected a value");
      wanted.wildcards = wanted.text.find_first_of("*?") != std::string::npos;
    }
    if (auto understood = interpret(field, into.comparison, start, wanted); !understood) {
      return understood;
    }
    into.values.push_back(std::move(wanted));
    skip_blanks();
    return {};
  }

  Result<void> quoted_text(std::string& into) {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      into += text_[at_];
    }
    if (at_ == text_.size()) return wrong(start, "this quote is not closed");
    ++at_;
    return {};
  }

  // Interprets the text for the kind of the field.
  Result<void> interpret(const ConditionField& field, Comparison comparison, std::size_t start,
                         Wanted& wanted) {
    if (comparison == Comparison::contains) return {};
    if (field.kind == FieldKind::number) return number(field, start, wanted);
    if (field.kind == FieldKind::time) return time(field, start, wanted);
    if (field.kind == FieldKind::address && is_order(comparison)) {
      if (compare_addresses(wanted.text, wanted.text)) return {};
      return wrong(start, fmt::format("{} is no address like 10.1.0.7, and < and > compare "
                                      "addresses with addresses",
                                      quoted(wanted.text)));
    }
    if (field.kind == FieldKind::address && wanted.text.find('/') != std::string::npos) {
      wanted.network = Network::parse(wanted.text);
      if (!wanted.network) {
        return wrong(start, fmt::format("{} is no network like 10.1.0.0/16", quoted(wanted.text)));
      }
    }
    const bool ordered = comparison != Comparison::equal;
    if (field.kind == FieldKind::version && ordered && !compare_versions(wanted.text, "0")) {
      return wrong(start, fmt::format("{} does not begin with a number, as versions do",
                                      quoted(wanted.text)));
    }
    return {};
  }

  Result<void> number(const ConditionField& field, std::size_t start, Wanted& wanted) {
    std::vector<std::string> names;
    for (const auto& [name, integer] : field.symbols) {
      if (name == to_lower(wanted.text)) wanted.integer = integer;
      names.push_back(name);
    }
    if (const auto integer = parse_integer(wanted.text)) wanted.integer = *integer;
    if (wanted.integer || wanted.text.empty()) return {};
    if (names.empty()) {
      return wrong(start, fmt::format("{} is a number, not {}", field.name, quoted(wanted.text)));
    }
    return wrong(start, fmt::format("{} is a number or one of {}, not {}{}", field.name,
                                    join_text(names, ", "), quoted(wanted.text),
                                    did_you_mean(to_lower(wanted.text), names)));
  }

  Result<void> time(const ConditionField& field, std::size_t start, Wanted& wanted) {
    if (wanted.text.empty()) return {};
    const auto from = parse_time(wanted.text);
    if (!from) {
      return wrong(start, fmt::format("{} is a time like 2024-05-01 or 2024-05-01T10:00, not {}",
                                      field.name, quoted(wanted.text)));
    }
    wanted.from = *from;
    wanted.to = Time{from->seconds + 1};
    constexpr std::size_t day_bytes = 10, minute_bytes = 16;
    if (wanted.text.size() == minute_bytes) wanted.to = Time{from->seconds + 60};
    if (wanted.text.size() == day_bytes) {
      // The begin of the next day: a day on which the clocks change does not have 24 hours.
      const auto next = parse_time(format_local(Time{from->seconds + 36L * 3600}).substr(0, 10));
      wanted.to = next ? *next : Time{from->seconds + 24L * 3600};
    }
    return {};
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string_view word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  // Reads a keyword, ignoring case, and the blanks after it.
  bool take_word(std::string_view keyword) {
    const std::size_t start = at_;
    if (to_lower(word()) == keyword) {
      skip_blanks();
      return true;
    }
    at_ = start;
    return false;
  }
  bool take_words(std::string_view first, std::string_view second) {
    const std::size_t start = at_;
    if (take_word(first) && take_word(second)) return true;
    at_ = start;
    return false;
  }

  // The error: `what`, the line and a caret under the place.
  Failure wrong(std::size_t place, std::string_view what) const {
    const std::size_t before = text_.rfind('\n', place == 0 ? 0 : place - 1);
    const std::size_t start = before == std::string_view::npos || place == 0 ? 0 : before + 1;
    const std::size_t end = std::min(text_.find('\n', place), text_.size());
    constexpr std::size_t context_bytes = 60;
    const std::size_t from = std::max(start, place > context_bytes ? place - context_bytes : 0);
    const std::string left = one_line(text_.substr(from, place - from));
    const std::string right = one_line(text_.substr(place, std::min(end - place, context_bytes)));
    return fail(Errc::invalid_argument, "{}\n  {}{}\n  {:>{}}", what, left, right, "^",
                display_width(left) + 1);
  }

  std::string_view text_;
  std::span<const ConditionField> fields_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Condition> Condition::parse(std::string_view text, std::span<const ConditionField> fields) {
  if (text.size() > condition_bytes_max) {
    return fail(Errc::invalid_argument, "a condition has at most {} bytes, not {}",
                condition_bytes_max, text.size());
  }
  auto node = Parser(text, fields).whole();
  if (!node) return fail(node.error());
  return Condition(std::make_shared<const Node>(std::move(*node)));
}

}  // namespace mega
