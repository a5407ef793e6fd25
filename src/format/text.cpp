// Text <-> Format: names, the grammar of generic formats, and their suffixes.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/format/word.hpp"

namespace precipice {
namespace {

// --- words ----------------------------------------------------------------------------------------------------------

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Takes digits (behind a minus sign, if one is allowed) off the front of `text`; nothing if there are none or too many
/// for an int.
enum class Minus : std::uint8_t { refused, allowed };
std::optional<int> take_number(std::string_view& text, Minus minus = Minus::refused) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || (text.front() == '-' && minus == Minus::refused)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// --- limits ---------------------------------------------------------------------------------------------------------

void check_precision(long long precision) {
  if (precision >= 1 && precision <= largest_precision) return;
  throw ConfigError(fmt::format("precision {} is impossible: a significand has 1 to {} bits, the leading one included",
                                precision, largest_precision));
}

void check_exponent_bits(long long exponent_bits, int least) {
  if (exponent_bits >= least && exponent_bits <= largest_exponent_bits) return;
  throw ConfigError(fmt::format("exponent width {} is impossible: an exponent field has {} to {} bits", exponent_bits,
                                least, largest_exponent_bits));
}

void check_bias(long long bias) {
  if (bias >= -largest_exponent - 1 && bias <= largest_exponent + 1) return;  // closer below
  throw ConfigError(fmt::format("bias {} is impossible: exponents lie within +-{}", bias, largest_exponent));
}

/// laid_out, with everything that it presupposes checked.
Format checked(long long precision, long long exponent_bits, Specials specials, Signedness signedness,
               std::optional<long long> with_bias = {}) {
  check_precision(precision);
  check_exponent_bits(exponent_bits, specials == Specials::ieee ? 2 : 1);
  // With neither a sign nor a stored bit there is no zero, as in OCP's E8M0.
  if (signedness == Signedness::without_sign && (specials == Specials::no_infinity || specials == Specials::e8m0)) {
    specials = precision == 1 ? Specials::e8m0 : Specials::no_infinity;
  }
  const auto width = static_cast<int>(exponent_bits);
  const long long chosen = with_bias.value_or(default_bias(width, specials));
  check_bias(chosen);
  const Format f = laid_out(static_cast<int>(precision), width, specials, signedness, static_cast<int>(chosen));
  if (f.emax > largest_exponent || f.emin < -largest_exponent) {
    throw ConfigError(fmt::format("bias {} is impossible: exponents lie within +-{}, but would be {} to {}", chosen,
                                  largest_exponent, f.emin, f.emax));
  }
  if (f.emax < f.emin) {
    throw ConfigError(
        fmt::format("exponent width {} is impossible: with these specials no normal number is left", exponent_bits));
  }
  return f;
}

// --- the generic grammar --------------------------------------------------------------------------------------------

/// What the letters behind the widths say.
struct Letters {
  std::string_view text;
  Specials specials;
  Signedness signedness;
};

constexpr std::array all_letters{
    Letters{"", Specials::ieee, Signedness::with_sign},
    Letters{"u", Specials::ieee, Signedness::without_sign},
    Letters{"fn", Specials::no_infinity, Signedness::with_sign},
    Letters{"fnu", Specials::no_infinity, Signedness::without_sign},
    Letters{"fnuz", Specials::fnuz, Signedness::with_sign},
    Letters{"fnuzu", Specials::fnuz, Signedness::without_sign},
    Letters{"nuz", Specials::p3109, Signedness::with_sign},
    Letters{"nuzu", Specials::p3109, Signedness::without_sign},
    Letters{"f", Specials::none, Signedness::with_sign},
    Letters{"fu", Specials::none, Signedness::without_sign},
};

std::string_view letters_of(const Format& f) {
  const Specials specials = f.specials == Specials::e8m0 ? Specials::no_infinity : f.specials;
  const auto* const found = std::ranges::find_if(all_letters, [&](const Letters& letters) {
    return letters.specials == specials && letters.signedness == f.signedness;
  });
  return found->text;
}

/// e<E>m<m>... and e<E>p<p>...; nothing if the text has another shape.
std::optional<Format> parse_generic(std::string_view text) {
  if (!take(text, "e")) return {};
  const auto exponent_bits = take_number(text);
  if (!exponent_bits || text.empty()) return {};
  const bool counts_trailing = text.front() == 'm';
  if (!take(text, "m") && !take(text, "p")) return {};
  const auto count = take_number(text);
  if (!count) return {};
  std::optional<int> with_bias;
  if (take(text, "b")) {
    with_bias = take_number(text, Minus::allowed);
    if (!with_bias) return {};
  }
  const auto* const letters = std::ranges::find(all_letters, text, &Letters::text);
  if (letters == all_letters.end()) return {};
  const long long precision = (counts_trailing ? 1LL : 0LL) + *count;
  return checked(precision, *exponent_bits, letters->specials, letters->signedness, with_bias);
}

/// binary<K>p<P>[s|u][e|f].
std::optional<Format> parse_p3109(std::string_view text) {
  if (!take(text, "binary")) return {};
  const auto bits = take_number(text);
  if (!bits || !take(text, "p")) return {};
  const auto precision = take_number(text);
  if (!precision) return {};
  const bool is_unsigned = take(text, "u");
  if (!is_unsigned) take(text, "s");
  const bool is_finite = take(text, "f");
  if (!is_finite) take(text, "e");
  if (!text.empty()) return {};
  return checked(*precision, static_cast<long long>(*bits) - *precision + (is_unsigned ? 1 : 0),
                 is_finite ? Specials::fnuz : Specials::p3109,
                 is_unsigned ? Signedness::without_sign : Signedness::with_sign);
}

// --- suffixes -------------------------------------------------------------------------------------------------------

/// As typed, each at most once.
struct Suffixes {
  std::optional<long long> emin, emax, bias;
  bool ftz = false, daz = false, sat = false, stored = false, fn = false;
};

[[noreturn]] void refuse_suffix(std::string_view text, std::string_view suffix) {
  static constexpr std::array<std::string_view, 8> accepted{"ftz", "daz",  "sat",  "explicit",
                                                            "fn",  "emin", "emax", "bias"};
  throw ConfigError(
      fmt::format("unknown suffix ':{}' in '{}'{} (accepted: :ftz, :daz, :sat, :emin=E, :emax=E, :bias=B, "
                  ":explicit, :fn)",
                  suffix, text, did_you_mean(suffix.substr(0, suffix.find('=')), accepted)));
}

void read_suffix(std::string_view suffix, std::string_view text, Suffixes& into) {
  const auto flag = [&](std::string_view word, bool& seen) {
    if (suffix != word) return false;
    if (seen) throw ConfigError(fmt::format("':{}' stands twice in '{}'", word, text));
    return seen = true;
  };
  const auto number = [&](std::string_view word, std::optional<long long>& value) {
    std::string_view rest = suffix;
    if (!take(rest, word)) return false;
    const auto read = take_number(rest, Minus::allowed);
    if (!read || !rest.empty()) {
      throw ConfigError(fmt::format("':{}' in '{}' needs a whole number, such as :{}-14", suffix, text, word));
    }
    if (value) throw ConfigError(fmt::format("':{}' stands twice in '{}'", word.substr(0, word.size() - 1), text));
    value = *read;
    return true;
  };
  if (flag("ftz", into.ftz) || flag("daz", into.daz) || flag("sat", into.sat) || flag("explicit", into.stored) ||
      flag("fn", into.fn) || number("emin=", into.emin) || number("emax=", into.emax) || number("bias=", into.bias)) {
    return;
  }
  refuse_suffix(text, suffix);
}

/// p<p> with both ends of its range.
std::optional<Format> parse_range(std::string_view base, std::string_view text, const Suffixes& s) {
  if (!take(base, "p")) return {};
  const auto precision = take_number(base);
  if (!precision || !base.empty()) return {};
  if (!s.emin || !s.emax) {
    throw ConfigError(fmt::format("'{}' needs both ends of its range, such as p{}:emin=-14:emax=15", text, *precision));
  }
  const long long codes = *s.emax - *s.emin + 1;
  int exponent_bits = 2;
  while (exponent_bits < largest_exponent_bits && (1LL << exponent_bits) - 2 < codes) ++exponent_bits;
  // The caller sets emin by its suffix.
  return checked(*precision, exponent_bits, Specials::ieee, Signedness::with_sign);
}

Format with_range(Format f, std::string_view text, const Suffixes& s) {
  if (s.emin && s.bias)
    throw ConfigError(fmt::format("'{}' gives both emin and bias; one follows from the other", text));
  if (s.emin || s.bias) {
    const long long new_bias = s.bias ? *s.bias : (has_zero(f) ? 1 : 0) - *s.emin;
    const LeadingBit leading_bit = f.leading_bit;
    f = checked(f.precision, f.exponent_bits, f.specials, f.signedness, new_bias);
    f.leading_bit = leading_bit;
  }
  if (s.emax) {
    if (*s.emax < f.emin || *s.emax > f.emax) {
      throw ConfigError(fmt::format("emax {} is impossible in '{}': the exponent field reaches from {} to {}", *s.emax,
                                    text, f.emin, f.emax));
    }
    f.emax = static_cast<int>(*s.emax);
  }
  return f;
}

Format with_suffixes(Format f, std::string_view text, const Suffixes& s) {
  if (s.fn) {
    if (f.specials != Specials::ieee && f.specials != Specials::no_infinity) {
      throw ConfigError(fmt::format("':fn' contradicts the other specials of '{}'", text));
    }
    if (f.leading_bit == LeadingBit::stored) {
      throw ConfigError(fmt::format("':fn' contradicts the stored leading bit of '{}'; e{}m{}:fn has none", text,
                                    f.exponent_bits, trailing_bits(f)));
    }
    f = checked(f.precision, f.exponent_bits, Specials::no_infinity, f.signedness, bias(f));
  }
  f = with_range(f, text, s);
  if (s.stored) {
    if (f.specials != Specials::ieee) {
      throw ConfigError(fmt::format("':explicit' in '{}' needs IEEE's infinities and NaNs, as x87 has them", text));
    }
    f.leading_bit = LeadingBit::stored;
  }
  if (s.ftz || s.daz) {
    f.subnormals = s.ftz ? (s.daz ? Subnormals::flush_both : Subnormals::flush_results) : Subnormals::flush_operands;
  }
  if (s.sat) f.overflow = Overflow::saturating;
  return f;
}

/// Of a name, not of widths: bfloat-16 and "bf 16" mean what they seem to.
std::string without_separators(std::string_view text) {
  std::string result(text);
  std::erase_if(result, [](char c) { return c == '-' || c == '_' || c == ' '; });
  return result;
}

/// What a framework calls it: torch.bfloat16, jnp.float16, np.float32.
std::string_view without_module(std::string_view typed) {
  const std::size_t dot = typed.rfind('.');
  return dot == std::string_view::npos ? typed : typed.substr(dot + 1);
}

std::optional<Format> parse_name(std::string_view typed) {
  if (typed.empty()) return {};
  const std::string letters = without_separators(typed);
  for (const NamedFormat& named : catalogue()) {
    const auto is_typed = [&](std::string_view name) { return !name.empty() && without_separators(name) == letters; };
    if (is_typed(named.name) || std::ranges::any_of(split(named.also, ' '), is_typed)) return named.format;
  }
  return {};
}

/// The formats that "fp8" or "float6" may be, joined by commas; empty for anything else.
std::string formats_of_width(std::string_view typed) {
  for (const std::string_view family : {"float", "fp", "f"}) {
    if (!typed.starts_with(family)) continue;
    std::string names;
    for (const NamedFormat& named : catalogue()) {
      const bool fits =
          named.name.starts_with("float") && std::to_string(width(named.format)) == typed.substr(family.size());
      if (fits) names += (names.empty() ? "" : ", ") + std::string(named.name);
    }
    return names;
  }
  return {};
}

[[noreturn]] void refuse(std::string_view text, std::string_view typed) {
  if (const std::string names = formats_of_width(typed); !names.empty()) {
    throw ConfigError(fmt::format("format '{}' may be one of {}", text, names));
  }
  std::vector<std::string_view> known;
  for (const NamedFormat& named : catalogue()) {
    known.push_back(named.name);
    for (const std::string_view alias : split(named.also, ' ')) {
      if (!alias.empty()) known.push_back(alias);
    }
  }
  throw ConfigError(
      fmt::format("unknown format '{}'{} (accepted: e<E>m<trailing bits>, e<E>p<precision>, or a name that "
                  "'precipice formats' lists)",
                  text, did_you_mean(typed, known)));
}

}  // namespace

std::string to_text(const Format& f) {
  std::string text = fmt::format("e{}m{}", f.exponent_bits, trailing_bits(f));
  if (bias(f) != default_bias(f.exponent_bits, f.specials)) text += fmt::format("b{}", bias(f));
  const std::string_view letters = letters_of(f);
  // OCP's formats of 4 and 6 bits are called fn although they have no NaN.
  const bool taken = f.specials == Specials::no_infinity && parse_name(text + std::string(letters));
  text += taken ? ":fn" : letters;
  Format natural = f;
  natural.emax = natural_emax(f);
  if (f.emax != natural.emax) text += fmt::format(":emax={}", f.emax);
  if (f.leading_bit == LeadingBit::stored) text += ":explicit";
  if (flushes_results(f)) text += ":ftz";
  if (flushes_operands(f)) text += ":daz";
  if (saturates(f) && f.specials != Specials::none) text += ":sat";
  return text;
}

Format parse_format(std::string_view text) {
  const std::string typed = lower(text);
  const std::vector<std::string_view> pieces = split(typed, ':');
  Suffixes suffixes;
  for (std::size_t i = 1; i < pieces.size(); ++i) read_suffix(pieces[i], text, suffixes);
  const std::string_view first = without_module(pieces.front());
  auto base = parse_name(first);
  if (!base) base = parse_generic(first);
  if (!base) base = parse_p3109(first);
  if (!base) base = parse_range(pieces.front(), text, suffixes);
  if (!base) refuse(text, pieces.front());
  return with_suffixes(*base, text, suffixes);
}

Format checked_format(long long precision, long long exponent_bits) {
  return checked(precision, exponent_bits, Specials::ieee, Signedness::with_sign);
}

Format with_widths(const Format& family, long long precision, long long exponent_bits) {
  Format f = checked(precision, exponent_bits, family.specials, family.signedness);
  f.subnormals = family.subnormals;
  f.overflow = family.overflow;
  f.leading_bit = family.leading_bit;
  return f;
}

}  // namespace precipice
