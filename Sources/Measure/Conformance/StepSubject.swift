import CKernels
import Engines
import NumericFormats
import Records

/// All instructions that make steps of one accumulation, and all software that does: they share operands.
struct StepSubject: Subject {
  let accumulation: ckernels_accumulation
  let contracts: [String]
  /// Those that this CPU runs.
  let instructions: [ckernels_step_instruction]
  let software: [StepSoftware]
  let seed: UInt64
  /// Made cases, whole chunks of them.
  let madeChunks: Int
  /// Whether every pair of products is tried too.
  let triesEveryPair: Bool

  /// Steps of a chunk: operands and results stay in the second cache, and every instruction's lanes divide it.
  static let chunkCases = 2048
  private static let everyPairChunks = 1 << 31 / chunkCases

  init(
    _ accumulation: ckernels_accumulation, contracts: [String], instructions: [ckernels_step_instruction],
    software: [StepSoftware], settings: ConformanceSettings
  ) {
    self.accumulation = accumulation
    self.contracts = contracts
    self.instructions = instructions
    self.software = software
    seed = settings.seed
    madeChunks = max(1, (settings.vectors + Self.chunkCases - 1) / Self.chunkCases)
    triesEveryPair = accumulation == CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS && !settings.isQuick
  }

  var name: String { contracts.joined(separator: ", ") }
  var chunks: Int { madeChunks + (triesEveryPair ? Self.everyPairChunks : 0) }
  /// An element of floating point takes about 50 ns, with its making; one of integers, or of all pairs, 8.
  var chunkCost: Int {
    let elements = Self.chunkCases * ckernels_accumulation_group(accumulation)
    return elements * (ckernels_accumulation_operand_bytes(accumulation) == 1 ? 2 : 60)
  }
  var pairs: Int { instructions.count * software.count }

  func worker() -> any SubjectWorker { StepWorker(self) }

  func checks(_ tallies: [Tally], seconds: Double) -> [ConformanceCheck] {
    let made = madeChunks * Self.chunkCases
    return instructions.enumerated().map { row, instruction in
      ConformanceCheck(
        contracts: contracts, instruction: String(cString: instruction.name), form: String(cString: instruction.form),
        cases: chunks * Self.chunkCases,
        coverage: triesEveryPair ? "every pair of products, and \(made) made cases" : "made cases",
        variesControl: instruction.ignores_control != 0, seconds: seconds,
        comparisons: software.enumerated().map { column, software in
          tallies[row * self.software.count + column].comparison(of: software.name)
        })
    }
  }

  /// What codes of results are.
  var codeKind: ckernels_code_kind {
    if accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN { return CKERNELS_CODES_FP16 }
    return ckernels_accumulation_operand_bytes(accumulation) == 1 ? CKERNELS_CODES_S32 : CKERNELS_CODES_FP32
  }
}

/// The buffers and the findings of one thread.
final class StepWorker: SubjectWorker {
  private let subject: StepSubject
  private let group: Int
  private let operandBytes: Int
  private var accumulators: [UInt32]
  private var a: [UInt8]
  private var b: [UInt8]
  private(set) var tallies: [Tally]

  /// Control words (MXCSR): all roundings, flags of subnormals set and not.
  private static let controls: [UInt32] = [0x1F80, 0x3F80, 0x5F80, 0x7F80, 0x9FC0, 0x1FC0, 0x9F80, 0xFFC0]

  init(_ subject: StepSubject) {
    self.subject = subject
    group = ckernels_accumulation_group(subject.accumulation)
    operandBytes = ckernels_accumulation_operand_bytes(subject.accumulation)
    accumulators = [UInt32](repeating: 0, count: StepSubject.chunkCases)
    a = [UInt8](repeating: 0, count: StepSubject.chunkCases * group * operandBytes)
    b = a
    tallies = [Tally](repeating: Tally(), count: subject.pairs)
  }

  func run(chunk: Int) {
    let count = StepSubject.chunkCases
    if chunk < subject.madeChunks {
      ckernels_accumulation_cases(
        subject.accumulation, subject.seed, UInt64(chunk * count), &accumulators, &a, &b, count)
    } else {
      ckernels_every_pair(
        subject.seed, UInt64((chunk - subject.madeChunks) * count), &accumulators, &a, &b, count)
    }
    let software = subject.software.map { software in
      var results = accumulators
      results.withUnsafeMutableBufferPointer { results in
        a.withUnsafeBytes { a in
          b.withUnsafeBytes { b in
            // Chunks have elements.
            guard let results = results.baseAddress, let a = a.baseAddress, let b = b.baseAddress else { return }
            software.steps(results, a, b, count)
          }
        }
      }
      return results
    }
    for (row, instruction) in subject.instructions.enumerated() {
      let control =
        instruction.ignores_control != 0
        ? Self.controls[chunk % Self.controls.count] : UInt32(CKERNELS_DEFAULT_CONTROL)
      var results = accumulators
      withUnsafePointer(to: instruction) { ckernels_instruction_steps($0, control, &results, a, b, count) }
      for (column, software) in software.enumerated() {
        tallies[row * subject.software.count + column].compare(
          subject.codeKind, software: software, instruction: results
        ) { index in
          ConformanceMismatch(
            number: chunk * count + index, control: hexadecimal(control, bytes: 4),
            operands: [
              .init("accumulator", [hexadecimal(accumulators[index], bytes: resultBytes)]),
              .init("a", codes(a, index)), .init("b", codes(b, index)),
            ], instruction: hexadecimal(results[index], bytes: resultBytes),
            software: hexadecimal(software[index], bytes: resultBytes))
        }
      }
    }
  }

  private var resultBytes: Int { subject.codeKind == CKERNELS_CODES_FP16 ? 2 : 4 }

  /// The elements of one group.
  private func codes(_ operand: [UInt8], _ index: Int) -> [String] {
    (0..<group).map { element in
      let start = (index * group + element) * operandBytes
      let code = operand[start..<(start + operandBytes)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return hexadecimal(code, bytes: operandBytes)
    }
  }
}
