#include "precipice/diagnosis/geometry.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "diagnosis/vectors.hpp"

namespace precipice {
namespace {

std::span<const double> row(const Matrix<double>& m, std::size_t i) { return {m.row(i), m.cols()}; }

/// The classes that have samples, and the mean feature of each.
struct ClassMeans {
  std::vector<std::size_t> classes;  ///< in rising order
  std::vector<std::size_t> place;    ///< of each class among them
  Matrix<double> means;              ///< a row each
  std::vector<double> of_all;        ///< mu_G

  ClassMeans(const Matrix<double>& features, std::span<const std::uint32_t> labels, std::size_t count)
      : place(count), of_all(features.cols()) {
    std::vector<double> samples(count);
    for (const std::uint32_t label : labels) ++samples[label];
    for (std::size_t c = 0; c < count; ++c) {
      place[c] = classes.size();
      if (samples[c] > 0) classes.push_back(c);
    }
    means = Matrix<double>(classes.size(), features.cols());
    for (std::size_t i = 0; i < features.rows(); ++i) {
      for (std::size_t j = 0; j < features.cols(); ++j) {
        means(place[labels[i]], j) += features(i, j);
        of_all[j] += features(i, j);
      }
    }
    for (std::size_t c = 0; c < classes.size(); ++c) {
      for (std::size_t j = 0; j < means.cols(); ++j) means(c, j) /= samples[classes[c]];
    }
    for (double& x : of_all) x /= static_cast<double>(features.rows());
  }

  /// Mean squared distance of the features from the means of their classes.
  [[nodiscard]] double spread(const Matrix<double>& features, std::span<const std::uint32_t> labels) const {
    double sum = 0;
    for (std::size_t i = 0; i < features.rows(); ++i) {
      for (std::size_t j = 0; j < features.cols(); ++j) {
        const double distance = features(i, j) - means(place[labels[i]], j);
        sum += distance * distance;
      }
    }
    return sum / static_cast<double>(features.rows());
  }

  /// m_c, a row each.
  [[nodiscard]] Matrix<double> centred() const {
    Matrix<double> result = means;
    for (std::size_t c = 0; c < result.rows(); ++c) {
      for (std::size_t j = 0; j < result.cols(); ++j) result(c, j) -= of_all[j];
    }
    return result;
  }
};

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

double deviation_over_mean(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double x : values) sum += (x - mean) * (x - mean);
  return std::sqrt(sum / static_cast<double>(values.size())) / mean;
}

double mean_angle_error(const Matrix<double>& rows, std::span<const double> norms) {
  const double wanted = -1 / (static_cast<double>(rows.rows()) - 1);
  double sum = 0;
  std::size_t pairs = 0;
  for (std::size_t a = 0; a < rows.rows(); ++a) {
    for (std::size_t b = 0; b < a; ++b, ++pairs) {
      sum += std::fabs(product(row(rows, a), row(rows, b)) / (norms[a] * norms[b]) - wanted);
    }
  }
  return sum / static_cast<double>(pairs);
}

/// || A / ||A|| - B / ||B|| ||, Frobenius.
double normed_distance(const Matrix<double>& a, const Matrix<double>& b) {
  const double norm_a = norm(a.values()), norm_b = norm(b.values());
  double sum = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    const double difference = a.values()[i] / norm_a - b.values()[i] / norm_b;
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

}  // namespace

NeuralCollapse neural_collapse(const Matrix<double>& features, std::span<const std::uint32_t> labels,
                               const Matrix<double>& classifier) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const ClassMeans means(features, labels, classifier.cols());
  const std::size_t count = means.classes.size(), width = features.cols();
  if (count < 2) return {none, none, none, none, none};
  const Matrix<double> m = means.centred();
  std::vector<double> norms;
  for (std::size_t c = 0; c < count; ++c) norms.push_back(norm(row(m, c)));
  const double between = product(m.values(), m.values()) / static_cast<double>(count);

  // Rows of the classifier, as they are and less their mean over all classes.
  Matrix<double> w(count, width), w_centred(count, width);
  for (std::size_t j = 0; j < width; ++j) {
    const double mean = mean_of(row(classifier, j));
    for (std::size_t c = 0; c < count; ++c) {
      w(c, j) = classifier(j, means.classes[c]);
      w_centred(c, j) = w(c, j) - mean;
    }
  }
  return {.within = means.spread(features, labels) / between,
          .norms = deviation_over_mean(norms),
          .angles = mean_angle_error(m, norms),
          .duality = normed_distance(w, m),
          .centred_duality = normed_distance(w_centred, m)};
}

}  // namespace precipice
