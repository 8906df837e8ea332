#pragma once
#include <stddef.h>

/// Maps `byte_count` bytes of zeroed private memory, page aligned. NULL where the system refuses.
void *_Nullable clinux_map_memory(size_t byte_count);

/// Returns memory that `clinux_map_memory` gave.
void clinux_unmap_memory(void *_Nonnull address, size_t byte_count);

/// Asks for huge pages behind memory that `clinux_map_memory` gave. Returns 0, or -errno where the system has none.
int clinux_advise_huge_pages(void *_Nonnull address, size_t byte_count);

/// Where new pages of a thread come from. Source: set_mempolicy(2).
typedef enum {
  /// The node of the CPU that touches a page first.
  CLINUX_MEMORY_LOCAL,
  /// All named nodes in turn.
  CLINUX_MEMORY_INTERLEAVE,
  /// The named nodes alone.
  CLINUX_MEMORY_BIND,
} clinux_memory_policy;

/// Sets the policy of the calling thread, of the threads that it starts later and of what it executes.
///
/// `nodes` names NUMA nodes by the system's numbers; `local` takes none. Returns 0 or -errno: -EPERM where a container
/// forbids it, -ENOSYS where the kernel knows no nodes.
int clinux_set_memory_policy(clinux_memory_policy policy, const int *_Nullable nodes, int count);

/// Gives this process, and what it executes, no transparent huge pages from now on. Returns 0 or -errno.
int clinux_disable_huge_pages(void);
