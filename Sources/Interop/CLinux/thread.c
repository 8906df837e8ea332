#define _GNU_SOURCE
#include "clinux_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

typedef struct {
  clinux_thread_function function;
  void *context;
} start;

static void *thread_main(void *argument) {
  start work = *(start *)argument;
  free(argument);
  work.function(work.context);
  return NULL;
}

int clinux_thread_start(clinux_thread_function function, void *context, clinux_thread *thread) {
  start *work = malloc(sizeof *work);
  if (work == NULL) return -ENOMEM;
  *work = (start){function, context};
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_t handle;
  int status = pthread_create(&handle, NULL, thread_main, work);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status != 0) {
    free(work);
    return -status;
  }
  *thread = handle;
  return 0;
}

void clinux_thread_join(clinux_thread thread) { pthread_join(thread, NULL); }

void clinux_thread_abandon(clinux_thread thread) { pthread_detach(thread); }
