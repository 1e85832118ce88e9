#include "modes.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "wipe.h"

#define BLOCK PRESENT_BLOCK

size_t ecb_seal(const struct present *key, uint8_t *out, const uint8_t *in, size_t length)
{
    size_t padded = length / BLOCK * BLOCK + BLOCK;
    counts.cipher++;
    memmove(out, in, length);
    memset(out + length, (int)(padded - length), padded - length);
    size_t at = 0;
    for (; at + BLOCK < padded; at += 2 * BLOCK) {
        present_encrypt_two(key, out + at, out + at + BLOCK);
    }
    if (at < padded) {
        present_encrypt(key, out + at);
    }
    return padded;
}

int ecb_open(const struct present *key, uint8_t *out, const uint8_t *in, size_t length)
{
    counts.cipher++;
    if (length == 0 || length % BLOCK != 0) {
        return -1;
    }
    memmove(out, in, length);
    for (size_t at = 0; at < length; at += BLOCK) {
        present_decrypt(key, out + at);
    }
    /* The whole last block is looked at whatever it says; only the verdict is released. */
    uint32_t pad = out[length - 1];
    uint32_t bad = (pad - 1) >> 31 | (BLOCK - pad) >> 31;
    for (uint32_t i = 1; i <= BLOCK; i++) {
        uint32_t is_padding = 0 - ((i - pad - 1) >> 31); /* all ones where i <= pad */
        bad |= is_padding & (out[length - i] ^ pad);
    }
    if (ct_verdict(bad != 0)) {
        wipe(out, length);
        return -1;
    }
    return (int)(length - ct_verdict(pad));
}

/* The next counter block, big-endian. */
static void count_up(uint8_t pad[BLOCK], uint8_t counter[BLOCK])
{
    memcpy(pad, counter, BLOCK);
    uint32_t carry = 1;
    for (int at = BLOCK - 1; at >= 0; at--) {
        carry += counter[at];
        counter[at] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void stream(const struct present *key, uint8_t *out, const uint8_t *in, size_t length, const uint8_t start[8])
{
    uint8_t counter[BLOCK], pad[2 * BLOCK];
    memcpy(counter, start, sizeof counter);
    for (size_t i = 0; i < length; i++) {
        if (i % sizeof pad == 0) {
            count_up(pad, counter);
            if (length - i > BLOCK) {
                count_up(pad + BLOCK, counter);
                present_encrypt_two(key, pad, pad + BLOCK);
            } else {
                present_encrypt(key, pad);
            }
        }
        out[i] = in[i] ^ pad[i % sizeof pad];
    }
    wipe(pad, sizeof pad);
}

void ctr(const struct present *key, uint8_t *out, const uint8_t *in, size_t length, const uint8_t nonce[8])
{
    counts.cipher++;
    stream(key, out, in, length, nonce);
}

/* Multiplies by x in GF(2^64): SP 800-38B, 6.1. */
static void twice(uint8_t block[8])
{
    uint32_t top = block[0] >> 7;
    for (int i = 0; i < BLOCK - 1; i++) {
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    }
    block[BLOCK - 1] = (uint8_t)((uint32_t)block[BLOCK - 1] << 1 ^ (0x1b & (0 - top)));
}

/* CMAC of prefix‖in, the prefix 0 or 8 bytes long. */
static void mac(const struct present *key, uint8_t tag[8], const uint8_t *prefix, const uint8_t *in, size_t length)
{
    size_t skip = prefix == NULL ? 0 : BLOCK;
    size_t total = skip + length;
    uint8_t mask[BLOCK] = {0}, state[BLOCK] = {0};
    present_encrypt(key, mask);
    twice(mask);
    for (size_t at = 0; at < total; at++) {
        if (at > 0 && at % BLOCK == 0) {
            present_encrypt(key, state);
        }
        state[at % BLOCK] ^= at < skip ? prefix[at] : in[at - skip];
    }
    if (total == 0 || total % BLOCK != 0) {
        state[total % BLOCK] ^= 0x80;
        twice(mask);
    }
    for (int i = 0; i < BLOCK; i++) {
        tag[i] = state[i] ^ mask[i];
    }
    present_encrypt(key, tag);
    wipe(mask, sizeof mask);
    wipe(state, sizeof state);
}

void cmac(const struct present *key, uint8_t tag[8], const uint8_t *in, size_t length)
{
    counts.cipher++;
    mac(key, tag, NULL, in, length);
}

/* OMAC^t of the EAX paper: CMAC of the block t followed by the message. */
static void omac(const struct present *key, uint8_t tag[8], uint8_t t, const uint8_t *in, size_t length)
{
    uint8_t prefix[BLOCK] = {0, 0, 0, 0, 0, 0, 0, t};
    mac(key, tag, prefix, in, length);
}

static void eax_tag(const struct present *key, uint8_t tag[8], const uint8_t nonce[8], const uint8_t *ciphertext,
                    size_t length, const struct eax_header *header)
{
    uint8_t part[BLOCK];
    omac(key, tag, 2, ciphertext, length);
    omac(key, part, 1, header->ad, header->ad_length);
    for (int i = 0; i < BLOCK; i++) {
        tag[i] ^= part[i] ^ nonce[i];
    }
}

void eax_seal(const struct present *key, uint8_t *out, uint8_t tag[8], const uint8_t *in, size_t length,
              const struct eax_header *header)
{
    uint8_t nonce[BLOCK];
    counts.cipher++;
    omac(key, nonce, 0, header->nonce, header->nonce_length);
    stream(key, out, in, length, nonce);
    eax_tag(key, tag, nonce, out, length, header);
}

int eax_open(const struct present *key, uint8_t *out, const uint8_t tag[8], const uint8_t *in, size_t length,
             const struct eax_header *header)
{
    uint8_t nonce[BLOCK], expected[BLOCK];
    counts.cipher++;
    omac(key, nonce, 0, header->nonce, header->nonce_length);
    eax_tag(key, expected, nonce, in, length, header);
    uint32_t good = ct_verdict(ct_equal(expected, tag, BLOCK));
    wipe(expected, sizeof expected);
    if (!good) {
        return -1;
    }
    stream(key, out, in, length, nonce);
    return 0;
}

#ifndef WITHOUT_HARDENED
static void add(uint8_t to[BLOCK], const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] ^= from[i];
    }
}

void eax_key(struct eax *eax, const uint8_t key[16])
{
    present_key(&eax->key, key, 128);
    for (uint8_t t = 0; t < 3; t++) {
        memset(eax->start[t], 0, BLOCK);
        eax->start[t][BLOCK - 1] = t;
        present_encrypt(&eax->key, eax->start[t]);
    }
    memcpy(eax->full, eax->start[0], BLOCK);
    twice(eax->full);
    memcpy(eax->partial, eax->full, BLOCK);
    twice(eax->partial);
    memset(eax->topic, 0, BLOCK);
}

/* The last block of a chain: what is left of the data, up to a block, its padding and its mask. */
static void chain_end(const struct eax *eax, uint8_t chain[BLOCK], const uint8_t *in, size_t length)
{
    add(chain, in, length);
    if (length < BLOCK) {
        chain[length] ^= 0x80;
    }
    add(chain, length < BLOCK ? eax->partial : eax->full, BLOCK);
    present_encrypt(&eax->key, chain);
}

/* OMAC^t from its starting point. */
static void chain_mac(const struct eax *eax, uint8_t chain[BLOCK], uint8_t t, const uint8_t *in, size_t length)
{
    if (length == 0) {
        memset(chain, 0, BLOCK);
        chain[BLOCK - 1] = t;
        add(chain, eax->full, BLOCK);
        present_encrypt(&eax->key, chain);
        return;
    }
    memcpy(chain, eax->start[t], BLOCK);
    for (; length > BLOCK; length -= BLOCK, in += BLOCK) {
        add(chain, in, BLOCK);
        present_encrypt(&eax->key, chain);
    }
    chain_end(eax, chain, in, length);
}

void eax_topic(struct eax *eax, const uint8_t *topic, size_t length)
{
    chain_mac(eax, eax->topic, 1, topic, length);
}

/* The MAC's block and the next counter block are encrypted together, in the time of one where the core has 32 bits. */
void eax_next_seal(const struct eax *eax, uint8_t *out, uint8_t tag[8], const uint8_t *in, size_t length, const uint8_t nonce[EAX_NONCE])
{
    uint8_t first[BLOCK], counter[BLOCK], pad[BLOCK], chain[BLOCK];
    counts.cipher++;
    chain_mac(eax, first, 0, nonce, EAX_NONCE);
    if (length == 0) {
        chain_mac(eax, chain, 2, in, 0);
    } else {
        memcpy(counter, first, BLOCK);
        memcpy(chain, eax->start[2], BLOCK);
        count_up(pad, counter);
        present_encrypt(&eax->key, pad);
        size_t at = 0;
        for (; length - at > BLOCK; at += BLOCK) {
            for (size_t i = 0; i < BLOCK; i++) {
                out[at + i] = in[at + i] ^ pad[i];
            }
            add(chain, out + at, BLOCK);
            count_up(pad, counter);
            present_encrypt_two(&eax->key, chain, pad);
        }
        for (size_t i = 0; i < length - at; i++) {
            out[at + i] = in[at + i] ^ pad[i];
        }
        chain_end(eax, chain, out + at, length - at);
    }
    memcpy(tag, first, BLOCK);
    add(tag, eax->topic, BLOCK);
    add(tag, chain, BLOCK);
    wipe(pad, sizeof pad);
    wipe(chain, sizeof chain);
}

int eax_next_open(const struct eax *eax, uint8_t *out, const uint8_t tag[8], const uint8_t *in, size_t length,
                  const uint8_t nonce[EAX_NONCE])
{
    uint8_t first[BLOCK], expected[BLOCK];
    counts.cipher++;
    chain_mac(eax, first, 0, nonce, EAX_NONCE);
    chain_mac(eax, expected, 2, in, length);
    add(expected, first, BLOCK);
    add(expected, eax->topic, BLOCK);
    uint32_t good = ct_verdict(ct_equal(expected, tag, BLOCK));
    wipe(expected, sizeof expected);
    if (!good) {
        return -1;
    }
    stream(&eax->key, out, in, length, first);
    return 0;
}
#endif
