import Engines
import Foundation
import Records
import Topology

extension Record.Tool {
  /// This build.
  static var current: Record.Tool {
    Record.Tool(
      version: AssayVersion.current, compiler: compiler, configuration: configuration,
      libraries: [
        "openblas": BLASLibrary.version, "hwloc": Topology.libraryVersion,
      ])
  }

  private static var compiler: String {
    #if compiler(>=6.4)
      "Swift 6.4 or newer"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  private static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}
