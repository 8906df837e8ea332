import Analysis
import Foundation
import Records
import Testing

@testable import Reports

@Suite struct VerificationReportTests {
  /// A file of each kind: sound, edited, without a seal, none.
  private static func files() throws -> (files: [VerifiedRecord], folder: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "verification-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let record = Sample.quiet
    let whole = String(decoding: try record.encoded(), as: UTF8.self)
    let texts = [
      "sound.json": whole, "edited.json": whole.replacing("\"norm\":", with: "\"norm\":1"),
      "old.json": String(decoding: try JSONEncoder().encode(record), as: UTF8.self),
    ]
    for (name, text) in texts { try Data(text.utf8).write(to: folder.appending(path: name)) }
    let published = try PublishedFigures(
      Array(CSVExport(record: record, summary: RunSummary(of: record)).text.utf8), path: "cells.csv")
    let files = ["sound.json", "edited.json", "old.json", "none.json"].map { name in
      VerifiedRecord(path: folder.path + "/" + name, published: name == "sound.json" ? published : nil) {
        CSVExport(record: $0, summary: $1).text
      }
    }
    return (files, folder.path + "/")
  }

  @Test(arguments: [60, 120])
  func filesOfEveryKind(width: Int) throws {
    let (files, folder) = try Self.files()
    let text = VerificationReport(files, style: ReportStyle(width: width)).text.replacing(folder, with: "")
    try expectSnapshot(text, "verification-\(width)")
    // Nothing breaks a digest.
    let lines = text.split(separator: "\n").filter { !$0.contains("Sealed as") && !$0.hasSuffix(".") }
    #expect(lines.count > 20 && lines.allSatisfy { String($0).displayWidth <= width })
  }

  @Test func aFileThatIsNoRecordIsLeftToItsSentence() throws {
    let files = try Self.files().files
    #expect(VerificationReport([files[3]]).text == "")
    #expect(!VerificationReport([files[0]]).text.contains("records:"))
  }
}
