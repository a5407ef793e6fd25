#pragma once

#include <cassert>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/heritage.hpp"

// What a run remembers from one step to the next. A class that remembers something names it, piece by piece, to a
// visitor:
//
//   template <class Visitor>
//   void visit_state(Visitor& visit) {
//     visit("adam.mean", mean_, a_.operations);  // numbers, and the engine whose results they are
//     visit("adam.updates", updates_);           // a count, a flag, a step that may not have been, a binary64 number
//   }
//
// The same member saves and restores, so neither can forget what the other knows. A visit returns whether the piece is,
// bit for bit, what was saved. What can be computed again from these pieces and the experiment is no state: room for
// results, powers of betas, the order of an epoch.

namespace precipice {

/// Numbers of a state and the format whose members they are.
struct SavedNumbers {
  Format format;
  std::variant<std::vector<double>, std::vector<Exact>> values;

  [[nodiscard]] std::size_t size() const {
    return std::visit([](const auto& list) { return list.size(); }, values);
  }
};

/// All that the rest of a run depends on beside its experiment and data, by name and exact, whatever engine computed
/// it.
struct State {
  std::map<std::string, SavedNumbers, std::less<>> numbers;
  std::map<std::string, std::optional<std::int64_t>, std::less<>> counts;  ///< flags are 0 or 1
};

/// Copies what it is shown into a state.
class StateSaver {
 public:
  static constexpr bool restores = false;

  explicit StateSaver(State& to) : to_(to) {}

  template <Arithmetic A>
  bool operator()(std::string_view name, const std::vector<typename A::Value>& values, const A& engine) {
    return add(to_.numbers, name, SavedNumbers{engine.format(), values});
  }
  bool operator()(std::string_view name, double number) {
    return add(to_.numbers, name, SavedNumbers{binary64, std::vector<double>{number}});
  }
  template <std::integral T>
  bool operator()(std::string_view name, T count) {
    return add(to_.counts, name, std::optional(static_cast<std::int64_t>(count)));
  }
  bool operator()(std::string_view name, const std::optional<std::int64_t>& step) {
    return add(to_.counts, name, step);
  }

 private:
  template <class Map>
  bool add(Map& pieces, std::string_view name, typename Map::mapped_type piece) {
    [[maybe_unused]] const bool is_new = pieces.emplace(name, std::move(piece)).second;
    assert(is_new && "two pieces of a state have one name");
    return true;
  }

  State& to_;
};

/// Puts a state back where it is shown its places. A piece that is not there stays as it is; numbers whose place has
/// another format are rounded into it.
class StateRestorer {
 public:
  static constexpr bool restores = true;

  explicit StateRestorer(const State& from) : from_(from) {}

  /// Throws FileError if there are not as many numbers as there is room for.
  template <Arithmetic A>
  bool operator()(std::string_view name, std::vector<typename A::Value>& values, const A& engine) {
    return take(name, values, engine.format(), [&] { return engine.next_mode(); });
  }
  bool operator()(std::string_view name, double& number) {
    std::vector<double> one{number};
    const bool is_same = take(name, one, binary64, [] { return Mode(); });
    number = one.front();
    return is_same;
  }
  template <std::integral T>
  bool operator()(std::string_view name, T& count) {
    const std::optional<std::int64_t>* const saved = find(from_.counts, name);
    if (saved == nullptr) return false;
    if (!saved->has_value()) throw FileError("the state has no value for " + std::string(name));
    count = static_cast<T>(**saved);
    return true;
  }
  bool operator()(std::string_view name, std::optional<std::int64_t>& step) {
    const std::optional<std::int64_t>* const saved = find(from_.counts, name);
    if (saved != nullptr) step = *saved;
    return saved != nullptr;
  }

  /// After all places have been shown.
  [[nodiscard]] Heritage heritage() const;

 private:
  template <class Map>
  const typename Map::mapped_type* find(const Map& pieces, std::string_view name) {
    const auto found = pieces.find(name);
    if (found == pieces.end()) {
      heritage_.begun_anew.emplace_back(name);
      return nullptr;
    }
    taken_.emplace_back(name);
    return &found->second;
  }

  using NextMode = std::function<Mode()>;
  bool take(std::string_view name, std::vector<double>& values, const Format& to, const NextMode& next_mode);
  bool take(std::string_view name, std::vector<Exact>& values, const Format& to, const NextMode& next_mode);
  template <class V>
  bool take_numbers(std::string_view name, std::vector<V>& values, const Format& to, const NextMode& next_mode);

  const State& from_;
  Heritage heritage_;
  std::vector<std::string> taken_;
};

}  // namespace precipice
