import CKernels
import CLinux
import Engines
import NumericFormats
import Records
import Synchronization

/// How much is tried.
public struct ConformanceSettings: Hashable, Sendable {
  /// Made cases of each accumulation; rounded up to whole chunks of 2048. A case is one lane of an instruction: an
  /// accumulator and its own group of operand elements.
  public var vectors: Int
  /// What they are made from.
  public var seed: UInt64
  /// Whether conversions take inputs around ties only, and pairs are not tried one by one.
  public var isQuick: Bool

  /// Makes settings.
  public init(vectors: Int = 100_000_000, seed: UInt64 = 1, isQuick: Bool = false) {
    self.vectors = vectors
    self.seed = seed
    self.isQuick = isQuick
  }

  /// A few seconds' worth.
  public static let quick = ConformanceSettings(vectors: 2_000_000, isQuick: true)
}

/// Holds software that imitates instructions against the instructions of this CPU.
public struct ConformanceMeter {
  /// What is tried, in order.
  private let items: [Item]

  /// Called on the thread that measures: what is tried, and which share of all of it is done.
  public typealias Progress = (_ name: String, _ done: Double) -> Void

  /// What there is to be done about one accumulation or conversion.
  fileprivate enum Item {
    case subject(any Subject)
    case unavailable(ConformanceCheck)
  }

  /// Plans a measurement.
  ///
  /// - Parameters:
  ///   - names: Contracts and conversions of ``names``; nil for all.
  ///   - features: What instructions may be run. Beware: those that the CPU lacks end the process.
  ///   - steps: The software of an accumulation.
  ///   - conversions: The software of a conversion, or where `decodes` of its inverse; nil for what models use and the
  ///     scalar oracle.
  public init(
    names: Set<String>? = nil, settings: ConformanceSettings, features: CPUFeatures = .detect(),
    steps: (ckernels_accumulation) -> [StepSoftware] = { [.oracle($0)] },
    conversions: ((_ conversion: ckernels_conversion, _ decodes: Bool) -> [ConversionSoftware])? = nil
  ) {
    let tilesRefusal = features.contains(.amxTile) ? Self.askForTiles() : nil
    func refusal(_ needed: UInt32) -> String? {
      let missing = CPUFeatures(rawValue: needed).subtracting(features)
      if !missing.isEmpty {
        return "this CPU, or its operating system, has no \(missing.names.joined(separator: ", "))"
      }
      return CPUFeatures(rawValue: needed).contains(.amxTile) ? tilesRefusal : nil
    }
    var items: [Item] = []
    for raw in 0..<UInt32(CKERNELS_ACCUMULATION_COUNT) {
      let accumulation = ckernels_accumulation(rawValue: raw)
      let contracts = ContractOracle.contracts(of: accumulation).map(\.name)
      let instructions = Self.stepInstructions.filter { $0.accumulation == accumulation }
      guard !instructions.isEmpty, names.map({ !$0.isDisjoint(with: contracts) }) ?? true else { continue }
      let usable = instructions.filter { refusal($0.features) == nil }
      if !usable.isEmpty {
        items.append(
          .subject(
            StepSubject(
              accumulation, contracts: contracts, instructions: usable, software: steps(accumulation),
              settings: settings)))
      }
      for instruction in instructions {
        guard let reason = refusal(instruction.features) else { continue }
        items.append(.unavailable(Self.unavailable(contracts, instruction.name, instruction.form, reason)))
      }
    }
    for instruction in Self.conversionInstructions {
      let name = Self.name(of: instruction)
      guard names?.contains(name) ?? true else { continue }
      if let reason = refusal(instruction.features) {
        items.append(.unavailable(Self.unavailable([name], instruction.name, instruction.form, reason)))
      } else {
        let decodes = instruction.decodes != 0
        let software =
          conversions?(instruction.conversion, decodes)
          ?? ConversionSoftware.all(instruction.conversion, decodes: decodes, on: features)
        items.append(.subject(ConversionSubject(name, instruction, software: software, settings: settings)))
      }
    }
    self.items = items
  }

  /// The contracts that describe an instruction, and the conversions that an instruction makes.
  public static var names: [String] {
    NumericsContract.all.filter { $0.instruction != nil }.map(\.name) + conversionInstructions.map(name)
  }

  /// Tries everything on the threads of `team`.
  public func measure(on team: ThreadTeam, progress: Progress = { _, _ in }) -> [ConformanceCheck] {
    let total = items.reduce(0) { $0 + $1.work }
    var done = 0.0
    var checks: [ConformanceCheck] = []
    for item in items {
      switch item {
      case .unavailable(let check): checks.append(check)
      case .subject(let subject):
        let work = item.work
        checks += Self.measure(subject, on: team) { progress(subject.name, (done + $0 * work) / total) }
        done += work
      }
    }
    return checks
  }

  private static func measure(
    _ subject: any Subject, on team: ThreadTeam, progress: (Double) -> Void
  ) -> [ConformanceCheck] {
    let start = clinux_clock_ns()
    let workers = (0..<team.threadCount).map { _ in subject.worker() }
    let chunks = subject.chunks
    let next = Atomic<Int>(0)
    team.run { thread in
      var shown = -1
      while true {
        let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard chunk < chunks else { return }
        workers[thread].run(chunk: chunk)
        // The caller's thread is the only one that may show something; a hundredth at a time.
        guard thread == 0, chunk * 100 / chunks > shown else { continue }
        shown = chunk * 100 / chunks
        progress(Double(chunk) / Double(chunks))
      }
    }
    var tallies = workers[0].tallies
    for worker in workers.dropFirst() {
      for (index, tally) in worker.tallies.enumerated() { tallies[index].add(tally) }
    }
    return subject.checks(tallies, seconds: Double(clinux_clock_ns() - start) / 1e9)
  }

  private static func unavailable(
    _ contracts: [String], _ name: UnsafePointer<CChar>, _ form: UnsafePointer<CChar>, _ reason: String
  ) -> ConformanceCheck {
    ConformanceCheck(
      contracts: contracts, instruction: String(cString: name), form: String(cString: form), unavailable: reason)
  }

  /// Why the system refuses tiles, or nil.
  private static func askForTiles() -> String? {
    let status = clinux_allow_tiles()
    return status == 0 ? nil : "the system refuses AMX tiles to this process with error \(-status)"
  }

  private static var stepInstructions: [ckernels_step_instruction] {
    var count: Int32 = 0
    let rows = ckernels_step_instructions(&count)
    return Array(UnsafeBufferPointer(start: rows, count: Int(count)))
  }

  private static var conversionInstructions: [ckernels_conversion_instruction] {
    var count: Int32 = 0
    let rows = ckernels_conversion_instructions(&count)
    return Array(UnsafeBufferPointer(start: rows, count: Int(count)))
  }

  /// For example `fp32-to-bf16`.
  private static func name(of instruction: ckernels_conversion_instruction) -> String {
    let narrow = instruction.conversion.element.exponent_bits == 8 ? "bf16" : "fp16"
    if instruction.decodes != 0 { return "\(narrow)-to-fp32" }
    let isTruncated = instruction.conversion.rounding == CKERNELS_ROUNDING_TOWARD_ZERO
    return "fp32-to-\(narrow)" + (isTruncated ? "-toward-zero" : "")
  }
}

extension ConformanceMeter.Item {
  /// What progress counts.
  fileprivate var work: Double {
    switch self {
    case .unavailable: 0
    case .subject(let subject): subject.cost
    }
  }
}
