import CLinux
import Glibc
import Testing

@Suite("File")
struct FileTests {
  @Test("The kernel's sysfs is told from what only looks like it")
  func sysfs() throws {
    // The root is always something else; a container may have no sysfs at all.
    #expect(clinux_is_sysfs("/") == 0)
    #expect(clinux_is_sysfs("/proc/self/status") == 0)
    #expect(clinux_is_sysfs("/nowhere") == -ENOENT)
    if access("/sys/kernel/uevent_seqnum", F_OK) == 0 {
      #expect(clinux_is_sysfs("/sys") == 1)
      #expect(clinux_is_sysfs("/sys/kernel/uevent_seqnum") == 1)
    }
  }
}
