#include "value/python_scan.h"

#include "value/listing.h"
namespace mega {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_constant(std::string_view word) {
  return word == "True" || word == "False" || word == "None" || word == "true" || word == "false" ||
         word == "null";
}

bool is_string_prefix(std::string_view word) {
  return word.size() <= 2 && word.find_first_not_of("uUbBrR") == std::string_view::npos;
}

}  // namespace

void LiteralScanner::feed(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() && !impossible(); ++i) {
    if (state_ == State::string) {  // most bytes of a message are inside strings
      while (i < bytes.size() && bytes[i] != quote_ && bytes[i] != '\\' && bytes[i] != '\n') ++i;
      if (i == bytes.size()) return;
    }
    take(bytes[i]);
  }
}

bool LiteralScanner::whole() const {
  if (depth_ > 0) return false;
  switch (state_) {
    case State::between:
    case State::comment:
      return top_ == Top::strings || top_ == Top::thing;
    case State::word:
      return top_ == Top::nothing && is_constant(word_text());
    case State::number:
    case State::empty:
      return true;
    default:
      return false;
  }
}

void LiteralScanner::take(char c) {
  switch (state_) {
    case State::between:
      return between(c);
    case State::word:
      return word(c);
    case State::number: {
      const bool exponent = number_last_ == 'e' || number_last_ == 'E';
      if (is_digit(c) || is_letter(c) || c == '.' || (exponent && (c == '+' || c == '-'))) {
        number_last_ = c;
        return;
      }
      state_ = State::between;
      return between(c);
    }
    case State::opened:
      if (c == quote_) {
        state_ = State::empty;
        return;
      }
      state_ = State::string;
      return take(c);
    case State::empty:
      if (c == quote_) {
        triple_ = true;
        state_ = State::string;
        return;
      }
      state_ = State::between;
      return between(c);
    case State::string:
      if (c == '\\') {
        state_ = State::escaped;
      } else if (c == '\n' && !triple_) {
        refuse();
      } else if (c == quote_) {
        state_ = triple_ ? State::closing : State::between;
        closing_quotes_ = 1;
      }
      return;
    case State::escaped:
      state_ = State::string;
      return;
    case State::closing:
      if (c != quote_) {
        state_ = State::string;
        return take(c);
      }
      if (++closing_quotes_ == 3) state_ = State::between;
      return;
    case State::comment:
      if (c == '\n') state_ = State::between;
      return;
    case State::impossible:
      return;
  }
}

void LiteralScanner::between(char c) {
  if (is_blank(c)) return;
  if (c == '#') {
    state_ = State::comment;
  } else if (c == '\'' || c == '"') {
    begin_string(c);
  } else if (is_digit(c) || c == '.') {
    if (depth_ == 0 && top_ != Top::nothing && top_ != Top::sign) return refuse();
    if (depth_ == 0) top_ = Top::thing;
    state_ = State::number;
    number_last_ = c;
  } else if (is_letter(c)) {
    state_ = State::word;
    word_[0] = c;
    word_size_ = 1;
  } else if (c == '(' || c == '[' || c == '{') {
    ++separators_;
    open(c);
  } else if (c == ')' || c == ']' || c == '}') {
    close(c);
  } else if (depth_ == 0) {
    if (top_ != Top::nothing || (c != '-' && c != '+')) return refuse();
    top_ = Top::sign;
  } else if (c == ',' || c == ':') {
    ++separators_;
  } else if (c != '-' && c != '+') {
    refuse();
  }
}

void LiteralScanner::word(char c) {
  if (c == '\'' || c == '"') {
    if (!is_string_prefix(word_text())) return refuse();
    return begin_string(c);
  }
  if (is_letter(c) || is_digit(c)) {
    if (word_size_ == word_.size()) return refuse();
    word_[word_size_++] = c;
    return;
  }
  end_word();
  if (!impossible()) between(c);
}

void LiteralScanner::end_word() {
  const bool is_set = word_text() == "set";
  if (!is_set && !is_constant(word_text())) return refuse();
  state_ = State::between;
  if (depth_ > 0) return;
  if (top_ != Top::nothing) return refuse();
  top_ = is_set ? Top::set_word : Top::thing;
}

void LiteralScanner::begin_string(char quote) {
  if (depth_ == 0) {
    if (top_ != Top::nothing && top_ != Top::strings) return refuse();
    top_ = Top::strings;
  }
  quote_ = quote;
  triple_ = false;
  state_ = State::opened;
}

void LiteralScanner::open(char bracket) {
  if (depth_ == value_depth_max) return refuse();
  if (depth_ == 0) {
    const bool set_call = top_ == Top::set_word && bracket == '(';
    if (top_ != Top::nothing && !set_call) return refuse();
    top_ = Top::thing;
  }
  brackets_[static_cast<std::size_t>(depth_++)] = bracket == '(' ? ')' : bracket == '[' ? ']' : '}';
}

void LiteralScanner::close(char bracket) {
  if (depth_ == 0 || brackets_[static_cast<std::size_t>(depth_ - 1)] != bracket) return refuse();
  --depth_;
}

}  // namespace mega
