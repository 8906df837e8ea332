import ArgumentParser
import Engines
import Harness
import Reports

/// `assay kernels`.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Lists Assay's own kernels, which of them this CPU runs, and which instructions it lacks for the others.",
    discussion: """
      A kernel is `chosen` where it is the first that runs here and takes the types of its operation; \
      `docs/isa-levels.md` says what the levels are. Kernels of one numerics contract are the emulator's.

      Examples:
        assay kernels
        assay kernels --max-isa avx2      what would run on a CPU without AVX-512
        assay kernels --json
      """)

  @OptionGroup var cap: MaxISAOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let cap = try cap.maxISA.map(KnownNames.isaLevel)
    let cpu = CPUFeatures.detect()
    guard json else {
      return try Terminal.write(KernelReport(.current, cpu: cpu, cappedAt: cap, style: Terminal.style).text)
    }
    let rows = KernelTable.current.standings(on: cpu, cappedAt: cap).map(Row.init)
    try Terminal.write(
      json: Output(cpu: cpu.names, level: cpu.capped(at: cap).level.rawValue, maxISA: cap?.rawValue, kernels: rows))
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let cpu: [String]
    let level: String
    let maxISA: String?
    let kernels: [Row]
  }

  private struct Row: Encodable {
    let name: String
    let operation: Kernel.Operation
    let types: Kernel.Types
    let tile: Kernel.Tile?
    /// The level whose instruction sets it needs, and those themselves.
    let level: String
    let needs: [String]
    let runs: Bool
    let chosen: Bool
    /// Whether only the emulator runs it.
    let emulator: Bool
    /// What this CPU lacks.
    let missing: [String]
    /// What the CPU has and the cap excludes.
    let capped: [String]

    init(_ kernel: Kernel, _ standing: KernelTable.Standing) {
      (name, operation, types, tile) = (kernel.name, kernel.operation, kernel.types, kernel.tile)
      (level, needs) = (kernel.level.rawValue, kernel.features.names)
      runs = standing == .runs || standing == .chosen
      chosen = standing == .chosen
      emulator = kernel.types.isEmulated
      if case .lacks(let names) = standing { missing = names } else { missing = [] }
      if case .capped(let names) = standing { capped = names } else { capped = [] }
    }
  }
}
