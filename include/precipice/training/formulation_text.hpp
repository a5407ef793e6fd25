#pragma once

#include <array>
#include <string_view>

#include "precipice/format/term.hpp"
#include "precipice/training/loss_settings.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Formulations, in the order of the enumerators: s = z - m and t = exp(s); S is the sum of t.
inline constexpr std::array<Term, 8> formulation_terms{{
    {"shift", "o = s - log S, p = exp(o) (PyTorch)"},
    {"lse-added", "o = z - (m + log S), p = exp(o): the maximum is added again"},
    {"division", "p = t / S (TensorFlow)"},
    {"naive", "t = exp(z) without the shift, p = t / S"},
    {"accurate", "the correct class joins the sum last, and its gradient is minus the sum of the others'"},
    {"stablemax", "t = z + 1 for z >= 0, else 1 / (1 - z), p = t / S (Prieto et al. 2025)"},
    {"reciprocal", "u = b / S once, u t stands for b p (optax)"},
    {"composed", "the logits are rounded first and S once more, p = t / S, the loss is -log p (microxcaling)"},
}};
inline constexpr auto formulation_words = words_of(formulation_terms);

std::string_view to_text(Formulation formulation);
/// Throws ConfigError naming the nearest known formulation.
Formulation parse_formulation(std::string_view text);

}  // namespace precipice
#pragma GCC visibility pop
