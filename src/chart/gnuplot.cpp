#include "precipice/chart/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <system_error>

#include "precipice/format/error.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the user

namespace precipice::chart {
namespace {

[[noreturn]] void refuse(std::string_view what, int error) {
  throw FileError(fmt::format("cannot {}: {}", what, std::generic_category().message(error)));
}

/// A file without a name. gnuplot's three streams are such files: no pipe can fill up or break, whatever it does.
class Scratch {
 public:
  Scratch() : file_(std::tmpfile()) {
    if (!file_) refuse("make a temporary file for gnuplot", errno);
    ::fcntl(descriptor(), F_SETFD, FD_CLOEXEC);
  }

  [[nodiscard]] int descriptor() const { return ::fileno(file_.get()); }

  void write(const std::string& text) {
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
    if (!is_written || std::fflush(file_.get()) != 0) refuse("write a temporary file for gnuplot", errno);
    std::rewind(file_.get());
  }

  /// Everything that was written, also by another process.
  [[nodiscard]] std::string text() {
    std::rewind(file_.get());
    std::string result;
    std::array<char, 1U << 16U> chunk{};
    for (std::size_t count = 0; (count = std::fread(chunk.data(), 1, chunk.size(), file_.get())) > 0;) {
      result.append(chunk.data(), count);
    }
    return result;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

/// The child's streams and signals.
class Setup {
 public:
  Setup(const Scratch& in, const Scratch& out, const Scratch& err) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // we ignore it, and children inherit that
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  }
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;
  ~Setup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) refuse("wait for gnuplot", errno);
  }
  return status;
}

/// gnuplot shows the line of the script, a mark under it, then "line 3: what is wrong".
std::string complaint(const std::string& words) {
  const std::size_t end = words.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return "no reason given";
  const std::size_t line = words.find_last_of('\n', end);
  const std::size_t begin = words.find_first_not_of(" \t", line == std::string::npos ? 0 : line + 1);
  return words.substr(begin, end - begin + 1);
}

}  // namespace

std::optional<std::string> run_gnuplot(const std::string& script, const std::string& program) {
  Scratch in;
  Scratch out;
  Scratch err;
  in.write(script);
  const Setup setup(in, out, err);
  std::string name = program;
  std::string no_user_settings = "-d";
  std::array<char*, 3> arguments{name.data(), no_user_settings.data(), nullptr};
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, program.c_str(), &setup.actions, &setup.attributes, arguments.data(), environ);
  if (error == ENOENT || error == ENOTDIR) return {};
  if (error != 0) refuse(fmt::format("run {}", program), error);

  const int status = wait_for(child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) throw Interrupted();
  if (WIFSIGNALED(status)) {
    throw FileError(fmt::format("{} was ended by signal {}: {}", program, WTERMSIG(status), complaint(err.text())));
  }
  if (WEXITSTATUS(status) != 0) throw FileError(fmt::format("{} failed: {}", program, complaint(err.text())));
  return out.text();
}

std::string font(int size) { return fmt::format("'DejaVu Sans,{}'", size); }

std::string number(double x) { return fmt::format("{:.6g}", x); }

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  return result + "'";
}

}  // namespace precipice::chart
