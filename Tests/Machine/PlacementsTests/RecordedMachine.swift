import Foundation
import Topology

/// The recorded machines beside the repository; they are not part of it.
enum RecordedMachine {
  /// The folder with the recordings, or nil where it is absent.
  static let folder: String? = {
    let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    // RecordedMachine.swift < PlacementsTests < Machine < Tests < repository
    let repository = (0..<4).reduce(here) { url, _ in url.deletingLastPathComponent() }
    let folder = repository.deletingLastPathComponent().appendingPathComponent("shared/topologies").path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()

  static let isPresent = folder != nil

  /// The names of all recordings.
  static let names: [String] = {
    let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    return files.filter { $0.hasSuffix(".xml") }.sorted()
  }()

  /// The recording of this name.
  static func topology(_ name: String) throws -> Topology {
    try Topology.discover(source: .xml(path: (folder ?? "") + "/" + name))
  }
}
