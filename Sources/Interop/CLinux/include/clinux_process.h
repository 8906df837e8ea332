#pragma once
#include <stdint.h>

/// The largest resident set of this process since it was executed, in bytes, or -errno.
///
/// Read as VmHWM from /proc/self/status: ru_maxrss would include what the parent held before exec.
int64_t clinux_peak_resident_bytes(void);

/// Context switches that were forced on this process so far (all threads), or -errno.
int64_t clinux_involuntary_switches(void);

/// Page faults of this process so far (all threads) that needed no disk, or -errno.
int64_t clinux_minor_faults(void);

/// Asks the kernel to kill this process (SIGKILL) when the thread that started it ends. Returns 0 or -errno.
///
/// Beware: it is the parent's *thread* that counts, not the parent process, so the parent must start its children on a
/// thread that outlives them. If the parent is already gone, nothing happens: compare getppid() afterwards.
int clinux_die_with_parent(void);

/// Asks Linux for AMX tiles: a process that uses their data without having asked is killed. Returns 0 or -errno:
/// -ENOSYS where the system or the architecture has none. Threads that start later may use them too.
///
/// Source: Documentation/arch/x86/xstate.rst of the Linux kernel, ARCH_REQ_XCOMP_PERM.
int clinux_allow_tiles(void);
