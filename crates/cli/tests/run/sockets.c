/* Thirty-two threads, each with two hundred netlink sockets open at once, each of which lists the devices. */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 32, SOCKETS = 200 };

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int list(int s)
{
    struct { struct nlmsghdr header; struct ifinfomsg info; } request;
    char buffer[16384];
    int devices = 0;

    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_GETLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (send(s, &request, sizeof request, 0) < 0)
        fail("send");
    for (;;) {
        struct sockaddr_nl from;
        struct iovec piece = { buffer, sizeof buffer };
        struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &piece, .msg_iovlen = 1 };
        ssize_t length = recvmsg(s, &message, 0);
        struct nlmsghdr *header = (struct nlmsghdr *)buffer;
        if (length < 0)
            fail("recvmsg");
        if (from.nl_pid != 0)
            exit(2);
        for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
            if (header->nlmsg_type == NLMSG_DONE)
                return devices;
            if (header->nlmsg_type != RTM_NEWLINK)
                exit(3);
            devices++;
        }
    }
}

static void *work(void *total)
{
    int sockets[SOCKETS], n;

    for (n = 0; n < SOCKETS; n++)
        if ((sockets[n] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) < 0)
            fail("socket");
    for (n = 0; n < SOCKETS; n++)
        __atomic_add_fetch((int *)total, list(sockets[n]), __ATOMIC_RELAXED);
    for (n = 0; n < SOCKETS; n++)
        close(sockets[n]);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct rlimit limit;
    int total = 0, n;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (n = 0; n < THREADS; n++)
        if (pthread_create(&threads[n], NULL, work, &total))
            fail("pthread_create");
    for (n = 0; n < THREADS; n++)
        pthread_join(threads[n], NULL);
    printf("%d\n", total);
    return 0;
}
