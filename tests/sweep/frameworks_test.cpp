// Bundles against the operations of the frameworks that they follow, each written out from its source (decision 0017
// names file and version), on exact numbers.
#include "precipice/sweep/bundles.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <array>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/role_engines.hpp"
#include "support/mismatches.hpp"
#include "support/same.hpp"
#include "support/sample.hpp"
#include "sweep/bundles.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::with_bundle;

namespace {

constexpr std::uint64_t seed = 20261130;
constexpr std::size_t batch = 50;
using Numbers = std::vector<Exact>;

Exact number(double x) { return Exact::from(x); }

/// One format, every operation rounded to nearest even.
struct Machine {
  Format f;

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const { return reference::add(x, y, f, even).value; }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const { return reference::subtract(x, y, f, even).value; }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const { return reference::multiply(x, y, f, even).value; }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const { return reference::divide(x, y, f, even).value; }
  [[nodiscard]] Exact exp(const Exact& x) const { return reference::exp(x, f, even).value; }
  [[nodiscard]] Exact log(const Exact& x) const { return reference::log(x, f, even).value; }
  /// x - y z, rounded once.
  [[nodiscard]] Exact sub_product(const Exact& x, const Exact& y, const Exact& z) const {
    return reference::fused_multiply_add(y.negated(), z, x, f, even).value;
  }
  [[nodiscard]] Exact add_all(Exact start, const Numbers& terms) const {
    for (const Exact& t : terms) start = add(start, t);
    return start;
  }

  static constexpr Rounding even = Rounding::nearest_even;
};

/// What a framework makes of a row: dL/dz, and the row's loss.
struct Made {
  Numbers gradient;
  Exact loss;
};
struct Row {
  Numbers z;
  std::size_t label;
};

Exact largest(const Numbers& z) {
  Exact m = z[0];
  for (const Exact& x : z) m = compare(m, x) < 0 ? x : m;
  return m;
}
Numbers exponentials(const Machine& a, const Numbers& z) {
  Numbers e;
  const Exact m = largest(z);
  for (const Exact& x : z) e.push_back(a.exp(a.sub(x, m)));
  return e;
}

// --- PyTorch
// ----------------------------------------------------------------------------------------------------------

/// vec_reduce_all of a register: all lanes + all lanes shuffled by xor with size/2, ..., 1; lane 0.
Exact shuffled_sum(const Machine& a, Numbers lanes) {
  for (std::size_t offset = lanes.size() / 2; offset > 0; offset /= 2) {
    Numbers next;
    for (std::size_t i = 0; i < lanes.size(); ++i) next.push_back(a.add(lanes[i], lanes[i ^ offset]));
    lanes = next;
  }
  return lanes[0];
}
/// The accumulator of map_reduce_all: the first register, then whole registers, then the last terms into its first
/// lanes.
Numbers register_sums(const Machine& a, const Numbers& e, std::size_t size) {
  Numbers lanes(e.begin(), e.begin() + static_cast<std::ptrdiff_t>(size));
  for (std::size_t d = size; d < e.size(); d += size) {
    for (std::size_t i = 0; i < size && d + i < e.size(); ++i) lanes[i] = a.add(lanes[i], e[d + i]);
  }
  return lanes;
}
Exact in_a_row(const Machine& a, const Numbers& e) { return a.add_all(e[0], Numbers(e.begin() + 1, e.end())); }

Exact sum_of_cpu(const Machine& a, const Numbers& e, std::size_t size) {
  return e.size() < size ? in_a_row(a, e) : shuffled_sum(a, register_sums(a, e, size));
}
Exact sum_of_old_cpu(const Machine& a, const Numbers& e) {
  return e.size() < 8 ? in_a_row(a, e) : in_a_row(a, register_sums(a, e, 8));
}
/// softmax_warp_forward: a warp as small as the row allows, up to 32; beyond the row exp(-inf) = 0.
Exact sum_of_warp(const Machine& a, const Numbers& e) {
  std::size_t elements = 1;
  while (elements < e.size()) elements *= 2;
  const std::size_t warp = std::min<std::size_t>(elements, 32);
  Numbers lanes(warp);
  for (std::size_t k = 0; k < elements; ++k) lanes[k % warp] = a.add(lanes[k % warp], k < e.size() ? e[k] : Exact());
  return shuffled_sum(a, lanes);
}

enum class Maximum { not_added, added };

/// log_softmax, nll_loss with the mean, and their backwards: grad - exp(out) * sum(grad), where grad is -1/B at the
/// label and 0 elsewhere.
Made torch(const Machine& a, const Row& row, const Exact& sum, Maximum maximum) {
  const Exact m = largest(row.z), log_sum = a.log(sum), re_added = a.add(log_sum, m);
  Numbers out;
  for (const Exact& x : row.z) {
    out.push_back(maximum == Maximum::added ? a.sub(x, re_added) : a.sub(a.sub(x, m), log_sum));
  }
  const Exact minus_b = a.div(number(-1), number(static_cast<double>(batch)));
  Made made{{}, a.sub(Exact(), out[row.label])};
  for (std::size_t k = 0; k < out.size(); ++k) {
    made.gradient.push_back(a.sub_product(k == row.label ? minus_b : Exact(), a.exp(out[k]), minus_b));
  }
  return made;
}

// --- JAX
// --------------------------------------------------------------------------------------------------------------

/// What TreeReductionRewriter makes of a sum: a reduce-window of 32 with stride 32, as much of 0 padded in front as
/// behind, rounded down in front; then a reduce.
Exact sum_of_xla(const Machine& a, const Numbers& e) {
  if (e.size() <= 32) return a.add_all(Exact(), e);
  Numbers padded = e;
  const std::size_t windows = (e.size() + 31) / 32, padding = 32 * windows - e.size();
  padded.insert(padded.begin(), padding / 2, Exact());
  padded.insert(padded.end(), padding - padding / 2, Exact());
  Numbers sums(windows);
  for (std::size_t k = 0; k < padded.size(); ++k) sums[k / 32] = a.add(sums[k / 32], padded[k]);
  return a.add_all(Exact(), sums);
}
/// logsumexp - z_y under automatic differentiation: d log(s) = b / s, d exp(x) = that * the saved exponential, and -b
/// scattered to the label.
Made jax(const Machine& a, const Row& row) {
  const Numbers e = exponentials(a, row.z);
  const Exact sum = sum_of_xla(a, e), lse = a.add(a.log(sum), largest(row.z));
  const Exact b = a.div(number(1), number(static_cast<double>(batch))), of_log = a.div(b, sum);
  Made made{{}, a.sub(lse, row.z[row.label])};
  for (std::size_t k = 0; k < e.size(); ++k) {
    const Exact of_exp = a.mul(of_log, e[k]);
    made.gradient.push_back(k == row.label ? a.add(of_exp, b.negated()) : of_exp);
  }
  return made;
}

// --- TensorFlow
// -------------------------------------------------------------------------------------------------------

/// Eigen's InnerMostDimReducer and predux of packets of eight.
Exact sum_of_eigen(const Machine& a, const Numbers& e) {
  constexpr std::size_t size = 8;
  std::array<Numbers, 4> accumulators;
  accumulators.fill(Numbers(size));
  std::size_t start = 0;
  const auto add_packet = [&](Numbers& to) {
    for (std::size_t i = 0; i < size; ++i) to[i] = a.add(to[i], e[start + i]);
    start += size;
  };
  while (start + 4 * size <= e.size()) {
    for (Numbers& accumulator : accumulators) add_packet(accumulator);
  }
  for (const std::size_t k : {1U, 2U, 3U}) {
    for (std::size_t i = 0; i < size; ++i) accumulators[0][i] = a.add(accumulators[0][i], accumulators[k][i]);
  }
  while (start + size <= e.size()) add_packet(accumulators[0]);
  Exact rest;
  for (; start < e.size(); ++start) rest = a.add(rest, e[start]);
  const Numbers& p = accumulators[0];
  const Exact b0 = a.add(p[0], p[4]), b1 = a.add(p[1], p[5]), b2 = a.add(p[2], p[6]), b3 = a.add(p[3], p[7]);
  return a.add(rest, a.add(a.add(b0, b2), a.add(b1, b3)));
}
/// SparseXentEigenImpl, then the gradient of the mean.
Made tensorflow(const Machine& a, const Row& row) {
  const Numbers e = exponentials(a, row.z);
  const Exact sum = sum_of_eigen(a, e), b = a.div(number(1), number(static_cast<double>(batch)));
  Made made{{}, a.sub(a.log(sum), a.sub(row.z[row.label], largest(row.z)))};
  for (std::size_t k = 0; k < e.size(); ++k) {
    made.gradient.push_back(a.mul(b, a.sub(a.div(e[k], sum), number(k == row.label ? 1 : 0))));
  }
  return made;
}

// --- microxcaling
// -----------------------------------------------------------------------------------------------------

/// Its vector operations: PyTorch's in binary32, then rounded, ties away.
struct Vectors {
  Machine torch{binary32};
  Format to;

  [[nodiscard]] Exact quantize(const Exact& x) const {
    const Exact single = reference::convert(x, binary32, Rounding::nearest_even).value;
    return reference::convert(single, to, Rounding::nearest_away).value;
  }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const { return quantize(torch.sub(x, y)); }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const { return quantize(torch.mul(x, y)); }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const { return quantize(torch.div(x, y)); }
  [[nodiscard]] Exact exp(const Exact& x) const { return quantize(torch.exp(x)); }
  [[nodiscard]] Exact log(const Exact& x) const { return quantize(torch.log(x)); }
  [[nodiscard]] Exact sum(const Numbers& terms) const { return quantize(torch_sum(terms)); }

  /// torch.sum of a row: vectors of eight, four partial sums of them, while there are fewer than 16 for each; the rest
  /// first, then lane after lane. Rows shorter than a vector likewise with scalars.
  [[nodiscard]] Exact torch_sum(const Numbers& terms) const {
    const std::size_t size = terms.size() < 8 ? 1 : 8, vectors = terms.size() / size, fours = vectors / 4 * 4;
    Exact total;
    if (size > 1) {
      for (std::size_t k = vectors * size; k < terms.size(); ++k) total = torch.add(total, terms[k]);
    }
    for (std::size_t lane = 0; lane < size; ++lane) {
      std::array<Exact, 4> partial;
      for (std::size_t v = 0; v < fours; ++v) partial[v % 4] = torch.add(partial[v % 4], terms[v * size + lane]);
      for (std::size_t v = fours; v < vectors; ++v) partial[0] = torch.add(partial[0], terms[v * size + lane]);
      for (const std::size_t k : {1U, 2U, 3U}) partial[0] = torch.add(partial[0], partial[k]);
      total = torch.add(total, partial[0]);
    }
    return total;
  }
};
/// SoftmaxFunction.forward, SIMDLog.forward of the label's probability, and their backwards.
Made microxcaling(const Vectors& v, const Row& row) {
  Numbers x, e, p, h(row.z.size()), products;
  for (const Exact& z : row.z) x.push_back(v.quantize(z));
  const Exact m = largest(x);
  for (const Exact& z : x) e.push_back(v.exp(v.sub(z, m)));
  const Exact sum = v.sum(e);
  for (const Exact& t : e) p.push_back(v.div(t, sum));
  const Exact mean = v.torch.div(number(-1), number(static_cast<double>(batch)));
  h[row.label] = v.quantize(v.div(v.quantize(mean), p[row.label]));
  for (std::size_t k = 0; k < p.size(); ++k) products.push_back(v.mul(h[k], p[k]));
  const Exact dot = v.sum(products);
  Made made{{}, v.torch.sub(Exact(), v.log(p[row.label]))};
  for (std::size_t k = 0; k < p.size(); ++k) made.gradient.push_back(v.mul(p[k], v.sub(h[k], dot)));
  return made;
}

Made made_by(std::string_view bundle, const Format& f, const Row& row) {
  const Machine a{f};
  const Numbers e = exponentials(a, row.z);
  if (bundle == "torch-cpu-avx2") return torch(a, row, sum_of_cpu(a, e, 8), Maximum::not_added);
  if (bundle == "torch-cpu-avx512") return torch(a, row, sum_of_cpu(a, e, 16), Maximum::not_added);
  if (bundle == "torch-cuda") return torch(a, row, sum_of_warp(a, e), Maximum::not_added);
  if (bundle == "torch-legacy") return torch(a, row, sum_of_old_cpu(a, e), Maximum::added);
  if (bundle == "jax-optax") return jax(a, row);
  if (bundle == "tensorflow") return tensorflow(a, row);
  REQUIRE(bundle == "mx");
  return microxcaling({.to = f}, row);
}

/// The gradient, and behind it the loss.
template <class V>
std::vector<double> computed(const RoleEngines<V>& of, const Loss& loss, const Row& row) {
  const std::size_t classes = row.z.size();
  Matrix<V> logits(1, classes), out(1, classes);
  for (std::size_t k = 0; k < classes; ++k) logits(0, k) = exactly<V>(to_double(row.z[k]));
  SoftmaxCrossEntropy<EngineOf<V>> head(
      {of[Role::loss], of[Role::loss_exp], of[Role::loss_sum], of[Role::loss_log], of[Role::loss_gradient]}, loss,
      batch, classes);
  const std::vector<std::uint32_t> labels{static_cast<std::uint32_t>(row.label)};
  head.gradient(std::as_const(logits).view(), labels, out.view());
  std::vector<V> losses(1);
  head.losses(std::as_const(logits).view(), labels, losses);
  std::vector<double> result;
  for (const V& g : out.values()) result.push_back(nearest_double(g));
  result.push_back(nearest_double(losses[0]));
  return result;
}

/// Logits that are numbers of the format, as in a framework; margins on both sides of every threshold.
Row random_row(const Format& f, std::size_t classes, testing::Sample& sample) {
  Row row{{}, sample.below(classes)};
  const double scale = std::ldexp(1.0, static_cast<int>(sample.between(-10, -4)));
  while (row.z.size() < classes) {
    const Exact z = number(static_cast<double>(sample.between(-500, 500)) * scale);
    row.z.push_back(reference::convert(z, f, Rounding::nearest_even).value);
  }
  if (sample.coin()) row.z[row.label] = reference::convert(number(16), f, Rounding::nearest_even).value;
  return row;
}

}  // namespace

TEST_CASE("each bundle has the bits of its framework's operations, for rows short and long") {
  testing::Sample sample(seed);
  Mismatches mismatches;
  for (const Bundle& bundle : loss_bundles()) {
    for (const char* const format : {"bfloat16", "binary32"}) {
      const Experiment e = with_bundle(bundle.name, format);
      // Of results in binary32 itself microxcaling never sees a tie; bfloat16 is what its vectors are for.
      if (bundle.name == "mx" && std::string_view(format) == "binary32") continue;
      for (const std::size_t classes : {2U, 7U, 8U, 10U, 16U, 17U, 33U, 97U}) {
        for (int i = 0; i < 12; ++i) {
          const Row row = random_row(parse_format(format), classes, sample);
          const Made made = made_by(bundle.name, parse_format(format), row);
          const std::vector<double> got =
              with_engines(e.precision, choose_engines(e.precision, EngineName::automatic),
                           [&](const auto& engines) { return computed(engines, e.loss, row); });
          for (std::size_t k = 0; k <= classes; ++k) {
            const double wanted = to_double(k < classes ? made.gradient[k] : made.loss);
            mismatches.expect(testing::same_bits(got[k], wanted), [&] {
              return fmt::format("{} {} of {} classes, class {} (the loss behind the last): {:a}, expected {:a}",
                                 bundle.name, format, classes, k, got[k], wanted);
            });
          }
        }
      }
    }
  }
}
