#include "run/live/ethtool.h"

#include <dirent.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUES_MOST = 64 };

int ethtool_call(const char *interface, void *command)
{
    struct ifreq request = {.ifr_data = command};
    size_t length = strlen(interface);
    if (length >= sizeof request.ifr_name)
        return -ENODEV;
    memcpy(request.ifr_name, interface, length);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int result = ioctl(fd, SIOCETHTOOL, &request) ? -errno : 0;
    close(fd);
    return result;
}

int ethtool_get(const char *interface, uint32_t command, uint32_t *value)
{
    struct ethtool_value v = {.cmd = command};
    int result = ethtool_call(interface, &v);
    *value = v.data;
    return result;
}

int ethtool_set(const char *interface, uint32_t command, uint32_t value)
{
    struct ethtool_value v = {.cmd = command, .data = value};
    return ethtool_call(interface, &v);
}

/* For drivers that do not tell their channels. (It shows the network namespace in which /sys was mounted.) */
static unsigned queues_in_sysfs(const char *interface)
{
    char path[64];
    unsigned count = 0;
    snprintf(path, sizeof path, "/sys/class/net/%s/queues", interface);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += strncmp(entry->d_name, "rx-", 3) == 0;
    if (folder)
        closedir(folder);
    return count;
}

unsigned ethtool_queues(const char *interface)
{
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
    unsigned count = 0;
    if (ethtool_call(interface, &channels) == 0)
        count = channels.combined_count + channels.rx_count;
    if (!count)
        count = queues_in_sysfs(interface);
    return count < 1 ? 1 : count > QUEUES_MOST ? QUEUES_MOST : count;
}
