#include "precipice/format/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

constexpr std::array named_formats{
    NamedFormat{"binary16", binary16, "half fp16 float16"},
    NamedFormat{"bfloat16", bfloat16, "bf16"},
    NamedFormat{"tf32", tf32, "tensorfloat32"},
    NamedFormat{"binary32", binary32, "single fp32 float32"},
    NamedFormat{"binary64", binary64, "double fp64 float64"},
    NamedFormat{"binary128", binary128, "quad fp128 float128"},
    NamedFormat{"binary256", binary256, "octuple fp256"},
    NamedFormat{"float8_e5m2", ieee_like(3, 5), "fp8_e5m2"},
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

/// Takes digits off the front of `text`; nothing if there are none or too many for an int.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// e<E>m<m> and e<E>p<p>; nothing if the text has another shape.
std::optional<Format> parse_generic(std::string_view text) {
  if (text.empty() || text.front() != 'e') return std::nullopt;
  text.remove_prefix(1);
  const auto exponent_bits = text.empty() ? std::nullopt : take_number(text);
  if (!exponent_bits || text.size() < 2 || (text.front() != 'm' && text.front() != 'p')) return std::nullopt;
  const bool counts_trailing = text.front() == 'm';
  text.remove_prefix(1);
  const auto count = take_number(text);
  if (!count || !text.empty()) return std::nullopt;
  return checked_format((counts_trailing ? 1LL : 0LL) + *count, *exponent_bits);
}

}  // namespace

std::span<const NamedFormat> catalogue() { return named_formats; }

std::string to_text(const Format& format) { return fmt::format("e{}m{}", format.exponent_bits, trailing_bits(format)); }

std::string_view common_name(const Format& format) {
  const auto* const found = std::ranges::find(named_formats, format, &NamedFormat::format);
  return found == named_formats.end() ? std::string_view{} : found->name;
}

std::string describe(const Format& format) {
  const std::string_view name = common_name(format);
  return fmt::format("{} ({}{}p = {}, m = {}, E = {})", to_text(format), name, name.empty() ? "" : ": ",
                     format.precision, trailing_bits(format), format.exponent_bits);
}

Format parse_format(std::string_view text) {
  const std::string typed = lower(text);
  std::vector<std::string_view> known;
  for (const NamedFormat& named : named_formats) {
    known.push_back(named.name);
    for (const std::string_view alias : words(named.also)) known.push_back(alias);
    if (std::ranges::find(known, typed) != known.end()) return named.format;
  }
  if (const auto generic = parse_generic(typed)) return *generic;
  throw ConfigError(
      fmt::format("unknown format '{}'{} (accepted: e<E>m<trailing bits>, e<E>p<precision>, or a name that "
                  "'precipice formats' lists)",
                  text, did_you_mean(typed, known)));
}

Format checked_format(long long precision, long long exponent_bits) {
  if (precision < 1 || precision > largest_precision) {
    throw ConfigError(
        fmt::format("precision {} is impossible: a significand has 1 to {} bits, the leading one included", precision,
                    largest_precision));
  }
  if (exponent_bits < 2 || exponent_bits > largest_exponent_bits) {
    throw ConfigError(fmt::format("exponent width {} is impossible: an exponent field has 2 to {} bits", exponent_bits,
                                  largest_exponent_bits));
  }
  return ieee_like(static_cast<int>(precision), static_cast<int>(exponent_bits));
}

}  // namespace precipice
