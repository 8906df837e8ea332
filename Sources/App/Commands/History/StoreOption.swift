import ArgumentParser
import Foundation
import Store

/// Which history a command reads or writes.
struct StoreOption: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The history; otherwise ASSAY_STORE of the environment, or Results/local/history.sqlite.", valueName: "file"))
  var file: String?

  private static let usualFolder = "Results/local"

  /// Where it lies.
  var path: String { given ?? "\(Self.usualFolder)/history.sqlite" }

  private var given: String? {
    let named = ProcessInfo.processInfo.environment["ASSAY_STORE"]
    return file ?? (named?.isEmpty == false ? named : nil)
  }

  /// Opens it; to write, it is made where it is not there, and so is the folder that nobody had to name.
  func open(for access: HistoryStore.Access) throws -> HistoryStore {
    guard !path.isEmpty else { throw CommandFailure("--store needs the path of a file.", exitCode: 64) }
    if access == .writing, given == nil {
      do {
        try FileManager.default.createDirectory(atPath: Self.usualFolder, withIntermediateDirectories: true)
      } catch {
        throw CommandFailure(
          "Cannot make the folder \(Self.usualFolder) here for the history; give a writable place with --store.",
          exitCode: 73)
      }
    }
    return try HistoryStore(path: path, for: access)
  }
}
