/// Names that become folders of a tree: they must not lead out of it.
enum SafeName {
  /// The name, where it is one component of letters, digits and `._-` that does not begin with a point or a dash.
  static func checked(_ name: String, _ what: String) throws(PackageError) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95: true
      default: false
      }
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 100, !name.hasPrefix("."), !name.hasPrefix("-") else {
      throw PackageError(
        code: .usage,
        reason: "\(what) `\(UserConf.shown(name))` cannot name a folder; use letters, digits, `.`, `_` and `-`")
    }
    return name
  }

  /// A name out of anything, for where nobody gave one.
  static func made(from text: String) -> String {
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let name = words.joined(separator: "_").prefix(80)
    return name.isEmpty ? "system" : String(name)
  }
}
