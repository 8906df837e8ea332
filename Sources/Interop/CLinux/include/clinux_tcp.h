#pragma once

#include <stddef.h>
#include <stdint.h>

/// What `clinux_tcp_connect` returns for a name that nobody knows; errors of the system are above it.
enum { CLINUX_TCP_UNKNOWN_HOST = -100000 };

/// Connects to a TCP service by name or address; each address of a name gets its share of the time.
///
/// Nothing waits for longer than `nanoseconds`, not even the search for the name. Returns a descriptor, which never
/// blocks and is closed on exec, or CLINUX_TCP_UNKNOWN_HOST, or -errno: -ETIMEDOUT where the time was not enough.
int clinux_tcp_connect(const char *_Nonnull host, uint16_t port, int64_t nanoseconds);

/// Sends everything within the time. Returns 0 or -errno.
int clinux_tcp_send(int socket, const void *_Nonnull bytes, size_t count, int64_t nanoseconds);

/// Receives what is there, and waits for something where there is nothing. Returns its length, 0 where the other side
/// has ended, or -errno: -ETIMEDOUT where nothing came.
int64_t clinux_tcp_receive(int socket, void *_Nonnull bytes, size_t capacity, int64_t nanoseconds);

/// Ends the connection and gives the descriptor back.
void clinux_tcp_close(int socket);
