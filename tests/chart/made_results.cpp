#include "made_results.hpp"

#include <random>

#include "synthetic.hpp"

namespace precipice::chart {
namespace {

Trace made_trace(const MadeResults::Request& request, std::size_t cell) {
  std::minstd_rand noise(static_cast<unsigned>(cell + 1));
  const auto drawn = [&] { return request.is_noisy ? 1e-6 * static_cast<double>(noise()) : 1.0; };
  Trace trace;
  for (std::size_t i = 0; i < request.records; ++i) {
    Record record;
    record.step = static_cast<std::int64_t>(10 * i);
    record.loss = drawn();
    record.feature_mean_norm = drawn();
    record.classifier_mean_norm = drawn();
    record.mean_cosine = drawn() / 3000;
    record.collapsed_share = drawn() / 3000;
    record.vanished_share = drawn() / 3000;
    record.least_margin = drawn();
    record.largest_margin = drawn();
    record.largest_update = drawn();
    record.median_margin = static_cast<double>(record.step) / 100;
    record.train_accuracy = 1;
    trace.records.push_back(record);
  }
  trace.records[(17 * cell + 5) % request.records].loss = 1e6;
  trace.steps = trace.records.back().step;
  trace.state_digest = "0123";
  return trace;
}

}  // namespace

MadeResults::MadeResults(const Request& request) : results_(new_folder()) {
  const Plan plan = parse_plan(request.plan, "made.toml", "made");
  results_.open(plan, {10, 20, {}});
  cells_ = expand(plan);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Trace trace = made_trace(request, i);
    CellResult result;
    result.diagnosis = diagnose(trace);
    result.last = trace.records.back();
    result.peak = peaks_of(trace);
    result.steps = trace.steps;
    result.state_digest = trace.state_digest;
    results_.write(cells_[i], result, trace);
  }
  static_cast<void>(results_.collect());
}

}  // namespace precipice::chart
