/* Base64 with padding (RFC 4648 section 4). No branch on a value, but for a character that is none.
 *
 *   base64_write   returns the characters written, 4 for each 3 bytes begun
 *   base64_read    the one spelling alone: no space, no missing padding, no bits beside the bytes
 */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>
#include <stdint.h>

#define BASE64_LENGTH(bytes) (((bytes) + 2) / 3 * 4)

size_t base64_write(uint8_t *text, const uint8_t *bytes, size_t length);
int base64_read(uint8_t *bytes, size_t limit, const uint8_t *text, size_t length); /* the number of bytes, or -1 */

#endif
