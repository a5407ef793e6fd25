#include "precipice/training/state.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <type_traits>

#include "precipice/arithmetic/operations.hpp"

namespace precipice {

template <class V>
bool StateRestorer::take_numbers(std::string_view name, std::vector<V>& values, const Format& to,
                                 const NextMode& next_mode) {
  const SavedNumbers* const saved = find(from_.numbers, name);
  if (saved == nullptr) return false;
  if (saved->size() != values.size()) {
    throw FileError(
        fmt::format("the state has {} numbers of {}, the experiment {}", saved->size(), name, values.size()));
  }
  heritage_.numbers += values.size();
  const bool stays = saved->format == to;
  const auto rounded = [&](const auto& number) {
    const Exact was = as_exact(number), is = reference::convert(was, to, next_mode()).value;
    if (is != was) ++heritage_.rounded;
    return transfer<V, Exact>(is);
  };
  // A member of the format stays what it is: a conversion would lose what the format flushes.
  const auto kept = [](const auto& number) {
    if constexpr (std::is_same_v<V, std::remove_cvref_t<decltype(number)>>) {
      return number;
    } else {
      return transfer<V, Exact>(as_exact(number));
    }
  };
  std::visit(
      [&](const auto& list) {
        if (stays) {
          std::ranges::transform(list, values.begin(), kept);
        } else {
          std::ranges::transform(list, values.begin(), rounded);
        }
      },
      saved->values);
  return stays;
}

bool StateRestorer::take(std::string_view name, std::vector<double>& values, const Format& to,
                         const NextMode& next_mode) {
  return take_numbers(name, values, to, next_mode);
}

bool StateRestorer::take(std::string_view name, std::vector<Exact>& values, const Format& to,
                         const NextMode& next_mode) {
  return take_numbers(name, values, to, next_mode);
}

Heritage StateRestorer::heritage() const {
  Heritage result = heritage_;
  const auto leave = [&](const auto& pieces) {
    for (const auto& [name, piece] : pieces) {
      if (std::ranges::find(taken_, name) == taken_.end()) result.left_behind.push_back(name);
    }
  };
  leave(from_.numbers);
  leave(from_.counts);
  return result;
}

}  // namespace precipice
