#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace precipice::chart {

/// What gnuplot writes to standard output for this script. It runs without a shell, reads none of a user's settings and
/// gets the script on standard input. Nothing if there is no such program (`program` is looked for in PATH). Throws
/// FileError with gnuplot's own words if it fails, Interrupted if it was.
std::optional<std::string> run_gnuplot(const std::string& script, const std::string& program = "gnuplot");

/// The text between single quotes, between which gnuplot takes everything as it is but for the quote itself.
std::string literal(std::string_view text);

/// A font of this size in the pixels of an SVG; the terminals scale it.
std::string font(int size);

/// A number as scripts have it.
std::string number(double x);

}  // namespace precipice::chart
