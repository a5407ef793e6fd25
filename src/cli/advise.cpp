#include <fmt/core.h>

#include <memory>

#include "cli/advice_text.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

struct Options {
  double margin = 0, loss_scale = 1;
  int classes = 2;
  std::int64_t batch = 1;
  std::string order = "sequential", rounding = "nearest-even", mean = "before";
  bool as_json = false;
};

ExitCode advise(const Options& options) {
  const predicted::Regime regime{.margin = options.margin,
                                 .classes = options.classes,
                                 .batch = options.batch,
                                 .loss_scale = options.loss_scale,
                                 .order = at_option("--order", [&] { return parse_sum_order(options.order); }),
                                 .rounding = at_option("--rounding", [&] { return parse_rounding(options.rounding); }),
                                 .mean = at_option("--mean", [&] { return parse_mean_place(options.mean); })};
  const predicted::Advice advice = predicted::advise(regime);
  if (options.as_json) {
    print(advice_json(regime, advice));
  } else {
    print_text(advice_text(regime, advice));
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "advise",
      .summary = "the smallest format of the loss that keeps clear of inflation",
      .usage = "--classes K --batch B --margin M [options]",
      .details = R"(Says which precision and exponent width a softmax cross-entropy needs if training takes samples
up to a margin of M nats (the correct logit less the next one), with the inequalities that
decide; nothing is trained. Two kinds of safety are told apart: no sample collapses, so nothing
can inflate; or the window is closed, because wrong classes' gradients die before samples
collapse, which stops inflation and learning alike. The first holds for every order of the sum;
what --order and --classes change is where samples collapse whose wrong classes are all alike.)",
      .example = R"(Examples:
  precipice advise --classes 10 --batch 128 --margin 25
  precipice advise --classes 50257 --batch 512 --margin 15 --loss-scale 65536 --order lanes:16
  precipice advise --classes 10 --batch 1 --margin 8 --rounding toward-zero --json | jq .format)"};
  return value;
}

}  // namespace

void add_advise(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return advise(*options); });
  command.add_option("--classes", options->classes, "classes, at least 2")->type_name("K")->required();
  command.add_option("--batch", options->batch, "samples in the mean of the loss")->type_name("B")->required();
  command.add_option("--margin", options->margin, "largest margin that training will reach, nats")
      ->type_name("M")
      ->required();
  command.add_option("--loss-scale", options->loss_scale, "what the loss is multiplied by (1)")->type_name("S");
  command.add_option("--order", options->order, "of the sum: sequential, exact, lanes:8, ...")->type_name("ORDER");
  command.add_option("--rounding", options->rounding, "nearest-even, toward-zero, to-odd, ...")->type_name("R");
  command.add_option("--mean", options->mean, "where 1/B is applied: before, after, outside")->type_name("PLACE");
  command.add_flag("--json", options->as_json, "write JSON instead of text")->disable_flag_override();
}

}  // namespace precipice::cli
