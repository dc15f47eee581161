// SPDX-License-Identifier: Apache-2.0
// The practical limit: posix_spawn, pidfds and epoll in one thread, without anything above them.
//
//   c-peer launch IN_FLIGHT WARM_UP_MILLIS MILLIS BYTES CHILD [ARGUMENT...]
//   c-peer read WARM_UP_MILLIS MILLIS BYTES CHILD     a child's output, in reads of 64 KiB from a pipe as it comes
//   c-peer write WARM_UP_MILLIS MILLIS BYTES CHILD    a child's input, in writes of 64 KiB
//
// Each prints its figures as one JSON object.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 64 << 10, MAX_LAUNCHES = 1 << 18, EVENTS = 64 };

struct slot {
  int out;    // the child's output, or -1 after its end
  int pidfd;  // or -1 after its exit
  pid_t pid;
  int64_t started;
  int64_t bytes;
};

// epoll tells these: the slot, and whether it is the pidfd.
#define TAG(slot, is_exit) ((uint64_t)(slot) << 1 | (is_exit))

static char buffer[PIECE];
static char *no_environment[] = {NULL};
static char **command;
static int64_t expected;
static int poller;
static struct slot *slots;
static int64_t latencies[MAX_LAUNCHES];
static size_t ended;

static void fail(const char *what) {
  fprintf(stderr, "c-peer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// Spawns the command with null devices, but for one stream that is a pipe, whose other end is returned.
static int spawn(pid_t *pid, int stream) {
  int ends[2];
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  int is_input = stream == STDIN_FILENO;
  if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe2");
  posix_spawn_file_actions_init(&actions);
  if (!is_input) posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
  if (is_input) posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[!is_input], stream);
  posix_spawnattr_init(&attributes);
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  errno = posix_spawn(pid, command[0], &actions, &attributes, command, no_environment);
  if (errno != 0) fail(command[0]);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[!is_input]);
  return ends[is_input];
}

static void watch(int fd, uint64_t tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void unwatch(int fd) {
  epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
  close(fd);
}

static void launch(int index) {
  struct slot *slot = &slots[index];
  slot->started = now();
  slot->bytes = 0;
  slot->out = spawn(&slot->pid, STDOUT_FILENO);
  if (fcntl(slot->out, F_SETFL, O_NONBLOCK) < 0) fail("fcntl");
  slot->pidfd = (int)syscall(SYS_pidfd_open, slot->pid, 0);
  if (slot->pidfd < 0) fail("pidfd_open");
  watch(slot->out, TAG(index, 0));
  watch(slot->pidfd, TAG(index, 1));
}

static void check(int status, int64_t bytes) {
  if (status != 0 || bytes != expected) {
    fprintf(stderr, "c-peer: the child ended with status %d after %lld bytes\n", status, (long long)bytes);
    exit(1);
  }
}

static void on_output(struct slot *slot) {
  ssize_t got;
  while ((got = read(slot->out, buffer, PIECE)) > 0) slot->bytes += got;
  if (got == 0) {
    unwatch(slot->out);
    slot->out = -1;
  } else if (errno != EAGAIN) {
    fail("read");
  }
}

static void on_exit_of(struct slot *slot) {
  int status;
  if (waitpid(slot->pid, &status, WNOHANG) != slot->pid) fail("waitpid");
  unwatch(slot->pidfd);
  slot->pidfd = -1;
  if (status != 0) check(status, slot->bytes);
}

// Returns whether the child of the slot has ended, its output too.
static int advance(struct slot *slot, int is_exit) {
  if (is_exit) {
    on_exit_of(slot);
  } else {
    on_output(slot);
  }
  return slot->out < 0 && slot->pidfd < 0;
}

// A closed loop: whoever ends makes room for the next, until the time is over. Returns how long all of it took.
static int64_t run_for(int64_t nanos, int in_flight) {
  int64_t started = now();
  int live = in_flight;
  struct epoll_event events[EVENTS];
  ended = 0;
  for (int i = 0; i < in_flight; i++) launch(i);
  while (live > 0) {
    int count = epoll_wait(poller, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      int index = (int)(events[i].data.u64 >> 1);
      if (!advance(&slots[index], (int)(events[i].data.u64 & 1))) continue;
      check(0, slots[index].bytes);
      latencies[ended++] = now() - slots[index].started;
      if (now() - started < nanos && ended + (size_t)in_flight < MAX_LAUNCHES) {
        launch(index);
      } else {
        live--;
      }
    }
  }
  return now() - started;
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double percentile(double share) {
  size_t rank = (size_t)(share * (double)ended);
  if ((double)rank < share * (double)ended) rank++;
  return (double)latencies[rank - 1] / 1e3;
}

static void print_rate(double count, int64_t nanos) {
  printf("\"perSecond\":%.3f,\"meanMicros\":%.3f", count * 1e9 / (double)nanos, (double)nanos / 1e3 / count);
}

static int launch_all(char **arguments) {
  int in_flight = atoi(arguments[0]);
  int64_t warm_up = atoll(arguments[1]) * 1000000, time = atoll(arguments[2]) * 1000000;
  expected = atoll(arguments[3]);
  command = arguments + 4;
  slots = calloc((size_t)in_flight, sizeof *slots);
  poller = epoll_create1(EPOLL_CLOEXEC);
  run_for(warm_up, in_flight);
  int64_t nanos = run_for(time, in_flight);
  qsort(latencies, ended, sizeof *latencies, compare);
  printf("{");
  print_rate((double)ended, nanos);
  printf(",\"p50Micros\":%.3f,\"p99Micros\":%.3f,\"p999Micros\":%.3f}\n", percentile(0.5), percentile(0.99),
         percentile(0.999));
  return 0;
}

static int64_t read_all(int fd) {
  int64_t bytes = 0;
  ssize_t got;
  while ((got = read(fd, buffer, PIECE)) > 0) bytes += got;
  if (got < 0) fail("read");
  return bytes;
}

static int64_t write_all(int fd, int64_t bytes) {
  while (bytes > 0) {
    ssize_t put = write(fd, buffer, bytes < PIECE ? (size_t)bytes : PIECE);
    if (put < 0) fail("write");
    bytes -= put;
  }
  return expected;
}

// Streams with one child after another, as many as are begun in the time, and returns how long each took.
static int64_t stream_for(int64_t millis, int stream) {
  int64_t started = now();
  int64_t children = 0;
  do {
    pid_t pid;
    int status;
    int fd = spawn(&pid, stream);
    int64_t bytes = stream == STDIN_FILENO ? write_all(fd, expected) : read_all(fd);
    close(fd);
    if (waitpid(pid, &status, 0) != pid) fail("waitpid");
    check(status, bytes);
    children++;
  } while (now() - started < millis * 1000000);
  return (now() - started) / children;
}

static int stream_all(char **arguments, int stream) {
  expected = atoll(arguments[2]);
  command = arguments + 3;
  stream_for(atoll(arguments[0]), stream);
  int64_t nanos = stream_for(atoll(arguments[1]), stream);
  printf("{");
  print_rate((double)expected / (1 << 20), nanos);
  printf("}\n");
  return 0;
}

int main(int count, char **arguments) {
  if (count > 6 && strcmp(arguments[1], "launch") == 0) return launch_all(arguments + 2);
  if (count > 5 && strcmp(arguments[1], "read") == 0) return stream_all(arguments + 2, STDOUT_FILENO);
  if (count > 5 && strcmp(arguments[1], "write") == 0) return stream_all(arguments + 2, STDIN_FILENO);
  fprintf(stderr, "usage: c-peer launch IN_FLIGHT WARM_UP_MILLIS MILLIS BYTES CHILD\n"
                  "     | c-peer read|write WARM_UP_MILLIS MILLIS BYTES CHILD\n");
  return 2;
}
