#include "precipice/sweep/reservation.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;

TEST_CASE("one at a time has a name, and its file is gone with it") {
  const auto file = fresh_directory("reserved") / "running" / "cell";
  {
    const auto first = Reservation::try_take(file);
    REQUIRE(first);
    CHECK_FALSE(Reservation::try_take(file));
    CHECK(Reservation::try_take(file.parent_path() / "another"));
    CHECK(std::filesystem::exists(file));
  }
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(Reservation::try_take(file));
}

TEST_CASE("many threads: never two at once, and each gets it at last") {
  const auto file = fresh_directory("reserved_often") / "cell";
  std::atomic<int> inside{0}, most{0}, times{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const Reservation mine = Reservation::take(file);
        most = std::max(most.load(), ++inside);
        ++times;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most == 1);
  CHECK(times == 8 * 50);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("a process that is killed gives up what it had") {
  const auto file = fresh_directory("reserved_by_the_dead") / "cell";
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto held = Reservation::try_take(file);
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK_FALSE(Reservation::try_take(file));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(std::filesystem::exists(file));
  CHECK(Reservation::try_take(file));
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("files that nobody has reserved are removed, others stay") {
  const auto folder = fresh_directory("abandoned");
  write_whole_file(folder / "left", "");
  const auto mine = Reservation::try_take(folder / "mine");
  remove_abandoned_reservations(folder);
  CHECK_FALSE(std::filesystem::exists(folder / "left"));
  CHECK(std::filesystem::exists(folder / "mine"));
  remove_abandoned_reservations(folder / "no such folder");
}

TEST_CASE("a name that cannot be made") {
  CHECK_THROWS_AS(static_cast<void>(Reservation::try_take("/proc/nowhere/cell")), FileError);
}
