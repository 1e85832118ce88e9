/* Runs a fuzz target once on each file named: the corpus as a test, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    static uint8_t bytes[65536];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    int good = ferror(file) == 0 && size < sizeof bytes;
    fclose(file);
    return good && LLVMFuzzerTestOneInput(bytes, size) == 0; /* a finding ends the program */
}

int main(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        char path[4096];
        int good = 1, files = 0;
        DIR *folder = opendir(words[i]);
        for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
            if (entry->d_name[0] != '.') {
                snprintf(path, sizeof path, "%s/%s", words[i], entry->d_name);
                files++;
                good &= replay(path);
            }
        }
        if (folder != NULL) {
            closedir(folder);
        }
        claim(good && files > 0, "%s: all %d inputs of %s pass", words[0], files, words[i]);
    }
    return tap_finish();
}
