#pragma once
#include "ckernels_types.h"

// Loops that reach the limits of a machine: arithmetic, bandwidth, latency. They compute nothing of use, but every
// iteration leaves its trace in what they return or store, so that none can be left out unseen.

/// What the operands of a peak loop are.
typedef enum ckernels_peak_operands {
  CKERNELS_PEAK_FP32 = 0,
  CKERNELS_PEAK_BF16 = 1,
  /// u8 times s8.
  CKERNELS_PEAK_INT8 = 2,
} ckernels_peak_operands;

/// The most iterations of one call of a peak loop: all sums stay exact in FP32 and int32.
enum { CKERNELS_PEAK_MAX_ITERATIONS = 1 << 16 };

/// A loop of independent multiply-accumulates in registers.
typedef struct ckernels_peak_loop {
  /// The instruction-set level that it belongs to, named as oneDNN names them, for example `avx512_core_bf16`.
  const char *_Nonnull isa;
  /// What it issues, for example `vdpbf16ps zmm`.
  const char *_Nonnull instructions;
  ckernels_peak_operands operands;
  /// The CPU features it needs, a mask of ckernels_feature.
  uint32_t features;
  /// Products that one multiply-accumulate forms, and multiply-accumulates of one iteration. A product is two
  /// operations.
  int32_t elements, accumulators;
  /// Runs `iterations` (0 ... CKERNELS_PEAK_MAX_ITERATIONS) and returns the sum of all products: element e of the
  /// operands is 1 + e % 3 and 1 + e % 5.
  int64_t (*_Nonnull run)(int64_t iterations);
} ckernels_peak_loop;

/// The peak loops, oldest level first, and their number.
const ckernels_peak_loop *_Nonnull ckernels_peak_loops(int32_t *_Nonnull count);

/// What a stream loop does with its arrays.
typedef enum ckernels_stream_kind {
  /// Adds up a.
  CKERNELS_STREAM_READ = 0,
  /// a[i] = a counter.
  CKERNELS_STREAM_WRITE = 1,
  /// a[i] = b[i].
  CKERNELS_STREAM_COPY = 2,
  /// a[i] = b[i] + 3 c[i] (McCalpin's STREAM).
  CKERNELS_STREAM_TRIAD = 3,
} ckernels_stream_kind;

/// The size of every array of a stream loop is a multiple of this, and its address one of 64.
enum { CKERNELS_STREAM_BLOCK_BYTES = 512 };

/// A loop over arrays with the widest vectors of its level.
typedef struct ckernels_stream_loop {
  const char *_Nonnull isa;
  ckernels_stream_kind kind;
  /// Whether stores go around the caches.
  int32_t is_non_temporal;
  uint32_t features;
  int32_t vector_bytes;
  /// Arrays that are read and written; the bytes of one pass are their sum times the bytes of one array.
  int32_t arrays_read, arrays_written;
  /// Goes `passes` times over arrays of `bytes` each; those that the kind does not name are not touched.
  /// read: returns the sum modulo 2^32 of a's 32-bit words over all passes. write: 32-bit lane l of vector v gets
  /// start + l in pass 0, start being v / 8 + 1 for the vectors of a block of 8, and counts on from pass to pass;
  /// returns the number of blocks written. copy, triad: return the last 32-bit word of a.
  uint32_t (*_Nonnull run)(
    void *_Nonnull a, const void *_Nonnull b, const void *_Nonnull c, ptrdiff_t bytes, int64_t passes);
} ckernels_stream_loop;

/// The stream loops, oldest level first, and their number.
const ckernels_stream_loop *_Nonnull ckernels_stream_loops(int32_t *_Nonnull count);

/// The distance of the nodes of a chase: a cache line.
enum { CKERNELS_CHASE_STRIDE = 64 };

/// Links `nodes` (at least 1) lines of `memory` into one random cycle: Sattolo's algorithm, the same for the same seed.
/// Each line starts with the address of its successor.
void ckernels_chase_link(void *_Nonnull memory, ptrdiff_t nodes, uint64_t seed);

/// Follows `steps` links from `start`, each load waiting for the one before it, and returns where it arrives.
void *_Nonnull ckernels_chase(void *_Nonnull start, int64_t steps);

/// `steps` additions of `addend`, each waiting for the one before it: one cycle each on every CPU that this runs on.
/// Returns steps * addend.
uint64_t ckernels_dependent_adds(int64_t steps, uint64_t addend);
