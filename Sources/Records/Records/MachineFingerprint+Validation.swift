import HostState

extension MachineFingerprint {
  /// Bytes of a text, and instruction sets: reports print all of them.
  private static let textLimit = 1024
  private static let isaLimit = 256

  /// The first text that cannot be, as a clause, or nil.
  var problem: String? {
    let optional = [microcode, governor, transparentHugePages, hypervisor].compactMap(\.self)
    let longest = ([cpuModel, cpuSignature, kernel, operatingSystem] + isa + optional).map(\.utf8.count).max() ?? 0
    guard longest <= Self.textLimit else { return "a text of \(longest) bytes is longer than \(Self.textLimit)" }
    guard isa.count <= Self.isaLimit else { return "\(isa.count) instruction sets are more than \(Self.isaLimit)" }
    return nil
  }
}
