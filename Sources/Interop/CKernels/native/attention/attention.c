#include "plan.h"

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// Takes `count` * `size` bytes, whole cache lines, from the end of the plan; returns where they begin.
static ptrdiff_t take(ptrdiff_t *total, ptrdiff_t count, ptrdiff_t size) {
  const ptrdiff_t begin = *total;
  ptrdiff_t bytes;
  if (begin < 0 || count < 0 || __builtin_mul_overflow(count, size, &bytes) ||
      __builtin_add_overflow(bytes, 63, &bytes) || __builtin_add_overflow(begin, bytes & ~(ptrdiff_t)63, total)) {
    *total = -1;
  }
  return begin;
}

/// -1 where so many floats, and some more, would not fit the address space.
static ptrdiff_t whole_vectors(ptrdiff_t count, int lanes) {
  return count > PTRDIFF_MAX / 64 ? -1 : (count + lanes - 1) / lanes * lanes;
}

attention_plan ckernels_attention_plan(const ckernels_attention *a) {
  const ckernels_gemm_kernel *scores = a->scores_kernel, *context = a->context_kernel;
  const ptrdiff_t wide_keys = whole_vectors(a->keys, scores->lanes);
  const ptrdiff_t wide_values = whole_vectors(a->value_depth, context->lanes);
  attention_plan plan = {.tile_rows = smaller(scores->mr, context->mr)};
  plan.part_rows = (ATTENTION_ROWS + plan.tile_rows - 1) / plan.tile_rows * plan.tile_rows;
  plan.head_parts = a->queries / plan.part_rows + (a->queries % plan.part_rows != 0);
  // A cache line more than whole lines, so that rows do not fall on each other in the cache.
  plan.score_pitch = whole_vectors(a->keys, 16);
  if (plan.score_pitch >= 0) plan.score_pitch += 16;
  plan.probability_pitch = plan.score_pitch < 0 ? -1 : plan.score_pitch * 4;
  ptrdiff_t total = 0;
  plan.packed_k = take(&total, ckernels_gemm_packed_bytes(scores, 1, a->depth, a->keys), 1);
  plan.packed_v = take(&total, ckernels_gemm_packed_bytes(context, 1, a->keys, a->value_depth), 1);
  plan.start_k = take(&total, wide_keys, 4);
  plan.start_v = take(&total, wide_values, 4);
  plan.sums = take(&total, wide_keys, plan.tile_rows * 4);
  plan.scores = take(&total, plan.score_pitch, plan.tile_rows * 4);
  // In FP32 they take the scores' place.
  const int is_fp32 = a->probabilities_format.kind == CKERNELS_FORMAT_FP32;
  plan.probabilities = is_fp32 ? plan.scores : take(&total, plan.score_pitch, plan.tile_rows * 4);
  plan.results = take(&total, context->mr * context->nr, 4);
  plan.factors = take(&total, wide_values, 4);
  plan.bias = take(&total, wide_values, 4);
  plan.total = total;
  return plan;
}

ptrdiff_t ckernels_attention_parts(const ckernels_attention *attention) {
  ptrdiff_t parts;
  const ptrdiff_t head_parts = ckernels_attention_plan(attention).head_parts;
  if (__builtin_mul_overflow(attention->samples, attention->heads, &parts) ||
      __builtin_mul_overflow(parts, head_parts, &parts)) {
    return -1;
  }
  return parts;
}

ptrdiff_t ckernels_attention_scratch_bytes(const ckernels_attention *attention) {
  return ckernels_attention_plan(attention).total;
}

void ckernels_attention_run(const ckernels_attention *attention, ptrdiff_t begin, ptrdiff_t end, void *scratch) {
  const attention_plan plan = ckernels_attention_plan(attention);
  if (begin >= end || plan.total < 0) return;
  ckernels_attention_function *run = ckernels_attention_generic;
#if defined(__x86_64__)
  if (attention->isa >= CKERNELS_ISA_AVX512) {
    const int converts = (attention->context_kernel->features & CKERNELS_FEATURE_AVX512_BF16) != 0;
    run = converts ? ckernels_attention_avx512_bf16 : ckernels_attention_avx512;
  } else if (attention->isa >= CKERNELS_ISA_AVX2) {
    run = ckernels_attention_avx2;
  }
#endif
  run(attention, &plan, begin, end, scratch);
}
