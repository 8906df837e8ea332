#pragma once
#include <stddef.h>

/// Maps `byte_count` bytes of zeroed private memory, page aligned. NULL where the system refuses.
void *_Nullable clinux_map_memory(size_t byte_count);

/// Returns memory that `clinux_map_memory` gave.
void clinux_unmap_memory(void *_Nonnull address, size_t byte_count);

/// Asks for huge pages behind memory that `clinux_map_memory` gave. Returns 0, or -errno where the system has none.
int clinux_advise_huge_pages(void *_Nonnull address, size_t byte_count);
