/* Constants that stay in flash. An ATmega reads RAM and flash by different instructions, so a constant that is not marked is copied into
 * its few KiB of RAM. Elsewhere both words mean nothing and cost nothing.
 *
 *   FLASH       qualifies a constant and pointers to it:  static const FLASH uint32_t table[] = ...
 *   TEXT("..")  a string in flash, inside a function
 *   flash_text  a pointer to such a string
 *
 *   REASON("..") the same for the words of an ERR
 *
 *   text_is     whether a string in RAM is that text
 *   word_is     the same for a literal: word_is(kind, "wrap")
 *   flash_copy  memcpy from flash
 */
#ifndef FLASH_H
#define FLASH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __AVR__
#define FLASH __flash
#define TEXT(literal) (__extension__({ static const __flash char text_[] = literal; &text_[0]; }))
#else
#define FLASH
#define TEXT(literal) ("" literal)
#endif

typedef const FLASH char *flash_text;

int text_is(const char *word, flash_text expected);
size_t text_length(flash_text words);
void flash_copy(void *out, const FLASH void *from, size_t length);

/* The words of an ERR, which a board may leave out for want of flash. */
#ifdef WITHOUT_WORDS
#define REASON(literal) TEXT("-")
#else
#define REASON(literal) TEXT(literal)
#endif

#define word_is(word, literal) text_is(word, TEXT(literal))

#endif
