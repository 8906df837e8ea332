#pragma once
#include "ckernels_gemm.h"

/// 3 x 3 convolutions of stride and dilation 1 by Winograd's minimal filtering F(4 x 4, 3 x 3): 36 products for 16
/// results and each pair of channels, where the direct sum has 144.
///
/// The result is cut into *tiles* of 4 x 4 pixels, numbered through all images row by row. A tile's 6 x 6 inputs are
/// transformed, channel by channel, to 36 values (B^T d B); the weights were transformed once (G g G^T); 36 matrix
/// products, tiles x channels x output channels, give 36 sums for each tile and output channel, whose transform (A^T m
/// A) are the 16 results. Winograd, Arithmetic Complexity of Computations (1980); Lavin and Gray, Fast Algorithms for
/// Convolutional Neural Networks (2016).
///
/// The transforms interpolate at 0, +-5/8, +-3/2 and infinity, which keep the rounding errors less than twice those of
/// the direct sum; with Lavin's 0, +-1, +-2 they are four times as large (docs/winograd.md).
///
/// Work is done in *blocks* of tiles, whose transformed inputs and sums should stay in the cache. Threads may share a
/// block: ckernels_winograd_transform_input for parts of its tiles, then a barrier, then ckernels_winograd_multiply for
/// parts of its panels; or take blocks of their own, each with its own memory.

/// What of the weights is held in memory.
typedef enum ckernels_winograd_weights {
  /// Their transforms, rounded once from FP64: four times the weights, for many tiles.
  CKERNELS_WINOGRAD_TRANSFORMED = 0,
  /// Themselves; each product transforms them on its way, in FP32. For few tiles, whose products take less time than
  /// the
  /// transforms would take from memory.
  CKERNELS_WINOGRAD_UNTRANSFORMED = 1,
} ckernels_winograd_weights;

/// Where the tiles' transforms come from in memory, and what becomes of the sums.
typedef struct ckernels_winograd {
  /// The FP32 kernel that multiplies; it also decides how long the vectors of the transforms are.
  const ckernels_gemm_kernel *kernel;
  int32_t batch, height, width, channels;
  /// Rows above and columns before the image. What lies below and behind follows from the results' extents.
  int32_t padding_top, padding_left;
  int32_t out_height, out_width, out_channels;
  /// Dense NHWC.
  const float *src;
  ckernels_winograd_weights form;
  /// From ckernels_winograd_pack for the same kernel, form, channels and output channels.
  const float *weights;
  /// Pointers of the whole result, NHWC; its pitches are the bytes from a pixel to the next.
  ckernels_gemm_finish finish;
} ckernels_winograd;

/// Tiles of all images.
ptrdiff_t ckernels_winograd_tiles(const ckernels_winograd *convolution);

/// Output channels of a panel: what the work of a block is divided in.
ptrdiff_t ckernels_winograd_panel(const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form);

/// Bytes of packed weights; -1 where that overflows.
ptrdiff_t ckernels_winograd_packed_bytes(
  const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form, ptrdiff_t channels, ptrdiff_t out_channels);

/// Packs weights (out_channels, channels, 3, 3), transformed or not, for panels begin ..< end.
void ckernels_winograd_pack(const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form, const float *weights,
  ptrdiff_t channels, ptrdiff_t out_channels, ptrdiff_t begin, ptrdiff_t end, float *packed);

/// Bytes of a block's transformed inputs, and of the sums that a thread needs for itself; -1 where that overflows.
ptrdiff_t ckernels_winograd_input_bytes(ptrdiff_t channels, ptrdiff_t block_tiles);
ptrdiff_t ckernels_winograd_sums_bytes(ptrdiff_t block_tiles);

/// A range of tiles whose transformed inputs lie together.
typedef struct ckernels_winograd_block {
  ptrdiff_t begin, end;
  /// Aligned to 64 bytes.
  float *inputs;
} ckernels_winograd_block;

/// Transforms the inputs of tiles begin ..< end of the block.
void ckernels_winograd_transform_input(
  const ckernels_winograd *convolution, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end);

/// Multiplies a block's transformed inputs with panels begin ..< end, transforms
/// the sums and finishes the results. `sums` is aligned to 64 bytes and used by nobody else.
void ckernels_winograd_multiply(const ckernels_winograd *convolution, const ckernels_winograd_block *block,
  ptrdiff_t begin, ptrdiff_t end, float *sums);
