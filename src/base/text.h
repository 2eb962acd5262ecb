// Strings: what several folders need and the standard library lacks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The text in double quotes with control bytes, quotes and bytes that are no UTF-8 escaped, cut
// after `bytes_max` of it, then with "..." behind the quotes: for error messages about what
// somebody sent.
std::string quoted(std::string_view text, std::size_t bytes_max = 60);

// Control bytes (and DEL) as \n, \t, \r, \xNN, so that the text stays on one line and steers no
// terminal; UTF-8 stays as it is, bytes that are none become \xNN. Escaped as \uNNNN are the
// characters of Unicode that control: U+0080 to U+009F, line separators, direction overrides.
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

// Strict: padded, no white space, nothing but what encode_base64() writes.
std::optional<std::string> decode_base64(std::string_view text);

// The candidate that a person probably meant (at most a third of its letters differ, swaps count
// once); nullopt when none is near.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates);

// ", did you mean 'get_server'?" or nothing: to stand behind an error about an unknown name.
std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates);

}  // namespace mega
