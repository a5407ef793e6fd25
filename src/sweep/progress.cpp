#include "precipice/sweep/progress.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "precipice/sweep/duration.hpp"

namespace precipice {
namespace {

constexpr std::chrono::milliseconds redraw_after{200};
constexpr double line_every_share = 0.1;
constexpr std::chrono::seconds line_after{30};
constexpr int bar_width = 24;

}  // namespace

Progress::Progress(std::vector<double> sizes, Style style, AdvanceListener listener)
    : sizes_(std::move(sizes)),
      fractions_(sizes_.size()),
      total_(std::accumulate(sizes_.begin(), sizes_.end(), 0.0)),
      style_(style),
      listener_(std::move(listener)),
      begin_(Clock::now()),
      last_shown_(begin_) {}

Progress::~Progress() {
  if (style_ == Style::bar && last_shown_ != begin_) fmt::print(stderr, "\r\033[K");
}

Progress::Style Progress::style_for_stderr() {
  const char* const terminal = std::getenv("TERM");
  const bool draws = isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
  return draws ? Style::bar : Style::lines;
}

void Progress::draw_line(std::string line) {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && line.size() >= size.ws_col) {
    line.resize(size.ws_col - 1U);  // a line that wraps could not be drawn over
  }
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
}

void Progress::started(std::size_t) {
  const std::lock_guard lock(mutex_);
  ++running_;
  show(false);
}

void Progress::advanced(std::size_t cell, double fraction) {
  const std::lock_guard lock(mutex_);
  advance(cell, fraction);
  show(false);
}

void Progress::finished(std::size_t cell) {
  const std::lock_guard lock(mutex_);
  advance(cell, 1);
  --running_;
  ++done_;
  show(done_ == sizes_.size());
}

void Progress::advance(std::size_t cell, double fraction) {
  finished_ += sizes_[cell] * (fraction - fractions_[cell]);
  fractions_[cell] = fraction;
}

double Progress::share() const { return total_ > 0 ? std::clamp(finished_ / total_, 0.0, 1.0) : 1; }

std::string Progress::status() const {
  const double share = this->share();
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
  const std::string left = done_ == sizes_.size() ? "took " + duration_text(elapsed)
                           : share > 0            ? "about " + duration_text(elapsed * (1 - share) / share) + " left"
                                                  : "estimating";
  const int filled = static_cast<int>(share * bar_width);
  const std::string bar = style_ == Style::bar
                              ? fmt::format("[{}{}] ", std::string(static_cast<std::size_t>(filled), '#'),
                                            std::string(static_cast<std::size_t>(bar_width - filled), '.'))
                              : std::string{};
  return fmt::format("{}{:3.0f} %  {} of {} done, {} running, {}", bar, 100 * share, done_, sizes_.size(), running_,
                     left);
}

void Progress::show(bool always) {
  if (listener_) listener_({done_, sizes_.size(), share()});
  const auto now = Clock::now();
  if (style_ == Style::silent) return;
  if (style_ == Style::bar) {
    if (!always && now - last_shown_ < redraw_after) return;
    draw_line(status());
  } else {
    const double share = this->share();
    if (!always && share - last_share_ < line_every_share && now - last_shown_ < line_after) return;
    last_share_ = share;
    fmt::print(stderr, "{}\n", status());
  }
  last_shown_ = now;
}

}  // namespace precipice
