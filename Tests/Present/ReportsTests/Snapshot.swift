import Foundation
import Testing

/// Holds a text against `Snapshots/NAME.txt`, the text that users are known to see.
///
/// With ASSAY_UPDATE_SNAPSHOTS=1 in the environment the file is written instead; review the difference before committing.
func expectSnapshot(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: "\(name).txt")
  if ProcessInfo.processInfo.environment["ASSAY_UPDATE_SNAPSHOTS"] == "1" {
    try Data(text.utf8).write(to: file)
    return
  }
  guard let data = try? Data(contentsOf: file) else {
    Issue.record(
      "there is no snapshot \(file.lastPathComponent); the text is:\n\(text)", sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  guard text != expected else { return }
  let new = text.split(separator: "\n", omittingEmptySubsequences: false)
  let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(new, old).prefix { $0 == $1 }.count
  Issue.record(
    """
    \(file.lastPathComponent) differs first in line \(line + 1):
    was: \(line < old.count ? String(old[line]) : "(end)")
    now: \(line < new.count ? String(new[line]) : "(end)")
    """, sourceLocation: sourceLocation)
}
