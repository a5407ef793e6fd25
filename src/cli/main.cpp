#include "precipice/cli/program.hpp"

int main(int argc, char** argv) { return precipice::cli::run(argc, argv); }
