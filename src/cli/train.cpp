#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "precipice/chart/anatomy.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::cli {
namespace {

/// One line on standard error that is drawn over itself; nothing unless that is a terminal. The rate is that since the
/// line was last drawn.
class Live {
 public:
  explicit Live(std::int64_t steps) : steps_(steps) {}
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  ~Live() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
  }

  void show(const Record& r) {
    const auto now = Clock::now();
    if (isatty(STDERR_FILENO) == 0 || now - last_ < std::chrono::milliseconds(100)) return;
    const double rate =
        static_cast<double>(r.step - last_step_) / std::max(std::chrono::duration<double>(now - last_).count(), 1e-3);
    last_ = now;
    last_step_ = r.step;
    drawn_ = true;
    const double elapsed = std::chrono::duration<double>(now - begin_).count();
    const double left = r.step > 0 ? elapsed * static_cast<double>(steps_ - r.step) / static_cast<double>(r.step) : 0;
    fmt::print(
        stderr,
        "\r\033[Kstep {} of {}  loss {:.2e}  collapsed {:3.0f} %  |mu_G| {:.3g}  cos {:+.2f}  {:.0f} steps/s  {} "
        "left",
        r.step, steps_, r.loss, 100 * r.collapsed_share, r.feature_mean_norm, r.mean_cosine, rate, duration_text(left));
    std::fflush(stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t steps_;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
  std::int64_t last_step_ = 0;
  bool drawn_ = false;
};

std::string step_text(const std::optional<std::int64_t>& step) {
  return step ? fmt::format("step {}", *step) : "never";
}

std::string report(const Cell& cell, const CellResult& result) {
  const Onsets& o = result.diagnosis.onsets;
  const Record& r = result.last;
  std::string text;
  const auto line = [&](std::string_view what, const std::string& value) {
    text += fmt::format("{:<18}{}\n", what, value);
  };
  line("format", describe(cell.experiment.precision.emulated()));
  line("engine", result.cost.engine);
  line("outcome", std::string(to_text(result.diagnosis.outcome)));
  line("fitted", step_text(o.fitted));
  line("first absorption", step_text(o.first_absorption));
  line("SC50", step_text(o.sc50));
  line("NFI onset", step_text(o.nfi));
  if (o.aligned) line("aligned onset", fmt::format("{}: the means grow along each other", step_text(o.aligned)));
  line("first spike", o.first_spike ? fmt::format("step {}, {} in all", *o.first_spike, o.spikes) : "never");
  if (o.frozen_at) line("frozen", step_text(o.frozen_at));
  if (o.diverged_at) line("diverged", step_text(o.diverged_at));
  line("at the end",
       fmt::format(
           "step {}: loss {:.3g}, median margin {:.2f}, collapsed {:.0f} %, |mu_G| {:.4g}, |W_G| {:.3g}, cos {:+.3f}",
           result.steps, r.loss, r.median_margin, 100 * r.collapsed_share, r.feature_mean_norm, r.classifier_mean_norm,
           r.mean_cosine));
  line("state", result.state_digest);
  return text;
}

void draw(const chart::Anatomy& anatomy, const std::filesystem::path& figure) {
  flush_output();
  if (chart::draw_anatomy(anatomy, figure)) {
    print(fmt::format("{:<18}{}\n", "figure", figure.string()));
  } else {
    fmt::print(stderr, "precipice: warning: no figure, since gnuplot is not installed\n");
  }
}

ExitCode act(const ExperimentOptions& options) {
  const Plan plan = single_plan(options, "train makes one run");
  const Cell cell = expand(plan).front();
  const Results results(options.out);
  const DataSummary data = validated_data({cell});
  if (!options.out.empty()) {
    results.check_compatible(plan);
    results.open(plan, data);
  }
  Trace trace;
  CellResult result;
  {
    Live live(cell.experiment.run.steps);
    Watch watch;
    watch.stop = &watch_for_interruption();
    watch.on_record = [&](const Record& record) { live.show(record); };
    result = compute_cell(cell, watch, trace);
  }
  if (!options.out.empty()) {
    if (result.error.empty()) results.write_trace(cell.key, trace);
    results.write_cell(cell, result);
    results.collect({cell});
  }
  if (!result.error.empty()) throw Error(ExitCode::check_failed, fmt::format("the run failed: {}", result.error));
  print(report(cell, result));
  if (!options.out.empty()) {
    const auto name = [](std::string_view what, const std::filesystem::path& file) {
      print(fmt::format("{:<18}{}\n", what, file.string()));
    };
    name("trace", results.trace_file(cell.key));
    if (!trace.histograms.empty()) name("histograms", results.histograms_file(cell.key));
    if (!trace.counts.empty()) name("counts", results.counts_file(cell.key));
    draw(chart::anatomy_of(plan.name, cell.experiment, trace),
         results.directory() / fmt::format("anatomy-{}.svg", cell.key));
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "train",
      .summary = "replay one training run in a format and say what became of it",
      .usage = "[FILE.toml or NAME] [--set KEY=VALUE]... [--out DIR]",
      .details = R"(Trains a small classifier, every operation of the emulated roles rounded to the format, and
reports when samples collapse, when the means of features and classifier inflate, and when the
loss spikes. Without FILE: 50 real digits, 20 000 steps of Adam, the loss alone in bfloat16.
With --out the trace (one row every run.record_every steps) and the verdict are kept, and the
anatomy of the run is drawn. NAME is a built-in experiment ('precipice experiments').

Instruments that are off unless asked for (run.count_every and run.hessian_every are multiples of
run.record_every):
  run.histograms     DIR/histograms/KEY.csv.gz: step, log2 = floor(log2 |change|), parameters; -inf:
                     did not move; nan: no finite number. `events` keeps the 10 records on either side
                     of the first absorption, the NFI onset and the first spike, and these
  run.count_every    DIR/counts/KEY.csv.gz: for a step and each role whose format is not binary64, its
                     operations, additions, and how many were absorbed, underflowed, overflowed, ...
  run.hessian_every  columns hessian_eigenvalue (edge of stability of gradient descent: 2 / rate) and
                     preconditioned_eigenvalue (of Adam: 38 / rate for beta1 = 0.9) of the trace

)" + settings_help(),
      .example = R"(Example:
  precipice train                                          bfloat16 slingshots
  precipice train --set precision.format=binary64          the control does not
  precipice train slingshot --out results/slingshot        the first spike, every step, drawn
  precipice train --set task.name=random-labels --set task.samples=20 --set model.hidden='[16, 16]' \
                  --set optimizer.learning_rate=5e-3 --set run.steps=25000 --out results/smallest)"};
  return value;
}

}  // namespace

void add_train(Commands& commands) {
  const auto options = std::make_shared<ExperimentOptions>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  options->add_to(command);
}

}  // namespace precipice::cli
