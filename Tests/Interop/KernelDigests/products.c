#include <string.h>

#include "KernelDigests.h"

#include "ckernels_cases.h"
#include "ckernels_seeded.h"

enum {
  CHUNK = 256,
  /// Bytes of a step's operand: 32 elements of FP32.
  GROUP_BYTES = 128,
  MOST_ROWS = 13,
  MOST_COLUMNS = 70,
  MOST_DEPTH = KERNELDIGESTS_MOST_DEPTH,
  /// The columns of whole vectors and panels of any kernel.
  MOST_WIDTH = 128,
};

static uint64_t mixed(uint64_t seed, ptrdiff_t index) {
  return ckernels_seeded_mix(seed + 0x9e3779b97f4a7c15u * (uint64_t)(index + 1));
}

int kerneldigests_accumulation(const ckernels_gemm_kernel *kernel) {
  switch (kernel->types) {
  case CKERNELS_GEMM_F32:
    // Plain C adds rounded products: fast, and no contract of the emulator.
    return kernel->features ? CKERNELS_ACCUMULATION_FP32_CHAIN : -1;
  case CKERNELS_GEMM_F32_CHAIN:
    return CKERNELS_ACCUMULATION_FP32_CHAIN;
  case CKERNELS_GEMM_F32_BLOCKS:
    return CKERNELS_ACCUMULATION_FP32_BLOCKS;
  case CKERNELS_GEMM_F16_CHAIN:
    return CKERNELS_ACCUMULATION_FP16_CHAIN;
  case CKERNELS_GEMM_BF16:
    return CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS;
  case CKERNELS_GEMM_BF16_TILES:
    return CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES;
  case CKERNELS_GEMM_U8S7:
  case CKERNELS_GEMM_U8S8_PAIRS:
    return CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS;
  case CKERNELS_GEMM_U8S8:
  case CKERNELS_GEMM_U8S8_WRAPPING:
    return CKERNELS_ACCUMULATION_U8S8_WRAPPING;
  case CKERNELS_GEMM_U8S8_SATURATING:
    return CKERNELS_ACCUMULATION_U8S8_SATURATING;
  }
  return -1;
}

uint64_t kerneldigests_steps(ckernels_accumulation accumulation, ptrdiff_t count) {
  uint32_t accumulators[CHUNK];
  uint8_t a[CHUNK * GROUP_BYTES], b[CHUNK * GROUP_BYTES];
  uint64_t digest = 0;
  for (ptrdiff_t first = 0; first < count; first += CHUNK) {
    const ptrdiff_t length = count - first < CHUNK ? count - first : CHUNK;
    ckernels_accumulation_cases(accumulation, 1, (uint64_t)first, accumulators, a, b, length);
    ckernels_accumulation_steps(accumulation, accumulators, a, b, length);
    digest += kerneldigests_of_words(accumulators, length, (uint64_t)first);
  }
  return digest;
}

// MARK: Operands, as codes of the contract

static uint32_t float_code(
  kerneldigests_operands operands, uint32_t exponent_bits, uint32_t fraction_bits, uint32_t sum_bits, uint64_t random) {
  const uint32_t die = (uint32_t)(random >> 40), top = (1u << exponent_bits) - 1, bias = top >> 1;
  const uint32_t sign = (uint32_t)(random >> 32 & 1) << (exponent_bits + fraction_bits);
  uint32_t fraction = (uint32_t)random & ((1u << fraction_bits) - 1), exponent = bias - 5 + die % 8;
  switch (operands) {
  case KERNELDIGESTS_ORDINARY:
    break;
  case KERNELDIGESTS_TIES:
    // Products of few digits near 1, near half of a sum's last digit and between.
    exponent = bias - die % 2 * (sum_bits / 2);
    fraction &= 1u << (fraction_bits - 1);
    break;
  case KERNELDIGESTS_TINY:
    exponent = bias / 2 - 4 + die % 8;
    break;
  case KERNELDIGESTS_HUGE:
    if (die % 2) exponent = bias + bias / 2 - 2 + die / 2 % 4;
    break;
  case KERNELDIGESTS_MIXED:
    // So few infinities and NaNs that many sums meet none, or one.
    switch (die % 1024) {
    case 0:
      return sign | top << fraction_bits;
    case 1:
      // Quiet or signalling.
      return sign | top << fraction_bits | fraction | 1;
    case 2:
      return sign | top << fraction_bits | fraction | 1u << (fraction_bits - 1);
    case 3:
      exponent = top - 1;
      break;
    default:
      if (die % 16 == 4) return sign;
      if (die % 16 < 8) exponent = die % 2;
      break;
    }
    break;
  case KERNELDIGESTS_ANY_BITS:
    return (uint32_t)random >> (31 - exponent_bits - fraction_bits);
  }
  return sign | exponent << fraction_bits | fraction;
}

static uint8_t byte_code(kerneldigests_operands operands, int is_right, uint64_t random) {
  const int is_extreme = operands == KERNELDIGESTS_TIES || operands == KERNELDIGESTS_HUGE ||
                         (operands == KERNELDIGESTS_MIXED && random >> 63);
  if (!is_extreme) return (uint8_t)random;
  // Most at one limit, so that sums of products get far.
  if (random % 4 == 0) return is_right ? 0x80 : 0;
  return is_right ? 0x7f : 0xff;
}

/// What integer sums begin with.
static int32_t start_of(kerneldigests_operands operands, uint64_t random) {
  const int32_t bits = (int32_t)(uint32_t)random;
  switch (operands) {
  case KERNELDIGESTS_TIES:
  case KERNELDIGESTS_HUGE:
    // A few steps from the limits.
    return random >> 63 ? INT32_MAX - (bits & 0x7ffff) : INT32_MIN + (bits & 0x7ffff);
  case KERNELDIGESTS_ORDINARY:
  case KERNELDIGESTS_TINY:
    return bits % (1 << 20);
  case KERNELDIGESTS_MIXED:
  case KERNELDIGESTS_ANY_BITS:
    break;
  }
  return bits;
}

/// An FP16 code as the FP32 code of the same number; a NaN keeps its bits.
static uint32_t widened(uint32_t half) {
  const uint32_t sign = (half & 0x8000) << 16, magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | 0x7f800000 | (magnitude & 0x3ff) << 13;
  // 2^112 makes up for the other bias.
  const uint32_t placed = magnitude << 13;
  float value;
  memcpy(&value, &placed, sizeof value);
  value *= 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return sign | bits;
}

static void widen(const uint8_t *halves, ptrdiff_t count, uint8_t *words) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, halves + 2 * i, sizeof half);
    const uint32_t word = widened(half);
    memcpy(words + 4 * i, &word, sizeof word);
  }
}

static void fill_operand(ckernels_accumulation accumulation, kerneldigests_operands operands, int is_right,
  uint64_t seed, ptrdiff_t count, uint8_t *codes) {
  const ptrdiff_t bytes = ckernels_accumulation_operand_bytes(accumulation);
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint64_t random = mixed(seed + (uint64_t)is_right, i);
    uint32_t code = byte_code(operands, is_right, random);
    if (bytes == 4) {
      code = float_code(operands, 8, 23, 24, random);
      // (1 + 2^-15) (1 - 2^-15): a product that FP64 takes for half of a last digit when it adds it, rounding twice.
      if (operands == KERNELDIGESTS_TIES && random >> 63) code = (code & ~0x7fffffu) + (is_right ? -0x200u : 0x100u);
    } else if (accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN) {
      code = float_code(operands, 5, 10, 11, random);
    } else if (bytes == 2) {
      code = float_code(operands, 8, 7, 24, random);
    }
    memcpy(codes + i * bytes, &code, (size_t)bytes);
  }
}

// MARK: Products

/// One product: rows x depth codes times depth x columns codes.
typedef struct product {
  ckernels_accumulation accumulation;
  ptrdiff_t rows, columns, depth;
  uint8_t left[MOST_ROWS * MOST_DEPTH * 4], right[MOST_DEPTH * MOST_COLUMNS * 4];
  int32_t start[MOST_WIDTH];
  float scale[MOST_COLUMNS], bias[MOST_COLUMNS];
  uint8_t residual[MOST_ROWS * MOST_COLUMNS * 4];
} product;

static int is_integer(const product *p) { return ckernels_accumulation_operand_bytes(p->accumulation) == 1; }

static void fill(product *p, kerneldigests_operands operands, ckernels_format_kind residual) {
  const uint64_t seed = (uint64_t)(p->rows << 40 | p->columns << 20 | p->depth) << 4 | (uint64_t)operands;
  fill_operand(p->accumulation, operands, 0, seed << 1, p->rows * p->depth, p->left);
  fill_operand(p->accumulation, operands, 1, seed << 1, p->depth * p->columns, p->right);
  memset(p->start, 0, sizeof p->start);
  const ptrdiff_t size = ckernels_format_bytes(residual);
  for (ptrdiff_t i = 0; i < p->columns; i++) {
    const uint64_t random = mixed(~seed, i);
    if (is_integer(p)) p->start[i] = start_of(operands, random);
    p->scale[i] = (float)(random >> 40) * (is_integer(p) ? 0x1p-36f : 0x1p-22f);
    p->bias[i] = (float)((int32_t)(random & 0xffffff) - 0x800000) * 0x1p-20f;
  }
  for (ptrdiff_t i = 0; i < p->rows * p->columns; i++) {
    const uint64_t random = mixed(~seed ^ 1, i);
    const uint32_t word =
      size == 1 ? (uint32_t)random & 0xff : float_code(KERNELDIGESTS_ORDINARY, 8, size == 4 ? 23 : 7, 24, random);
    memcpy(p->residual + i * size, &word, (size_t)size);
  }
}

/// In the place of a kernel's own: the sums as they are.
static void keep_sums(const ckernels_gemm_finish *finish, void *sums, ptrdiff_t pitch, int rows, int columns) {
  for (int row = 0; row < rows; row++) {
    memcpy((char *)finish->dst + row * finish->dst_pitch, (const float *)sums + row * pitch, (size_t)columns * 4);
  }
}

/// The kernel's results into `words`; 0 where it needs more memory than there is here.
static int run_kernel(const ckernels_gemm_kernel *kernel, const product *p, int result, uint32_t *words) {
  static const uint8_t zeros[MOST_DEPTH * 4];
  uint8_t left[sizeof p->left], right[sizeof p->right], packed[MOST_DEPTH * MOST_WIDTH * 4];
  uint8_t results[sizeof p->residual];
  _Alignas(64) uint8_t scratch[1 << 14];
  const ptrdiff_t rows = p->rows, columns = p->columns, depth = p->depth, size = 4 / kernel->kr;
  memcpy(left, p->left, sizeof left);
  memcpy(right, p->right, sizeof right);
  if (kernel->types == CKERNELS_GEMM_F16_CHAIN) {
    widen(p->left, rows * depth, left);
    widen(p->right, depth * columns, right);
  }
  const ptrdiff_t bytes = ckernels_gemm_packed_bytes(kernel, 1, depth, columns);
  if (bytes < 0 || bytes > (ptrdiff_t)sizeof packed) return 0;
  ckernels_gemm_kernel copy = *kernel;
  if (result == KERNELDIGESTS_SUMS) copy.finish = keep_sums;
  const ckernels_format_kind kind = result == KERNELDIGESTS_SUMS ? CKERNELS_FORMAT_FP32 : (ckernels_format_kind)result;
  const ckernels_format format = {
    .kind = kind, .scale = kind == CKERNELS_FORMAT_FP32 ? 1 : 0.37f, .zero_point = kind == CKERNELS_FORMAT_U8 ? 77 : 0};
  const ptrdiff_t result_size = ckernels_format_bytes(kind), panels = (columns + kernel->nr - 1) / kernel->nr;
  ckernels_gemm_pack(kernel, right, 0, columns, 1, 1, depth, columns, 0, panels, packed);
  const ckernels_gemm_product whole = {
    .kernel = &copy,
    .source =
      {
        .src = left,
        .pixel_pitch = depth * size,
        .line_pitch = rows * depth * size,
        .image_pitch = rows * depth * size,
        .geometry =
          {
            .height = 1,
            .width = (int)rows,
            .kernel_height = 1,
            .kernel_width = 1,
            .stride_y = 1,
            .stride_x = 1,
            .dilation_y = 1,
            .dilation_x = 1,
            .out_height = 1,
            .out_width = (int)rows,
          },
        .padding = zeros,
      },
    .rows = rows,
    .columns = columns,
    .taps = 1,
    .depth = depth,
    .weights = packed,
    .start = is_integer(p) ? p->start : NULL,
    .finish =
      {
        .scale = p->scale,
        .bias = p->bias,
        .residual = p->residual,
        .residual_pitch = columns * result_size,
        .residual_format = format,
        .dst = results,
        .dst_pitch = columns * result_size,
        .dst_format = format,
        .activation = CKERNELS_ACTIVATION_NONE,
      },
    // Of 13 rows there are two blocks, and the greatest depth is in three chunks.
    .row_block = 8,
    .chunk = 64,
  };
  const ptrdiff_t scratch_bytes = ckernels_gemm_scratch_bytes(&whole);
  if (scratch_bytes < 0 || scratch_bytes > (ptrdiff_t)sizeof scratch) return 0;
  ckernels_gemm_run(&whole, 0, rows, 0, panels, scratch);
  for (ptrdiff_t i = 0; i < rows * columns; i++) {
    words[i] = 0;
    memcpy(words + i, results + i * result_size, (size_t)result_size);
  }
  return 1;
}

static void run_oracle(const product *p, uint32_t *words) {
  const ptrdiff_t bytes = ckernels_accumulation_operand_bytes(p->accumulation);
  for (ptrdiff_t i = 0; i < p->rows * p->columns; i++) {
    const ptrdiff_t row = i / p->columns, column = i % p->columns;
    const uint32_t sum = ckernels_accumulation_strided_dot(p->accumulation, (uint32_t)p->start[column],
      p->left + row * p->depth * bytes, 1, p->right + column * bytes, p->columns, p->depth);
    words[i] = p->accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN ? widened(sum) : sum;
  }
}

uint64_t kerneldigests_products(const ckernels_gemm_kernel *kernel, ckernels_accumulation accumulation,
  kerneldigests_operands operands, ptrdiff_t depth, int result) {
  static const ptrdiff_t rows[] = {1, 7, MOST_ROWS}, columns[] = {1, 17, MOST_COLUMNS};
  uint64_t digest = 0, first = 0;
  product p = {.accumulation = accumulation, .depth = depth};
  for (int shape = 0; shape < 9; shape++) {
    uint32_t words[MOST_ROWS * MOST_COLUMNS];
    p.rows = rows[shape / 3];
    p.columns = columns[shape % 3];
    fill(&p, operands, result == KERNELDIGESTS_SUMS ? CKERNELS_FORMAT_FP32 : (ckernels_format_kind)result);
    if (kernel && !run_kernel(kernel, &p, result, words)) return 0;
    if (!kernel) run_oracle(&p, words);
    digest += kerneldigests_of_words(words, p.rows * p.columns, first);
    first += (uint64_t)(p.rows * p.columns);
  }
  return digest;
}
