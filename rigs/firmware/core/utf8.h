/* UTF-8 (RFC 3629).
 *
 *   is_utf8   no overlong form, no surrogate, nothing above U+10FFFF
 */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

int is_utf8(const uint8_t *bytes, size_t length);

#endif
