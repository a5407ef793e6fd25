#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <mpfr.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <random>

#include "bench/bench.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/training/loss.hpp"

namespace precipice::bench {
namespace {

template <class Body>
void add(const std::string& name, std::int64_t items, Body body) {
  // The body is shared: it owns its data.
  const auto shared = std::make_shared<Body>(std::move(body));
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    on_one_core([&] {
      (*shared)();  // caches and buffers are warm
      for (auto _ : state) {
        (*shared)();
        benchmark::ClobberMemory();
      }
    });
    state.SetItemsProcessed(state.iterations() * items);
  });
}

/// Numbers around one, in the format if there is one.
template <class V, class A>
std::vector<V> numbers(const A& engine, std::size_t count, unsigned seed, double scale = 1) {
  std::mt19937_64 random(seed);
  std::vector<V> result(count);
  for (V& x : result) {
    const double uniform = static_cast<double>(random() >> 11U) * 0x1p-53;
    x = engine.convert(static_cast<V>((2 * uniform - 1) * scale));
  }
  return result;
}

template <class A>
Matrix<typename A::Value> matrix(const A& engine, std::size_t n, unsigned seed, double scale) {
  Matrix<typename A::Value> m(n, n);
  m.values() = numbers<typename A::Value>(engine, n * n, seed, scale);
  return m;
}

/// A number of MPFR with a lifetime.
class Mpfr {
 public:
  explicit Mpfr(int precision) { mpfr_init2(value_, precision); }
  Mpfr(const Mpfr& other) : Mpfr(static_cast<int>(mpfr_get_prec(other.value_))) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
  }
  Mpfr& operator=(const Mpfr&) = delete;
  ~Mpfr() { mpfr_clear(value_); }
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

std::vector<Mpfr> in_mpfr(const std::vector<double>& values, int precision) {
  std::vector<Mpfr> result;
  for (const double x : values) {
    result.emplace_back(precision);
    mpfr_set_d(result.back().get(), x, MPFR_RNDN);
  }
  return result;
}

// --- matmul/<engine>/<format>/<n>
// --------------------------------------------------------------------------------------

template <class A>
void add_product(const A& engine, std::string_view engine_name, std::size_t n, double scale = 1) {
  using V = typename A::Value;
  const auto items = static_cast<std::int64_t>(n * n * n);
  add(fmt::format("matmul/{}/{}/{}{}", engine_name, to_text(engine.format()), n, scale == 1 ? "" : "/tiny"), items,
      [engine, left = matrix(engine, n, 1, scale), right = matrix(engine, n, 2, 1), out = Matrix<V>(n, n)]() mutable {
        multiply(engine, std::as_const(left).view(), std::as_const(right).view(), out.view());
      });
}

void add_fused_product(const Carried<double>& engine, std::size_t n) {
  add(fmt::format("matmul/carried-binary64-fused/{}/{}", to_text(engine.format()), n),
      static_cast<std::int64_t>(n * n * n),
      [engine, left = matrix(engine, n, 1, 1), right = matrix(engine, n, 2, 1), out = Matrix<double>(n, n)]() mutable {
        multiply_fused(engine, std::as_const(left).view(), std::as_const(right).view(), out.view());
      });
}

void add_mpfr_product(const Format& f, std::size_t n) {
  const Carried<double> engine(f);
  add(fmt::format("matmul/mpfr/{}/{}", to_text(f), n), static_cast<std::int64_t>(n * n * n),
      [=, left = in_mpfr(numbers<double>(engine, n * n, 1), f.precision),
       right = in_mpfr(numbers<double>(engine, n * n, 2), f.precision),
       out = in_mpfr(std::vector<double>(n * n), f.precision), product = Mpfr(f.precision)]() mutable {
        // Gradual underflow as MPFR's documentation emulates a format: its range, then mpfr_subnormalize.
        const mpfr_exp_t least = mpfr_get_emin(), most = mpfr_get_emax();
        mpfr_set_emin(f.emin - f.precision + 2);
        mpfr_set_emax(f.emax + 1);
        for (std::size_t i = 0; i < n; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            const mpfr_ptr sum = out[i * n + j].get();
            mpfr_set_zero(sum, 1);
            for (std::size_t k = 0; k < n; ++k) {
              const int of_product = mpfr_mul(product.get(), left[i * n + k].get(), right[k * n + j].get(), MPFR_RNDN);
              mpfr_subnormalize(product.get(), of_product, MPFR_RNDN);
              const int of_sum = mpfr_add(sum, sum, product.get(), MPFR_RNDN);
              mpfr_subnormalize(sum, of_sum, MPFR_RNDN);
            }
          }
        }
        mpfr_set_emin(least);
        mpfr_set_emax(most);
      });
}

void register_products() {
  constexpr std::size_t n = 256, n_of_mpfr = 24;
  constexpr double tiny = 0x1p-12;  // of binary16, so that many products are subnormal
  add_product(Native<double>{}, "native-binary64", n);
  add_product(Native<float>{}, "native-binary32", n);
  for (const char* const text : {"e8m3", "e8m7", "e8m10", "e8m23", "e10m25", "e10m40", "e10m50"}) {
    add_product(Carried<double>(parse_format(text)), Carried<double>::name(), n);
  }
  add_product(Carried<double>(binary16), Carried<double>::name(), n, tiny);
  add_product(Carried<double>(bfloat16, Rounding::toward_zero), "carried-binary64-toward-zero", n);
  add_product(Carried<double>(parse_format("e8m7:ftz")), "carried-binary64", n);
  add_product(Carried<double>(bfloat16, Rounding::to_odd), "carried-binary64-to-odd", n / 2);
  for (const char* const text : {"e5m3", "e5m7", "e5m10"}) {
    add_product(Carried<float>(parse_format(text)), Carried<float>::name(), n);
  }
  add_product(Carried<float>(binary16), Carried<float>::name(), n, tiny);
  for (const char* const text : {"e8m7", "e8m23"}) add_fused_product(Carried<double>(parse_format(text)), n);
  add_mpfr_product(bfloat16, n_of_mpfr);
}

// --- arrays
// ------------------------------------------------------------------------------------------------------------

constexpr std::size_t length = 1 << 16;

/// Array and result in the second cache, just as large as that, and larger.
constexpr std::size_t lengths_of_rounding[] = {1 << 15, 1 << 16, 1 << 18};

/// An array and room for a result, both from the beginning of a line of the cache on.
struct Arrays {
  std::size_t count;
  std::vector<double> storage;

  explicit Arrays(std::size_t length_of_each) : count(length_of_each), storage(2 * (length_of_each + line)) {
    std::ranges::copy(numbers<double>(Native<double>{}, count, 3), from().begin());
  }
  std::span<double> from() { return at(0); }
  std::span<double> to() { return at(count + line); }

 private:
  static constexpr std::size_t line = 64 / sizeof(double);
  std::span<double> at(std::size_t first) {
    while (reinterpret_cast<std::uintptr_t>(&storage[first]) % (line * sizeof(double)) != 0) ++first;
    return std::span(storage).subspan(first, count);
  }
};

void register_rounding(std::size_t count) {
  Arrays arrays(count);
  const auto items = static_cast<std::int64_t>(count);
  add(fmt::format("round/copy/e11m52/{}", count), items,
      [arrays]() mutable { std::memcpy(arrays.to().data(), arrays.from().data(), arrays.count * sizeof(double)); });
  const auto add_engine = [&](const auto& engine, std::string_view engine_name) {
    add(fmt::format("round/{}/{}/{}", engine_name, to_text(engine.format()), count), items,
        [engine, arrays]() mutable { each(engine, Elementwise::convert, {arrays.from()}, arrays.to()); });
  };
  add_engine(Native<double>{}, "native-binary64");
  for (const char* const text : {"e8m7", "e5m10", "e8m23", "e4m3fn"}) {
    const Carried<double> engine(parse_format(text));
    add_engine(engine, engine.name());
  }
  for (const int bits : {8, 32}) {
    add(fmt::format("round/stochastic-{}/e8m7/{}", bits, count), items,
        [rounding = StochasticRounding(bfloat16, bits), arrays]() mutable {
          rounding.round(arrays.from(), Draw{.key = 1}, arrays.to());
        });
  }
}

void register_arrays() {
  for (const std::size_t count : lengths_of_rounding) register_rounding(count);
  constexpr std::size_t of_mpfr = 1 << 10;
  add(fmt::format("round/mpfr/e8m7/{}", of_mpfr), of_mpfr,
      [from = in_mpfr(numbers<double>(Native<double>{}, of_mpfr, 3), 53),
       to = in_mpfr(std::vector<double>(of_mpfr), 8)]() mutable {
        for (std::size_t i = 0; i < of_mpfr; ++i) mpfr_set(to[i].get(), from[i].get(), MPFR_RNDN);
      });

  const auto add_pairs = [](const auto& engine, std::string_view engine_name, const auto& members) {
    const auto x = numbers<double>(members, length, 4), y = numbers<double>(members, length, 5);
    constexpr std::pair<Elementwise, const char*> operations[] = {
        {Elementwise::add, "add"}, {Elementwise::mul, "mul"}, {Elementwise::div, "div"}, {Elementwise::sqrt, "sqrt"}};
    for (const auto& named : operations) {
      const Elementwise operation = named.first;
      const char* const name = named.second;
      add(fmt::format("elementwise/{}/{}/{}", engine_name, to_text(engine.format()), name), length,
          [=, out = std::vector<double>(length)]() mutable {
            each(engine, operation, {x, y}, std::span(out));
          });
    }
  };
  add_pairs(Native<double>{}, "native-binary64", Native<double>{});
  for (const char* const text : {"e8m7", "e8m23", "e10m40"}) {
    const Carried<double> engine(parse_format(text));
    add_pairs(engine, engine.name(), engine);
  }
}

// --- functions
// ---------------------------------------------------------------------------------------------------------

void register_functions() {
  constexpr std::size_t count = 1 << 12;
  const auto arguments = [](const auto& engine) { return numbers<double>(engine, count, 6, 20); };
  add("exp/libm/e11m52/4096", count, [x = arguments(Native<double>{}), out = std::vector<double>(count)]() mutable {
    for (std::size_t i = 0; i < count; ++i) out[i] = std::exp(x[i]);
  });
  add("exp/native-binary64/e11m52/4096", count,
      [x = arguments(Native<double>{}), out = std::vector<double>(count)]() mutable {
        each(Native<double>{}, Elementwise::exp, {x}, std::span(out));
      });
  for (const char* const text : {"e8m7", "e8m10", "e8m23"}) {
    const Carried<double> engine(parse_format(text));
    add(fmt::format("exp/{}/{}/4096", engine.name(), text), count,
        [engine, x = arguments(engine), out = std::vector<double>(count)]() mutable {
          each(engine, Elementwise::exp, {x}, std::span(out));
        });
  }
  constexpr std::size_t of_mpfr = 1 << 8;
  add("exp/mpfr/e8m23/256", of_mpfr,
      [x = in_mpfr(numbers<double>(Native<double>{}, of_mpfr, 6, 20), 24),
       out = in_mpfr(std::vector<double>(of_mpfr), 24)]() mutable {
        for (std::size_t i = 0; i < of_mpfr; ++i) mpfr_exp(out[i].get(), x[i].get(), MPFR_RNDN);
      });

  constexpr std::size_t samples = 64, classes = 97;
  const auto logits = [](const auto& engine) {
    Matrix<double> m(samples, classes);
    m.values() = numbers<double>(engine, samples * classes, 7, 8);
    return m;
  };
  // What a framework does without vectors: native operations and the C library's exp.
  add("softmax/libm/e11m52/97", samples,
      [z = logits(Native<double>{}), g = Matrix<double>(samples, classes)]() mutable {
        for (std::size_t i = 0; i < samples; ++i) {
          double largest = z(i, 0), sum = 0;
          for (std::size_t k = 1; k < classes; ++k) largest = std::max(largest, z(i, k));
          for (std::size_t k = 0; k < classes; ++k) sum += std::exp(z(i, k) - largest);
          const double log_sum = std::log(sum);
          for (std::size_t k = 0; k < classes; ++k) g(i, k) = std::exp(z(i, k) - largest - log_sum) / samples;
          g(i, i % classes) -= 1.0 / samples;
        }
      });
  const auto add_rows = [&](const auto& engine) {
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) labels[i] = static_cast<std::uint32_t>(i % classes);
    add(fmt::format("softmax/{}/{}/97", engine.name(), to_text(engine.format())), samples,
        [labels, z = logits(Native<double>{}), g = Matrix<double>(samples, classes),
         head = SoftmaxCrossEntropy<std::decay_t<decltype(engine)>>(engine, Loss{}, samples, classes)]() mutable {
          head.gradient(std::as_const(z).view(), labels, g.view());
        });
  };
  add_rows(Native<double>{});
  for (const char* const text : {"e8m7", "e8m23"}) add_rows(Carried<double>(parse_format(text)));
}

}  // namespace

void register_kernels() {
  register_products();
  register_arrays();
  register_functions();
}

}  // namespace precipice::bench
