import CLinux

extension ThreadTeam {
  /// Runs `body` on every thread of the team at once, the caller's included, and returns when all have finished.
  ///
  /// Not reentrant. `body` gets the thread's number, 0 ..< ``threadCount``.
  public func run(_ body: (_ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var context = body
      withUnsafeMutablePointer(to: &context) { pointer in
        clinux_team_run(
          handle,
          { context, thread, _ in
            context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(thread))
          }, pointer)
      }
    }
  }

  /// Inside of ``run(_:)``: returns when every thread of the team has called it.
  public func barrier() { clinux_team_barrier(handle) }
}
