#include <fmt/core.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/audit_text.hpp"
#include "precipice/chart/audit.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/training/formulation_text.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string logits, labels, directory;
  std::vector<std::string> formats{"binary32", "bfloat16", "binary16", "tf32", "e4m3fn", "e5m2"};
  std::vector<std::string> formulations{"shift"}, orders{"sequential"};
  std::string rounding = "nearest-even", mean = "before";
  std::int64_t batch = 1;
  double learning_rate = 1e-3, loss_scale = 1;
  std::optional<std::int64_t> ignored_label;
  bool as_json = false;
};

/// Every format in every formulation and order, the formats slowest.
std::vector<AuditedLoss> losses_of(const Options& options) {
  const MeanPlace mean = at_option("--mean", [&] { return parse_mean_place(options.mean); });
  const Rounding rounding = at_option("--rounding", [&] { return parse_rounding(options.rounding); });
  std::vector<AuditedLoss> losses;
  for (const std::string& format_text : options.formats) {
    const Format format = at_option("--formats", [&] { return parse_format(format_text); });
    for (const std::string& formulation_text : options.formulations) {
      const Formulation formulation = at_option("--formulation", [&] { return parse_formulation(formulation_text); });
      for (const std::string& order_text : options.orders) {
        const SumOrder order = at_option("--order", [&] { return parse_sum_order(order_text); });
        Loss loss{.formulation = formulation, .order = order, .mean = mean};
        loss.scale = options.loss_scale;
        losses.push_back({format, loss, rounding});
      }
    }
  }
  return losses;
}

AuditRequest request_of(const Options& options) {
  constexpr std::int64_t largest_batch = std::int64_t{1} << 53U;  // so that it is a double
  if (options.batch < 1 || options.batch > largest_batch) {
    throw ConfigError(fmt::format("--batch: {} is no number of samples; it must be from 1 to 2^53", options.batch));
  }
  if (!std::isfinite(options.learning_rate) || options.learning_rate < 0) {
    throw ConfigError(
        fmt::format("--learning-rate: {} must be a finite number that is not negative", options.learning_rate));
  }
  const double of_scale = static_cast<double>(options.batch) / options.loss_scale;
  if (!(options.loss_scale > 0) || !std::isfinite(options.loss_scale) || !std::isfinite(of_scale)) {
    throw ConfigError(
        fmt::format("--loss-scale: {} must be a positive finite number S with a finite B / S", options.loss_scale));
  }
  AuditRequest request{.losses = losses_of(options), .batch = static_cast<std::size_t>(options.batch)};
  request.ignored_label = options.ignored_label;
  return request;
}

std::vector<chart::NamedThreshold> thresholds_of(const AuditReport& report) {
  std::vector<chart::NamedThreshold> thresholds;
  for (std::size_t i = 0; i < report.request.losses.size(); ++i) {
    const auto threshold = report.summary(i).threshold;
    if (threshold) thresholds.push_back({name_of(report.request.losses[i].format), *threshold});
  }
  return thresholds;
}

void write_files(const AuditReport& report, const std::filesystem::path& directory) {
  write_whole_file(directory / "audit.json", audit_json(report));
  write_whole_file(directory / "audit.csv", audit_csv(report));
  const std::string title = "Margins, and where samples begin to collapse";
  if (!chart::draw_audit(title, report.audit, thresholds_of(report), directory / "margins.svg")) {
    throw FileError(fmt::format("no figure: gnuplot is not in PATH (Debian: gnuplot-nox); the numbers are in {}",
                                (directory / "audit.json").string()));
  }
}

Audit audited(const ArrayStream& logits, const ArrayStream& labels, const AuditRequest& request) {
  try {
    return audit(logits, labels, request);
  } catch (const FileError& error) {
    const std::string what = error.what();
    if (what.find(": label -") == std::string::npos) throw;
    throw FileError(what + "; --ignore-label leaves rows out");
  }
}

ExitCode act(const Options& options) {
  const AuditRequest request = request_of(options);
  const ArrayStream logits(options.logits), labels(options.labels);
  const Audit found = audited(logits, labels, request);
  const AuditReport report{options.logits, options.labels, request, found, options.learning_rate};
  if (options.as_json) {
    print(audit_json(report));
  } else {
    print_text(audit_head(report) + "\n");
    print_table(audit_table(report));
    print_text(audit_legend());
  }
  if (!options.directory.empty()) write_files(report, options.directory);
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "audit",
      .summary = "what a loss in other formats would make of logits from any framework",
      .usage = "LOGITS.npy LABELS.npy [--formats F,...] [options]",
      .details = R"(Reads N x K logits (float16, float32, float64 or integers, as NumPy saves them) and N labels,
and computes dL/dz of softmax cross-entropy in each format, formulation and order, operation by
operation: how many samples have collapsed, what is left of the zero sum of the gradient, its
error against the exact gradient, and by how much the classifier's mean would drift in a step.
Logits enter as they are. Rows with NaN or infinities are counted and left out, as are those with
the label after --ignore-label. Files may be larger than memory.

"at risk from margin x": no sample has collapsed, but x, where the first one may, is less than
twice the largest margin so far; margins grow like the logarithm of time. --out writes
DIR/audit.json, DIR/audit.csv and DIR/margins.svg, the margins beside the thresholds (exit code
3 without gnuplot).)",
      .example = R"(Examples:
  numpy.save('logits.npy', z); numpy.save('labels.npy', y)      in Python, from any framework
  precipice audit logits.npy labels.npy      binary32, bfloat16, binary16, tf32, e4m3fn, e5m2
  precipice audit logits.npy labels.npy --formats bf16,e8m7:ftz --formulation shift,division
  precipice audit logits.npy labels.npy --batch 512 --learning-rate 1e-3 --out audit)"};
  return value;
}

}  // namespace

void add_audit(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("LOGITS", options->logits, "N x K logits")->type_name("")->required();
  command.add_option("LABELS", options->labels, "N labels from 0 to K - 1")->type_name("")->required();
  const auto list = [&](const std::string& name, std::vector<std::string>& words, const std::string& help) {
    return command.add_option(name, words, help)->delimiter(',')->allow_extra_args(false);
  };
  list("--formats", options->formats, "of the loss, joined by commas (the six below)")->type_name("F");
  list("--formulation", options->formulations, "lse-added, division, accurate, ... (shift)")->type_name("W");
  list("--order", options->orders, "of the sum: exact, lanes:8, ... (sequential)")->type_name("ORDER");
  command.add_option("--rounding", options->rounding, "toward-zero, to-odd, ... (nearest-even)")->type_name("R");
  command.add_option("--mean", options->mean, "where 1/B is applied: after, outside (before)")->type_name("PLACE");
  command.add_option("--batch", options->batch, "samples in the mean of the loss (1)")->type_name("B");
  command.add_option("--loss-scale", options->loss_scale, "what the loss is multiplied by (1)")->type_name("S");
  command.add_option("--ignore-label", options->ignored_label, "leave rows with this label out, such as -100")
      ->type_name("N");
  command.add_option("--learning-rate", options->learning_rate, "of the drift (0.001)")->type_name("LR");
  command.add_option("--out", options->directory, "folder for audit.json, audit.csv, margins.svg")->type_name("DIR");
  command.add_flag("--json", options->as_json, "write JSON instead of a table")->disable_flag_override();
}

}  // namespace precipice::cli
