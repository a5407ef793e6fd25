#include "precipice/sweep/bundles.hpp"

#include <fmt/format.h>

#include <array>

#include "precipice/sweep/terms.hpp"
#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

using Given = std::pair<std::string_view, std::string_view>;

// Decision 0017 has the operations one by one, and what of them was read where.

constexpr std::array<Given, 4> torch_cpu_avx2{
    {{"loss.formulation", "shift"}, {"loss.order", "vector:8"}, {"loss.mean", "before"}, {"loss.fused", "true"}}};
constexpr std::array<Given, 4> torch_cpu_avx512{
    {{"loss.formulation", "shift"}, {"loss.order", "vector:16"}, {"loss.mean", "before"}, {"loss.fused", "true"}}};
constexpr std::array<Given, 4> torch_cuda{
    {{"loss.formulation", "shift"}, {"loss.order", "butterfly"}, {"loss.mean", "before"}, {"loss.fused", "true"}}};
constexpr std::array<Given, 4> torch_legacy{
    {{"loss.formulation", "lse-added"}, {"loss.order", "strided:8"}, {"loss.mean", "before"}, {"loss.fused", "true"}}};
constexpr std::array<Given, 4> jax_optax{{{"loss.formulation", "reciprocal"},
                                          {"loss.order", "windows:32"},
                                          {"loss.mean", "before"},
                                          {"loss.fused", "false"}}};
constexpr std::array<Given, 4> tensorflow{
    {{"loss.formulation", "division"}, {"loss.order", "packets:8"}, {"loss.mean", "after"}, {"loss.fused", "false"}}};
constexpr std::array<Given, 6> mx{{{"loss.formulation", "composed"},
                                   {"loss.order", "cascade:8"},
                                   {"loss.mean", "before"},
                                   {"loss.fused", "false"},
                                   {"precision.rounding", "nearest-away"},
                                   {"precision.loss.sum", "binary32"}}};

constexpr std::array<Bundle, 7> bundles{{
    {"torch-cpu-avx2", "PyTorch's log_softmax and nll_loss on AVX2, built by gcc, since PR #73953 (2022)",
     torch_cpu_avx2},
    {"torch-cpu-avx512", "the same on AVX-512", torch_cpu_avx512},
    {"torch-cuda", "the same on CUDA up to 1024 classes, since PR #38945 (2020)", torch_cuda},
    {"torch-legacy", "PyTorch 0.4.1 to 1.1 on AVX2, before PR #21672: the maximum is added again", torch_legacy},
    {"jax-optax", "softmax_cross_entropy_with_integer_labels under automatic differentiation, by XLA on CPUs",
     jax_optax},
    {"tensorflow", "sparse_softmax_cross_entropy_with_logits on AVX, without XLA", tensorflow},
    {"mx", "microxcaling's Softmax and simd_log in a row (it has no cross-entropy); the format is precision.format",
     mx},
}};

constexpr std::array<std::string_view, bundles.size()> names() {
  std::array<std::string_view, bundles.size()> result;
  for (std::size_t i = 0; i < bundles.size(); ++i) result[i] = bundles[i].name;
  return result;
}

const Bundle* find_bundle(std::string_view name) {
  const auto* const found = std::ranges::find(bundles, name, &Bundle::name);
  return found == bundles.end() ? nullptr : found;
}

std::map<std::string, std::string, std::less<>> defaults() {
  std::map<std::string, std::string, std::less<>> result;
  for (const auto& [key, value] : resolved(Experiment())) result.emplace(key, to_text(value));
  return result;
}

}  // namespace

std::span<const Bundle> loss_bundles() { return bundles; }

const Bundle& parse_bundle(const Value& name) {
  constexpr Words<std::size_t, bundles.size()> words{names()};
  return bundles[words.parse(name)];
}

bool is_bundled(std::string_view key) {
  return std::ranges::any_of(bundles, [&](const Bundle& bundle) {
    return std::ranges::find(bundle.settings, key, &Given::first) != bundle.settings.end();
  });
}

std::string_view value_under(std::string_view bundle, std::string_view key) {
  if (const Bundle* const found = find_bundle(bundle)) {
    const auto given = std::ranges::find(found->settings, key, &Given::first);
    if (given != found->settings.end()) return given->second;
  }
  static const auto values = defaults();
  const auto value = values.find(key);
  return value == values.end() ? std::string_view() : std::string_view(value->second);
}

void forget_bundled(WrittenSettings& settings, std::span<const Written> named) {
  for (const Written& written : named) {
    const auto* const name = std::get_if<std::string>(&written.value);
    const Bundle* const bundle = name == nullptr ? nullptr : find_bundle(*name);
    if (bundle == nullptr) continue;
    for (const auto& [key, value] : bundle->settings) settings.erase(std::string(key));
  }
}

std::vector<std::pair<std::string, std::string>> described_bundles() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Bundle& bundle : bundles) {
    std::vector<std::string> given;
    for (const auto& [key, value] : bundle.settings) given.push_back(fmt::format("{} = {}", key, value));
    all.emplace_back(bundle.name, fmt::format("{}: {}", bundle.follows, fmt::join(given, ", ")));
  }
  return all;
}

std::span<const Term> bundle_terms() {
  static constexpr auto terms = [] {
    std::array<Term, bundles.size()> all{};
    for (std::size_t i = 0; i < bundles.size(); ++i) all[i] = {bundles[i].name, bundles[i].follows};
    return all;
  }();
  return terms;
}

}  // namespace precipice
