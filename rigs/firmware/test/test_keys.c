/* KEY.PUT, SEAL and OPEN of a test build, through a fake board: the keys of mqtt-present, and raw ones in every mode. */
#include <string.h>

#include "cases.h"
#include "tap.h"

static void keys(void)
{
    char fp[17];
    int good = 0;
    fake_start(1);
    claim(is_error(ask("SEAL data=00"), "NO-KEY") && is_error(ask("OPEN data=0000000000000000"), "NO-KEY"), "SEAL and OPEN without key are ERR NO-KEY");
    for (size_t i = 0; i < COUNT(present_pair_cases); i++) {
        const struct present_pair_case *c = &present_pair_cases[i];
        fingerprint_of(fp, c->ks);
        ask("KEY.PUT kind=sk data=%s", c->sks);
        int one = is_ok(ask("KEY.PUT kind=wrap bits=%d data=%s", 8 * c->key_bytes, c->wrapped_for_subscriber)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("OPEN data=%s", c->published)) && strcmp(value("data"), c->payload) == 0;
        ask("KEY.PUT kind=sk data=%s", c->skp);
        one &= is_error(ask("SEAL data=%s", c->payload), "NO-KEY");
        one &= is_ok(ask("KEY.PUT kind=wrap bits=%d data=%s", 8 * c->key_bytes, c->wrapped_for_publisher)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("SEAL data=%s", c->payload)) && strcmp(value("data"), c->published) == 0;
        good += one;
    }
    claim(good == (int)COUNT(present_pair_cases), "publisher and subscriber of all %zu pairs take their wraps, seal and open", COUNT(present_pair_cases));
    char big[515];
    memset(big, '0', sizeof big);
    int opened = 1;
    for (int length = 0; length <= 256; length++) {
        char sealed[600];
        opened &= is_ok(ask("SEAL data=%.*s", 2 * length, big));
        snprintf(sealed, sizeof sealed, "%s", value("data"));
        opened &= (int)strlen(sealed) == 2 * (length / 8 * 8 + 8);
        opened &= is_ok(ask("OPEN data=%s", sealed)) && (int)strlen(value("data")) == 2 * length;
    }
    claim(opened, "payloads of 0 to 256 bytes are sealed and opened");
    claim(is_error(ask("SEAL data=%.514s", big), "TOO-LONG"), "257 bytes are ERR TOO-LONG");
    claim(is_error(ask("OPEN data="), "BAD-PADDING") && is_error(ask("OPEN data=00"), "BAD-PADDING"), "a ciphertext that is no whole block is ERR BAD-PADDING");
    claim(is_error(ask("KEY.PUT kind=wrap bits=80 data=%080d", 0), "BAD-KEY") && is_error(ask("KEY.PUT kind=wrap bits=80 data=00"), "BAD-KEY"), "a wrap that yields no 32-byte key is ERR BAD-KEY");
    claim(is_error(ask("KEY.PUT kind=wrap bits=81 data=00"), "ARG") && is_error(ask("KEY.PUT kind=x bits=80 data=00"), "ARG"), "an unknown key size or kind is ERR ARG");
    ask("RESET");
    claim(is_error(ask("SEAL data=00"), "NO-KEY"), "RESET wipes the keys");
}

static void raw_modes(void)
{
    int good = 0, possible = 0;
    char fp[17];
    fake_start(1);
    claim(is_error(ask("SEAL mode=ecb data=00"), "NO-KEY"), "SEAL mode= without raw key is ERR NO-KEY");
    for (size_t i = 0; i < COUNT(mode_cases); i++) {
        const struct mode_case *c = &mode_cases[i];
        int length = (int)strlen(c->plaintext) / 2;
        if (length > 256) {
            continue;
        }
        possible++;
        fingerprint_of(fp, c->key);
        int one = is_ok(ask("KEY.PUT kind=raw bits=%zu data=%s", 4 * strlen(c->key), c->key)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("SEAL mode=ecb data=%s", c->plaintext)) && strcmp(value("data"), c->ecb_pkcs7) == 0;
        one &= is_ok(ask("OPEN mode=ecb data=%s", c->ecb_pkcs7)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_ok(ask("SEAL mode=ctr nonce=%s data=%s", c->nonce, c->plaintext)) && strcmp(value("data"), c->ctr_iv_nonce) == 0;
        one &= is_ok(ask("OPEN mode=ctr nonce=%s data=%s", c->nonce, c->ctr_iv_nonce)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_ok(ask("SEAL mode=cmac data=%s", c->plaintext)) && strcmp(value("data"), c->cmac) == 0;
        one &= is_ok(ask("SEAL mode=eax nonce=%s ad=%s data=%s", c->nonce, c->ad, c->plaintext)) && strcmp(value("data"), c->eax_ciphertext) == 0 && strcmp(value("tag"), c->eax_tag) == 0;
        one &= is_ok(ask("OPEN mode=eax nonce=%s ad=%s tag=%s data=%s", c->nonce, c->ad, c->eax_tag, c->eax_ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_error(ask("OPEN mode=eax nonce=%s ad=%s00 tag=%s data=%s", c->nonce, c->ad, c->eax_tag, c->eax_ciphertext), "BAD-TAG");
        good += one;
    }
    claim(good == possible && possible > 0, "the raw key gives all %d mode cases that fit payload=", possible);
    int blocks = 0;
    for (size_t i = 0; i < COUNT(block_cases); i++) {
        const struct block_case *c = &block_cases[i];
        ask("KEY.PUT kind=raw bits=%zu data=%s", 4 * strlen(c->key), c->key);
        blocks += is_ok(ask("SEAL mode=block data=%s", c->plaintext)) && strcmp(value("data"), c->ciphertext) == 0 &&
                  is_ok(ask("OPEN mode=block data=%s", c->ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
    }
    claim(blocks == (int)COUNT(block_cases), "and all %zu single blocks", COUNT(block_cases));
    claim(is_error(ask("SEAL mode=block data=00"), "ARG") && is_error(ask("SEAL mode=ctr data=00"), "ARG"), "a short block or a missing nonce is ERR ARG");
    claim(is_error(ask("SEAL mode=ccm data=00"), "UNSUPPORTED") && is_error(ask("OPEN mode=cmac data=00"), "UNSUPPORTED"), "an unknown mode is ERR UNSUPPORTED");
    claim(is_error(ask("SEAL nonce=00 data=00"), "ARG"), "nonce= without mode= is ERR ARG");
}

int main(void)
{
    keys();
    raw_modes();
    return tap_finish();
}
