import CKernels
import Engines
import Records

/// A conversion instruction over every input there is, against all software that converts so.
struct ConversionSubject: Subject {
  let name: String
  let instruction: ckernels_conversion_instruction
  let software: [ConversionSoftware]
  /// The lower halves of FP32 inputs that are tried, each with every upper half; nil for codes, which take one chunk.
  let lowerHalves: [UInt16]?

  /// Inputs of a chunk: every upper half of FP32 with one lower half, or every code.
  static let chunkInputs = 1 << 16

  init(
    _ name: String, _ instruction: ckernels_conversion_instruction, software: [ConversionSoftware],
    settings: ConformanceSettings
  ) {
    self.name = name
    self.instruction = instruction
    self.software = software
    lowerHalves =
      instruction.decodes != 0
      ? nil : (0...UInt16.max).filter { !settings.isQuick || Self.isNearTie($0) }
  }

  /// Whether the half is a multiple of 2^12, of which all ties of BF16 and FP16 are, or next to one.
  static func isNearTie(_ half: UInt16) -> Bool { (half &+ 1) & 0xFFF <= 2 }

  /// Whether slow software takes the inputs with this lower half: those around ties and every 47th.
  static func isForSlow(_ half: UInt16) -> Bool { isNearTie(half) || half % 47 == 5 }

  var chunks: Int { lowerHalves?.count ?? 1 }

  var chunkCost: Int { Self.chunkInputs * 3 }

  func worker() -> any SubjectWorker { ConversionWorker(self) }

  func checks(_ tallies: [Tally], seconds: Double) -> [ConformanceCheck] {
    let isEvery = lowerHalves.map { $0.count == 1 << 16 } ?? true
    return [
      ConformanceCheck(
        contracts: [name], instruction: String(cString: instruction.name), form: String(cString: instruction.form),
        cases: chunks * Self.chunkInputs,
        coverage: isEvery ? "every input" : "every upper half with \(chunks) lower ones",
        variesControl: instruction.ignores_control != 0, seconds: seconds,
        comparisons: zip(software, tallies).map { $1.comparison(of: $0.name) })
    ]
  }
}

/// The buffers and the findings of one thread.
final class ConversionWorker: SubjectWorker {
  private let subject: ConversionSubject
  private var values = [UInt32](repeating: 0, count: ConversionSubject.chunkInputs)
  private var codes = [UInt16](repeating: 0, count: ConversionSubject.chunkInputs)
  private(set) var tallies: [Tally]

  private static let controls: [UInt32] = [0x1F80, 0x3F80, 0x5F80, 0x7F80, 0x9FC0, 0x1FC0, 0x9F80, 0xFFC0]

  init(_ subject: ConversionSubject) {
    self.subject = subject
    tallies = [Tally](repeating: Tally(), count: subject.software.count)
  }

  func run(chunk: Int) {
    let varies = subject.instruction.ignores_control != 0
    let control =
      varies ? Self.controls[chunk % Self.controls.count] : UInt32(CKERNELS_DEFAULT_CONTROL)
    if let lowerHalves = subject.lowerHalves {
      encode(lowerHalves[chunk], control)
    } else {
      decode(control)
    }
  }

  private func encode(_ lowerHalf: UInt16, _ control: UInt32) {
    for upper in values.indices { values[upper] = UInt32(upper) << 16 | UInt32(lowerHalf) }
    withUnsafePointer(to: subject.instruction) {
      ckernels_instruction_convert($0, control, values, &codes, values.count)
    }
    var results = codes
    for (index, software) in subject.software.enumerated() {
      if software.isSlow, !ConversionSubject.isForSlow(lowerHalf) { continue }
      Self.convert(software, values, &results)
      tallies[index].compare(CKERNELS_CODES_FP16, software: results, instruction: codes) { upper in
        ConformanceMismatch(
          number: upper << 16 | Int(lowerHalf), control: hexadecimal(control, bytes: 4),
          operands: [.init("value", [hexadecimal(values[upper], bytes: 4)])],
          instruction: hexadecimal(codes[upper], bytes: 2), software: hexadecimal(results[upper], bytes: 2))
      }
    }
  }

  private func decode(_ control: UInt32) {
    for code in codes.indices { codes[code] = UInt16(code) }
    withUnsafePointer(to: subject.instruction) {
      ckernels_instruction_convert($0, control, codes, &values, codes.count)
    }
    var results = values
    for (index, software) in subject.software.enumerated() {
      Self.convert(software, codes, &results)
      tallies[index].compare(CKERNELS_CODES_FP32, software: results, instruction: values) { code in
        ConformanceMismatch(
          number: code, control: hexadecimal(control, bytes: 4),
          operands: [.init("code", [hexadecimal(codes[code], bytes: 2)])],
          instruction: hexadecimal(values[code], bytes: 4), software: hexadecimal(results[code], bytes: 4))
      }
    }
  }

  private static func convert<Source, Destination>(
    _ software: ConversionSoftware, _ source: [Source], _ destination: inout [Destination]
  ) {
    source.withUnsafeBytes { source in
      destination.withUnsafeMutableBytes { destination in
        // Chunks have elements.
        guard let from = source.baseAddress, let to = destination.baseAddress else { return }
        software.convert(from, to, ConversionSubject.chunkInputs)
      }
    }
  }
}
