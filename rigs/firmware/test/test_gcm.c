/* AES and GCM: known answers of another implementation, in this process and on the line of a test build. */
#include <stdlib.h>
#include <string.h>

#include "counts.h"
#include "far_end.h"
#include "gcm.h"
#include "tap.h"

/* Buffers of just the size, so that the sanitizer sees one byte too many. */
static int gcm_known(const struct gcm_case *c)
{
    size_t length, ad_length, other;
    uint8_t *key_bytes = bytes_of(c->key, &other), *nonce = bytes_of(c->nonce, &other), *ad = bytes_of(c->ad, &ad_length);
    uint8_t *plain = bytes_of(c->plaintext, &length), *wanted = bytes_of(c->tag, &other), *out = malloc(length + 1), tag[GCM_TAG];
    const struct gcm_header header = {nonce, ad, ad_length};
    struct aes key;
    aes_key(&key, key_bytes);
    const struct counts before = counts;
    gcm_seal(&key, out, tag, plain, length, &header);
    int good = strcmp(hex_of(out, length), c->ciphertext) == 0 && memcmp(tag, wanted, sizeof tag) == 0;
    good &= gcm_open(&key, out, tag, out, length, &header) == 0 && memcmp(out, plain, length) == 0;
    good &= counts.cipher - before.cipher == 2 && counts.blocks - before.blocks == 2 * ((length + 15) / 16 + 2);
    memset(out, 0xee, length);
    for (int bit = 0; bit < 8 * GCM_TAG; bit++) {
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
        good &= gcm_open(&key, out, tag, plain, length, &header) != 0;
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < length; i++) {
        good &= out[i] == 0xee;
    }
    free(key_bytes), free(nonce), free(ad), free(plain), free(wanted), free(out);
    return good;
}

static void known_answers(void)
{
    uint8_t key_bytes[16], blocks[32];
    struct aes key;
    int good = 0, ran = 0;
    for (uint8_t i = 0; i < 16; i++) {
        key_bytes[i] = i;
        blocks[i] = blocks[16 + i] = (uint8_t)(i << 4 | i);
    }
    blocks[31] = 0;
    aes_key(&key, key_bytes);
    aes_encrypt(&key, blocks);
    claim(strcmp(hex_of(blocks, 16), "69c4e0d86a7b0430d8cdb78070b4c55a") == 0, "AES-128 of FIPS 197, C.1");
    claim(memcmp(blocks, blocks + 16, 16) != 0, "two blocks that differ in a bit are two");
    for (size_t i = 0; i < COUNT(gcm_cases); i++) {
        if (strlen(gcm_cases[i].plaintext) <= 2 * PAYLOAD_LIMIT) {
            ran++;
            good += gcm_known(&gcm_cases[i]);
        }
    }
    claim(good == ran && ran > 10, "GCM seals and opens %d cases, counts them, and refuses each with one bit of the tag wrong", ran);
}

static void by_line(void)
{
    int good = 0, ran = 0;
    fake_start(1);
    for (size_t i = 0; i < COUNT(gcm_cases); i++) {
        const struct gcm_case *c = &gcm_cases[i];
        if (strlen(c->plaintext) > 2 * PAYLOAD_LIMIT) {
            continue;
        }
        ran++;
        int one = is_ok(ask("KEY.PUT kind=raw bits=128 data=%s", c->key));
        one &= is_ok(ask("SEAL mode=gcm nonce=%s ad=%s data=%s", c->nonce, c->ad, c->plaintext)) && strcmp(value("data"), c->ciphertext) == 0;
        one &= strcmp(value("tag"), c->tag) == 0;
        one &= is_ok(ask("OPEN mode=gcm nonce=%s ad=%s tag=%s data=%s", c->nonce, c->ad, c->tag, c->ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_error(ask("OPEN mode=gcm nonce=%s ad= tag=%s data=00%s", c->nonce, c->tag, strlen(c->ciphertext) < 2 * PAYLOAD_LIMIT ? c->ciphertext : ""), "BAD-TAG");
        good += one;
    }
    claim(good == ran && ran > 10, "SEAL and OPEN mode=gcm give %d cases under the raw key", ran);
    claim(is_error(ask("SEAL mode=gcm nonce=00 data=00"), "ARG") && is_error(ask("SEAL mode=gcm data=00"), "ARG"), "a nonce of another length than 12 is ERR ARG");
    claim(is_error(ask("OPEN mode=gcm nonce=%024d tag=0000000000000000 data=00", 0), "ARG"), "so is a tag of another length than 16");
    claim(is_ok(ask("KEY.PUT kind=raw bits=80 data=%020d", 0)) && is_error(ask("SEAL mode=gcm nonce=%024d data=00", 0), "ARG"), "and a key of 80 bits");
}

int main(void)
{
    known_answers();
    by_line();
    return tap_finish();
}
