// The loops around the tiles: once for every kernel.
#include <string.h>

#include "panels.h"

ptrdiff_t ckernels_gemm_packed_bytes(
  const ckernels_gemm_kernel *kernel, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns) {
  ptrdiff_t bytes;
  if (taps < 0 || depth < 0 || columns < 0 || columns > PTRDIFF_MAX - kernel->lanes) return -1;
  const ptrdiff_t width = (columns + kernel->lanes - 1) / kernel->lanes * kernel->lanes;
  if (__builtin_mul_overflow(taps, groups_of(kernel, depth), &bytes) || __builtin_mul_overflow(bytes, width, &bytes) ||
      __builtin_mul_overflow(bytes, 4, &bytes)) {
    return -1;
  }
  return bytes;
}

void ckernels_gemm_pack(const ckernels_gemm_kernel *kernel, const void *weights, ptrdiff_t tap_stride,
  ptrdiff_t depth_stride, ptrdiff_t column_stride, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t begin,
  ptrdiff_t end, void *packed) {
  const ptrdiff_t kr = kernel->kr, size = 4 / kr, groups = groups_of(kernel, depth);
  for (ptrdiff_t panel = begin; panel < end; panel++) {
    const ptrdiff_t first = panel * kernel->nr, width = panel_columns(kernel, columns, first);
    const ptrdiff_t valid = columns - first < width ? columns - first : width;
    char *dst = (char *)packed + taps * groups * first * 4;
    for (ptrdiff_t tap = 0; tap < taps; tap++) {
      for (ptrdiff_t group = 0; group < groups; group++, dst += width * 4) {
        const ptrdiff_t left = depth - group * kr, count = left < kr ? left : kr;
        if (count < kr || valid < width) memset(dst, 0, (size_t)width * 4);
        for (ptrdiff_t k = 0; k < count; k++) {
          const char *src =
            (const char *)weights + (tap * tap_stride + (group * kr + k) * depth_stride + first * column_stride) * size;
          const ptrdiff_t step = column_stride * size;
          char *to = dst + k * size;
          if (size == 4) {
            for (ptrdiff_t c = 0; c < valid; c++) memcpy(to + c * 4, src + c * step, 4);
          } else if (size == 2) {
            for (ptrdiff_t c = 0; c < valid; c++) memcpy(to + c * 4, src + c * step, 2);
          } else {
            for (ptrdiff_t c = 0; c < valid; c++) to[c * 4] = src[c * step];
          }
        }
      }
    }
  }
}

/// What a product is cut into along its taps and depth.
typedef struct chunking {
  ptrdiff_t count, taps, depth;
} chunking;

static chunking chunks_of(const ckernels_gemm_product *p) {
  const ptrdiff_t extent = p->taps == 1 ? p->depth : p->taps;
  const ptrdiff_t chunk = p->chunk > 0 && p->chunk < extent ? p->chunk : extent;
  const ptrdiff_t count = chunk > 0 ? (extent + chunk - 1) / chunk : 1;
  return p->taps == 1 ? (chunking){count, 1, chunk} : (chunking){count, chunk, p->depth};
}

static ptrdiff_t tiles_in(ptrdiff_t rows, ptrdiff_t mr) { return (rows + mr - 1) / mr; }

/// Part `index` of `items` cut into `parts` that differ by at most one.
static ptrdiff_t part_begin(ptrdiff_t index, ptrdiff_t parts, ptrdiff_t items) {
  const ptrdiff_t base = items / parts, extra = items % parts;
  return index * base + (index < extra ? index : extra);
}

static ptrdiff_t clamped_block(const ckernels_gemm_product *p) {
  const ptrdiff_t block = p->row_block > 0 && p->row_block < p->rows ? p->row_block : p->rows;
  return block < 1 ? 1 : block;
}

void ckernels_gemm_choose_blocks(ckernels_gemm_product *p, ptrdiff_t cache_bytes) {
  const ckernels_gemm_kernel *kernel = p->kernel;
  // Asked of any product, also of one whose weights no memory holds.
  ptrdiff_t tap_bytes, panel_bytes;
  if (__builtin_mul_overflow(groups_of(kernel, p->depth), kernel->nr * 4, &tap_bytes)) tap_bytes = PTRDIFF_MAX;
  if (__builtin_mul_overflow(p->taps, tap_bytes, &panel_bytes)) panel_bytes = PTRDIFF_MAX;
  p->chunk = 0;
  if (panel_bytes > cache_bytes / 8 * 5) {
    // As few chunks of half the cache as there must be, all about as large.
    const ptrdiff_t block = kernel->block;
    const ptrdiff_t unit_bytes = p->taps > 1 ? tap_bytes : block / kernel->kr * kernel->nr * 4;
    const ptrdiff_t units = p->taps > 1 ? p->taps : p->depth / block + (p->depth % block != 0);
    const ptrdiff_t fitting = cache_bytes / 2 / unit_bytes, most = fitting > 1 ? fitting : 1;
    const ptrdiff_t chunks = units / most + (units % most != 0);
    p->chunk = (units / chunks + (units % chunks != 0)) * (p->taps > 1 ? 1 : block);
  }
  // Neighbouring pixels share most of their windows: a row brings one pixel's channels, times the stride.
  const ptrdiff_t stride = p->taps > 1 ? (ptrdiff_t)p->source.geometry.stride_y * p->source.geometry.stride_x : 1;
  ptrdiff_t row_bytes;
  if (__builtin_mul_overflow(p->depth, 4 / kernel->kr, &row_bytes) ||
      __builtin_mul_overflow(row_bytes, stride, &row_bytes) || row_bytes > cache_bytes) {
    row_bytes = cache_bytes;
  }
  const ptrdiff_t rows = cache_bytes / 8 * 3 / (row_bytes + 1), least = 8 * kernel->mr;
  p->row_block = rows > least ? rows : least;
}

ptrdiff_t ckernels_gemm_scratch_bytes(const ckernels_gemm_product *p) {
  const ptrdiff_t block = clamped_block(p);
  ptrdiff_t pointers, sums;
  if (__builtin_mul_overflow(block, p->taps, &pointers) ||
      __builtin_mul_overflow(pointers, (ptrdiff_t)sizeof(void *), &pointers) ||
      __builtin_mul_overflow(chunks_of(p).count > 1 ? block : p->kernel->mr, p->kernel->nr * 4, &sums) ||
      __builtin_add_overflow(pointers, 127, &pointers) || __builtin_add_overflow(pointers, sums, &pointers)) {
    return -1;
  }
  return pointers & ~(ptrdiff_t)63;
}

static ptrdiff_t at_most(ptrdiff_t value, ptrdiff_t bound) { return value < bound ? value : bound; }

static ptrdiff_t clamp(ptrdiff_t value, ptrdiff_t low, ptrdiff_t high) {
  return value < low ? low : value > high ? high : value;
}

/// Fills pointers[tap * stride + i] for `count` pixels of one output line from `ox` on.
static void point_line(const ckernels_gemm_source *s, const char *image, ptrdiff_t oy, ptrdiff_t ox, ptrdiff_t count,
  const void **pointers, ptrdiff_t stride) {
  const ckernels_convolution *g = &s->geometry;
  const ptrdiff_t step = g->stride_x * s->pixel_pitch;
  for (ptrdiff_t ky = 0; ky < g->kernel_height; ky++) {
    const ptrdiff_t y = oy * g->stride_y - g->padding_top + ky * g->dilation_y;
    const int is_inside = y >= 0 && y < g->height;
    for (ptrdiff_t kx = 0; kx < g->kernel_width; kx++, pointers += stride) {
      // The column of pixel 0, and the pixels whose columns lie inside.
      const ptrdiff_t x = ox * g->stride_x - g->padding_left + kx * g->dilation_x;
      const ptrdiff_t before = x < 0 ? (-x + g->stride_x - 1) / g->stride_x : 0;
      const ptrdiff_t inside = x < g->width ? (g->width - 1 - x) / g->stride_x + 1 : 0;
      const ptrdiff_t first = is_inside ? at_most(before, count) : count;
      const ptrdiff_t end = clamp(inside, first, count);
      // As an integer, because the pixel before the first may lie before the tensor.
      const uintptr_t address = (uintptr_t)image + (uintptr_t)(y * s->line_pitch + x * s->pixel_pitch);
      for (ptrdiff_t i = 0; i < first; i++) pointers[i] = s->padding;
      for (ptrdiff_t i = first; i < end; i++) pointers[i] = (const void *)(address + (uintptr_t)(i * step));
      for (ptrdiff_t i = end; i < count; i++) pointers[i] = s->padding;
    }
  }
}

/// Fills pointers[tap * count + row] for rows `begin` to `begin + count`.
static void point(const ckernels_gemm_product *p, ptrdiff_t begin, ptrdiff_t count, const void **pointers) {
  const ckernels_gemm_source *s = &p->source;
  const ptrdiff_t width = s->geometry.out_width, height = s->geometry.out_height;
  ptrdiff_t image = begin / (width * height), oy = begin / width % height, ox = begin % width;
  for (ptrdiff_t row = 0; row < count; ox = 0) {
    const ptrdiff_t part = at_most(width - ox, count - row);
    point_line(s, (const char *)s->src + image * s->image_pitch, oy, ox, part, pointers + row, count);
    row += part;
    if (++oy == height) {
      oy = 0;
      image++;
    }
  }
}

/// Has a tile bring `bytes` from `from` on into the cache while it multiplies.
static void prefetch(const char *from, ptrdiff_t bytes, const ckernels_gemm_product *p, ckernels_gemm_tile *tile) {
  const ptrdiff_t steps = tile->taps * groups_of(p->kernel, tile->depth);
  tile->prefetch = from;
  tile->prefetch_step = steps > 0 ? bytes / steps : 0;
}

/// The same for the pixels of the next tile, which the first panel is the first to read: they may come from memory.
static void prefetch_rows(
  const ckernels_gemm_product *p, const void *const *rows, ptrdiff_t count, ckernels_gemm_tile *tile) {
  const uintptr_t first = (uintptr_t)rows[0], last = (uintptr_t)rows[count - 1];
  const ptrdiff_t bytes = p->depth * (4 / p->kernel->kr);
  // Further apart, or in another order (padding, the next image), they are not one piece of memory.
  const int is_dense = last >= first && last - first <= (uintptr_t)(4 * count * bytes);
  prefetch(rows[0], is_dense ? (ptrdiff_t)(last - first) + bytes : bytes, p, tile);
}

void ckernels_gemm_run(const ckernels_gemm_product *p, ptrdiff_t row_begin, ptrdiff_t row_end, ptrdiff_t panel_begin,
  ptrdiff_t panel_end, void *scratch) {
  if (row_begin >= row_end || panel_begin >= panel_end) return;
  const ckernels_gemm_kernel *kernel = p->kernel;
  const ptrdiff_t mr = kernel->mr, nr = kernel->nr, groups = groups_of(kernel, p->depth);
  const chunking chunks = chunks_of(p);
  const int is_plain = p->taps == 1 && chunks.count == 1;
  const ptrdiff_t blocks = tiles_in(row_end - row_begin, clamped_block(p));
  const ptrdiff_t sums_rows = chunks.count > 1 ? clamped_block(p) : mr;
  char *const sums = scratch;
  const void **const pointers = (const void **)(sums + sums_rows * nr * 4);

  for (ptrdiff_t block = 0; block < blocks; block++) {
    const ptrdiff_t begin = row_begin + part_begin(block, blocks, row_end - row_begin);
    const ptrdiff_t rows = row_begin + part_begin(block + 1, blocks, row_end - row_begin) - begin;
    const ptrdiff_t tiles = tiles_in(rows, mr);
    point(p, begin, rows, pointers);
    for (ptrdiff_t panel = panel_begin; panel < panel_end; panel++) {
      const ptrdiff_t first = panel * nr, width = panel_columns(kernel, p->columns, first);
      const ptrdiff_t columns = p->columns - first < nr ? p->columns - first : nr;
      const char *weights = (const char *)p->weights + p->taps * groups * first * 4;
      for (ptrdiff_t chunk = 0; chunk < chunks.count; chunk++) {
        const ptrdiff_t tap = p->taps == 1 ? 0 : chunk * chunks.taps;
        const ptrdiff_t from = p->taps == 1 ? chunk * chunks.depth : 0;
        const ptrdiff_t taps = p->taps - tap < chunks.taps ? p->taps - tap : chunks.taps;
        const ptrdiff_t depth = p->depth - from < chunks.depth ? p->depth - from : chunks.depth;
        const ptrdiff_t chunk_bytes = taps * groups_of(kernel, depth) * width * 4;
        // The next chunk, panel or block comes from memory while this one is multiplied.
        const int is_last = chunk + 1 == chunks.count;
        const int more = !is_last || panel + 1 < panel_end;
        ckernels_gemm_tile tile = {
          .tap_stride = rows,
          .taps = taps,
          .depth = depth,
          .weights = weights,
          .prefetch = NULL,
          .prefetch_step = 0,
          .start = chunk == 0 && p->start ? p->start + first : NULL,
          .continues = chunk > 0,
        };
        ckernels_gemm_finish finish = p->finish;
        if (finish.scale) finish.scale += first;
        finish.bias += first;
        for (ptrdiff_t t = 0; t < tiles; t++) {
          const ptrdiff_t row = part_begin(t, tiles, rows), count = part_begin(t + 1, tiles, rows) - row;
          const void *moved[CKERNELS_GEMM_MAX_ROWS];
          tile.rows = pointers + tap * rows + row;
          if (from > 0) {
            for (ptrdiff_t r = 0; r < count; r++) moved[r] = (const char *)tile.rows[r] + from * (4 / kernel->kr);
            tile.rows = moved;
          }
          tile.sums = chunks.count > 1 ? sums + row * nr * 4 : sums;
          tile.prefetch = NULL;
          if (panel == panel_begin && is_plain && t + 1 < tiles) {
            prefetch_rows(p, tile.rows + count, part_begin(t + 2, tiles, rows) - row - count, &tile);
          } else if (more) {
            const ptrdiff_t share = chunk_bytes / tiles;
            prefetch(weights + chunk_bytes + t * share, share, p, &tile);
          }
          kernel->tile(&tile, (int)count, (int)(width / kernel->lanes));
          if (!is_last) continue;
          const ptrdiff_t at = begin + row, size = ckernels_format_bytes(p->finish.dst_format.kind);
          const ptrdiff_t residual_size = ckernels_format_bytes(p->finish.residual_format.kind);
          finish.dst = (char *)p->finish.dst + at * finish.dst_pitch + first * size;
          if (p->finish.residual) {
            finish.residual = (const char *)p->finish.residual + at * finish.residual_pitch + first * residual_size;
          }
          kernel->finish(&finish, tile.sums, width, (int)count, (int)columns);
        }
        weights += chunk_bytes;
      }
    }
  }
}
