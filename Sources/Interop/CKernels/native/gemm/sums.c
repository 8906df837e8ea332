// The sums of the columns of packed 8-bit weights.
#include "panels.h"

typedef int32_t words_s32 __attribute__((ext_vector_type(4)));

void ckernels_gemm_column_sums(const ckernels_gemm_kernel *kernel, const void *packed, ptrdiff_t taps, ptrdiff_t depth,
  ptrdiff_t columns, ptrdiff_t begin, ptrdiff_t end, int32_t factor, int32_t *sums) {
  const ptrdiff_t words = taps * groups_of(kernel, depth);
  for (ptrdiff_t panel = begin; panel < end; panel++) {
    const ptrdiff_t first = panel * kernel->nr, width = panel_columns(kernel, columns, first);
    const char *from = (const char *)packed + words * first * 4;
    // A few columns of all of the depth at a time. Vectors are of 4 words or of multiples of that.
    for (ptrdiff_t column = 0; column < width; column += 4) {
      words_s32 sum = 0;
      for (ptrdiff_t word = 0; word < words; word++) {
        words_s32 bytes;
        __builtin_memcpy(&bytes, from + (word * width + column) * 4, sizeof bytes);
        sum += (bytes << 24 >> 24) + (bytes << 16 >> 24) + (bytes << 8 >> 24) + (bytes >> 24);
      }
      sum *= factor;
      __builtin_memcpy(sums + first + column, &sum, sizeof sum);
    }
  }
}
