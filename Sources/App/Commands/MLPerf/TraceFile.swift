import Foundation
import LoadGen

/// A recorded trace of arrivals: one time in seconds a line.
enum TraceFile {
  /// Larger files are refused: the times of a trace are held in memory.
  private static let limit = 256 << 20

  /// Reads the trace.
  static func read(_ path: String) throws(CommandFailure) -> ArrivalShape {
    // A pipe that nobody writes to would not let go otherwise.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure("The trace \(path) cannot be opened: \(String(cString: strerror(errno))).", exitCode: 66)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure("The trace \(path) is not a regular file.", exitCode: 66)
    }
    let data: Data
    do {
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw CommandFailure("The trace \(path) cannot be read.", exitCode: 66)
    }
    guard data.count <= limit else {
      throw CommandFailure("The trace \(path) has more than the \(limit) bytes that a trace may have.", exitCode: 65)
    }
    do {
      return try ArrivalShape(trace: String(decoding: data, as: UTF8.self))
    } catch {
      throw CommandFailure("The trace \(path) cannot be replayed: \(error.reason).", exitCode: 65)
    }
  }
}
