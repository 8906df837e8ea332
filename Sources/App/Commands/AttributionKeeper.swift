import Records
import Synchronization

/// Keeps an attribution in a file that is rewritten after every figure.
final class AttributionKeeper: Sendable {
  private let path: String
  private let failure = Mutex<CommandFailure?>(nil)

  init(path: String) { self.path = path }

  /// Why the file does not hold the last figures; nil where it does.
  var writeError: CommandFailure? { failure.withLock { $0 } }

  /// Writes it.
  func keep(_ attribution: Attribution) throws {
    try OutputFile(path, option: "--output").write(attribution.encoded(path: path))
  }

  /// Writes it; what fails is said at the end, because figures that are measured are worth more than their file.
  func tryToKeep(_ attribution: Attribution) {
    do {
      try keep(attribution)
      failure.withLock { $0 = nil }
    } catch {
      let sentence = (error as? CommandFailure)?.sentence ?? "Cannot write \(path): \(error)"
      failure.withLock { $0 = CommandFailure(sentence, exitCode: 73) }
    }
  }
}
