// String functions that several folders need and the standard library lacks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The text in double quotes, with control bytes, quotes and bytes that are not UTF-8 escaped. A
// text of more than `bytes_max` bytes is cut, and "..." follows the quotes. For error messages that
// show received text.
std::string quoted(std::string_view text, std::size_t bytes_max = 60);

// Escapes control bytes and DEL as \n, \t, \r, \xNN, so that the text stays on one line and does
// not control a terminal. UTF-8 stays as it is; bytes that are not UTF-8 become \xNN. Unicode's
// control characters become \uNNNN: U+0080 to U+009F, line separators, direction overrides.
std::string one_line(std::string_view text);

bool is_utf8(std::string_view text);

// Columns that the text takes on a terminal; 2 for wide characters (CJK), 0 for combining and
// control ones, 1 for each byte that is no UTF-8.
std::size_t display_width(std::string_view text);

std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::string to_lower(std::string_view text);   // ASCII
std::vector<std::string_view> split(std::string_view text, char separator);

// The parts with the separator between them. Compiles faster than fmt::join.
std::string join_text(std::span<const std::string> parts, std::string_view separator);

// All of the text as a decimal number; nullopt for anything else, also out of range, '+' and
// blanks.
std::optional<long long> parse_integer(std::string_view text);

std::string encode_base64(std::string_view bytes);

// Strict: padded, no white space, only what encode_base64() writes.
std::optional<std::string> decode_base64(std::string_view text);

// The candidate closest to `typed` (at most a third of its letters differ, swaps count once);
// nullopt when none is that close.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates);

// ", did you mean 'get_server'?" or nothing: to append to an error about an unknown name.
std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates);

}  // namespace mega
