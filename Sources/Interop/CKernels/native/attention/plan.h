#pragma once
#include "ckernels_attention.h"
#include "ckernels_operators.h"

/// Query rows of a part, about; parts hold whole tiles.
enum { ATTENTION_ROWS = 48 };

/// Where everything lies in a thread's scratch memory, in bytes.
typedef struct attention_plan {
  /// Query rows of a tile and of a part.
  ptrdiff_t tile_rows, part_rows;
  /// Parts of one head.
  ptrdiff_t head_parts;
  /// k and v of one head, packed; what the integer sums of their columns start from.
  ptrdiff_t packed_k, packed_v, start_k, start_v;
  /// The sums of one tile and all keys; the same as scores, row after row; the probabilities; the results' sums.
  ptrdiff_t sums, scores, probabilities, results;
  /// Elements from a row of scores to the next, bytes from a row of probabilities to the next.
  ptrdiff_t score_pitch, probability_pitch;
  /// The results' factors and bias, for the matrix kernel's finish.
  ptrdiff_t factors, bias;
  ptrdiff_t total;
} attention_plan;

/// Lays out the scratch memory; `total` is -1 where it overflows.
attention_plan ckernels_attention_plan(const ckernels_attention *attention);

typedef void ckernels_attention_function(
  const ckernels_attention *attention, const attention_plan *plan, ptrdiff_t begin, ptrdiff_t end, char *scratch);

/// The levels' functions, one for each file attention_*.c.
ckernels_attention_function ckernels_attention_generic;
#if defined(__x86_64__)
ckernels_attention_function ckernels_attention_avx2;
ckernels_attention_function ckernels_attention_avx512;
ckernels_attention_function ckernels_attention_avx512_bf16;
#endif
