// Fused attention of one instruction-set level. The including file defines LANES and FUNCTION.
#pragma clang diagnostic push
// The functions on rows are not all used here.
#pragma clang diagnostic ignored "-Wunused-function"
// clang-format off: the order matters.
#include "../../operators/lanes.h"
#include "../../operators/transcendental.h"
#include "../../operators/formats.h"
#include "../../operators/bounds.h"
#include "../../operators/normalization.h"
#include "../rows/tables.h"
#include "../narrow.h"
#include "../elements.h"
#include "../transpose.h"
#include "../rows/reorder.h"
#include "../rows/normalize.h"
// clang-format on
#pragma clang diagnostic pop
#include "../gemm/panels.h"
#include "../prefetch.h"

/// One sample and head.
typedef struct attention_head {
  const char *q;
  char *dst;
  const int32_t *mask;
  const float *addend;
} attention_head;

/// Where row 0 of head `index` of an operand lies.
INLINE char *head_address(
  const ckernels_attention *a, const ckernels_attention_operand *operand, ptrdiff_t depth, ptrdiff_t index) {
  const ptrdiff_t bytes = depth * ckernels_format_bytes(operand->format.kind);
  return (char *)operand->address + index / a->heads * operand->sample_pitch + index % a->heads * bytes;
}

/// Packs k and v of head `index` and finds its operands.
INLINE attention_head prepare_head(
  const ckernels_attention *a, const attention_plan *plan, ptrdiff_t index, char *scratch) {
  const ptrdiff_t sample = index / a->heads, head = index % a->heads;
  const char *k = head_address(a, &a->k, a->depth, index), *v = head_address(a, &a->v, a->value_depth, index);
  // The depth of q k^T is a row of k; that of p v runs over the rows of v.
  const ptrdiff_t k_panels = panels_of(a->scores_kernel, a->keys);
  const ptrdiff_t v_panels = panels_of(a->context_kernel, a->value_depth);
  void *const packed_k = scratch + plan->packed_k, *const packed_v = scratch + plan->packed_v;
  a->scores_kernel->pack(k, a->k.row_pitch, 1, a->depth, a->keys, 0, k_panels, packed_k);
  a->context_kernel->pack(v, a->v.row_pitch, 0, a->keys, a->value_depth, 0, v_panels, packed_v);
  if (a->q.format.kind == CKERNELS_FORMAT_U8) {
    a->scores_kernel->column_sums(
      packed_k, 1, a->depth, a->keys, 0, k_panels, -a->q.format.zero_point, (int32_t *)(scratch + plan->start_k));
  }
  if (a->probabilities_format.kind == CKERNELS_FORMAT_U8) {
    a->context_kernel->column_sums(packed_v, 1, a->keys, a->value_depth, 0, v_panels,
      -a->probabilities_format.zero_point, (int32_t *)(scratch + plan->start_v));
  }
  attention_head result = {
    .q = head_address(a, &a->q, a->depth, index),
    .dst = head_address(a, &a->dst, a->value_depth, index),
    .mask = a->mask ? a->mask + sample * a->keys : NULL,
    .addend = a->addend ? a->addend + sample * a->addend_sample_stride + head * a->addend_head_stride : NULL,
  };
  // A mask that lets every key count is none.
  int masks = 0;
  for (ptrdiff_t key = 0; result.mask && key < a->keys; key++) masks |= result.mask[key] == 0;
  if (!masks) result.mask = NULL;
  return result;
}

/// A vector of sums as scores.
INLINE lanes_f32 score_of(const int is_integer, const ckernels_attention *a, int rounds, lanes_f32 sum) {
  const lanes_f32 whole = is_integer ? __builtin_convertvector((lanes_s32)sum, lanes_f32) : sum;
  const lanes_f32 value = whole * a->scores_scale;
  return rounds ? from_bf16(bf16_bits(value)) : value;
}

/// Row `row` of the sums of `rows` rows, which lie panel after panel, as scores; returns the greatest that counts.
INLINE float score_row(const int is_integer, const ckernels_attention *a, const float *sums, int row, int rows,
  const int32_t *mask, const float *addend, float *scores) {
  const ptrdiff_t keys = a->keys, nr = a->scores_kernel->nr;
  const int rounds = a->scores_format.kind == CKERNELS_FORMAT_BF16;
  // Two, because each comparison waits for the one before.
  lanes_f32 greatest[2] = {-__builtin_inff(), -__builtin_inff()};
  for (ptrdiff_t first = 0; first < keys; first += nr) {
    const float *panel = sums + rows * first + row * panel_columns(a->scores_kernel, keys, first);
    const ptrdiff_t valid = smaller(keys - first, nr);
    ptrdiff_t i = 0;
    for (; !mask && !addend && i + 2 * LANES <= valid; i += 2 * LANES) {
      for (int n = 0; n < 2; n++) {
        const lanes_f32 value = score_of(is_integer, a, rounds, load(panel + i + n * LANES));
        store(scores + first + i + n * LANES, value);
        greatest[n] = at_least(greatest[n], value);
      }
    }
    for (; i < valid; i += LANES) {
      const ptrdiff_t left = valid - i;
      lanes_f32 value = score_of(is_integer, a, rounds, load_up_to(panel + i, left));
      if (addend) value += a->addend_step == 0 ? (lanes_f32)*addend : load_up_to(addend + first + i, left);
      store_up_to(scores + first + i, value, left);
      const lanes_s32 counts = counted(mask ? mask + first : NULL, i, left);
      greatest[0] = counts ? at_least(greatest[0], value) : greatest[0];
    }
  }
  return greatest_of(at_least(greatest[0], greatest[1]));
}

/// The sums of `rows` rows from `q` on with all keys: panel after panel, each rows x its width.
INLINE void score_sums(
  const ckernels_attention *a, const attention_plan *plan, const char *q, int rows, char *scratch) {
  const ckernels_gemm_kernel *kernel = a->scores_kernel;
  const ptrdiff_t groups = (a->depth + kernel->kr - 1) / kernel->kr;
  const void *addresses[CKERNELS_GEMM_MAX_ROWS];
  for (int r = 0; r < rows; r++) addresses[r] = q + r * a->q.row_pitch;
  const int starts = a->q.format.kind == CKERNELS_FORMAT_U8;
  ckernels_gemm_tile tile = {.rows = addresses, .tap_stride = rows, .taps = 1, .depth = a->depth};
  for (ptrdiff_t first = 0; first < a->keys; first += kernel->nr) {
    const ptrdiff_t width = panel_columns(kernel, a->keys, first);
    tile.weights = scratch + plan->packed_k + groups * first * 4;
    tile.sums = scratch + plan->sums + rows * first * 4;
    tile.start = starts ? (const int32_t *)(scratch + plan->start_k) + first : NULL;
    kernel->tile(&tile, rows, (int)(width / kernel->lanes));
  }
}

/// The product of `rows` rows of probabilities with v, finished.
INLINE void context_rows(const ckernels_attention *a, const attention_plan *plan, char *dst, int rows, char *scratch) {
  const ckernels_gemm_kernel *kernel = a->context_kernel;
  const ptrdiff_t groups = (a->keys + kernel->kr - 1) / kernel->kr;
  const void *addresses[CKERNELS_GEMM_MAX_ROWS];
  for (int r = 0; r < rows; r++) addresses[r] = scratch + plan->probabilities + r * plan->probability_pitch;
  const int starts = a->probabilities_format.kind == CKERNELS_FORMAT_U8;
  ckernels_gemm_tile tile = {
    .rows = addresses, .tap_stride = rows, .taps = 1, .depth = a->keys, .sums = scratch + plan->results};
  ckernels_gemm_finish finish = {.dst_pitch = a->dst.row_pitch, .dst_format = a->dst.format};
  for (ptrdiff_t first = 0; first < a->value_depth; first += kernel->nr) {
    const ptrdiff_t width = panel_columns(kernel, a->value_depth, first);
    tile.weights = scratch + plan->packed_v + groups * first * 4;
    tile.start = starts ? (const int32_t *)(scratch + plan->start_v) + first : NULL;
    kernel->tile(&tile, rows, (int)(width / kernel->lanes));
    finish.scale = (const float *)(scratch + plan->factors) + first;
    finish.bias = (const float *)(scratch + plan->bias) + first;
    finish.dst = dst + first * ckernels_format_bytes(a->dst.format.kind);
    kernel->finish(&finish, tile.sums, width, rows, (int)smaller(a->value_depth - first, kernel->nr));
  }
}

/// Softmax of `rows` rows of sums to probabilities, a step for all rows at a time, so that one row's last step and the
/// next one's first overlap.
INLINE void softmax_tile(const int is_integer, const ckernels_attention *a, const attention_plan *plan,
  const attention_head *head, ptrdiff_t query, int rows, char *scratch) {
  const element_rounding rounding = rounding_to(a->probabilities_format);
  const float *const sums = (const float *)(scratch + plan->sums);
  float *const scores = (float *)(scratch + plan->scores);
  float greatest[CKERNELS_GEMM_MAX_ROWS], factors[CKERNELS_GEMM_MAX_ROWS];
  for (int r = 0; r < rows; r++) {
    const float *addend = head->addend ? head->addend + (query + r) * a->addend_row_stride : NULL;
    greatest[r] = score_row(is_integer, a, sums, r, rows, head->mask, addend, scores + r * plan->score_pitch);
  }
  for (int r = 0; r < rows; r++) {
    float *const row_scores = scores + r * plan->score_pitch;
    const softmax_row row = {{CKERNELS_FORMAT_FP32, 1.0f, 0}, row_scores, head->mask, NULL, 0};
    // As the separate operators: with a mask, a row that counts for nothing is 0, without one it is NaN.
    const lanes_f32 offset = a->mask && greatest[r] == -__builtin_inff() ? 0.0f : greatest[r];
    const float sum = exponentiate_row(CKERNELS_FORMAT_FP32, &row, offset, a->keys, row_scores);
    factors[r] = a->mask && sum == 0.0f ? 0.0f : 1.0f / sum;
  }
  for (int r = 0; r < rows; r++) {
    void *to = scratch + plan->probabilities + r * plan->probability_pitch;
    store_shares(rounding, to, scores + r * plan->score_pitch, factors[r], head->mask, a->keys);
  }
}

/// Asks for rows begin ..< end of k and v of head `index`, which will be packed next.
INLINE void prefetch_head(const ckernels_attention *a, ptrdiff_t index, ptrdiff_t begin, ptrdiff_t end) {
  const char *k = head_address(a, &a->k, a->depth, index), *v = head_address(a, &a->v, a->value_depth, index);
  prefetch_rows(k, a->k.row_pitch, a->depth * ckernels_format_bytes(a->k.format.kind), begin, end);
  prefetch_rows(v, a->v.row_pitch, a->value_depth * ckernels_format_bytes(a->v.format.kind), begin, end);
}

void FUNCTION(const ckernels_attention *a, const attention_plan *plan, ptrdiff_t begin, ptrdiff_t end, char *scratch) {
  fill((float *)(scratch + plan->factors), a->context_scale, a->value_depth);
  fill((float *)(scratch + plan->bias), 0.0f, a->value_depth);
  const ptrdiff_t q_bytes = a->depth * ckernels_format_bytes(a->q.format.kind);
  const int is_integer = a->scores_kernel->kr == 4;
  attention_head head = {0};
  for (ptrdiff_t part = begin; part < end; part++) {
    const ptrdiff_t index = part / plan->head_parts, first = part % plan->head_parts * plan->part_rows;
    if (part == begin || first == 0) head = prepare_head(a, plan, index, scratch);
    const ptrdiff_t last = smaller(first + plan->part_rows, a->queries);
    const int has_next = (index + 1) * plan->head_parts < end;
    for (ptrdiff_t query = first; query < last; query += plan->tile_rows) {
      const int rows = (int)smaller(last - query, plan->tile_rows);
      const char *q = head.q + query * a->q.row_pitch;
      score_sums(a, plan, q, rows, scratch);
      prefetch_rows(q, a->q.row_pitch, q_bytes, rows, smaller(rows + plan->tile_rows, a->queries - query));
      if (is_integer) {
        softmax_tile(1, a, plan, &head, query, rows, scratch);
      } else {
        softmax_tile(0, a, plan, &head, query, rows, scratch);
      }
      // A part of the next head's rows for each of this one's tiles.
      if (has_next) {
        prefetch_head(a, index + 1, a->keys * query / a->queries, a->keys * (query + rows) / a->queries);
      }
      context_rows(a, plan, head.dst + query * a->dst.row_pitch, rows, scratch);
    }
  }
}
