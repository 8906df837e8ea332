// exp and GELU on vectors. Coefficients: scripts/derive-activation-polynomials.

/// Where exp(x) is 0 for certain.
#define EXP_LEAST -105.0f

/// exp(x) for -110 <= x <= 89 and NaN, with a relative error of at most 2e-7 where the result is normal; in place, for
/// `count` vectors at a time, a constant, so that the steps of one need not wait for those of another.
///
/// x = n ln(2) + r with |r| <= ln(2)/2, ln(2) in two parts of which the first has 9 bits, so that n times it is exact.
/// 2^n is multiplied in two steps, because n reaches from -159 to 128 and results below 2^-126 must round once, to the
/// subnormal. Below -104 the result is 0, above 88.7228 infinity.
INLINE void exp_bounded_each(lanes_f32 *x, const int count) {
  const lanes_f32 log2_e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum's low bits are x / ln(2) rounded to nearest.
  const lanes_f32 rounder = 12582912.0f;
  lanes_f32 shifted[4], p[4];
  for (int i = 0; i < count; i++) shifted[i] = multiply_add(x[i], log2_e, rounder);
  for (int i = 0; i < count; i++) {
    const lanes_f32 n = shifted[i] - rounder;
    x[i] = multiply_add(n, -ln2_low, multiply_add(n, -ln2_high, x[i]));
  }
  // x is r now.
  for (int i = 0; i < count; i++) p[i] = multiply_add((lanes_f32)0.00138144672f, x[i], (lanes_f32)0.00836878084f);
  for (int i = 0; i < count; i++) p[i] = multiply_add(p[i], x[i], (lanes_f32)0.0416683927f);
  for (int i = 0; i < count; i++) p[i] = multiply_add(p[i], x[i], (lanes_f32)0.166665196f);
  for (int i = 0; i < count; i++) p[i] = multiply_add(p[i], x[i], (lanes_f32)0.49999994f);
  for (int i = 0; i < count; i++) p[i] = multiply_add(p[i], x[i], (lanes_f32)1.0f);
  for (int i = 0; i < count; i++) p[i] = multiply_add(p[i], x[i], (lanes_f32)1.0f);
  for (int i = 0; i < count; i++) {
#if LANES == 16
    x[i] = (lanes_f32)_mm512_scalef_ps((__m512)p[i], (__m512)(shifted[i] - rounder));
#else
    const lanes_s32 exponent = (lanes_s32)(bits_of(shifted[i]) - bits_of(rounder));
    const lanes_s32 half = exponent >> 1;
    const lanes_f32 scale_a = from_bits((lanes_u32)(half + 127) << 23);
    const lanes_f32 scale_b = from_bits((lanes_u32)(exponent - half + 127) << 23);
    x[i] = p[i] * scale_a * scale_b;
#endif
  }
}

INLINE lanes_f32 exp_bounded(lanes_f32 x) {
  exp_bounded_each(&x, 1);
  return x;
}

/// exp(x) for x <= 0 and NaN; 0 at minus infinity.
INLINE lanes_f32 exp_of_negative(lanes_f32 x) { return exp_bounded(at_least(x, (lanes_f32)EXP_LEAST)); }

/// exp(x) for every float.
INLINE lanes_f32 exp_of(lanes_f32 x) { return exp_of_negative(at_most(x, (lanes_f32)89.0f)); }

/// Phi(-x) of the normal distribution as polynomials in x - NORMAL_WIDTH n, one for each n = 0 ... 15: row p holds the
/// coefficients of power p. That of n = 15 is 0.
static const float normal_tail_coefficients[7][16] = {
  {0.5f, 0.348037213f, 0.217327729f, 0.120623626f, 0.0590851232f, 0.0254023932f, 0.00954548176f, 0.00312494091f,
    0.000889025279f, 0.000219360096f, 4.6869769e-05f, 8.6611426e-06f, 1.38281428e-06f, 1.90589162e-07f, 2.26610748e-08f,
    0.0f},
  {-0.398942292f, -0.369637489f, -0.294018f, -0.200772271f, -0.117697015f, -0.0592323653f, -0.0255908445f,
    -0.00949165784f, -0.0030222577f, -0.000826138596f, -0.000193868123f, -3.90563873e-05f, -6.75476167e-06f,
    -1.0029064e-06f, -1.27833104e-07f, 0.0f},
  {6.54318839e-08f, 0.0721948296f, 0.114850767f, 0.117639974f, 0.0919507816f, 0.0578441136f, 0.0299892835f,
    0.0129768848f, 0.0047222795f, 0.00145219511f, 0.000378646771f, 8.39091153e-05f, 1.58310431e-05f, 2.54631391e-06f,
    3.49513641e-07f, 0.0f},
  {0.0664883927f, 0.0522050969f, 0.0190944541f, -0.0124900341f, -0.0282742847f, -0.0277869441f, -0.0191643126f,
    -0.0102461651f, -0.00441538449f, -0.0015640778f, -0.000460688636f, -0.000113657006f, -2.36044052e-05f,
    -4.14142187e-06f, -6.15484794e-07f, 0.0f},
  {2.89036288e-05f, -0.0171306618f, -0.0228698254f, -0.0159456879f, -0.00427969405f, 0.00392663572f, 0.00622986723f,
    0.00484075397f, 0.00266235019f, 0.00113277964f, 0.000386931206f, 0.000108190638f, 2.5055464e-05f, 4.84298789e-06f,
    7.85516534e-07f, 0.0f},
  {-0.0101897642f, -0.0064512277f, 0.000682251703f, 0.00555579318f, 0.00554790162f, 0.00263853325f, -2.79379001e-05f,
    -0.00109848566f, -0.000998770818f, -0.000563217502f, -0.000234883104f, -7.68518585e-05f, -2.0291789e-05f,
    -4.39355063e-06f, -7.88057832e-07f, 0.0f},
  {0.000805218413f, 0.0026918822f, 0.00292283506f, 0.00100493361f, -0.000883826229f, -0.00136672612f, -0.000798184366f,
    -0.000132794215f, 0.000166584388f, 0.000175752721f, 9.82300917e-05f, 3.89432789e-05f, 1.18714961e-05f,
    2.88401111e-06f, 5.69422525e-07f, 0.0f},
};

/// The width of a polynomial's interval. A multiple of it is exact in FP32, and so is the distance from the nearest.
#define NORMAL_WIDTH 0.390625f

/// table[index mod 16] in each lane.
INLINE lanes_f32 chosen(const float table[16], lanes_u32 index) {
#if LANES == 16
  return (lanes_f32)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
#elif LANES == 8
  const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), (__m256i)index);
  const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), (__m256i)index);
  return (lanes_f32)_mm256_blendv_ps(low, high, (__m256)(index << 28));
#else
  lanes_f32 value;
  for (int lane = 0; lane < LANES; lane++) value[lane] = table[index[lane] & 15u];
  return value;
#endif
}

/// Phi(-magnitude) of the normal distribution for 0 <= magnitude <= 15 NORMAL_WIDTH and NaN, with an error of at most
/// 3 ULP below 4. From 14.5 NORMAL_WIDTH = 5.66 on it is 0, which is off by 8e-9.
INLINE lanes_f32 normal_tail(lanes_f32 magnitude) {
  // Adding 1.5 * 2^23 leaves the nearest integer n in the sum's low bits.
  const lanes_f32 rounder = 12582912.0f;
  const lanes_f32 shifted = multiply_add(magnitude, (lanes_f32)(1.0f / NORMAL_WIDTH), rounder);
  const lanes_f32 t = multiply_add(shifted - rounder, (lanes_f32)-NORMAL_WIDTH, magnitude);
  lanes_f32 sum = chosen(normal_tail_coefficients[6], bits_of(shifted));
  for (int power = 5; power >= 0; power--) {
    sum = multiply_add(sum, t, chosen(normal_tail_coefficients[power], bits_of(shifted)));
  }
  return sum;
}

/// x * Phi(x) = max(x, 0) - |x| Phi(-|x|).
///
/// The error is at most 4 ULP of the result for x >= -4, and at most 5e-8 below. Below -14.5 NORMAL_WIDTH = -5.66 the
/// result is -0, also at minus infinity.
INLINE lanes_f32 gelu_of(lanes_f32 x) {
  const lanes_f32 magnitude = at_most(from_bits(bits_of(x) & 0x7fffffffu), (lanes_f32)(15 * NORMAL_WIDTH));
  return multiply_add(-magnitude, normal_tail(magnitude), at_least(x, (lanes_f32)-0.0f));
}

static void exponential(const float *src, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) store_up_to(dst + i, exp_of(load_up_to(src + i, count - i)), count - i);
}
