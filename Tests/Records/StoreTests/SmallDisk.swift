import Foundation

/// A tmpfs of a few kilobytes, which fills up as a disk does.
struct SmallDisk {
  private let folder: String

  /// Whether this process may mount one.
  static let isPossible: Bool = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path
    guard geteuid() == 0, mkdir(folder, 0o700) == 0 else { return false }
    defer { rmdir(folder) }
    guard let disk = SmallDisk(at: folder, kilobytes: 64) else { return false }
    disk.unmount()
    return true
  }()

  /// Mounts one over a folder; nil where that is not allowed.
  init?(at folder: String, kilobytes: Int) {
    self.folder = folder
    guard mount("tmpfs", folder, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { return nil }
  }

  func unmount() { _ = umount2(folder, 0) }
}
