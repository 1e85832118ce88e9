#include "flash.h"

int text_is(const char *word, flash_text expected)
{
    while (*word != '\0' && *word == *expected) {
        word++;
        expected++;
    }
    return *word == *expected;
}

size_t text_length(flash_text words)
{
    size_t length = 0;
    while (words[length] != '\0') {
        length++;
    }
    return length;
}

void flash_copy(void *out, const FLASH void *from, size_t length)
{
    uint8_t *to = out;
    const FLASH uint8_t *bytes = from;
    for (size_t i = 0; i < length; i++) {
        to[i] = bytes[i];
    }
}
