#include "verification/training.hpp"

#include <algorithm>
#include <numeric>

#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/parallel.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::verification {

void train_each(const std::vector<Experiment>& experiments, const Course& course,
                const std::function<void(std::size_t, Trace)>& see) {
  std::vector<double> sizes(experiments.size());
  std::ranges::transform(experiments, sizes.begin(), estimated_work);
  std::vector<std::size_t> by_size(experiments.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::ranges::stable_sort(by_size, std::ranges::greater{}, [&](std::size_t i) { return sizes[i]; });
  Progress progress(sizes, course.style);
  in_parallel(experiments.size(), course.jobs, [&](std::size_t place) {
    course.stop_if_asked();
    const std::size_t i = by_size[place];
    const Experiment& e = experiments[i];
    progress.started(i);
    const Watch watch = shown_by(progress, i, e.run.steps, course.stop);
    see(i, run_experiment(e, load_data(e.task, e.run.seed), watch));
    progress.finished(i);
  });
}

}  // namespace precipice::verification
