// What Swift's Glibc module leaves out: epoll, eventfd, timerfd, signalfd, accept4.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// Hidden behind _GNU_SOURCE, which may not be set here: with it, structures would differ from those in Swift's Glibc module.
int pthread_setname_np(pthread_t thread, const char *name);
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
