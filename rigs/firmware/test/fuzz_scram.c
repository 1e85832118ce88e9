/* Fuzz target: what a server of SCRAM, or whoever is on the way, may send to a client.
 *
 * Input: a byte that chooses the message, then the message. Each must be judged as a second opinion judges it (scram_opinion.h); a challenge that
 * is taken must give the bytes of its salt back. PBKDF2, which follows, sees nothing of a message's form.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base64.h"
#include "scram_opinion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition, const char *words)
{
    if (!condition) {
        fprintf(stderr, "fuzz_scram: %s\n", words);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scram scram = {.nonce = "abc", .nonce_length = 3, .signature = {1, 2, 3}};
    struct scram_challenge challenge;
    uint8_t text[BASE64_LENGTH(SCRAM_SALT)] = {0}, signature[BASE64_LENGTH(32) + 1] = {0};
    if (size == 0) {
        return 0;
    }
    /* A copy of its own length, so that a byte read past it is seen. */
    uint8_t *copy = malloc(size);
    require(copy != NULL, "no memory");
    memcpy(copy, data + 1, size - 1);
    const struct scram_text message = {copy, size - 1};
    if (data[0] & 1) {
        const enum scram_result result = scram_read_challenge(&scram, &challenge, message);
        require(result == opinion_challenge(copy, size - 1, "abc"), "another opinion of a challenge");
        if (result == SCRAM_GOOD) {
            const size_t length = base64_write(text, challenge.salt, challenge.salt_length);
            require(memcmp(challenge.nonce.bytes + challenge.nonce.length, ",s=", 3) == 0 && memcmp(challenge.nonce.bytes + challenge.nonce.length + 3, text, length) == 0, "another salt");
        }
    } else {
        base64_write(signature, scram.signature, sizeof scram.signature);
        require(scram_conclude(&scram, message) == opinion_verdict(copy, size - 1, (const char *)signature), "another opinion of a last message");
    }
    free(copy);
    return 0;
}
