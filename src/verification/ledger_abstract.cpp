// The sentences of the paper's abstract, in our words.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "precipice/arithmetic/native.hpp"
#include "precipice/training/precision.hpp"
#include "verification/ledger_entries.hpp"
#include "verification/run_measures.hpp"

namespace precipice::verification {
namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
int precision(const RunSeen& run) { return run.experiment.precision.emulated().precision; }
/// K of the ledger's tasks.
double classes(const RunSeen& run) {
  const Task& task = run.experiment.task;
  return static_cast<double>(task.name == TaskName::modular_division ? task.modulus : task.classes);
}
double claimed_margin(const RunSeen& run) { return (precision(run) - 1) * ln2; }
/// Spacing of the format's numbers at a margin.
double quantum(const RunSeen& run, double margin) { return std::ldexp(1.0, std::ilogb(margin) + 1 - precision(run)); }

const Onsets& onsets(const RunSeen& run) { return run.diagnosis.onsets; }

LedgerEntry named(std::string name, std::string sentence) {
  LedgerEntry e;
  e.name = std::move(name);
  e.sentence = std::move(sentence);
  return e;
}

LedgerEntry absorption() {
  LedgerEntry e =
      named("absorption", "Samples collapse as soon as a margin passes (p - 1) ln 2, the threshold of absorption.");
  e.sayings = {{"begins at (p - 1) ln 2", [](const RunSeen& run, const RunSeen&) {
                  const auto c = first_collapse(run);
                  return c && c->before <= claimed_margin(run) + quantum(run, c->at) && c->at >= claimed_margin(run);
                }}};
  e.correction = Saying{"begins between p ln 2 and p ln 2 + ln(K - 1), by the index of the class",
                        [](const RunSeen& run, const RunSeen&) {
                          const auto c = first_collapse(run);
                          const double first = precision(run) * ln2,
                                       last = first + Native<double>::log(classes(run) - 1);
                          return c && c->at >= first - quantum(run, c->at) && c->before <= last + quantum(run, c->at);
                        }};
  e.statistic = {"largest margin at the first collapse, less (p - 1) ln 2", [](const RunSeen& run, const RunSeen&) {
                   const auto c = first_collapse(run);
                   return c ? c->at - claimed_margin(run) : nan;
                 }};
  return e;
}

LedgerEntry exact_zero() {
  LedgerEntry e =
      named("exactly zero",
            "The correct class's gradient becomes exactly zero while those of the wrong classes do not; in binary64 "
            "it does not.");
  e.sayings = {{"half of the samples collapse, none of the control", [](const RunSeen& run, const RunSeen& control) {
                  return onsets(run).sc50.has_value() && !onsets(control).first_absorption;
                }}};
  e.statistic = {"largest share of collapsed samples",
                 [](const RunSeen& run, const RunSeen&) { return largest(run, &Record::collapsed_share); }};
  return e;
}

LedgerEntry zero_sum() {
  LedgerEntry e = named("broken sum", "The gradients no longer sum to zero over the classes.");
  e.sayings = {
      {"by a tenth of eps or more, the control by rounding noise", [](const RunSeen& run, const RunSeen& control) {
         return broken_share(run) >= Rules{}.broken_share && broken_share(control) <= clean_sum;
       }}};
  e.statistic = {"largest |sum_k g_k| over eps", [](const RunSeen& run, const RunSeen&) { return broken_share(run); }};
  return e;
}

/// How far W_G turns against what drives it while the means grow: the largest -cos.
double opposition(const RunSeen& run, const Growth& growth) {
  double most = 0;
  for (const Record& r : run.trace.records) {
    if (r.step >= growth.begins && r.step <= growth.ends) most = std::max(most, -r.drift_cosine);
  }
  return most;
}

LedgerEntry drift() {
  LedgerEntry e = named("drift", "The classifier's mean drifts systematically, against the samples' features.");
  e.sayings = {{"against the drive, fivefold the control's mean", [](const RunSeen& run, const RunSeen& control) {
                  const auto g = growth_of(run);
                  return g && opposition(run, *g) >= Rules{}.opposed_cosine &&
                         largest(run, &Record::classifier_mean_norm, 0, g->ends) >=
                             last_growth * largest(control, &Record::classifier_mean_norm, 0, g->ends);
                }}};
  e.statistic = {"||W_G|| before the first spike over the control's", [](const RunSeen& run, const RunSeen& control) {
                   const auto g = growth_of(run);
                   return g ? largest(run, &Record::classifier_mean_norm, 0, g->ends) /
                                  largest(control, &Record::classifier_mean_norm, 0, g->ends)
                            : nan;
                 }};
  return e;
}

LedgerEntry exponential_growth() {
  LedgerEntry e = named("exponential growth", "The means of classifier and features grow exponentially.");
  e.sayings = {{"both, and no power of the step fits better", [](const RunSeen& run, const RunSeen&) {
                  const auto g = growth_of(run);
                  return g && g->features_line.r2 >= fit_r2 && g->classifier_line.r2 >= fit_r2 &&
                         g->features_line.r2 >= g->features_power.r2 && g->classifier_line.r2 >= g->classifier_power.r2;
                }}};
  e.correction =
      Saying{"both grow fivefold, ever faster: the rate itself rises", [](const RunSeen& run, const RunSeen&) {
               const auto g = growth_of(run);
               return g && g->classifier >= last_growth && g->second_rate >= g->first_rate;
             }};
  e.statistic = {"e-foldings of ||mu_G|| per 100 steps", [](const RunSeen& run, const RunSeen&) {
                   const auto g = growth_of(run);
                   return g ? 100 * g->features_line.slope : nan;
                 }};
  return e;
}

LedgerEntry growth_before_spike() {
  LedgerEntry e = named("growth before the spike", "Norms grow before the loss spikes.");
  e.sayings = {{"inflation begins before the first spike", [](const RunSeen& run, const RunSeen&) {
                  const Onsets& o = onsets(run);
                  return o.nfi && o.first_spike && *o.nfi < *o.first_spike;
                }}};
  e.statistic = {"steps from the onset of inflation to the first spike", [](const RunSeen& run, const RunSeen&) {
                   const Onsets& o = onsets(run);
                   return o.nfi && o.first_spike ? static_cast<double>(*o.first_spike - *o.nfi) : nan;
                 }};
  return e;
}

LedgerEntry re_emerging() {
  LedgerEntry e = named("re-emergence", "Gradients of collapsed samples come back, and the loss spikes.");
  e.sayings = {{"half of the collapsed samples are back when the spike begins", [](const RunSeen& run, const RunSeen&) {
                  const auto r = re_emergence(run);
                  return r && r->largest > 0 && r->share() >= re_emerged;
                }}};
  e.correction =
      Saying{"some of the collapsed samples are back when the spike begins", [](const RunSeen& run, const RunSeen&) {
               const auto r = re_emergence(run);
               return r && r->least < r->largest;
             }};
  e.statistic = {"share of the collapsed samples that are back", [](const RunSeen& run, const RunSeen&) {
                   const auto r = re_emergence(run);
                   return r ? r->share() : nan;
                 }};
  return e;
}

LedgerEntry loss_spike() {
  LedgerEntry e = named("spike", "The loss spikes, to the scale of guessing.");
  const auto peak = [](const RunSeen& run) {
    const auto spike = onsets(run).first_spike;
    return spike ? largest(run, &Record::loss, *spike) / Native<double>::log(classes(run)) : nan;
  };
  e.sayings = {
      {"to a tenth of ln K or more", [=](const RunSeen& run, const RunSeen&) { return peak(run) >= guessing; }}};
  e.correction =
      Saying{"tenfold", [](const RunSeen& run, const RunSeen&) { return onsets(run).first_spike.has_value(); }};
  e.statistic = {"largest loss after the first spike over ln K",
                 [=](const RunSeen& run, const RunSeen&) { return peak(run); }};
  return e;
}

LedgerEntry partial_absorption() {
  LedgerEntry e =
      named("partial absorption",
            "Where only a part of the samples collapses, the sum is broken and the means inflate without any spike.");
  const auto inflated = [](const RunSeen& run, const RunSeen& control) {
    return largest(run, &Record::feature_mean_norm) / largest(control, &Record::feature_mean_norm);
  };
  const auto is_partial = [=](const RunSeen& run, const RunSeen& control) {
    const double share = late_collapsed_share(run);
    return share >= least_partial && share <= most_partial && broken_share(run) >= Rules{}.broken_share &&
           inflated(run, control) >= 2;
  };
  e.sayings = {{"partly collapsed, broken, twice the control's ||mu_G||", is_partial},
               {"no-spikes", [](const RunSeen& run, const RunSeen&) { return !onsets(run).first_spike; }}};
  e.correction = Saying{"spikes come later than inflation, if at all", [=](const RunSeen& run, const RunSeen& control) {
                          const Onsets& o = onsets(run);
                          return is_partial(run, control) && (!o.first_spike || (o.nfi && *o.nfi < *o.first_spike));
                        }};
  e.statistic = {"largest ||mu_G|| over the control's", inflated};
  e.variants = {"mini-batches"};
  e.control = "mini-batches, loss in binary64";
  return e;
}

LedgerEntry floating_point() {
  LedgerEntry e =
      named("floating point makes it",
            "The phenomenon is a result of floating-point precision: with the loss in binary64 and all else the same "
            "nothing inflates and nothing spikes.");
  e.sayings = {{"inflates and spikes, the control neither", [](const RunSeen& run, const RunSeen& control) {
                  return onsets(run).nfi && onsets(run).first_spike && !onsets(control).nfi &&
                         !onsets(control).first_spike;
                }}};
  e.statistic = {"largest ||mu_G|| over the control's", [](const RunSeen& run, const RunSeen& control) {
                   return largest(run, &Record::feature_mean_norm) / largest(control, &Record::feature_mean_norm);
                 }};
  return e;
}

LedgerEntry other_spikes() {
  LedgerEntry e =
      named("other spikes",
            "Loss spikes late in training are a result of floating-point precision: in binary64 there are none.");
  e.sayings = {{"no-spikes", [](const RunSeen& run, const RunSeen&) { return !onsets(run).first_spike; }}};
  e.correction =
      Saying{"those at the edge of stability stay in binary64, and are told apart: no inflation, a clean sum",
             [](const RunSeen& run, const RunSeen&) {
               return onsets(run).first_spike && !onsets(run).nfi && broken_share(run) <= clean_sum;
             }};
  e.statistic = {"spikes", [](const RunSeen& run, const RunSeen&) { return static_cast<double>(onsets(run).spikes); }};
  e.variants = {"edge of stability"};
  e.control = "edge of stability";
  return e;
}

}  // namespace

std::vector<LedgerEntry> abstract_entries() {
  std::vector<LedgerEntry> all{absorption(),  exact_zero(),         zero_sum(),
                               drift(),       exponential_growth(), growth_before_spike(),
                               re_emerging(), loss_spike(),         floating_point()};
  for (LedgerEntry& e : all) {
    e.variants = {std::string(plain)};
    e.control = in_binary64;
  }
  all.push_back(partial_absorption());
  all.push_back(other_spikes());
  return all;
}

}  // namespace precipice::verification
