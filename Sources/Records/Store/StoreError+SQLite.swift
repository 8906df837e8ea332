import GRDB
import Glibc

extension StoreError {
  /// Says what an error of SQLite's means for a history. Result codes are those of <https://sqlite.org/rescode.html>.
  init(_ error: any Error, path: String) {
    self =
      switch error {
      case let known as StoreError: known
      case let fault as RowFault: StoreError(kind: .damaged, path: path, reason: Self.damage(fault.what))
      case let error as DatabaseError: StoreError(error, path: path)
      default: StoreError(kind: .damaged, path: path, reason: Self.damage(Self.clause("\(error)")))
      }
  }

  private init(_ error: DatabaseError, path: String) {
    let said = Self.clause(error.message ?? "error \(error.resultCode.rawValue)")
    let (kind, reason): (Kind, String) =
      switch error.resultCode.primaryResultCode {
      case .SQLITE_NOTADB: (.foreign, "is no history of assay's, which is a SQLite database")
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        (.locked, "another process keeps the history locked; try again when it is done")
      case .SQLITE_FULL: (.full, "the disk is full, so the history was left as it was; make room and try again")
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
        (.cannotWrite, "the history or its folder is read-only; make it writable, or use a copy elsewhere")
      case .SQLITE_CANTOPEN: Self.cannotOpen(path)
      case .SQLITE_IOERR:
        (.cannotWrite, "the system cannot read or write the history (\(said)); nothing of it was changed")
      case .SQLITE_NOMEM: (.cannotWrite, "there is not enough memory for the history")
      case .SQLITE_TOOBIG: (.unusable, "a text or a list of values is too long for the history")
      default: (.damaged, Self.damage(said))
      }
    self.init(kind: kind, path: path, reason: reason)
  }

  private static func damage(_ what: String) -> String {
    "the history is damaged (\(what)); move it away, and add the records again to a new one"
  }

  private static func cannotOpen(_ path: String) -> (Kind, String) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return (.cannotWrite, "the history cannot be made, because there is no folder \(folder); make it first")
    }
    // A journal that a crash left must be played back before anybody reads, and that takes write access.
    return stat(path, &status) == 0
      ? (
        .cannotWrite,
        "the history or a file beside it cannot be opened; check the permissions of both and of the folder"
      )
      : (.cannotWrite, "the history cannot be made in \(folder); check the folder's permissions")
  }

  /// Foreign wording on one line and without a full stop, to be part of a sentence.
  private static func clause(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)
    return String(line.hasSuffix(".") ? line.dropLast() : line)
  }
}
