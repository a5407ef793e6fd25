#include "cli/topics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "precipice/arithmetic/terms.hpp"
#include "precipice/cli/layout.hpp"
#include "precipice/diagnosis/terms.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/word.hpp"
#include "precipice/rounding/terms.hpp"
#include "precipice/sweep/settings.hpp"
#include "precipice/sweep/terms.hpp"
#include "precipice/training/formulation_text.hpp"
#include "precipice/training/terms.hpp"

namespace precipice::cli {

std::string listed(std::span<const Term> terms) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Term& term : terms) {
    const std::string also = term.also.empty() ? "" : fmt::format(" (also {})", fmt::join(split(term.also, ' '), ", "));
    rows.emplace_back(term.word, std::string(term.meaning) + also);
  }
  return in_two_columns(rows, 2);
}

namespace {

std::string formats() {
  std::vector<std::string> meanings;
  meanings.reserve(catalogue().size());
  std::vector<Term> terms;
  for (const NamedFormat& named : catalogue()) {
    const std::string& meaning = meanings.emplace_back(fmt::format(
        "{}, p = {}{}{}", to_text(named.format), named.format.precision, named.note.empty() ? "" : "; ", named.note));
    terms.push_back({named.name, meaning, named.also});
  }
  return listed(terms) + R"(
All others are written down: e<E>m<m> or e<E>p<p>, E exponent bits with m = p - 1 trailing bits
of the significand, IEEE-like; behind it fn (no infinity, one NaN per sign), fnuz (one zero, one
NaN), f (numbers only), u (no sign), b<bias>; and suffixes :ftz (results flushed), :daz (operands
flushed), :sat (saturating), :emin=<e>, :emax=<e>, :bias=<b>. p<p>:emin=<e>:emax=<e> names the
range instead of E, binary<K>p<P> is P3109's. 'precipice formats e5m10:ftz' shows what one can hold.
)";
}

std::string settings() {
  const auto defaults = resolved(Experiment{});
  std::string text, section;
  for (const Setting& setting : all_settings()) {
    const std::string own(setting.name.substr(0, setting.name.find('.')));
    if (own != section) {
      text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", own);
      section = own;
    }
    const auto found = std::ranges::find(defaults, setting.name, [](const auto& pair) { return pair.first; });
    const std::string value = found == defaults.end() ? "" : fmt::format(" = {}", to_text(found->second));
    text += fmt::format("{}{}\n{}", setting.name.substr(own.size() + 1), value, indented(setting.help));
  }
  return text + R"(
[sweep]
"section.key" = [...] or { from = 2, to = 24, step = 1 }
    an axis; the grid is the product of all. [[sweep.also]] adds single points, [[sweep.variant]]
    named settings to compare, [sweep.refine] bisects a boundary along an axis ('precipice sweep
    --help')
)";
}

}  // namespace

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all{
      {{"formats", "named formats, and how to write down any other"}, formats},
      {{"roundings", "directions of rounding"}, [] { return listed(rounding_terms()); }},
      {{"orders", "orders of summation (loss.order)"}, [] { return listed(sum_order_terms()); }},
      {{"formulations", "of softmax cross-entropy (loss.formulation): s = z - m, t = exp(s), S = sum of t"},
       [] { return listed(formulation_terms); }},
      {{"bundles", "the loss of a framework, rounding by rounding (loss.bundle)"},
       [] { return listed(bundle_terms()); }},
      {{"plans", "which role has which format (precision.plan)"}, [] { return listed(plan_terms()); }},
      {{"roles", "of results in a training step (precision.<role>)"}, [] { return listed(role_terms()); }},
      {{"outcomes", "what became of a run: the first that applies"}, [] { return listed(outcome_terms()); }},
      {{"settings", "every key of an experiment file, its default and meaning"}, settings},
  };
  return all;
}

}  // namespace precipice::cli
