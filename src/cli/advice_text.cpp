#include "cli/advice_text.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"

namespace precipice::cli {
namespace {

using predicted::Advice;
using predicted::Regime;
using predicted::Verdict;
using Json = nlohmann::ordered_json;

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::too_narrow: return "too narrow";
    case Verdict::not_predicted: return "not predicted";
    case Verdict::absorbs_nothing: return "safe";
    case Verdict::window_closed: return "window closed";
    case Verdict::at_risk: break;
  }
  return "at risk";
}

std::string line(std::string_view what, std::string_view text) { return fmt::format("{:<10} {}\n", what, text); }

std::string regime_line(const Regime& r) {
  return line("regime",
              fmt::format("margins up to {} nats, {} classes, batch {}, loss scale {}; {} sum, {}, mean {}", r.margin,
                          r.classes, r.batch, r.loss_scale, to_text(r.order), to_text(r.rounding), to_text(r.mean)));
}

bool is_absorbing(const Regime& r) { return predicted::absorption_margin(1, r.rounding).has_value(); }

/// "p ln 2", or "(p - 1) ln 2" where sums are truncated.
std::string threshold(const Regime& r) {
  return *predicted::absorption_margin(1, r.rounding) > 0 ? "p ln 2" : "(p - 1) ln 2";
}

/// ": 25.646 with p = 37, above 25; 24.953 with p = 36 is not".
template <class Margin>
std::string compared(const Regime& r, const Advice& a, const Margin& margin) {
  std::string text = fmt::format(": {:.3f} with p = {}, above {}", *margin(a.precision), a.precision, r.margin);
  if (const auto less = margin(a.precision - 1); a.precision > 1 && less && *less <= r.margin)
    text += fmt::format("; {:.3f} with p = {} is not", *less, a.precision - 1);
  return text;
}

/// Of roundings that never absorb.
std::string unabsorbed_lines(const Regime& r, const Advice& a) {
  const std::string never = fmt::format("{} never rounds a sum above 1 back to 1", to_text(r.rounding));
  if (!a.loses_mean_factor) return line("precision", never + ": any p will do");
  const auto margin = [&](int p) { return predicted::mean_absorption_margin(p, r.rounding); };
  const std::string_view bits = r.rounding == Rounding::to_odd ? "(p - 2) ln 2" : "(p - 1) ln 2";
  return line("precision", never + ", but the softmax times 1/B back to 1/B,") +
         line("", fmt::format("from {} on{}", bits, compared(r, a, margin))) +
         line("", "with --mean after or outside, or where batch and scale are powers of two, any p will do");
}

std::string precision_lines(const Regime& r, const Advice& a) {
  if (!is_absorbing(r)) return unabsorbed_lines(r, a);
  const auto margin = [&](int p) { return predicted::absorption_margin(p, r.rounding); };
  return line("precision", fmt::format("1 absorbs exp(-margin) from {} on{}", threshold(r), compared(r, a, margin))) +
         line("", "this holds for every order and K: further wrong classes only add to the sum");
}

/// Where samples collapse whose wrong classes are all alike.
std::string equal_lines(const Regime& r, const Advice& a) {
  const auto at = [&](double terms) { return predicted::collapse_margin(a.precision, r.rounding, r.order, terms); };
  if (!is_absorbing(r)) {
    return line("alike", a.loses_mean_factor ? "equal wrong classes: later, if ever; not predicted"
                                             : "equal wrong classes are never absorbed either");
  }
  if (r.order == SumOrder::kahan) return line("alike", "equal wrong classes: not predicted for compensated sums");
  if (!a.pieces) {
    return line("alike", fmt::format("equal wrong classes: later, but this order is followed for up to {} classes only",
                                     predicted::most_followed_classes));
  }
  return line("alike",
              fmt::format("{} equal wrong classes collapse from {} + ln n on, n = {} to {} by label: {:.3f} to {:.3f}",
                          r.classes - 1, threshold(r), a.pieces->fewest, a.pieces->most, *at(a.pieces->fewest),
                          *at(a.pieces->most)));
}

std::string scale_line(const Regime& r) {
  const double factor = predicted::reduction(r);
  const std::string_view divisor = r.mean == MeanPlace::outside ? "1 / S" : "B / S";
  return line(
      "scale",
      fmt::format("gradients die earlier by ln max(1, {}) = ln {}{}", divisor, factor,
                  r.loss_scale > 1 ? "; a loss scale undoes 1/B and no more: the softmax is rounded first" : ""));
}

std::string exponent_lines(const Regime& r, const Advice& a) {
  const auto margin = [&](int bits) { return predicted::underflow_margin(ieee_like(a.precision, bits), r); };
  const auto now = margin(a.exponent_bits);
  std::string text =
      now ? fmt::format("wrong classes' gradients live up to {:.3f} with E = {}, beyond {}", *now, a.exponent_bits,
                        r.margin)
          : fmt::format("with this rounding wrong classes' gradients never die: E = {}", a.exponent_bits);
  if (a.exponent_bits > 2) {
    const auto before = margin(a.exponent_bits - 1);
    text += before && *before <= r.margin
                ? fmt::format("; up to {:.3f} with E = {}", *before, a.exponent_bits - 1)
                : fmt::format("; E = {} cannot hold K, the margin or S / B", a.exponent_bits - 1);
  }
  return line("exponents", text);
}

std::string closed_line(const Regime& r, const Advice& a) {
  if (!a.closed_exponent_bits) return line("closed", "this rounding has no window to close");
  return line("closed",
              fmt::format("second kind of safety: E <= {}, where 2^(E-1) - 2 <= log2 {}: gradients die before "
                          "samples collapse, whatever p",
                          *a.closed_exponent_bits, predicted::reduction(r)));
}

std::string nats(const std::optional<double>& margin) { return margin ? fmt::format("{:.2f}", *margin) : "never"; }

std::string table(const Advice& a) {
  std::string text =
      fmt::format("\n{:<18} {:>3} {:>3} {:>11} {:>10}  verdict\n", "format", "p", "E", "absorption", "underflow");
  for (const predicted::FormatAdvice& f : a.named) {
    text += fmt::format("{:<18} {:>3} {:>3} {:>11} {:>10}  {}\n", common_name(f.format), f.format.precision,
                        f.format.exponent_bits, nats(f.opens), nats(f.closes), word(f.verdict));
  }
  return text;
}

constexpr auto legend = R"(
safe: no sample within the margin collapses. window closed: samples collapse, but gradients
have died before. at risk: from absorption to underflow numerical feature inflation can live.
too narrow: no sign or zero, or the largest number is below K, the margin or the largest
gradient. not predicted: to odd with p = 1, or 1/B is subnormal and nothing else absorbs.
With p <= 4 the rounding of exp moves thresholds by up to about a nat.
)";

Json json_of(const std::optional<double>& margin) { return margin ? Json(*margin) : Json(); }

Json json_of(const Regime& r) {
  return {{"margin", r.margin},        {"classes", r.classes},
          {"batch", r.batch},          {"loss_scale", r.loss_scale},
          {"order", to_text(r.order)}, {"rounding", to_text(r.rounding)},
          {"mean", to_text(r.mean)},   {"reduction", predicted::reduction(r)}};
}

Json json_of_pieces(const Regime& r, const Advice& a) {
  if (!a.pieces) return {};
  const auto at = [&](double terms) {
    return json_of(predicted::collapse_margin(a.precision, r.rounding, r.order, terms));
  };
  return {{"fewest_terms", a.pieces->fewest},
          {"most_terms", a.pieces->most},
          {"first_collapse_margin", at(a.pieces->fewest)},
          {"last_collapse_margin", at(a.pieces->most)}};
}

}  // namespace

std::string advice_text(const Regime& r, const Advice& a) {
  return regime_line(r) + precision_lines(r, a) + equal_lines(r, a) + scale_line(r) + exponent_lines(r, a) +
         line("advice", describe(ieee_like(a.precision, a.exponent_bits)) + ", or any format marked safe") +
         closed_line(r, a) + table(a) + legend;
}

std::string advice_json(const Regime& r, const Advice& a) {
  const Format format = ieee_like(a.precision, a.exponent_bits);
  Json named = Json::array();
  for (const predicted::FormatAdvice& f : a.named) {
    named.push_back({{"name", common_name(f.format)},
                     {"format", to_text(f.format)},
                     {"absorption_margin", json_of(f.opens)},
                     {"underflow_margin", json_of(f.closes)},
                     {"verdict", word(f.verdict)}});
  }
  const Json json{{"regime", json_of(r)},
                  {"precision", a.precision},
                  {"exponent_bits", a.exponent_bits},
                  {"format", to_text(format)},
                  {"absorption_margin", json_of(predicted::advice_on(format, r).opens)},
                  {"underflow_margin", json_of(predicted::underflow_margin(format, r))},
                  {"closed_exponent_bits", a.closed_exponent_bits ? Json(*a.closed_exponent_bits) : Json()},
                  {"equal_wrong_classes", json_of_pieces(r, a)},
                  {"named", named}};
  return json.dump(2) + "\n";
}

}  // namespace precipice::cli
