import Foundation
import Records
import Testing

@testable import Reports

/// Every format of three runs, as files that scripts/check-exports gives to the programs that they are for.
@Suite struct ExportSnapshotTests {
  private static let samples: [(name: String, record: Record)] = [
    ("busy", Sample.busy), ("energy", ExportSample.rich), ("hostile", ExportSample.hostile),
  ]

  /// The records themselves, for whoever exports them anew.
  @Test func records() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "Snapshots/Export")
    for sample in Self.samples {
      let file = RecordFile(path: folder.appending(path: "\(sample.name).record.json").path)
      if ProcessInfo.processInfo.environment["ASSAY_UPDATE_SNAPSHOTS"] == "1" { try file.write(sample.record) }
      #expect(try file.read() == sample.record)
    }
  }

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
