// Included once per level, after the operators' lanes.h.

/// Asks for rows begin ..< end, which lie too far apart for the hardware to foresee them.
INLINE void prefetch_rows(const char *src, ptrdiff_t pitch, ptrdiff_t bytes, ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t row = begin; row < end; row++) {
    for (ptrdiff_t at = 0; at < bytes; at += 64) __builtin_prefetch(src + row * pitch + at, 0, 2);
  }
}
