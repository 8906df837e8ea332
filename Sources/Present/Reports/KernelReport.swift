import Engines

/// The kernel table with what a CPU makes of each row.
public struct KernelReport: Sendable {
  /// The table, ended by a line feed.
  public let text: String

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - cpu: the instruction sets of the CPU.
  ///   - cap: the level that the user allows.
  public init(
    _ table: KernelTable, cpu: CPUFeatures, cappedAt cap: ISALevel? = nil, style: ReportStyle = ReportStyle()
  ) {
    var rendered = TextTable([
      .init("kernel"), .init("tile", dropOrder: 2), .init("kr", .right, dropOrder: 3), .init("needs", dropOrder: 1),
      .init("here", isShortenable: true),
    ])
    for (kernel, standing) in table.standings(on: cpu, cappedAt: cap) {
      rendered.add(row: [
        kernel.name, kernel.tile.map { "\($0.rows)x\($0.columns)" } ?? "-", kernel.tile.map { "\($0.depth)" } ?? "-",
        kernel.level.rawValue, Self.text(of: standing, of: kernel),
      ])
    }
    let usable = cpu.capped(at: cap)
    let names = cpu.names.isEmpty ? "none that kernels use" : cpu.names.joined(separator: " ")
    var lines = style.paragraph("CPU: \(names)", lead: "")
    let capText = cap.map { ", capped at \($0.rawValue)" } ?? ""
    lines.append("Level: \(usable.level.rawValue)\(capText)")
    text = (lines + rendered.rendered(style)).joined(separator: "\n") + "\n"
  }

  /// What a row's standing is called.
  static func text(of standing: KernelTable.Standing, of kernel: Kernel) -> String {
    switch standing {
    case .chosen: kernel.types.isEmulated ? "chosen by the emulator" : "chosen"
    case .runs: "runs"
    case .lacks(let names): "no: the CPU lacks \(names.joined(separator: ", "))"
    case .capped(let names): "no: --max-isa excludes \(names.joined(separator: ", "))"
    }
  }
}
