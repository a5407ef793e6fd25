// What a program gets of precipice with the standard library alone: arithmetic in any format, a loss, theory, a run.
#include <iostream>
#include <precipice/precipice.hpp>
#include <vector>

using namespace precipice;

int main() {
  const Format format = parse_format("bfloat16");
  std::cout << describe(format) << '\n';

  const Emulator bf16(format);
  std::vector<double> terms(300, 1);
  std::cout << "1 + 2^-8 = " << bf16.add(1, 0x1p-8) << "; 300 ones are " << bf16.sum(terms) << ", in eight lanes "
            << bf16.sum(terms, SumOrder::in_lanes(8)) << '\n';

  // Two samples of class 0, one on either side of the threshold.
  Matrix<double> logits(2, 3), gradients(2, 3);
  logits(0, 0) = 5;
  logits(1, 0) = 6;
  const std::vector<std::uint32_t> labels{0, 0};
  std::vector<double> losses(2);
  bool collapsed[2];
  softmax_cross_entropy(logits.view(), labels, {.plan = PrecisionPlan::loss_only, .format = format}, {}, 0,
                        {losses, gradients.view(), collapsed});
  std::cout << "margins 5 and 6: collapsed " << collapsed[0] << ' ' << collapsed[1] << ", absorption from "
            << *predicted::absorption_margin(format, Rounding::nearest_even) << '\n';

  Experiment experiment = resolve({{"run.steps", {std::int64_t{400}, "here"}}});
  const Trace trace = run_experiment(experiment, load_data(experiment.task, experiment.run.seed));
  const Diagnosis diagnosis = diagnose(trace);
  std::cout << trace.steps << " steps: " << to_text(diagnosis.outcome) << ", absorption at step "
            << *diagnosis.onsets.first_absorption << ", inflation at " << *diagnosis.onsets.nfi << '\n';

  try {
    parse_format("bfloat17");
  } catch (const ConfigError& error) {  // thrown by the library, caught here
    std::cout << error.what() << '\n';
  }
}
