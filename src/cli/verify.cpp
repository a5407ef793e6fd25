#include "precipice/cli/verify.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::cli {
namespace {

using namespace verification;

std::vector<Subject> chosen_subjects(const std::string& typed) {
  const auto all = all_subjects();
  if (typed == "all") return {all.begin(), all.end()};
  std::vector<std::string_view> words{"all"};
  for (const Subject subject : all) {
    if (to_text(subject) == typed) return {subject};
    words.push_back(to_text(subject));
  }
  refuse_word("verify", typed, words);
}

std::vector<Format> chosen_formats(const std::vector<std::string>& typed) {
  std::vector<Format> formats;
  formats.reserve(typed.size());
  for (const std::string& text : typed) {
    formats.push_back(at_option("--formats", [&] {
      const Format format = parse_format(text);
      const std::string refusal = threshold_refusal(format);
      if (!refusal.empty()) throw ConfigError(fmt::format("{} {}", describe(format), refusal));
      return format;
    }));
  }
  return formats;
}

/// Before hours of work: a folder that the file can be written into.
void check_writable(std::string_view option, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.empty() ? "." : folder, error);
  if (error)
    throw FileError(fmt::format("{}: cannot make the folder {}: {}", option, folder.string(), error.message()));
}

const Manual& manual() {
  static const Manual value{
      .name = "verify",
      .summary = "theory against measurement: thresholds, dynamics, boundary, the paper's claims",
      .usage = "[SUBJECT] [--formats F,...] [--full] [--json FILE] [--report DIR] [--jobs N]",
      .details = R"(thresholds  the smallest margin with a zero gradient of the correct class and the largest with any
            gradient, as numbers of each named format, against the predicted ones
dynamics    the linear map of the two means in unconstrained features, what drives the classifier's
            mean in a network, Adam's step when a gradient comes back
boundary    where runs absorb, inflate and freeze over p and exponent bits, with gradual underflow or
            flushed, by place of 1/B, scale of the loss and rounding, against theory
claims      a ledger of the paper's sentences and of what is said to remove inflation, each with its
            control, over seeds; a verdict is a finding
all         all of these (the default), some minutes on two cores

Exit code 1 if a comparison lies outside the bound that theory states. --full takes hours: a grid of
formats, more settings, binary32.)",
      .example = R"(Example:
  precipice verify thresholds --formats e4m3fn,e6m9
  precipice verify all --json verify.json --report verify    verify/report.md and its figures)"};
  return value;
}

}  // namespace

ExitCode verify(const VerifyOptions& options, const Theory& theory) {
  Request request{chosen_subjects(options.subject),
                  options.is_full ? Extent::full : Extent::usual,
                  chosen_formats(options.formats),
                  {}};
  const Course course{checked_jobs(options.jobs), &watch_for_interruption(), options.progress.style()};
  if (!options.json.empty()) check_writable("--json", std::filesystem::path(options.json).parent_path());
  if (!options.report.empty()) {
    check_writable("--report", options.report);
    request.figures = options.report;
  }
  const auto begin = [&](Subject subject) {
    if (!options.progress.is_quiet) fmt::print(stderr, "{}\n", to_text(subject));
  };
  const auto show = [](const Part& part) {
    print(part.text + "\n");
    if (part.checked > 0) print(fmt::format("{}: {} comparisons, {} missed\n\n", part.name, part.checked, part.missed));
    flush_output();
  };
  const std::vector<Part> parts = verification::verify(request, course, theory, begin, show);
  if (!options.json.empty()) {
    write_whole_file(options.json, to_json(parts, request.extent, PRECIPICE_VERSION).dump() + "\n");
  }
  if (!options.report.empty()) {
    const std::filesystem::path report = std::filesystem::path(options.report) / "report.md";
    write_whole_file(report, to_markdown(parts, request.extent, PRECIPICE_VERSION));
    print(fmt::format("report: {}\n", report.string()));
  }
  return missed(parts) > 0 ? ExitCode::check_failed : ExitCode::fine;
}

void add_verify(Commands& commands) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = commands.add(manual(), [options] { return verify(*options); });
  command.add_option("SUBJECT", options->subject, "thresholds, dynamics, boundary, claims or all")->type_name("");
  command.add_option("--formats", options->formats, "thresholds of these formats, instead of the named ones")
      ->type_name("F,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_flag("--full", options->is_full, "hours instead of minutes")->disable_flag_override();
  command.add_option("--json", options->json, "write all figures")->type_name("FILE");
  command.add_option("--report", options->report, "write report.md and its figures")->type_name("DIR");
  command.add_option("--jobs", options->jobs, "threads; default: all cores")->type_name("N");
  options->progress.add_to(command);
}

}  // namespace precipice::cli
