#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace precipice {

/// How far a sweep is.
struct Advance {
  std::size_t done = 0, cells = 0;
  double share = 0;  ///< of the estimated work
};
/// Hears of it at every record of every run, one call at a time, from the threads that compute.
using AdvanceListener = std::function<void(const Advance&)>;

/// Tells a person how far a sweep is: a bar that is drawn over itself on a terminal, now and then a plain line
/// otherwise. Work is shared out by the cells' estimated sizes. Thread-safe.
class Progress {
 public:
  enum class Style : std::uint8_t { bar, lines, silent };

  /// `sizes`: estimated work of each cell, in any unit.
  Progress(std::vector<double> sizes, Style style, AdvanceListener listener = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// bar if standard error is a terminal that can draw over a line, else lines.
  static Style style_for_stderr();
  /// Draws a line on standard error over the last one, cut to the width of the terminal.
  static void draw_line(std::string line);

  void started(std::size_t cell);
  void advanced(std::size_t cell, double fraction);
  void finished(std::size_t cell);

 private:
  using Clock = std::chrono::steady_clock;

  void advance(std::size_t cell, double fraction);
  [[nodiscard]] double share() const;
  void show(bool always);
  [[nodiscard]] std::string status() const;

  std::mutex mutex_;
  std::vector<double> sizes_, fractions_;
  double total_ = 0, finished_ = 0;  ///< sizes
  std::size_t running_ = 0, done_ = 0;
  Style style_;
  AdvanceListener listener_;
  Clock::time_point begin_, last_shown_;
  double last_share_ = 0;
};

}  // namespace precipice
