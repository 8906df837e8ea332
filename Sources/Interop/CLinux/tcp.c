#define _GNU_SOURCE
#include "clinux_tcp.h"

#include "clinux_clock.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct timespec span(int64_t nanoseconds) {
  if (nanoseconds < 0) nanoseconds = 0;
  return (struct timespec){.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
}

/// Returns 0 when the descriptor is ready, or -errno.
static int wait_for(int socket, short events, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - clinux_clock_ns();
    if (left <= 0) return -ETIMEDOUT;
    struct pollfd entry = {.fd = socket, .events = events};
    struct timespec time = span(left);
    int count = ppoll(&entry, 1, &time, NULL);
    if (count > 0) return 0;
    if (count == 0) return -ETIMEDOUT;
    if (errno != EINTR) return -errno;
  }
}

/// A search that may outlive whoever asked for it: a resolver cannot be interrupted.
typedef struct {
  struct gaicb request;
  struct gaicb *list[1];
  struct addrinfo hints;
  char port[8];
  char host[];
} search;

static int look_up(const char *host, const char *port, int64_t deadline, struct addrinfo **out) {
  struct addrinfo hints = {
    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
  // An address needs no search.
  if (getaddrinfo(host, port, &hints, out) == 0) return 0;
  search *work = calloc(1, sizeof *work + strlen(host) + 1);
  if (work == NULL) return -ENOMEM;
  hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  work->hints = hints;
  memcpy(work->host, host, strlen(host) + 1);
  memcpy(work->port, port, strlen(port) + 1);
  work->request = (struct gaicb){.ar_name = work->host, .ar_service = work->port, .ar_request = &work->hints};
  work->list[0] = &work->request;
  if (getaddrinfo_a(GAI_NOWAIT, work->list, 1, NULL) != 0) {
    free(work);
    return -EAGAIN;
  }
  int64_t left;
  while (gai_error(&work->request) == EAI_INPROGRESS && (left = deadline - clinux_clock_ns()) > 0) {
    struct timespec time = span(left);
    (void)gai_suspend((const struct gaicb *const *)work->list, 1, &time);
  }
  // What is still being looked up keeps its memory, which is lost with it.
  if (gai_error(&work->request) == EAI_INPROGRESS && gai_cancel(&work->request) == EAI_NOTCANCELED) return -ETIMEDOUT;
  int error = gai_error(&work->request);
  *out = work->request.ar_result;
  free(work);
  return error == 0 && *out != NULL ? 0 : error == EAI_CANCELED ? -ETIMEDOUT : CLINUX_TCP_UNKNOWN_HOST;
}

/// Returns a connected descriptor or -errno.
static int connect_to(const struct addrinfo *address, int64_t deadline) {
  int made = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  int error = connect(made, address->ai_addr, address->ai_addrlen) == 0 ? 0 : -errno;
  if (error == -EINPROGRESS || error == -EINTR) {
    error = wait_for(made, POLLOUT, deadline);
    int result = 0;
    socklen_t size = sizeof result;
    if (error == 0 && getsockopt(made, SOL_SOCKET, SO_ERROR, &result, &size) == 0) error = -result;
  }
  if (error != 0) {
    close(made);
    return error;
  }
  // Commands are short and answers are waited for.
  int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

int clinux_tcp_connect(const char *host, uint16_t port, int64_t nanoseconds) {
  int64_t deadline = clinux_clock_ns() + nanoseconds;
  char service[8];
  snprintf(service, sizeof service, "%u", (unsigned)port);
  struct addrinfo *list = NULL;
  int result = look_up(host, service, deadline, &list);
  if (result != 0) return result;
  int addresses = 0;
  for (const struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) addresses += 1;
  result = -ETIMEDOUT;
  for (const struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next, addresses -= 1) {
    int64_t now = clinux_clock_ns();
    if (now >= deadline) break;
    result = connect_to(entry, now + (deadline - now) / addresses);
    if (result >= 0) break;
  }
  freeaddrinfo(list);
  return result;
}

int clinux_tcp_send(int socket, const void *bytes, size_t count, int64_t nanoseconds) {
  int64_t deadline = clinux_clock_ns() + nanoseconds;
  const char *next = bytes;
  while (count > 0) {
    ssize_t sent = send(socket, next, count, MSG_NOSIGNAL);
    if (sent >= 0) {
      next += sent;
      count -= (size_t)sent;
    } else if (errno == EAGAIN) {
      int error = wait_for(socket, POLLOUT, deadline);
      if (error != 0) return error;
    } else if (errno != EINTR) {
      return -errno;
    }
  }
  return 0;
}

int64_t clinux_tcp_receive(int socket, void *bytes, size_t capacity, int64_t nanoseconds) {
  int64_t deadline = clinux_clock_ns() + nanoseconds;
  for (;;) {
    ssize_t got = recv(socket, bytes, capacity, 0);
    if (got >= 0) return got;
    if (errno == EAGAIN) {
      int error = wait_for(socket, POLLIN, deadline);
      if (error != 0) return error;
    } else if (errno != EINTR) {
      return -errno;
    }
  }
}

void clinux_tcp_close(int socket) { close(socket); }
