// SPDX-License-Identifier: Apache-2.0
// A runtime in the dress of runc that has no containers but processes, and answers at once. What is measured beside it
// is what its caller costs. A container is a process that waits for its start, and then exits with 0.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root = "/run/fake-runtime";
static const char *pid_file;
static const char *bundle = "";
static const char *id;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void path_of(char *path, size_t size) {
  if (snprintf(path, size, "%s/%s", root, id) >= (int)size) exit(1);
}

static void write_number(const char *path, int number) {
  FILE *file = fopen(path, "wx");
  if (file == NULL) fail(path);
  fprintf(file, "%d", number);
  if (fclose(file) != 0) fail(path);
}

static int read_number(void) {
  char path[4096];
  int number;
  path_of(path, sizeof path);
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%d", &number) != 1) {
    fprintf(stderr, "container does not exist\n");
    exit(1);
  }
  fclose(file);
  return number;
}

static int create(void) {
  char path[4096];
  sigset_t start;
  int signal;
  sigemptyset(&start);
  sigaddset(&start, SIGUSR1);
  sigprocmask(SIG_BLOCK, &start, NULL);
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    sigwait(&start, &signal);
    _exit(0);
  }
  mkdir(root, 0700);
  path_of(path, sizeof path);
  write_number(path, pid);
  if (pid_file != NULL) write_number(pid_file, pid);
  return 0;
}

static int state(void) {
  int pid = read_number();
  int lives = kill(pid, 0) == 0;
  printf("{\"ociVersion\":\"1.0.2\",\"id\":\"%s\",\"pid\":%d,\"status\":\"%s\",\"bundle\":\"%s\"}\n", id, lives ? pid : 0,
         lives ? "running" : "stopped", bundle);
  return 0;
}

static int delete(void) {
  char path[4096];
  path_of(path, sizeof path);
  if (unlink(path) < 0) {
    fprintf(stderr, "container does not exist\n");
    return 1;
  }
  return 0;
}

static int run(const char *command) {
  if (strcmp(command, "create") == 0) return create();
  if (strcmp(command, "start") == 0) return kill(read_number(), SIGUSR1) < 0;
  if (strcmp(command, "kill") == 0) return kill(read_number(), SIGKILL) < 0;
  if (strcmp(command, "state") == 0) return state();
  if (strcmp(command, "delete") == 0) return delete();
  fprintf(stderr, "fake-runtime: unknown command %s\n", command);
  return 1;
}

// Options with a value take it from the next argument or after an equals sign; others have none.
int main(int count, char **arguments) {
  const char *command = NULL;
  for (int i = 1; i < count; i++) {
    const char *argument = arguments[i];
    if (strcmp(argument, "--version") == 0 || strcmp(argument, "-v") == 0) {
      printf("runc version 1.1.5\nspec: 1.0.2-dev\n");
      return 0;
    }
    if (strcmp(argument, "--") == 0) continue;
    int takes_value = strcmp(argument, "--root") == 0 || strcmp(argument, "--log") == 0 ||
                      strcmp(argument, "--log-format") == 0 || strcmp(argument, "--bundle") == 0 ||
                      strcmp(argument, "--pid-file") == 0;
    if (takes_value && i + 1 < count) {
      if (strcmp(argument, "--root") == 0) root = arguments[i + 1];
      if (strcmp(argument, "--bundle") == 0) bundle = arguments[i + 1];
      if (strcmp(argument, "--pid-file") == 0) pid_file = arguments[i + 1];
      i++;
    } else if (argument[0] == '-') {
      continue;
    } else if (command == NULL) {
      command = argument;
    } else if (id == NULL) {
      id = argument;
    }
  }
  if (command == NULL || id == NULL) return 0;
  return run(command);
}
