import Foundation

/// Builds a revision of a git repository in a working tree of its own, which is removed afterwards.
public struct RevisionBuild: Sendable {
  /// The repository, or any folder in it.
  public let repository: String
  /// What is built, as git takes it: a branch, a tag, a hash, `HEAD~1`.
  public let revision: String
  /// The command, one line for `sh`.
  public let command: String
  /// The program that the command leaves, below the working tree.
  public let program: String
  /// Where working trees and logs go.
  public let folder: String
  /// Seconds that the build may take.
  public let timeout: Double

  /// The command that builds Assay.
  public static let usualCommand = "swift build -c release --product assay"
  /// What that leaves.
  public static let usualProgram = ".build/release/assay"

  /// Names a build.
  public init(
    repository: String, revision: String, command: String = usualCommand, program: String = usualProgram,
    folder: String,
    timeout: Double = 7200
  ) {
    self.repository = repository
    self.revision = revision
    self.command = command
    self.program = program
    self.folder = folder
    self.timeout = timeout
  }

  /// A program that was built.
  public struct Product: Hashable, Sendable {
    /// Where it lies.
    public let path: String
    /// The full hash of the revision.
    public let hash: String
    let tree: String
  }

  /// Builds; about as long as a clean build takes.
  ///
  /// - Throws: ``TrialError`` where there is no such revision, and where it does not build; `CancellationError`.
  public func build() async throws -> Product {
    let hash = try await resolved()
    // Both sides may be one revision, and each has a build of its own.
    let tree = "\(folder)/\(hash.prefix(12))-\(UUID().uuidString.prefix(8))"
    // Git still lists the trees of processes that were killed.
    _ = try await git(["worktree", "prune"])
    let added = try await git(["worktree", "add", "--detach", "--force", tree, hash])
    guard added.end == .exited(0) else {
      throw TrialError("Cannot make a working tree for \(revision) in \(tree). \(added.words)", exitCode: 73)
    }
    let process = LoggedProcess(
      words: ["/bin/sh", "-c", command], folder: tree, log: "\(tree).log", timeout: timeout)
    let end: LoggedProcess.End
    do { end = try await process.run() } catch {
      await remove(tree)
      throw error
    }
    guard end == .exited(0) else {
      let how = end == .timedOut ? "took more than \(Int(timeout)) s" : "failed"
      let words = process.lastWords
      await remove(tree)
      throw TrialError("\(revision) does not build: `\(command)` \(how). \(words)")
    }
    let path = "\(tree)/\(program)"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      await remove(tree)
      throw TrialError("\(revision) was built, but `\(command)` left no program at \(program); name it with --program.")
    }
    return Product(path: path, hash: hash, tree: tree)
  }

  /// Removes the working tree of a product, also where the task is cancelled.
  public func remove(_ product: Product) async { await remove(product.tree) }

  private func remove(_ tree: String) async {
    // A task of its own: a cancelled one would stop git before it has done anything.
    _ = await Task { try? await git(["worktree", "remove", "--force", tree]) }.value
  }

  private func resolved() async throws -> String {
    // No revision begins with a dash, and git would take it for an option.
    guard !revision.hasPrefix("-"), !revision.isEmpty else {
      throw TrialError("`\(revision)` is no revision.", exitCode: 64)
    }
    let answer = try await git(["rev-parse", "--verify", "\(revision)^{commit}"])
    // Git may warn first, for example of a branch and a tag with one name.
    let hash = answer.text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    switch answer.end {
    case .exited(0) where hash.count >= 40 && hash.allSatisfy(\.isHexDigit): return hash
    case .notStarted(let why): throw TrialError("Building revisions needs git, which cannot be started (\(why)).")
    default: throw TrialError("\(repository) has no revision `\(revision)`. \(answer.words)", exitCode: 66)
    }
  }

  private func git(_ words: [String]) async throws -> (end: LoggedProcess.End, text: String, words: String) {
    let log = "\(folder)/git-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = LoggedProcess(words: ["git", "-C", repository] + words, log: log, timeout: 600)
    let end = try await process.run()
    return (end, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "", process.lastWords)
  }
}
