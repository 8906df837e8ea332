#define _GNU_SOURCE
#include "CTopologyImport.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY = 256 << 20, CPU_SECONDS = 20, SECONDS = 60, LONGEST = 128 << 20 };

static void limit(int resource, rlim_t most) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < most) most = limit.rlim_max;
  limit.rlim_cur = limit.rlim_max = most;
  setrlimit(resource, &limit);
}

/// Bytes that count against RLIMIT_DATA by now: the sixth number of /proc/self/statm, in pages.
static rlim_t data_bytes(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL) return 0;
  if (fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) != 1) pages = 0;
  fclose(file);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/// Takes from the child what it has of its parent's that could make it live longer or be louder than it should.
static void confine(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // What hwloc has to say is not for the user, but that it has.
  int words = memfd_create("words", MFD_CLOEXEC);
  dup2(words, STDOUT_FILENO);
  dup2(words, STDERR_FILENO);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, CPU_SECONDS);
  limit(RLIMIT_FSIZE, LONGEST);
  limit(RLIMIT_DATA, data_bytes() + MEMORY);
  alarm(SECONDS);
}

static int are_numbered(hwloc_topology_t topology, hwloc_obj_type_t type) {
  hwloc_obj_t object = NULL;
  while ((object = hwloc_get_next_obj_by_type(topology, type, object)) != NULL) {
    // Without a number it is as high as can be.
    if (object->os_index > CTOPOLOGY_HIGHEST) return 0;
  }
  return 1;
}

/// Whether no number is so high that sets of them would fill the memory and take minutes to write.
static int is_plausible(hwloc_topology_t topology) {
  hwloc_obj_t machine = hwloc_get_root_obj(topology);
  if (machine == NULL) return 0;
  hwloc_const_bitmap_t sets[] = {machine->complete_cpuset, machine->complete_nodeset,
    hwloc_topology_get_allowed_cpuset(topology), hwloc_topology_get_allowed_nodeset(topology)};
  for (size_t index = 0; index < sizeof sets / sizeof sets[0]; index++) {
    if (sets[index] == NULL || hwloc_bitmap_last(sets[index]) > CTOPOLOGY_HIGHEST) return 0;
  }
  return are_numbered(topology, HWLOC_OBJ_PU) && are_numbered(topology, HWLOC_OBJ_NUMANODE);
}

static int load(hwloc_topology_t first, hwloc_topology_t second, const char *path, const char *synthetic, int file) {
  int set = path != NULL ? hwloc_topology_set_xml(first, path) : hwloc_topology_set_synthetic(first, synthetic);
  if (set != 0 || hwloc_topology_load(first) != 0) return CTOPOLOGY_REFUSED;
  if (!is_plausible(first)) return CTOPOLOGY_REFUSED;
  char *text = NULL;
  int length = 0;
  if (hwloc_topology_export_xmlbuffer(first, &text, &length, 0) != 0 || length <= 0) return CTOPOLOGY_REFUSED;
  if (hwloc_topology_set_xmlbuffer(second, text, length) != 0 || hwloc_topology_load(second) != 0) {
    return CTOPOLOGY_REFUSED;
  }
  // It mends the order of objects that lie across each other, and says so, but once in a process only: here.
  if (lseek(STDERR_FILENO, 0, SEEK_END) > 0) return CTOPOLOGY_REFUSED;
  for (size_t done = 0; done < (size_t)length;) {
    ssize_t written = write(file, text + done, (size_t)length - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return CTOPOLOGY_DIED;
    done += (size_t)written;
  }
  return CTOPOLOGY_READ;
}

/// Reads the whole file from its start. Returns 0 or -errno.
static int take(int file, struct ctopology_import *result) {
  struct stat status;
  if (fstat(file, &status) != 0) return -errno;
  size_t length = (size_t)status.st_size;
  if (length == 0 || length > LONGEST) return -EIO;
  char *text = malloc(length);
  if (text == NULL) return -ENOMEM;
  for (size_t done = 0; done < length;) {
    ssize_t got = pread(file, text + done, length - done, (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      free(text);
      return -EIO;
    }
    done += (size_t)got;
  }
  // Whoever reads it as text must find its end.
  text[length - 1] = '\0';
  result->text = text;
  result->length = length;
  return 0;
}

int ctopology_import(hwloc_topology_t first, hwloc_topology_t second, const char *path, const char *synthetic,
  struct ctopology_import *result) {
  *result = (struct ctopology_import){NULL, 0, 0};
  int file = memfd_create("topology", MFD_CLOEXEC);
  if (file < 0) return -errno;
  pid_t child = fork();
  if (child < 0) {
    int error = errno;
    close(file);
    return -error;
  }
  if (child == 0) {
    confine();
    _exit(load(first, second, path, synthetic, file));
  }
  int status = 0;
  int outcome = CTOPOLOGY_DIED;
  pid_t ended;
  while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) continue;
  if (ended < 0) {
    outcome = -errno;
  } else if (WIFEXITED(status)) {
    outcome = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    result->signal = WTERMSIG(status);
  }
  if (outcome == CTOPOLOGY_READ) {
    int error = take(file, result);
    if (error != 0) outcome = error;
  } else if (outcome > CTOPOLOGY_DIED) {
    outcome = CTOPOLOGY_DIED;
  }
  close(file);
  return outcome;
}
