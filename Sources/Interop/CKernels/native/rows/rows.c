#include "tables.h"

ptrdiff_t ckernels_reorder_parts(const ckernels_reorder *reorder) {
  const ptrdiff_t count = reorder->images * reorder->channels * reorder->positions;
  const int stays = reorder->src_channels_last == reorder->dst_channels_last;
  if (count == 0) return 0;
  if (stays || reorder->channels == 1 || reorder->positions == 1) return (count - 1) / REORDER_SPAN + 1;
  return reorder->images * ((reorder->positions - 1) / REORDER_POSITIONS + 1);
}

const ckernels_row_table *ckernels_rows(ckernels_isa isa) {
#if defined(__x86_64__)
  if (isa >= CKERNELS_ISA_AVX512) return &ckernels_rows_avx512;
  if (isa >= CKERNELS_ISA_AVX2) return &ckernels_rows_avx2;
#else
  (void)isa;
#endif
  return &ckernels_rows_generic;
}
