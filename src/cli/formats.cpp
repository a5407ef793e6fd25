#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "precipice/cli/brief.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto rounding = Rounding::nearest_even;

/// One number of a format: the value, and how it is written where binary64 does not have it.
struct Limit {
  Exact value;
  std::string formula;
};

struct Facts {
  Format format;
  Limit largest, smallest_normal, smallest_subnormal, unit_roundoff;
  predicted::NfiWindow window;  ///< of one wrong class, mean outside: from absorption to underflow
};

Limit power_of_two(std::int64_t exponent) {
  return {Exact::finite(Sign::positive, 1, exponent), fmt::format("2^{}", exponent)};
}

Facts facts_of(const Format& f) {
  const int below = units_below_all_ones(f);  // the ones of the significand, and what the specials take from them
  const std::string largest = below == 0
                                  ? fmt::format("(1-2^-{})*2^{}", f.precision, std::int64_t{f.emax} + 1)
                                  : fmt::format("(1-{}*2^-{})*2^{}", 1 + below, f.precision, std::int64_t{f.emax} + 1);
  constexpr double never = std::numeric_limits<double>::infinity();
  return {f,
          {largest_finite(f), largest},
          power_of_two(f.emin),
          power_of_two(smallest_exponent(f)),
          power_of_two(-f.precision),
          {*predicted::absorption_margin(f, rounding),
           predicted::underflow_margin(f, rounding, MeanPlace::outside, 1).value_or(never)}};
}

std::string_view note_of(const Format& f) {
  const auto found = std::ranges::find(catalogue(), f, &NamedFormat::format);
  return found == catalogue().end() ? std::string_view{} : found->note;
}

// --- for people -----------------------------------------------------------------------------------------------------

constexpr auto legend = R"(
p: bits of the significand, the leading one included; m = p - 1 of them are stored; E: bits of
the exponent field. A format without a name is written e<E>m<m> or e<E>p<p>.
Predicted margins in nats (one wrong class, nearest-even, mean outside the loss format):
absorption: from here on 1 + exp(-margin) is 1 and the correct class's gradient is zero;
underflow: from here on the wrong class's gradient is zero too; NFI: the width between them,
where numerical feature inflation can live.
)";

using Row = std::vector<std::string>;

const Row& heading() {
  static const Row row{"name",          "format",     "p",         "m",          "E",
                       "emin",          "emax",       "largest",   "min normal", "min subnormal",
                       "unit roundoff", "absorption", "underflow", "NFI"};
  return row;
}

Row row_of(const Facts& x) {
  const Format& f = x.format;
  const auto whole = [](int number) { return fmt::format("{}", number); };
  const auto nats = [](double margin) { return std::isinf(margin) ? "never" : fmt::format("{:.2f}", margin); };
  const std::string_view name = common_name(f);
  return {std::string(name.empty() ? "-" : name),
          to_text(f),
          whole(f.precision),
          whole(trailing_bits(f)),
          whole(f.exponent_bits),
          whole(f.emin),
          whole(f.emax),
          brief_decimal(x.largest.value),
          brief_decimal(x.smallest_normal.value),
          has_subnormals(f) ? brief_decimal(x.smallest_subnormal.value) : "none",
          brief_decimal(x.unit_roundoff.value),
          nats(x.window.opens),
          nats(x.window.closes),
          !x.window.is_open()           ? "closed"
          : std::isinf(x.window.closes) ? "no end"
                                        : nats(x.window.width())};
}

std::string table(const std::vector<Row>& rows) {
  constexpr std::size_t left_aligned = 2;  // name and format; numbers stand to the right
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      text += i == 0 ? "" : "  ";
      text += i < left_aligned ? row[i] + padding : padding + row[i];
    }
    text += '\n';
  }
  return text;
}

// --- for programs ---------------------------------------------------------------------------------------------------

/// A JSON number is that very binary64 number; what binary64 does not have is written as a formula.
Json json_of(const Limit& limit) {
  if (is_member(binary64, limit.value)) return to_double(limit.value);
  return limit.formula;
}

Json json_of_margin(double nats) { return std::isinf(nats) ? Json() : Json(nats); }

Json json_of(const Facts& x) {
  const Format& f = x.format;
  const std::string_view name = common_name(f);
  return {{"name", name.empty() ? Json() : Json(name)},
          {"format", to_text(f)},
          {"precision", f.precision},
          {"trailing_bits", trailing_bits(f)},
          {"exponent_bits", f.exponent_bits},
          {"emin", f.emin},
          {"emax", f.emax},
          {"bias", bias(f)},
          {"width", width(f)},
          {"sign", has_sign(f)},
          {"zero", has_zero(f)},
          {"negative_zero", has_negative_zero(f)},
          {"infinity", has_infinity(f)},
          {"nan", has_nan(f)},
          {"flushes_results", flushes_results(f)},
          {"flushes_operands", flushes_operands(f)},
          {"saturates", saturates(f)},
          {"largest", json_of(x.largest)},
          {"smallest_normal", json_of(x.smallest_normal)},
          {"smallest_subnormal", has_subnormals(f) ? json_of(x.smallest_subnormal) : Json()},
          {"unit_roundoff", json_of(x.unit_roundoff)},
          {"absorption_margin", x.window.opens},
          {"underflow_margin", json_of_margin(x.window.closes)},
          {"nfi_window", json_of_margin(x.window.width())},
          {"note", note_of(f).empty() ? Json() : Json(note_of(f))}};
}

// --- the command ----------------------------------------------------------------------------------------------------

struct Options {
  std::vector<std::string> names;
  bool as_json = false;
};

std::vector<Format> chosen(const std::vector<std::string>& names) {
  std::vector<Format> result;
  result.reserve(names.size());
  for (const std::string& name : names) {
    result.push_back(at_option("NAME", [&] { return parse_format(name); }));
  }
  if (names.empty()) std::ranges::transform(catalogue(), std::back_inserter(result), &NamedFormat::format);
  return result;
}

/// What encodings of the table need beyond the usual, one line each.
std::string notes(const std::vector<Format>& formats) {
  std::string text;
  for (const Format& f : formats) {
    if (note_of(f).empty()) continue;
    text += fmt::format("{}{:<18} {}\n", text.empty() ? "\nEncodings that are not IEEE 754's:\n" : "", common_name(f),
                        note_of(f));
  }
  const bool has_p3109 =
      std::ranges::any_of(formats, [](const Format& f) { return common_name(f).starts_with("binary8p"); });
  if (has_p3109) text += fmt::format("binary<K>p<P> are those of the {}.\n", p3109_draft);
  return text;
}

ExitCode show(const Options& options) {
  std::vector<Row> rows{heading()};
  Json objects = Json::array();
  const std::vector<Format> formats = chosen(options.names);
  for (const Format& format : formats) {
    const Facts facts = facts_of(format);
    if (options.as_json)
      objects.push_back(json_of(facts));
    else
      rows.push_back(row_of(facts));
  }
  if (options.as_json) {
    print(objects.dump(2) + "\n");
  } else {
    print_table(table(rows));
    print(legend + notes(formats));
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "formats",
      .summary = "what formats can hold, and where training in them should break",
      .usage = "[NAME...] [--json]",
      .details = R"(Lists range and precision of formats, and the margins at which a softmax in them is predicted
to lose its gradients. Without NAME: every format that has one. A NAME is one of those (any
case, also fp16, single, bf16, ...), e<E>m<stored bits> such as e8m7, or e<E>p<precision>. Behind
the widths: b<bias>, then the special values: fn (no infinity, one NaN per sign), fnuz (one zero,
one NaN), nuz (the same with infinities), f (numbers only), then u (no sign). Behind a name, in
any order: :ftz (flush results), :daz (flush operands), :sat (saturate), :emin=E, :emax=E,
:bias=B, :explicit (stored leading bit). Also p<p>:emin=E:emax=E, and P3109's binary<K>p<P> with
s or u and e or f, such as binary6p3uf.)",
      .example = R"(Example:
  precipice formats bf16 e4m3 e8p5           two formats beside bfloat16
  precipice formats e4m3fn:sat e8m7:ftz      saturating fp8, bfloat16 without subnormals
  precipice formats p8:emin=-20:emax=15      a range that no exponent field has
  precipice formats --json | jq '.[0]'       for programs: margins in nats; numbers are exactly
                                             the value, or a formula in a string ("2^-16382")
                                             where binary64 does not have it)"};
  return value;
}

}  // namespace

void add_formats(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return show(*options); });
  command.add_option("NAME", options->names, "formats to show")->type_name("");
  command.add_flag("--json", options->as_json, "write JSON instead of a table")->disable_flag_override();
}

}  // namespace precipice::cli
