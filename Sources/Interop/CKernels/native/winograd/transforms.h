// The transforms of F(4 x 4, 3 x 3) for one instruction-set level: vectors of LANES channels.
//
// The including file defines LANES and TRANSFORMS, the name of the level's functions.
#include "../../operators/lanes.h"
#include "plan.h"

#pragma clang diagnostic push
// Results are finished as the matrix kernels finish theirs; the other steps are not needed.
#pragma clang diagnostic ignored "-Wunused-function"
#include "../gemm/steps.h"
#pragma clang diagnostic pop

// The points are 0, +-P, +-Q and infinity. Their products up to the third power are exact in FP32.
#define P 0.625f
#define Q 1.5f

/// Elements of B^T d at a point and its negative; `other` is the square of the other pair's point.
INLINE void input_pair(const lanes_f32 d[6], float point, float other, lanes_f32 *plus, lanes_f32 *minus) {
  const lanes_f32 even = multiply_add(d[2], (lanes_f32)-other, d[4]);
  const lanes_f32 odd = multiply_add(d[1], (lanes_f32)-other, d[3]);
  *plus = multiply_add(odd, (lanes_f32)point, even);
  *minus = multiply_add(odd, (lanes_f32)-point, even);
}

/// The first element of B^T d from d0, d2, d4, and the last one from d1, d3, d5.
INLINE lanes_f32 input_end(lanes_f32 a, lanes_f32 b, lanes_f32 c) {
  return multiply_add(a, (lanes_f32)(P * P * Q * Q), multiply_add(b, (lanes_f32) - (P * P + Q * Q), c));
}

/// result = B^T d.
INLINE void input_line(const lanes_f32 d[6], lanes_f32 result[6]) {
  result[0] = input_end(d[0], d[2], d[4]);
  input_pair(d, P, Q * Q, &result[1], &result[2]);
  input_pair(d, Q, P * P, &result[3], &result[4]);
  result[5] = input_end(d[1], d[3], d[5]);
}

/// B^T d B for a vector of channels: pixel (y, x) at src[y * row + x * column], element (y, x) to dst[(6y + x) *
/// plane].
INLINE void input_tile(const float *src, ptrdiff_t row, ptrdiff_t column, float *dst, ptrdiff_t plane) {
  lanes_f32 half[6][6];
#pragma clang loop unroll(full)
  for (int y = 0; y < 6; y++) {
    lanes_f32 line[6];
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) line[x] = load(src + y * row + x * column);
    input_line(line, half[y]);
  }
#pragma clang loop unroll(full)
  for (int x = 0; x < 6; x++) {
    lanes_f32 line[6], result[6];
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) line[y] = half[y][x];
    input_line(line, result);
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) store(dst + (6 * y + x) * plane, result[y]);
  }
}

/// A vector of channels of a tile that reaches over the image's edge, or the last channels: copied first.
static void input_edge(const ckernels_winograd *w, tile_place at, ptrdiff_t channel, float *dst, ptrdiff_t plane) {
  float pixels[36 * LANES];
  const ptrdiff_t count = smaller(w->channels - channel, LANES);
  for (ptrdiff_t y = 0; y < 6; y++) {
    const int within = at.top + y >= 0 && at.top + y < w->height;
    for (ptrdiff_t x = 0; x < 6; x++) {
      lanes_f32 value = 0.0f;
      if (within && at.left + x >= 0 && at.left + x < w->width) {
        const ptrdiff_t pixel = (at.image * w->height + at.top + y) * w->width + at.left + x;
        value = load_up_to(w->src + pixel * w->channels + channel, count);
      }
      store(pixels + (6 * y + x) * LANES, value);
    }
  }
  input_tile(pixels, 6 * LANES, LANES, dst, plane);
}

/// Asks for the channels of the columns that a tile does not share with the one before it.
INLINE void prefetch_input(const float *src, ptrdiff_t row, ptrdiff_t column) {
#pragma clang loop unroll(full)
  for (ptrdiff_t y = 0; y < 6; y++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t x = 0; x < 4; x++) __builtin_prefetch(address_of(src, y * row + x * column), 0, 3);
  }
}

static void transform_input(
  const ckernels_winograd *w, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end) {
  if (begin >= end) return;
  const ptrdiff_t channels = w->channels, pitch = pitch_of(channels), row = w->width * channels;
  const int few = w->form == CKERNELS_WINOGRAD_UNTRANSFORMED;
  const ptrdiff_t plane = few ? FEW_TILES * FEW_DEPTH : plane_of(block->end - block->begin, channels);
  tile_place next = place_of(w, begin);
  for (ptrdiff_t tile = begin; tile < end; tile++) {
    const tile_place at = next;
    next = place_of(w, tile + 1);
    const int inside = at.top >= 0 && at.left >= 0 && at.top + 6 <= w->height && at.left + 6 <= w->width;
    const float *src = inside ? w->src + pixel_of(w, at, 0) * channels : NULL;
    const float *ahead = address_of(w->src, pixel_of(w, next, 2) * channels);
    for (ptrdiff_t c = 0; c < channels; c += LANES) {
      const ptrdiff_t index = tile - block->begin;
      float *dst =
        block->inputs + (few ? few_inputs_at(index, c / FEW_DEPTH, channels) + c % FEW_DEPTH : index * pitch + c);
      prefetch_input(address_of(ahead, c), row, channels);
      if (inside && c + LANES <= channels) {
        input_tile(src + c, row, channels, dst, plane);
      } else {
        input_edge(w, at, c, dst, plane);
      }
    }
  }
}

/// result = A^T m.
INLINE void output_line(const lanes_f32 m[6], lanes_f32 result[4]) {
  const lanes_f32 sum_p = m[1] + m[2], sum_q = m[3] + m[4], odd_p = m[1] - m[2], odd_q = m[3] - m[4];
  result[0] = m[0] + (sum_p + sum_q);
  result[1] = multiply_add(odd_p, (lanes_f32)P, Q * odd_q);
  result[2] = multiply_add(sum_p, (lanes_f32)(P * P), (Q * Q) * sum_q);
  result[3] = multiply_add(odd_p, (lanes_f32)(P * P * P), multiply_add(odd_q, (lanes_f32)(Q * Q * Q), m[5]));
}

/// A^T m A for a vector of output channels: element (y, x) from src[(6 y + x) * plane].
INLINE void output_tile(const float *src, ptrdiff_t plane, lanes_f32 result[4][4]) {
  lanes_f32 half[4][6];
#pragma clang loop unroll(full)
  for (int x = 0; x < 6; x++) {
    lanes_f32 column[6], four[4];
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) column[y] = load(src + (6 * y + x) * plane);
    output_line(column, four);
#pragma clang loop unroll(full)
    for (int y = 0; y < 4; y++) half[y][x] = four[y];
  }
#pragma clang loop unroll(full)
  for (int y = 0; y < 4; y++) output_line(half[y], result[y]);
}

/// What bounds and shifts a vector of results.
typedef struct bounds {
  lanes_f32 scale, bias, floor, ceiling;
} bounds;

/// Finishes and stores rows x columns of a tile's results; inlined once for whole tiles, without a branch.
INLINE void store_tile(const lanes_f32 result[4][4], const bounds *b, ptrdiff_t rows, ptrdiff_t columns, char *dst,
  ptrdiff_t row, ptrdiff_t column, ptrdiff_t count) {
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < 16; i++) {
    if (i / 4 >= rows || i % 4 >= columns) continue;
    const lanes_f32 value = fused(result[i / 4][i % 4], b->scale, b->bias);
    store_up_to(dst + i / 4 * row + i % 4 * column, at_most(at_least(value, b->floor), b->ceiling), count);
  }
}

/// Bounds alone, and FP32 results: finished in registers.
static void output_bounded(const ckernels_winograd *w, const sums_group *group, ptrdiff_t begin, ptrdiff_t end) {
  const ckernels_gemm_finish *f = &w->finish;
  const ptrdiff_t column = f->dst_pitch, row = w->out_width * column;
  const int clips = f->activation == CKERNELS_ACTIVATION_CLIP;
  bounds b;
  b.floor = clips ? f->alpha : f->activation == CKERNELS_ACTIVATION_RELU ? 0.0f : -__builtin_inff();
  b.ceiling = clips ? f->beta : __builtin_inff();
  tile_place next = place_of(w, begin);
  for (ptrdiff_t tile = begin; tile < end; tile++) {
    const tile_place at = next;
    next = place_of(w, tile + 1);
    const int whole = at.rows == 4 && at.columns == 4;
    char *dst = (char *)f->dst + at.result * column + group->first * 4;
    const char *ahead = address_of(f->dst, next.result * column + group->first * 4);
    for (ptrdiff_t c = 0; c < group->columns; c += LANES) {
      const ptrdiff_t channel = group->first + c, left = group->columns - c;
#pragma clang loop unroll(full)
      for (ptrdiff_t i = 0; i < 16; i++) {
        __builtin_prefetch(address_of(ahead, i / 4 * row + i % 4 * column + c * 4), 1, 3);
      }
      lanes_f32 result[4][4];
      output_tile(sums_at(group, tile - begin, c), group->plane, result);
      b.scale = f->scale ? load_up_to(f->scale + channel, left) : (lanes_f32)1.0f;
      b.bias = load_up_to(f->bias + channel, left);
      if (whole && left >= LANES) {
        store_tile(result, &b, 4, 4, dst + c * 4, row, column, LANES);
      } else {
        store_tile(result, &b, at.rows, at.columns, dst + c * 4, row, column, left);
      }
    }
  }
}

/// Everything else: through memory to the matrix kernel's own finishing.
static void output_general(const ckernels_winograd *w, const sums_group *group, ptrdiff_t begin, ptrdiff_t end) {
  ckernels_gemm_finish finish = w->finish;
  const ptrdiff_t size = format_bytes(finish.dst_format), residual_size = format_bytes(finish.residual_format);
  if (finish.scale) finish.scale += group->first;
  finish.bias += group->first;
  for (ptrdiff_t tile = begin; tile < end; tile++) {
    const tile_place at = place_of(w, tile);
    float values[16][WINOGRAD_GROUP];
    for (ptrdiff_t c = 0; c < group->columns; c += LANES) {
      lanes_f32 result[4][4];
      output_tile(sums_at(group, tile - begin, c), group->plane, result);
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) store(values[i] + c, result[i / 4][i % 4]);
    }
    for (ptrdiff_t y = 0; y < at.rows; y++) {
      const ptrdiff_t pixel = at.result + y * w->out_width;
      finish.dst = (char *)w->finish.dst + pixel * finish.dst_pitch + group->first * size;
      if (w->finish.residual) {
        finish.residual =
          (const char *)w->finish.residual + pixel * finish.residual_pitch + group->first * residual_size;
      }
      w->kernel->finish(&finish, values[4 * y], WINOGRAD_GROUP, (int)at.columns, (int)group->columns);
    }
  }
}

static void transform_output(const ckernels_winograd *w, const sums_group *group, ptrdiff_t begin, ptrdiff_t end) {
  const ckernels_activation activation = w->finish.activation;
  const int bounded = activation == CKERNELS_ACTIVATION_NONE || activation == CKERNELS_ACTIVATION_RELU ||
                      activation == CKERNELS_ACTIVATION_CLIP;
  if (bounded && !w->finish.residual && w->finish.dst_format.kind == CKERNELS_FORMAT_FP32) {
    output_bounded(w, group, begin, end);
  } else {
    output_general(w, group, begin, end);
  }
}

#include "few.h"

const winograd_transforms TRANSFORMS = {transform_input, transform_output, multiply_few};
