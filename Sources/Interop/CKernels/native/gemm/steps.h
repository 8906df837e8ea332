// One step of a sum: the products of as many elements as 4 bytes hold, added as a type of kernel says. Included once
// per level, after lanes.h; what only one level has is in that level's file.
//
// Every step has the same bits at every level, NaNs too: of several NaN operands a fused multiply-add returns the
// first of left, right, sum, and an addition the first; what is not a number without one is x86's negative quiet NaN.

typedef int64_t lanes_s64 __attribute__((ext_vector_type(LANES)));
typedef uint64_t lanes_u64 __attribute__((ext_vector_type(LANES)));

#if defined(__x86_64__)

/// Makes subnormal operands and results zeros, rounds to nearest even and masks exceptions; returns what was before.
INLINE uint32_t flush_subnormals(void) {
  uint32_t before, flushing = 0x9fc0;
  __asm__ volatile("stmxcsr %0" : "=m"(before)::"memory");
  __asm__ volatile("ldmxcsr %0" ::"m"(flushing) : "memory");
  return before;
}

INLINE void restore_control(uint32_t before) { __asm__ volatile("ldmxcsr %0" ::"m"(before) : "memory"); }
#endif

#if defined(__x86_64__) && LANES > 4

/// a * b + c in one rounding. As an instruction, because compilers may swap a and b.
INLINE lanes_f32 fused(lanes_f32 a, lanes_f32 b, lanes_f32 c) {
  __asm__("vfmadd231ps %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
  return c;
}

INLINE lanes_f32 added(lanes_f32 a, lanes_f32 b) {
  lanes_f32 sum;
  __asm__("vaddps %2, %1, %0" : "=v"(sum) : "v"(a), "v"(b));
  return sum;
}

// Between `flush_subnormals` and `restore_control`, subnormals are zeros to both and to these.
#define fused_flushing fused
#define added_flushing added

#else

INLINE lanes_s32 is_nan(lanes_f32 value) { return value != value; }

/// The NaN that x86 returns in place of `result` where an operand is NaN or there is no result.
INLINE lanes_f32 nan_of(lanes_f32 a, lanes_f32 b, lanes_f32 c, lanes_f32 result) {
  lanes_u32 bits = is_nan(result) ? (lanes_u32)0xffc00000u : bits_of(result);
  bits = is_nan(c) ? bits_of(c) | 0x400000u : bits;
  bits = is_nan(b) ? bits_of(b) | 0x400000u : bits;
  return from_bits(is_nan(a) ? bits_of(a) | 0x400000u : bits);
}

/// Zeros in place of subnormals.
INLINE lanes_f32 flushed(lanes_f32 value) {
  const lanes_s32 is_zero = (lanes_s32)(bits_of(value) & 0x7fffffffu) < 0x800000;
  return from_bits(bits_of(value) & ((lanes_u32)0x80000000u | ~(lanes_u32)is_zero));
}

/// a * b + c in one rounding to FP32, where there is no instruction.
///
/// The product is exact in FP64. Its sum with c is rounded to odd (inexact results end in a 1 bit), from which
/// rounding to FP32 gives what rounding the exact sum gives, because FP64 has more than two bits more (Boldo and
/// Melquiond 2008, "Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd").
INLINE lanes_f32 rounded_once(const int flushes, lanes_f32 a, lanes_f32 b, lanes_f32 c) {
  const lanes_f64 product = __builtin_convertvector(a, lanes_f64) * __builtin_convertvector(b, lanes_f64);
  const lanes_f64 addend = __builtin_convertvector(c, lanes_f64);
  const lanes_f64 sum = product + addend;
  const lanes_f64 share = sum - product, error = (product - (sum - share)) + (addend - share);
  const lanes_s64 is_even = ((lanes_s64)sum & 1) == 0, is_inexact = (error > 0.0) | (error < 0.0);
  const lanes_s64 outward = (error > 0.0) == (sum > 0.0) ? (lanes_s64)1 : (lanes_s64)-1;
  const lanes_s64 odd = (lanes_s64)sum + (is_even & is_inexact ? outward : (lanes_s64)0);
  lanes_f32 result = __builtin_convertvector((lanes_f64)odd, lanes_f32);
  if (flushes) {
    // A result is tiny where it would be below 2^-126 if rounded with an exponent of any size.
    const lanes_f64 magnitude = (lanes_f64)(odd & INT64_MAX);
    const lanes_s32 is_tiny = __builtin_convertvector(magnitude < 0x1p-126 - 0x1p-151, lanes_s32);
    result = from_bits(is_tiny ? bits_of(result) & 0x80000000u : bits_of(result));
  }
  return nan_of(a, b, c, result);
}

INLINE lanes_f32 fused(lanes_f32 a, lanes_f32 b, lanes_f32 c) { return rounded_once(0, a, b, c); }

/// Whether every lane is 0 or in 2^-63 ... 2^63, so that products of two such values have FP32 exponents.
INLINE int is_moderate(lanes_f32 value) {
  const lanes_s32 magnitude = (lanes_s32)(bits_of(value) & 0x7fffffffu);
  const lanes_s32 fits = (magnitude == 0) | ((magnitude >= 64 << 23) & (magnitude < 190 << 23));
  int64_t all = -1, halves[LANES / 2];
  __builtin_memcpy(halves, &fits, sizeof halves);
  for (int i = 0; i < LANES / 2; i++) all &= halves[i];
  return all == -1;
}

/// The same with zeros in place of subnormals, which `c` has none of.
///
/// Products of BF16 values have 16 bits and so are exact in FP32, but for their exponent: where that fits, a sum of
/// FP32 is rounded once. A sum that is subnormal is exact.
INLINE lanes_f32 fused_flushing(lanes_f32 a, lanes_f32 b, lanes_f32 c) {
  if (__builtin_expect(is_moderate(a) & is_moderate(b), 1)) {
#if defined(__x86_64__)
    return a * b + c;
#else
    return flushed(a * b + c);
#endif
  }
  return rounded_once(1, flushed(a), flushed(b), c);
}

INLINE lanes_f32 added(lanes_f32 a, lanes_f32 b) { return nan_of(a, b, a, a + b); }

/// Sums of FP32 values that would be subnormal are exact.
INLINE lanes_f32 added_flushing(lanes_f32 a, lanes_f32 b) { return flushed(added(flushed(a), flushed(b))); }
#endif

/// One FP32 product to each sum, fused where the level has the instruction.
INLINE lanes_f32 f32_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
#if LANES > 4
  return fused(from_bits(a), from_bits(b), sum);
#else
  return from_bits(a) * from_bits(b) + sum;
#endif
}

/// The same, fused at every level.
INLINE lanes_f32 f32_chain_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return fused(from_bits(a), from_bits(b), sum);
}

#if LANES < 16
#if LANES == 8
INLINE lanes_s32 is_nan(lanes_f32 value) { return value != value; }
#endif

/// One product of FP16 values that are held as FP32, added to FP16 sums in one rounding.
///
/// In FP64 the sum is exact, or its rounding does not matter: FP16 values are multiples of 2^-24, products of 2^-48. A
/// sum that is inexact in 53 bits is at least 2^5, so an FP16 value and a product below 2^-17 of it, and by no more is
/// it away from an FP16 value; halfway points are 2^-12 away. Adding and subtracting M = 1.5 * 2^(e + 42), e being the
/// sum's exponent, rounds it to 11 bits, because FP64 values near M are 2^(e - 10) apart; below 2^-14 FP16's are 2^-24
/// apart.
INLINE lanes_f32 f16_chain_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  const lanes_f64 left = __builtin_convertvector(from_bits(a), lanes_f64);
  const lanes_f64 right = __builtin_convertvector(from_bits(b), lanes_f64);
  const lanes_f64 total = left * right + __builtin_convertvector(sum, lanes_f64);
  const lanes_u64 sign = (lanes_u64)total & (lanes_u64)INT64_MIN;
  const lanes_f64 power = (lanes_f64)((lanes_u64)total & 0x7ff0000000000000u);
  const lanes_f64 m = (power > 0x1p-14 ? power : (lanes_f64)0x1p-14) * 0x1.8p42;
  const lanes_f64 near = (lanes_f64)((lanes_u64)(total + m - m) | sign);
  // 65504 is the greatest number, and half a step above begins infinity. Comparisons with NaN are false.
  const lanes_f64 magnitude = (lanes_f64)((lanes_u64)total ^ sign);
  const lanes_f64 infinity = (lanes_f64)(sign | 0x7ff0000000000000u);
  const lanes_f32 result = __builtin_convertvector(magnitude >= 65520.0 ? infinity : near, lanes_f32);
  lanes_u32 bits = is_nan(result) ? (lanes_u32)0xffc00000u : bits_of(result);
  bits = is_nan(sum) ? bits_of(sum) | 0x400000u : bits;
  bits = is_nan(from_bits(b)) ? b | 0x400000u : bits;
  return from_bits(is_nan(from_bits(a)) ? a | 0x400000u : bits);
}
#endif

/// The odd element of a pair of BF16 values, and the even one.
INLINE lanes_f32 odd_of(lanes_u32 pair) { return from_bits(pair & 0xffff0000u); }
INLINE lanes_f32 even_of(lanes_u32 pair) { return from_bits(pair << 16); }

/// Two BF16 products to each sum in FP32 instructions, as VDPBF16PS adds them: the odd elements first, then the even
/// ones.
INLINE lanes_f32 widened_bf16_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  sum = fused_flushing(odd_of(a), odd_of(b), sum);
  return fused_flushing(even_of(a), even_of(b), sum);
}

/// One FP32 product to the chain of a block.
INLINE void f32_blocks_step(lanes_f32 *chains, lanes_u32 a, lanes_u32 b) {
  chains[0] = fused(from_bits(a), from_bits(b), chains[0]);
}

INLINE lanes_f32 f32_blocks_step__total(lanes_f32 sum, const lanes_f32 *chains) { return added(sum, chains[0]); }

/// Two BF16 products, each to a chain of its own.
INLINE void bf16_tiles_step(lanes_f32 *chains, lanes_u32 a, lanes_u32 b) {
  chains[0] = fused_flushing(even_of(a), even_of(b), chains[0]);
  chains[1] = fused_flushing(odd_of(a), odd_of(b), chains[1]);
}

INLINE lanes_f32 bf16_tiles_step__total(lanes_f32 sum, const lanes_f32 *chains) {
  return added_flushing(sum, added_flushing(chains[0], chains[1]));
}
