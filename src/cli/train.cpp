#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <memory>

#include "cli/beginning.hpp"
#include "cli/report.hpp"
#include "cli/shell.hpp"
#include "precipice/chart/anatomy.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/cli/progress_options.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/duration.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::cli {
namespace {

/// One line on standard error that is drawn over itself; nothing unless that is a terminal. The rate is that since the
/// line was last drawn.
class Live {
 public:
  Live(std::int64_t begin, std::int64_t steps, Progress::Style style) : begin_(begin), steps_(steps), style_(style) {}
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  ~Live() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
  }

  void show(const Record& r) {
    const auto now = Clock::now();
    if (style_ != Progress::Style::bar || now - last_ < std::chrono::milliseconds(100)) return;
    const double rate =
        static_cast<double>(r.step - last_step_) / std::max(std::chrono::duration<double>(now - last_).count(), 1e-3);
    last_ = now;
    last_step_ = r.step;
    drawn_ = true;
    const double elapsed = std::chrono::duration<double>(now - started_).count();
    const auto made = static_cast<double>(r.step - begin_);
    const double left = made > 0 ? elapsed * static_cast<double>(steps_ - r.step) / made : 0;
    Progress::draw_line(fmt::format(
        "step {} of {}  {} left  loss {:.2e}  collapsed {:3.0f} %  |mu_G| {:.3g}  cos {:+.2f}  {:.0f} steps/s", r.step,
        steps_, duration_text(left), r.loss, 100 * r.collapsed_share, r.feature_mean_norm, r.mean_cosine, rate));
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t begin_, steps_;
  Progress::Style style_;
  Clock::time_point started_ = Clock::now(), last_ = started_;
  std::int64_t last_step_ = begin_;
  bool drawn_ = false;
};

std::string report(const Cell& cell, const CellResult& result, const Trace& trace) {
  const Onsets& o = result.diagnosis.onsets;
  const Record& r = result.last;
  std::string text;
  const auto line = [&](std::string_view what, const std::string& value) { text += report_line(what, value); };
  line("format", describe(cell.experiment.precision.emulated()));
  line("engine", result.cost.engine);
  line("outcome", std::string(to_text(result.diagnosis.outcome)));
  line("fitted", step_or_never(o.fitted));
  line("first absorption", step_or_never(o.first_absorption));
  line("SC50", step_or_never(o.sc50));
  line("NFI onset", step_or_never(o.nfi));
  if (o.aligned) line("aligned onset", fmt::format("{}: the means grow along each other", step_or_never(o.aligned)));
  line("first spike", o.first_spike ? fmt::format("step {}, {} in all", *o.first_spike, o.spikes) : "never");
  if (o.frozen_at) line("frozen", step_or_never(o.frozen_at));
  if (o.diverged_at) line("diverged", step_or_never(o.diverged_at));
  text += describe_since_fork(cell, trace);
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
    print(report_line("figure", figure.string()));
  } else {
    fmt::print(stderr, "precipice: warning: no figure, since gnuplot is not installed\n");
  }
}

struct Options {
  ExperimentOptions experiment;
  CheckpointOptions checkpoints;
  ProgressOptions progress;
  bool as_json = false;
};

/// The states that a run leaves in its directory of results.
class Keeper {
 public:
  Keeper(const Results& results, const Cell& cell) : results_(results), cell_(cell) {}

  /// A file that cannot be written ends the run, which is not to blame: it is interrupted.
  void keep(const RunState& state) {
    try {
      last_ = results_.checkpoint_file(cell_.key, state.step());
      write_whole_file(last_, checkpoint_bytes(cell_.experiment, state));
      kept_.insert(state.step());
    } catch (const FileError&) {
      failure_ = std::current_exception();
      throw Interrupted();
    }
  }

  /// Throws what ended the run: the error of a file, or the interruption with the command that goes on.
  [[noreturn]] void explain_interruption() const {
    if (failure_) std::rethrow_exception(failure_);
    throw Interrupted(fmt::format("interrupted at step {}; to go on: precipice train --from {} --out {}",
                                  *kept_.rbegin(), shell_word(last_.string()),
                                  shell_word(results_.directory().string())));
  }

  /// Lines of the report: the files, and the steps that were asked for and never made.
  [[nodiscard]] std::string report(const StepsWanted& wanted, std::int64_t steps) const {
    std::string text;
    if (kept_.size() == 1) text += report_line("checkpoint", last_.string());
    if (kept_.size() > 1) {
      text += report_line("checkpoints", fmt::format("{}, the last {}", kept_.size(), last_.string()));
    }
    for (const std::int64_t step : wanted.at) {
      if (kept_.contains(step)) continue;
      text += report_line("no checkpoint", fmt::format("at step {}: the run ended at step {}", step, steps));
    }
    return text;
  }

 private:
  const Results& results_;
  const Cell& cell_;
  std::set<std::int64_t> kept_;
  std::filesystem::path last_;
  std::exception_ptr failure_;
};

/// Runs the cell, shown live; keeps the states that are wanted, and with a directory the one in which it is
/// interrupted.
CellResult watched(const Cell& cell, const Beginning& beginning, const StepsWanted& wanted, Keeper* keeper,
                   Progress::Style style, Trace& trace) {
  Live live(beginning.step(), cell.experiment.run.steps, style);
  Watch watch;
  watch.stop = &watch_for_interruption();
  watch.on_record = [&](const Record& record) { live.show(record); };
  if (keeper == nullptr) return compute_cell(cell, watch, trace, beginning.state());
  watch.wants_state = [&](std::int64_t step) { return wanted.contains(step); };
  watch.on_state = [&](const RunState& state) { keeper->keep(state); };
  try {
    return compute_cell(cell, watch, trace, beginning.state());
  } catch (const Interrupted&) {
    keeper->explain_interruption();
  }
}

/// Throws ConfigError unless the run can begin where it is to begin.
void check_beginning(const Beginning& beginning, const Experiment& experiment) {
  if (!beginning.is_checkpoint()) return check_has_beginning(experiment);
  check_fits(beginning.checkpoint, experiment, load_data(experiment.task, experiment.run.seed));
}

ExitCode act(const Options& options) {
  const std::string& out = options.experiment.out;
  Beginning beginning = read_beginning(options.experiment, options.checkpoints);
  const Plan plan = train_plan(options.experiment, beginning);
  const Cell cell = expand(plan).front();
  const StepsWanted wanted = wanted_steps(options.checkpoints, out, beginning.step(), cell.experiment.run.steps);
  check_beginning(beginning, cell.experiment);
  const Results results(out);
  const DataSummary data = validated_data({cell});
  if (!out.empty()) {
    results.check_compatible(plan);
    results.open(plan, data);
  }
  Trace trace;
  Keeper keeper(results, cell);
  const CellResult result =
      watched(cell, beginning, wanted, out.empty() ? nullptr : &keeper, options.progress.style(), trace);
  if (!out.empty()) {
    results.write(cell, result, trace);
    static_cast<void>(results.collect());
  }
  if (!result.error.empty()) throw Error(ExitCode::check_failed, fmt::format("the run failed: {}", result.error));
  const std::filesystem::path figure = results.directory() / fmt::format("anatomy-{}.svg", cell.key);
  if (options.as_json) {
    if (!out.empty())
      static_cast<void>(chart::draw_anatomy(chart::anatomy_of(plan.name, cell.experiment, trace), figure));
    print(cell_document(cell, result));
    return ExitCode::fine;
  }
  print(describe_beginning(beginning, cell, trace) + report(cell, result, trace));
  if (!out.empty()) {
    const auto name = [](std::string_view what, const std::filesystem::path& file) {
      print(report_line(what, file.string()));
    };
    name("trace", results.trace_file(cell.key));
    if (!trace.histograms.empty()) name("histograms", results.histograms_file(cell.key));
    if (!trace.counts.empty()) name("counts", results.counts_file(cell.key));
    draw(chart::anatomy_of(plan.name, cell.experiment, trace), figure);
  }
  print(keeper.report(wanted, result.steps));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "train",
      .summary = "replay one training run in a format and say what became of it",
      .usage = "[FILE.toml or NAME | --from CHECKPOINT] [--set KEY=VALUE]... [--out DIR] [--json] [--quiet]",
      .details = R"(Trains a small classifier, every operation of the emulated roles rounded to the format, and
reports when samples collapse, when the means of features and classifier inflate, and when the
loss spikes. Without FILE: 50 real digits, 20 000 steps of Adam, the loss alone in bfloat16.
With --out the trace (one row every run.record_every steps) and the verdict are kept, and the
anatomy of the run is drawn. NAME is a built-in experiment ('precipice experiments'): its base,
without the values of its axes; --set sweep.variant='...' takes one of its variants.

Instruments that are off unless asked for (run.count_every and run.hessian_every are multiples of
run.record_every):
  run.histograms     DIR/histograms/KEY.csv.gz: step, log2 = floor(log2 |change|), parameters; -inf:
                     did not move; nan: no finite number. `events` keeps the 10 records on either
                     side of the first absorption, the NFI onset and the first spike, and these
  run.count_every    DIR/counts/KEY.csv.gz: for a step and each role whose format is not binary64,
                     its operations, additions, and how many were absorbed, underflowed, ...
  run.hessian_every  columns hessian_eigenvalue (edge of stability of gradient descent: 2 / rate)
                     and preconditioned_eigenvalue (of Adam: 38 / rate for beta1 = 0.9)

A checkpoint holds everything: --from goes on from it to the very bytes of the run that was never
stopped. With other settings the run is a fork: what if the loss had been binary64 from here on?
The model's parameters and the data stay what they were; numbers of the state are rounded into
new formats; an optimiser of another kind begins without state. A fork's trace has the records of
its parent before that step, run.origin says where it began. An interrupted run with --out leaves a
checkpoint and says how to go on.

)" + settings_help(),
      .example = R"(Example:
  precipice train                                          bfloat16 slingshots
  precipice train --set precision.format=binary64          the control does not
  precipice train slingshot --out results/slingshot        the first spike, every step, drawn
  precipice train --set task.name=random-labels --set task.samples=20 \
                  --set model.hidden='[16, 16]' --set optimizer.learning_rate=5e-3 \
                  --set run.steps=25000 --out results/smallest
  precipice train --out results/parent --checkpoint-at 300
  precipice train --from results/parent/checkpoints/*-300.ckpt --set precision.format=binary64)"};
  return value;
}

}  // namespace

void add_train(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  options->experiment.add_to(command);
  options->checkpoints.add_to(command);
  options->progress.add_to(command);
  command.add_flag("--json", options->as_json, "write what DIR/cells/KEY.json holds instead of text")
      ->disable_flag_override();
}

}  // namespace precipice::cli
