#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ckernels_contracts.h"
#include "ckernels_formats.h"
#include "ckernels_types.h"

/// The machine instructions that numerics contracts describe, to hold the contracts against them. Written with inline
/// assembly, so that no compiler exchanges operands: which NaN a result is depends on their order.

/// The control word of floating-point arithmetic that a process starts with: nearest even, subnormals kept.
enum { CKERNELS_DEFAULT_CONTROL = 0x1F80 };

/// An instruction, or a short sequence of them, that makes one step of an accumulation.
typedef struct ckernels_step_instruction {
  /// For example `VDPBF16PS`.
  const char *name;
  /// Encoding and width, for example `EVEX, 512 bits`.
  const char *form;
  /// What a CPU must have: ckernels_feature bits.
  uint32_t features;
  ckernels_accumulation accumulation;
  /// Steps of one execution.
  int32_t lanes;
  /// Whether MXCSR must make no difference.
  int32_t ignores_control;
  /// What ckernels_accumulation_steps does; `count` is a multiple of `lanes`.
  void (*run)(uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count);
} ckernels_step_instruction;

/// An instruction that converts between FP32 and a narrower format.
typedef struct ckernels_conversion_instruction {
  const char *name;
  const char *form;
  uint32_t features;
  /// The conversion that it makes, or whose inverse it makes.
  ckernels_conversion conversion;
  /// Whether it makes FP32 of codes.
  int32_t decodes;
  int32_t ignores_control;
  /// `count` is a multiple of 16. Codes are uint16_t.
  void (*run)(const void *src, void *dst, ptrdiff_t count);
} ckernels_conversion_instruction;

/// All that this build knows, also those that this CPU lacks; none on architectures other than x86-64.
const ckernels_step_instruction *ckernels_step_instructions(int32_t *count);
const ckernels_conversion_instruction *ckernels_conversion_instructions(int32_t *count);

/// Runs an instruction with a control word (MXCSR) and restores the one that was. The caller has checked the features,
/// and for AMX has asked the system for tiles.
void ckernels_instruction_steps(const ckernels_step_instruction *instruction, uint32_t control, uint32_t *accumulators,
  const void *a, const void *b, ptrdiff_t count);
void ckernels_instruction_convert(
  const ckernels_conversion_instruction *instruction, uint32_t control, const void *src, void *dst, ptrdiff_t count);
