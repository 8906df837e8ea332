/// An assignment that a run was given: cells of its model follow it.
public struct GivenAssignment: Codable, Hashable, Sendable {
  /// The file's name without its folder.
  public var file: String
  /// The SHA-256 of the file, in hexadecimal.
  public var sha256: String
  /// What it holds.
  public var contents: AssignmentFile

  /// Makes one.
  public init(file: String, sha256: String, contents: AssignmentFile) {
    self.file = file
    self.sha256 = sha256
    self.contents = contents
  }

  /// What names the assignment in cells: the first digits of the SHA-256.
  public var label: String { String(sha256.prefix(12)) }

  /// What cannot be about it as a clause, or nil.
  var problem: String? {
    guard sha256.isSHA256 else { return "the SHA-256 of an assignment cannot be" }
    return contents.problem.map { "an assignment cannot be: \($0)" }
  }
}
