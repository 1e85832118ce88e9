/* "dotnet" for the arm64 guest: .NET's runtime pack has the runtime and its loader (hostfxr), but not the program that calls it. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, const char **argv)
{
    static const char loader[] = "/host/fxr/" VERSION "/libhostfxr.so";
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof loader);
    if (length < 0) {
        perror("/proc/self/exe");
        return 1;
    }
    path[length] = 0;
    strcpy(strrchr(path, '/'), loader);
    void *library = dlopen(path, RTLD_NOW);
    int (*start)(int, const char **) = library ? (int (*)(int, const char **))dlsym(library, "hostfxr_main") : NULL;
    if (!start) {
        fprintf(stderr, "dotnet: %s\n", dlerror());
        return 1;
    }
    return start(argc, argv);
}
