#define _GNU_SOURCE
#include "clinux_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinux_clock.h"
#include "clinux_wait.h"

extern char **environ;

// The descriptors of a program: no input, two outputs, and the pipe that ends with this process.
enum { LIFE = 3, GIVEN = 4 };

static void close_both(int ends[2]) {
  for (int i = 0; i < 2; i++) {
    if (ends[i] >= 0) close(ends[i]);
    ends[i] = -1;
  }
}

/// A pipe whose ends no other program gets, and that are none of the descriptors that this one is given.
static int make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
  for (int i = 0; i < 2; i++) {
    if (ends[i] >= GIVEN) continue;
    int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, GIVEN);
    if (moved < 0) {
      int error = errno;
      close_both(ends);
      return -error;
    }
    close(ends[i]);
    ends[i] = moved;
  }
  return 0;
}

static bool is_named(const char *variable, const char *other) {
  size_t length = strcspn(variable, "=");
  return strncmp(variable, other, length) == 0 && (other[length] == '=' || other[length] == '\0');
}

/// Whether a variable holds a secret of ours, which is nobody else's: `ASSAY_..._USER`, `_PASSWORD` or `_TOKEN`.
static bool is_secret(const char *variable) {
  const char *const ends[] = {"_USER", "_PASSWORD", "_TOKEN"};
  size_t length = strcspn(variable, "=");
  if (strncmp(variable, "ASSAY_", 6) != 0) return false;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t end = strlen(ends[i]);
    if (length > end && memcmp(variable + length - end, ends[i], end) == 0) return true;
  }
  return false;
}

/// What is inherited without secrets, but for what `variables` say otherwise. The texts are not copied.
static const char **merged_environment(const char *const *variables) {
  size_t inherited = 0, added = 0;
  while (environ != NULL && environ[inherited] != NULL) inherited++;
  while (variables[added] != NULL) added++;
  const char **merged = calloc(inherited + added + 1, sizeof *merged);
  if (merged == NULL) return NULL;
  size_t count = 0;
  for (size_t i = 0; i < inherited; i++) {
    bool is_replaced = is_secret(environ[i]);
    for (size_t j = 0; j < added; j++) is_replaced = is_replaced || is_named(variables[j], environ[i]);
    if (!is_replaced) merged[count++] = environ[i];
  }
  for (size_t j = 0; j < added; j++) merged[count++] = variables[j];
  return merged;
}

static int spawn(
  const char *const *arguments, const char **environment, int output, int errors, int life, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions) != 0) return -ENOMEM;
  if (posix_spawnattr_init(&attributes) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -ENOMEM;
  }
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) sigaddset(&usual, ignored[i]);
  int status = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (status == 0) status = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (status == 0) status = posix_spawn_file_actions_adddup2(&actions, errors, 2);
  if (status == 0) status = posix_spawn_file_actions_adddup2(&actions, life, LIFE);
  if (status == 0) status = posix_spawn_file_actions_addclosefrom_np(&actions, GIVEN);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (status == 0) {
    status =
      posix_spawn(process, arguments[0], &actions, &attributes, (char *const *)arguments, (char *const *)environment);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return -status;
}

int clinux_command_start(const char *const *arguments, const char *const *variables, clinux_command *command) {
  if (arguments[0] == NULL) return -EINVAL;
  const char **environment = merged_environment(variables);
  if (environment == NULL) return -ENOMEM;
  int output[2] = {-1, -1}, errors[2] = {-1, -1}, life[2] = {-1, -1};
  pid_t process = 0;
  int status = make_pipe(output);
  if (status == 0) status = make_pipe(errors);
  if (status == 0) status = make_pipe(life);
  if (status == 0 && (fcntl(output[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(errors[0], F_SETFL, O_NONBLOCK) != 0)) {
    status = -errno;
  }
  if (status == 0) status = spawn(arguments, environment, output[1], errors[1], life[0], &process);
  free(environment);
  if (status != 0) {
    close_both(output);
    close_both(errors);
    close_both(life);
    return status;
  }
  close(output[1]);
  close(errors[1]);
  close(life[0]);
  *command = (clinux_command){.process = process, .output = output[0], .errors = errors[0], .life = life[1]};
  return 0;
}

int clinux_command_status(const clinux_command *command) {
  siginfo_t info = {0};
  // Its number, and that of its group, stay taken until it is waited for: signals never hit somebody else.
  while (waitid(P_PID, (id_t)command->process, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != EINTR) return -2;
  }
  if (info.si_pid == 0) return -1;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/// Throws away what has been printed; whether nobody can print any more.
static bool has_closed(int file) {
  char rest[4096];
  for (int turn = 0; turn < 32; turn++) {
    ssize_t got = read(file, rest, sizeof rest);
    if (got == 0) return true;
    if (got < 0) return errno != EAGAIN && errno != EINTR;
  }
  return false;
}

static int64_t nanoseconds(struct timeval time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_usec * 1000; }

void clinux_command_end(clinux_command *command, int64_t patience_ns) {
  const int64_t turn_ns = 2000000;
  if (command->process <= 1) return;
  bool has_ended = clinux_command_status(command) != -1 && has_closed(command->output);
  if (!has_ended) kill(-command->process, SIGTERM);
  for (int64_t begin = clinux_clock_ns(); !has_ended && clinux_clock_ns() - begin < patience_ns;) {
    clinux_sleep_ns(turn_ns);
    has_ended = clinux_command_status(command) != -1 && has_closed(command->output);
  }
  // Also where all seems over: something may go on without an output.
  kill(-command->process, SIGKILL);
  close(command->output);
  close(command->errors);
  close(command->life);
  // A program that hangs in the kernel is left to whoever inherits it.
  struct rusage usage = {0};
  for (int turn = 0; turn < 500; turn++) {
    pid_t got = wait4(command->process, NULL, WNOHANG, &usage);
    if (got == command->process || (got < 0 && errno != EINTR)) break;
    clinux_sleep_ns(turn_ns);
  }
  int64_t computed = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  *command = (clinux_command){.process = -1, .output = -1, .errors = -1, .life = -1, .computed_ns = computed};
}
