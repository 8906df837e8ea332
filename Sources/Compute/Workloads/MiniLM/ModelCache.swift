import Foundation

/// The folder in which fetched models live, one folder a model.
public struct ModelCache: Hashable, Sendable {
  /// The cache's path.
  public let folder: String

  /// A cache at a path.
  public init(folder: String) { self.folder = folder }

  /// The user's cache: `$ASSAY_CACHE`, else `$XDG_CACHE_HOME/assay`, else `~/.cache/assay`.
  ///
  /// A relative `XDG_CACHE_HOME` does not count, as its specification demands.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let folder = environment["ASSAY_CACHE"], !folder.isEmpty {
      self.folder = folder
    } else if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      self.folder = folder + "/assay"
    } else {
      self.folder = (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/assay"
    }
  }

  /// The path of a model's folder.
  public func folder(of model: String) -> String { "\(folder)/\(model)" }

  /// The path of a file of a model.
  public func path(of file: String, model: String) -> String { "\(folder)/\(model)/\(file)" }

  /// Whether every file of a package is there; contents were checked when they were fetched.
  public func holds(_ package: ModelPackage) -> Bool {
    package.files.allSatisfy { FileManager.default.fileExists(atPath: path(of: $0.name, model: package.model)) }
  }
}
