/*
 * Becomes a command under the rules of Docker's default seccomp profile (moby's profiles/seccomp/default.json), as
 * they are for a container without CAP_SYS_ADMIN, and with no more capabilities than Docker leaves by default:
 * what is not listed fails with EPERM, clone3 with ENOSYS, and clone with EPERM where it makes a namespace.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int allowed[] = {
/* Made of docker-default.txt: those that this machine has. */
#include "allowed.h"
};

enum { COUNT = sizeof allowed / sizeof *allowed };

/* The capabilities of a container: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap,
   net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap. */
static const unsigned long kept = 0xa80425fb;

static void add(struct sock_filter *program, int *length, struct sock_filter statement)
{
    program[(*length)++] = statement;
}

int main(int count, char **words)
{
    static struct sock_filter program[2 * COUNT + 32];
    int length = 0, n;
    (void)count;

#define ADD(...) add(program, &length, (struct sock_filter)__VA_ARGS__)
#define NUMBER offsetof(struct seccomp_data, nr)
#define FIRST offsetof(struct seccomp_data, args)
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER));
    for (n = 0; n < COUNT; n++) {
        ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[n], 0, 1));
        ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    }
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
    /* clone: allowed without the flags of namespaces. */
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIRST));
    ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 2114060288, 1, 0));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    /* socket: all families but AF_VSOCK. */
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3));
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIRST));
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_VSOCK, 1, 0));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));

    for (n = 0; n < 64; n++)
        if (!(n < 32 && kept >> n & 1))
            prctl(PR_CAPBSET_DROP, n);
    if (getuid() == 0) {
        struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
        struct __user_cap_data_struct data[2];
        memset(data, 0, sizeof data);
        data[0].effective = data[0].permitted = kept;
        if (syscall(SYS_capset, &header, data) < 0)
            return perror("capset"), 1;
    }
    struct sock_fprog all = { length, program };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) < 0)
        return perror("seccomp"), 1;
    execvp(words[1], words + 1);
    return perror(words[1]), 127;
}
