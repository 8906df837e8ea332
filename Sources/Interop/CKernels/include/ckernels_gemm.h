#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ckernels_types.h"

/// Matrix products on packed weights: dst (rows x columns) = epilogue(src (rows x taps * depth) x weights).
///
/// The same kernels serve inner products, convolutions and attention, because each row of the left operand has an
/// address of its own for every *tap*: a tap is one element of a convolution's window (there is one tap for a plain
/// product), and at a tap a row is `depth` consecutive elements, the channels of one pixel.

/// The largest tile of any kernel.
enum { CKERNELS_GEMM_MAX_ROWS = 16, CKERNELS_GEMM_MAX_COLUMNS = 64 };

/// The operand types of a product and the type its sums have.
typedef enum ckernels_gemm_types {
  /// FP32 x FP32, FP32 sums: one multiply-add for each product, in index order, fused where the CPU can (where the
  /// kernel needs FMA).
  CKERNELS_GEMM_F32 = 0,
  /// BF16 x BF16, FP32 sums, as VDPBF16PS adds them: of each pair of elements first the odd one, then the even one.
  CKERNELS_GEMM_BF16 = 1,
  /// u8 x s8, s32 sums, exact; wrapping.
  CKERNELS_GEMM_U8S8 = 2,
  /// u8 x s8 whose weights are in -64 ... 64, so that the 16-bit sums of pairs cannot saturate; s32 sums, exact.
  CKERNELS_GEMM_U8S7 = 3,

  // Kernels of the emulator: one numerics contract each, the same bits at every level.

  /// FP32 x FP32, FP32 sums: one fused multiply-add for each product, in index order, fused on every CPU.
  CKERNELS_GEMM_F32_CHAIN = 4,
  /// FP32 x FP32: of each 32 elements of a tap a chain of fused multiply-adds from +0; sum = sum + chain, in FP32. The
  /// depth of each tap is cut into blocks on its own; the last is shorter.
  CKERNELS_GEMM_F32_BLOCKS = 5,
  /// FP16 x FP16, all held as FP32: one fused multiply-add after the other, each rounded once, to FP16.
  CKERNELS_GEMM_F16_CHAIN = 6,
  /// BF16 x BF16 as TDPBF16PS adds them: of each 32 elements of a tap the even and the odd ones in chains of fused
  /// multiply-adds of their own from +0; sum = sum + (even + odd). Subnormal operands and results count as zero. The
  /// depth of each tap is cut into tiles of 32 on its own; the last is shorter, and a last pair is filled with a zero.
  CKERNELS_GEMM_BF16_TILES = 7,
  /// u8 x s8: sums of two products that saturate at 16 bits (VPMADDUBSW), two of which are added to the s32 sum.
  CKERNELS_GEMM_U8S8_PAIRS = 8,
  /// u8 x s8: sums of four products that are added to the s32 sum with saturation (VPDPBUSDS). The sum begins with
  /// `start`, as where VNNI kernels load the compensation of zero points into the accumulator first: what saturates is
  /// the compensated sum.
  CKERNELS_GEMM_U8S8_SATURATING = 9,
  /// As CKERNELS_GEMM_U8S8, where no instruction adds four products.
  CKERNELS_GEMM_U8S8_WRAPPING = 10,
} ckernels_gemm_types;

/// One product of a few rows with one panel of packed weights.
typedef struct ckernels_gemm_tile {
  /// Row addresses: rows[tap * tap_stride + row].
  const void *const *rows;
  ptrdiff_t tap_stride;
  ptrdiff_t taps;
  /// Elements at each tap.
  ptrdiff_t depth;
  /// The panel: [tap][ceil(depth / kr)][vectors * lanes][kr], zeros beyond depth.
  const void *weights;
  /// Memory that will be needed soon, or NULL: one line for each kr elements of depth, `prefetch_step` bytes on.
  const char *prefetch;
  ptrdiff_t prefetch_step;
  /// Rows x (vectors * lanes) sums, dense: FP32, or s32 for integers.
  void *sums;
  /// What the sums start from: those in `sums` if `continues`, else `start` (one s32 for each column) or zeros.
  const int32_t *start;
  int continues;
} ckernels_gemm_tile;

/// What turns sums into results: value = activation(sum * scale[column] + bias[column] + residual * residual's scale),
/// rounded to `dst_format` and stored in that format's own size. NaN, which no integer is, becomes the least that the
/// activation and an integer format allow. One FP32 operation, or fused multiply-add, at a time.
typedef struct ckernels_gemm_finish {
  /// Factor for each column, or NULL for 1.
  const float *scale;
  /// Addend for each column; never NULL.
  const float *bias;
  /// Laid out like the result but in its own format and pitch; NULL for none.
  const void *residual;
  /// Bytes from one row to the next.
  ptrdiff_t residual_pitch;
  ckernels_format residual_format;
  void *dst;
  ptrdiff_t dst_pitch;
  ckernels_format dst_format;
  ckernels_activation activation;
  /// The activation's figures.
  float alpha, beta;
} ckernels_gemm_finish;

/// One row of the kernel table.
typedef struct ckernels_gemm_kernel {
  /// For example "gemm:f32:avx512_core:6x64".
  const char *name;
  ckernels_gemm_types types;
  /// CPU features that it needs (ckernels_feature).
  uint32_t features;
  /// The largest tile: mr rows, nr = vectors * lanes columns; kr elements of depth that are multiplied together.
  int mr, nr, kr, lanes;
  /// Elements of depth that are summed on their own, or kr: a chunk of depth is a multiple of this.
  int block;
  /// Computes `rows` (1 ... mr) x `vectors` (1 ... nr / lanes) vectors of sums.
  void (*tile)(const ckernels_gemm_tile *tile, int rows, int vectors);
  /// Finishes `rows` x `columns` sums, whose rows are `sums_pitch` elements (whole vectors) apart; may change them.
  void (*finish)(const ckernels_gemm_finish *finish, void *sums, ptrdiff_t sums_pitch, int rows, int columns);
  /// Packs panels `begin` ... `end` of a matrix whose rows lie `pitch` bytes apart, as `ckernels_gemm_pack` does for
  /// one tap: `depth` rows of `columns` elements or, where it `is_transposed`, `columns` rows of `depth` elements.
  void (*pack)(const void *src, ptrdiff_t pitch, int is_transposed, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t begin,
    ptrdiff_t end, void *packed);
  /// `factor` times the sums of the columns of packed s8 weights, of panels `begin` ... `end`; wrapping. `sums` has
  /// whole vectors of `lanes`: those of columns that are not there are 0. NULL for floats.
  void (*column_sums)(const void *packed, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t begin,
    ptrdiff_t end, int32_t factor, int32_t *sums);
} ckernels_gemm_kernel;

/// The kernel table: every kernel of this build, the most preferred of each type first. Returns their number.
int ckernels_gemm_kernels(const ckernels_gemm_kernel *const **kernels);

/// Bytes of packed weights for `taps` x `depth` x `columns`; -1 where that overflows.
ptrdiff_t ckernels_gemm_packed_bytes(
  const ckernels_gemm_kernel *kernel, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns);

/// Packs weights into panels of nr columns, the last as many vectors wide as it needs.
///
/// weights[tap * tap_stride + k * depth_stride + column * column_stride] (elements) is in the kernel's own type: FP32,
/// BF16 bits or s8. `begin` ... `end`: the panels to write.
void ckernels_gemm_pack(const ckernels_gemm_kernel *kernel, const void *weights, ptrdiff_t tap_stride,
  ptrdiff_t depth_stride, ptrdiff_t column_stride, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t begin,
  ptrdiff_t end, void *packed);

/// Where the rows of the left operand lie.
///
/// Row r at tap t is the pixel of image r / (out_height * out_width) at (oy * stride_y + ky * dilation_y - padding_top,
/// ox * stride_x + kx * dilation_x - padding_left) with (oy, ox) from r and (ky, kx) = t, and `padding` where that lies
/// outside. A plain matrix is one image of height 1, width = rows and one tap.
typedef struct ckernels_gemm_source {
  /// Channels-last pixels.
  const void *src;
  /// Bytes from a pixel to the next, from a line to the next, from an image to the next.
  ptrdiff_t pixel_pitch, line_pitch, image_pitch;
  /// `channels` counts for nothing here; the depth of the product does.
  ckernels_convolution geometry;
  /// `depth` elements that stand for pixels outside: zeros, or the zero point.
  const void *padding;
} ckernels_gemm_source;

/// A whole product, decided once.
typedef struct ckernels_gemm_product {
  const ckernels_gemm_kernel *kernel;
  ckernels_gemm_source source;
  ptrdiff_t rows, columns, taps, depth;
  /// Packed for all columns.
  const void *weights;
  /// What integer sums start from, one for each column and zeros up to whole vectors of `lanes`, or NULL.
  const int32_t *start;
  /// Pointers and pitches of the whole result.
  ckernels_gemm_finish finish;
  /// Rows that are multiplied with a panel before the next panel is taken (their source should stay in the cache).
  ptrdiff_t row_block;
  /// Taps (or, where there is one tap, elements of depth: a multiple of the kernel's block) that are multiplied before
  /// the next rows are taken, so that this part of a panel stays in the cache.
  ptrdiff_t chunk;
} ckernels_gemm_product;

/// Chooses `row_block` and `chunk` for a second-level cache of `cache_bytes` of one core: a part of a panel and the
/// source of a block of rows stay in it together.
void ckernels_gemm_choose_blocks(ckernels_gemm_product *product, ptrdiff_t cache_bytes);

/// Scratch bytes that one thread needs for a product; -1 where that overflows.
ptrdiff_t ckernels_gemm_scratch_bytes(const ckernels_gemm_product *product);

/// Computes rows row_begin ..< row_end of panels panel_begin ..< panel_end (of nr columns). `scratch` is aligned to 64
/// bytes and used by nobody else.
void ckernels_gemm_run(const ckernels_gemm_product *product, ptrdiff_t row_begin, ptrdiff_t row_end,
  ptrdiff_t panel_begin, ptrdiff_t panel_end, void *scratch);
