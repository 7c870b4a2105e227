/*
 * The system calls that a run makes once it is set up, SYSCALL(name), by what they are for, so that one sees what is
 * not there. Those that a machine does not have are left out. socket, clone and tgkill: sandbox.c.
 */
/* clang-format off */
/* memory; PCRE2 makes some executable */
SYSCALL(brk) SYSCALL(mmap) SYSCALL(munmap) SYSCALL(mremap) SYSCALL(mprotect) SYSCALL(madvise)
/* threads and time */
SYSCALL(futex) SYSCALL(set_robust_list) SYSCALL(rseq) SYSCALL(exit) SYSCALL(exit_group)
SYSCALL(gettid) SYSCALL(getpid) SYSCALL(sched_yield) SYSCALL(sched_getaffinity) SYSCALL(sched_setaffinity)
SYSCALL(sched_setscheduler) SYSCALL(setpriority)
SYSCALL(membarrier) SYSCALL(restart_syscall) SYSCALL(getcpu) SYSCALL(clock_gettime) SYSCALL(clock_nanosleep)
SYSCALL(nanosleep) SYSCALL(gettimeofday) SYSCALL(time) SYSCALL(times) SYSCALL(getrusage)
SYSCALL(sysinfo) SYSCALL(uname) SYSCALL(getrandom) SYSCALL(prlimit64)
/* signals, taken; sent to itself only: sandbox.c */
SYSCALL(rt_sigaction) SYSCALL(rt_sigprocmask) SYSCALL(rt_sigreturn) SYSCALL(sigaltstack)
/* files */
SYSCALL(open) SYSCALL(openat) SYSCALL(close) SYSCALL(read) SYSCALL(pread64) SYSCALL(readv)
SYSCALL(write) SYSCALL(pwrite64) SYSCALL(writev) SYSCALL(lseek) SYSCALL(fcntl) SYSCALL(flock)
SYSCALL(stat) SYSCALL(lstat) SYSCALL(fstat) SYSCALL(newfstatat) SYSCALL(statx) SYSCALL(statfs)
SYSCALL(fstatfs) SYSCALL(access) SYSCALL(faccessat) SYSCALL(faccessat2) SYSCALL(readlink)
SYSCALL(readlinkat) SYSCALL(getcwd) SYSCALL(getdents64) SYSCALL(fadvise64) SYSCALL(ftruncate)
SYSCALL(fsync) SYSCALL(fdatasync) SYSCALL(umask) SYSCALL(chmod) SYSCALL(fchmod) SYSCALL(fchmodat)
SYSCALL(mkdir) SYSCALL(mkdirat) SYSCALL(rmdir) SYSCALL(rename) SYSCALL(renameat) SYSCALL(renameat2)
SYSCALL(link) SYSCALL(linkat) SYSCALL(unlink) SYSCALL(unlinkat) SYSCALL(dup) SYSCALL(dup2)
SYSCALL(dup3)
/* who one is: libraries ask */
SYSCALL(getuid) SYSCALL(geteuid) SYSCALL(getgid) SYSCALL(getegid)
/* sockets that are there, and those of the families below */
SYSCALL(poll) SYSCALL(ppoll) SYSCALL(epoll_create1) SYSCALL(epoll_ctl) SYSCALL(epoll_wait)
SYSCALL(epoll_pwait) SYSCALL(eventfd2) SYSCALL(pipe2) SYSCALL(accept) SYSCALL(accept4)
SYSCALL(bind) SYSCALL(connect) SYSCALL(listen) SYSCALL(shutdown) SYSCALL(sendto) SYSCALL(sendmsg)
SYSCALL(recvfrom) SYSCALL(recvmsg) SYSCALL(getsockname) SYSCALL(getpeername) SYSCALL(setsockopt)
SYSCALL(getsockopt) SYSCALL(ioctl)
/* the maps, and the programs at the end */
SYSCALL(bpf)
/* clang-format on */
