#include "cmd/batch.h"

#include "base/byte_order_mark.h"
#include "base/file.h"
#include "base/text.h"
#include "wire/frame.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace mega {
namespace {

// The line up to the # of a comment: an unquoted # at the start or after a blank.
std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0') {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = '\0';
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return line.substr(0, i);
    }
  }
  return line;
}

bool is_function_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
  });
}

}  // namespace

Result<std::optional<BatchLine>> parse_batch_line(std::string_view line) {
  const std::string_view text = trim(without_comment(line));
  if (text.empty()) return std::nullopt;
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view name = text.substr(0, end);
  if (!is_function_name(name)) {
    return fail(Errc::invalid_argument, "{} is no name of a function; a line is NAME [ARGS]",
                mega::quoted(name));
  }
  return BatchLine{std::string(name), std::string(trim(text.substr(end)))};
}

Result<LineReader> LineReader::open(const std::string& path) {
  if (path == "-") return LineReader(stdin, "standard input");
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (!file) return fail(system_error("read", path, errno));
  return LineReader(file, path);
}

LineReader::LineReader(LineReader&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      name_(std::move(other.name_)),
      line_(other.line_) {}

LineReader::~LineReader() {
  if (file_ && file_ != stdin) std::fclose(file_);
}

Result<std::optional<std::string>> LineReader::next() {
  char* text = nullptr;
  std::size_t room = 0;
  const ssize_t length = ::getline(&text, &room, file_);
  const int error = errno;
  std::optional<std::string> line;
  if (length >= 0) line = std::string(text, static_cast<std::size_t>(length));
  std::free(text);
  if (!line) {
    if (!std::ferror(file_)) return std::nullopt;
    return fail(system_error("read", name_, error));
  }
  if (++line_ == 1) line->erase(0, line->size() - without_byte_order_mark(*line).size());
  while (line->ends_with('\n') || line->ends_with('\r')) line->pop_back();
  return line;
}

std::string LineReader::place() const { return fmt::format("{}:{}", name_, line_); }

Result<std::string> read_input(const std::string& path) {
  if (path != "-") return read_file(path, frame_bytes_max_default);
  std::string text;
  char chunk[16384];
  std::size_t got = 0;
  while ((got = std::fread(chunk, 1, sizeof chunk, stdin)) > 0) {
    if (text.size() + got > frame_bytes_max_default) {
      return fail(Errc::failed, "cannot read standard input: it has more than {} bytes",
                  frame_bytes_max_default);
    }
    text.append(chunk, got);
  }
  if (std::ferror(stdin)) return fail(system_error("read", "standard input", errno));
  return text;
}

}  // namespace mega
