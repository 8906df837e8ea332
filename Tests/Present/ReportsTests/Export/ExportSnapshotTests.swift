import Records
import Testing

@testable import Reports

/// Every format of three runs, as files that scripts/check-exports gives to the programs that they are for.
@Suite struct ExportSnapshotTests {
  private static let samples: [(name: String, record: Record)] = [
    ("busy", Sample.busy), ("energy", ExportSample.rich), ("hostile", ExportSample.hostile),
  ]

  @Test("What users see", arguments: ExportFormat.all.map(\.name)) func snapshots(format: String) throws {
    let format = try ExportFormat.named(format)
    for sample in Self.samples {
      let export = try Export([ExportSample.run(sample.record, commit: "0a1b2c3")], as: format)
      #expect(export.texts.count == format.parts.count)
      for (part, text) in zip(format.parts, export.texts) {
        try expectSnapshot(
          text, "Export/" + ([sample.name, format.name, part].filter { !$0.isEmpty }.joined(separator: ".")))
      }
    }
  }
}
