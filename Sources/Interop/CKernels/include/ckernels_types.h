#pragma once
#include <stddef.h>
#include <stdint.h>

/// The greatest rank of a loop nest. More than 62 extents above 1 do not fit the address space.
enum { CKERNELS_MAX_RANK = 64 };

/// Instruction-set levels of the kernels, oldest first. A level includes all levels before it.
typedef enum ckernels_isa {
  /// Plain C for any CPU.
  CKERNELS_ISA_GENERIC = 0,
  /// AVX2, FMA and F16C.
  CKERNELS_ISA_AVX2 = 1,
  /// AVX-512 F, BW, CD, DQ and VL.
  CKERNELS_ISA_AVX512 = 2,
} ckernels_isa;

/// CPU features that CPUID reports and the operating system has enabled (XCR0), as a bit mask.
typedef enum ckernels_feature {
  CKERNELS_FEATURE_AVX2 = 1 << 0,
  CKERNELS_FEATURE_FMA = 1 << 1,
  CKERNELS_FEATURE_F16C = 1 << 2,
  CKERNELS_FEATURE_AVX512F = 1 << 3,
  CKERNELS_FEATURE_AVX512BW = 1 << 4,
  CKERNELS_FEATURE_AVX512CD = 1 << 5,
  CKERNELS_FEATURE_AVX512DQ = 1 << 6,
  CKERNELS_FEATURE_AVX512VL = 1 << 7,
  CKERNELS_FEATURE_AVX512_VNNI = 1 << 8,
  CKERNELS_FEATURE_AVX512_BF16 = 1 << 9,
  CKERNELS_FEATURE_AVX_VNNI = 1 << 10,
  CKERNELS_FEATURE_AVX = 1 << 11,
  CKERNELS_FEATURE_SSE3 = 1 << 12,
  CKERNELS_FEATURE_AVX512_FP16 = 1 << 13,
  CKERNELS_FEATURE_AVX_VNNI_INT8 = 1 << 14,
  /// AMX: Linux gives a process the tiles' data only after it has asked (clinux_allow_tiles).
  CKERNELS_FEATURE_AMX_TILE = 1 << 15,
  CKERNELS_FEATURE_AMX_BF16 = 1 << 16,
  CKERNELS_FEATURE_AMX_INT8 = 1 << 17,
} ckernels_feature;

/// The features of the CPU that runs this; 0 on architectures other than x86-64.
uint32_t ckernels_cpu_features(void);

/// The highest level that a feature mask allows.
ckernels_isa ckernels_isa_for_features(uint32_t features);

/// The fused functions. NaN stays NaN in all of them.
typedef enum ckernels_activation {
  CKERNELS_ACTIVATION_NONE = 0,
  CKERNELS_ACTIVATION_RELU = 1,
  /// x * Phi(x), the exact (erf) form. Every level is within 4 ULP of the result for x >= -4, and within 5e-8 below.
  CKERNELS_ACTIVATION_GELU = 2,
  /// x * sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), which is the usual form by tanh.
  CKERNELS_ACTIVATION_GELU_TANH = 3,
  /// 1 / (1 + exp(-x)).
  CKERNELS_ACTIVATION_SIGMOID = 4,
  CKERNELS_ACTIVATION_TANH = 5,
  /// x * sigmoid(x); -0 at minus infinity, the limit.
  CKERNELS_ACTIVATION_SILU = 6,
  /// max(0, min(1, alpha * x + beta)).
  CKERNELS_ACTIVATION_HARD_SIGMOID = 7,
  /// x * max(0, min(1, x / 6 + 0.5)).
  CKERNELS_ACTIVATION_HARD_SWISH = 8,
  /// x where it is not negative, alpha * x elsewhere.
  CKERNELS_ACTIVATION_LEAKY_RELU = 9,
  /// min(max(x, alpha), beta).
  CKERNELS_ACTIVATION_CLIP = 10,
} ckernels_activation;

/// The number formats that an emulated activation can be held in.
typedef enum ckernels_format_kind {
  /// The float as it is.
  CKERNELS_FORMAT_FP32 = 0,
  /// A float whose value is representable in BF16 (nearest even, subnormals kept, NaN stays NaN).
  CKERNELS_FORMAT_BF16 = 1,
  /// A float that holds the integer q - zero_point, q = clamp(rne(x * (1 / scale)) + zero_point, 0, 255).
  CKERNELS_FORMAT_U8 = 2,
  /// A float that holds the integer q = clamp(rne(x * (1 / scale)), -b, b), b being 127 or what the format's zero_point
  /// gives in its place.
  CKERNELS_FORMAT_S8 = 3,
} ckernels_format_kind;

/// Bytes of an element in native storage, which holds every format in its own size.
static inline ptrdiff_t ckernels_format_bytes(ckernels_format_kind kind) {
  return kind == CKERNELS_FORMAT_FP32 ? 4 : kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
}

/// How a result is rounded before it is stored. Integer formats store integers; the reader multiplies by `scale`.
/// rne is round to nearest, ties to even. 1 / scale is rounded to FP32 once, and so is its product with x: the vector
/// units have no division as fast. `scale` is at least 2^-126, so that its reciprocal is finite. A NaN input to an
/// integer format stores NaN; a zero is stored as +0. zero_point is in 0 ... 255; for s8 it is
/// the bound b, 0 standing for 127: kernels that add products in 16 bits need b <= 64.
typedef struct ckernels_format {
  ckernels_format_kind kind;
  float scale;
  int32_t zero_point;
} ckernels_format;

/// What follows a sum: value = activation(sum * scale[i] + bias[i] + residual * residual_scale), then `format`.
/// Each step is one FP32 operation in this order, or a fused multiply-add.
typedef struct ckernels_epilogue {
  /// Factor per row or column, or NULL for 1.
  const float *scale;
  /// Addend per row or column, or NULL for 0.
  const float *bias;
  /// Added before the activation; laid out like the result; NULL for none.
  const float *residual;
  float residual_scale;
  ckernels_activation activation;
  /// The activation's figures.
  float alpha, beta;
  ckernels_format format;
} ckernels_epilogue;

/// The geometry of one image's convolution or pooling, dense NCHW. A 1-D one has height, kernel_height and
/// out_height 1.
typedef struct ckernels_convolution {
  /// Input channels: of one group where there are several.
  int32_t channels;
  int32_t height, width;
  int32_t kernel_height, kernel_width;
  int32_t stride_y, stride_x;
  /// Steps between the elements of a window; 1 is dense.
  int32_t dilation_y, dilation_x;
  /// Rows above and columns before the plane. What lies below and behind follows from the outputs' extents.
  int32_t padding_top, padding_left;
  int32_t out_height, out_width;
} ckernels_convolution;
