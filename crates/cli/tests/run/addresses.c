/* Lists devices and addresses by getifaddrs, and changes one by ioctl. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(void)
{
    struct ifreq request;
    struct ifaddrs *all, *one;
    int s = socket(AF_INET, SOCK_DGRAM, 0);

    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "eth0:7");
    struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
    address->sin_family = AF_INET;
    inet_pton(AF_INET, "192.0.2.7", &address->sin_addr);
    if (ioctl(s, SIOCSIFADDR, &request) < 0)
        return perror("SIOCSIFADDR"), 1;
    if (getifaddrs(&all) < 0)
        return perror("getifaddrs"), 1;
    for (one = all; one; one = one->ifa_next) {
        char text[INET6_ADDRSTRLEN] = "";
        if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET)
            inet_ntop(AF_INET, &((struct sockaddr_in *)one->ifa_addr)->sin_addr, text, sizeof text);
        else if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET6)
            continue;
        printf("%s %s %#x\n", one->ifa_name, text, one->ifa_flags & (IFF_UP | IFF_LOOPBACK));
    }
    printf("%u\n", if_nametoindex("eth0"));
    return 0;
}
