/* Known answers: the vectors of the project, and standards' own examples. */
#include <string.h>

#include "ascon.h"
#include "augpake_hash.h"
#include "counts.h"
#include "crc16.h"
#include "drbg.h"
#include "line.h"
#include "modes.h"
#include "sha256.h"
#include "tap.h"
#include "vectors.h"

/* Made with Python's hmac module after SP 800-90A 10.1.2: seed 00..2f, 40 bytes; then seed 00..0f, 40 bytes. */
#define DRBG_FIRST "0ffb80875a3e9022a4941a3fa1b0d3611df14e1cf651a73ce9229b9f3ad56887680428845710288e"
#define DRBG_SECOND "7be741b2b02245d228b53bf00b8e88a29e95e3403248210c1f3a7ef7c21798a4551903bbc0f487cc"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static size_t bytes_of(uint8_t *out, size_t limit, const char *hex)
{
    int length = line_hex(out, limit, hex);
    return length < 0 ? 0 : (size_t)length;
}

static int same(const uint8_t *seen, const char *hex)
{
    uint8_t expected[512];
    int length = line_hex(expected, sizeof expected, hex);
    return length >= 0 && memcmp(seen, expected, (size_t)length) == 0;
}

static void hashes(void)
{
    struct sha256 sha;
    struct hmac hmac;
    uint8_t digest[32], bytes[200];
    claim(crc16("123456789", 9) == 0x29b1, "CRC-16/CCITT-FALSE of its check string is 29b1");
    sha256_start(&sha);
    sha256_end(&sha, digest);
    claim(same(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "SHA-256 of nothing");
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t *)"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
    sha256_end(&sha, digest);
    claim(same(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"), "SHA-256 of FIPS 180-4's two-block example");
    hmac_start(&hmac, (const uint8_t *)"Jefe", 4);
    hmac_add(&hmac, (const uint8_t *)"what do ya want for nothing?", 28);
    hmac_end(&hmac, digest);
    claim(same(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"), "HMAC of RFC 4231 case 2");
    memset(bytes, 0xaa, 131);
    hmac_start(&hmac, bytes, 131);
    hmac_add(&hmac, (const uint8_t *)"Test Using Larger Than Block-Size Key - Hash Key First", 54);
    hmac_end(&hmac, digest);
    claim(same(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"), "HMAC of RFC 4231 case 6: a key longer than a block");
    struct drbg drbg;
    memset(&drbg, 0, sizeof drbg);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    drbg_seed(&drbg, bytes, 48);
    uint8_t out[40];
    drbg_generate(&drbg, out, sizeof out);
    claim(same(out, DRBG_FIRST), "HMAC-DRBG gives what an independent implementation gives");
    drbg_seed(&drbg, bytes, 16);
    drbg_generate(&drbg, out, sizeof out);
    claim(same(out, DRBG_SECOND), "a second seed is mixed in and replaces nothing");
}

static void ciphers(void)
{
    struct present key;
    uint8_t k[32], in[512], out[512], tag[8], nonce[16], ad[64], wanted[8];
    int blocks = 0, modes = 0, pairs = 0;
    for (size_t i = 0; i < COUNT(block_cases); i++) {
        size_t length = bytes_of(k, sizeof k, block_cases[i].key);
        bytes_of(in, 8, block_cases[i].plaintext);
        memcpy(out, in, 8);
        present_key(&key, k, (unsigned)(8 * length));
        present_encrypt(&key, out);
        blocks += same(out, block_cases[i].ciphertext);
        present_decrypt(&key, out);
        blocks += memcmp(in, out, 8) == 0;
    }
    claim(blocks == 2 * (int)COUNT(block_cases), "PRESENT gives all %zu blocks, and back", COUNT(block_cases));
    for (size_t i = 0; i < COUNT(mode_cases); i++) {
        const struct mode_case *c = &mode_cases[i];
        size_t length = bytes_of(k, sizeof k, c->key);
        present_key(&key, k, (unsigned)(8 * length));
        length = bytes_of(in, sizeof in, c->plaintext);
        struct eax_header header = {nonce, bytes_of(nonce, sizeof nonce, c->nonce), ad, bytes_of(ad, sizeof ad, c->ad)};
        size_t padded = ecb_seal(&key, out, in, length);
        int good = same(out, c->ecb_pkcs7) && padded * 2 == strlen(c->ecb_pkcs7);
        good &= ecb_open(&key, out, out, padded) == (int)length && memcmp(in, out, length) == 0;
        ctr(&key, out, in, length, nonce);
        good &= same(out, c->ctr_iv_nonce);
        cmac(&key, tag, in, length);
        good &= same(tag, c->cmac);
        eax_seal(&key, out, tag, in, length, &header);
        good &= same(out, c->eax_ciphertext) && same(tag, c->eax_tag);
        bytes_of(wanted, 8, c->eax_tag);
        good &= eax_open(&key, out, wanted, out, length, &header) == 0 && memcmp(in, out, length) == 0;
        wanted[7] ^= 0x80;
        good &= eax_open(&key, out, wanted, out, length, &header) == -1;
        modes += good;
    }
    claim(modes == (int)COUNT(mode_cases), "ECB, CTR, CMAC and EAX give all %zu cases, and back", COUNT(mode_cases));
    for (size_t i = 0; i < COUNT(present_pair_cases); i++) {
        const struct present_pair_case *c = &present_pair_cases[i];
        const char *sk[2] = {c->skp, c->sks}, *wrap[2] = {c->wrapped_for_publisher, c->wrapped_for_subscriber};
        int good = 1;
        for (int side = 0; side < 2; side++) {
            bytes_of(k, sizeof k, sk[side]);
            present_key(&key, k, (unsigned)(8 * c->key_bytes));
            bytes_of(in, sizeof in, wrap[side]);
            good &= ecb_open(&key, out, in, 40) == 32 && same(out, c->ks);
        }
        present_key(&key, out, (unsigned)(8 * c->key_bytes));
        ecb_seal(&key, out, in, bytes_of(in, sizeof in, c->payload));
        pairs += good && same(out, c->published);
    }
    claim(pairs == (int)COUNT(present_pair_cases), "all %zu MQTT-PRESENT pairs unwrap and publish", COUNT(present_pair_cases));
}

/* A sealed message of a case, and back; one changed bit of it must be refused. */
#define SEALED_LIMIT 128

static void sealed(void)
{
    uint8_t key[16], nonce[16], ad[64], in[SEALED_LIMIT], out[SEALED_LIMIT + ASCON_TAG], back[SEALED_LIMIT];
    int ascons = 0, eaxs = 0, economical = 0;
    for (size_t i = 0; i < COUNT(ascon_cases); i++) {
        const struct ascon_case *c = &ascon_cases[i];
        const size_t length = bytes_of(in, sizeof in, c->plaintext);
        bytes_of(key, sizeof key, c->key);
        bytes_of(nonce, sizeof nonce, c->nonce);
        const struct ascon_header header = {nonce, ad, bytes_of(ad, sizeof ad, c->ad)};
        memcpy(out, in, length);
        ascon_seal(key, out, out + length, out, length, &header);
        int good = same(out, c->sealed) && strlen(c->sealed) == 2 * (length + ASCON_TAG);
        good &= ascon_open(key, back, out + length, out, length, &header) == 0 && memcmp(back, in, length) == 0;
        for (size_t bit = 0; bit < 8 * (length + ASCON_TAG); bit++) {
            out[bit / 8] ^= (uint8_t)(1 << bit % 8);
            good &= ascon_open(key, back, out + length, out, length, &header) == -1;
            out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        ascons += good;
    }
    claim(ascons == (int)COUNT(ascon_cases), "Ascon-AEAD128 gives all %zu cases, and back, and refuses each changed bit", COUNT(ascon_cases));
    for (size_t i = 0; i < COUNT(eax_cases); i++) {
        const struct eax_case *c = &eax_cases[i];
        const size_t length = bytes_of(in, sizeof in, c->plaintext);
        struct eax eax;
        bytes_of(key, sizeof key, c->key);
        bytes_of(nonce, sizeof nonce, c->nonce);
        eax_key(&eax, key);
        eax_topic(&eax, ad, bytes_of(ad, sizeof ad, c->ad));
        for (int time = 0; time < 2; time++) {
            memcpy(out, in, length);
            const uint32_t before = counts.blocks;
            eax_next_seal(&eax, out, out + length, out, length, nonce);
            economical += counts.blocks - before == (length == 0 ? 3 : 2 * ((length + 7) / 8) + 2);
        }
        int good = same(out, c->sealed) && strlen(c->sealed) == 2 * (length + PRESENT_BLOCK);
        good &= eax_next_open(&eax, back, out + length, out, length, nonce) == 0 && memcmp(back, in, length) == 0;
        for (size_t bit = 0; bit < 8 * (length + PRESENT_BLOCK); bit++) {
            out[bit / 8] ^= (uint8_t)(1 << bit % 8);
            good &= eax_next_open(&eax, back, out + length, out, length, nonce) == -1;
            out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        eaxs += good;
    }
    claim(eaxs == (int)COUNT(eax_cases), "EAX for many messages gives all %zu cases, and back, and refuses each changed bit", COUNT(eax_cases));
    claim(economical == 2 * (int)COUNT(eax_cases), "a message of n blocks costs 2n + 2 cipher calls, one of none 3");
}

/* Every last byte a padded block can end with, over every good and spoilt padding. */
static void padding(void)
{
    struct present key;
    uint8_t k[16] = {1}, block[16], sealed[16], out[16];
    int good = 0, refused = 0, total_refused = 0;
    present_key(&key, k, 80);
    for (int pad = 0; pad < 256; pad++) {
        for (int spoilt = 0; spoilt < 8; spoilt++) { /* 0: none; else the byte that many before the last */
            memset(block, pad, sizeof block);
            block[15 - spoilt] ^= (uint8_t)(spoilt == 0 ? 0 : 1);
            memcpy(sealed, block, 16);
            present_encrypt(&key, sealed);
            present_encrypt(&key, sealed + 8);
            int valid = pad >= 1 && pad <= 8 && (spoilt == 0 || spoilt >= pad);
            int length = ecb_open(&key, out, sealed, 16);
            good += valid && length == 16 - pad;
            refused += !valid && length == -1;
            total_refused += !valid;
        }
    }
    claim(good + total_refused == 256 * 8 && refused == total_refused, "only PKCS#7 padding of 1 to 8 right bytes is valid");
    claim(ecb_open(&key, out, sealed, 0) == -1 && ecb_open(&key, out, sealed, 15) == -1, "a ciphertext that is no whole block is refused");
}

/* The server's role of a vector, on what the client's left behind. */
static int serves(struct augpake *a, const struct augpake_case *c)
{
    uint8_t bytes[ELEMENT_LIMIT], y_element[ELEMENT_LIMIT], proof[32], key[32];
    uint32_t y[SCALAR_WORDS];
    int good = group_power(a->group, bytes, NULL, a->w) == 0 && same(bytes, c->W);
    good = good && augpake_enroll(a, bytes, a->group->element_length) == 0 && a->role == SERVER;
    bytes_of(bytes, 32, c->y);
    words_read(y, bytes, SCALAR_WORDS);
    bytes_of(bytes, sizeof bytes, c->X);
    good = good && augpake_answer(a, y_element, bytes, y) == ANSWER_GIVEN && same(y_element, c->Y);
    bytes_of(bytes, 32, c->Vc);
    good = good && augpake_verify(a, proof, bytes) == 0 && same(proof, c->Vs);
    augpake_conclude(a, key);
    return good && same(key, c->SK);
}

static void handshakes(void)
{
    for (size_t i = 0; i < COUNT(augpake_cases); i++) {
        const struct augpake_case *c = &augpake_cases[i];
        struct augpake a;
        uint8_t bytes[ELEMENT_LIMIT], proof[32], key[32], w[32];
        uint32_t x[SCALAR_WORDS];
        memset(&a, 0, sizeof a);
        a.group = group_by_name(c->group);
        a.profile = augpake_profile_by_name(c->profile);
        a.client.length = bytes_of(a.client.bytes, NAME_LIMIT, c->client);
        a.server.length = bytes_of(a.server.bytes, NAME_LIMIT, c->server);
        size_t length = bytes_of(bytes, sizeof bytes, c->password);
        augpake_provision(&a, bytes, length);
        words_write(w, a.w, SCALAR_WORDS);
        bytes_of(bytes, sizeof bytes, c->x);
        words_read(x, bytes, SCALAR_WORDS);
        int good = same(w, c->w) && augpake_start(&a, x) == 0 && same(a.x_element, c->X);
        length = bytes_of(bytes, sizeof bytes, c->Y);
        good = good && group_acceptable(a.group, bytes, length) && augpake_step(&a, proof, bytes) == 0 && same(proof, c->Vc);
        bytes_of(proof, sizeof proof, c->Vs);
        good = good && augpake_finish(&a, key, proof) == 0 && same(key, c->SK);
        claim(good, "AugPAKE gives w', X, V_C and SK of vector %zu (%s, %s)", i, c->group, c->profile);
        claim(serves(&a, c), "as server it gives W, Y, V_S and SK of the same");
    }
    for (size_t i = 0; i < COUNT(reject_cases); i++) {
        uint8_t bytes[1024];
        size_t length = bytes_of(bytes, sizeof bytes, reject_cases[i].element);
        claim(!group_acceptable(group_by_name(reject_cases[i].group), bytes, length), "%s refuses: %s", reject_cases[i].group, reject_cases[i].why);
    }
}

/* Points with a coordinate so small that adding p still fits 32 bytes: only a look at the range tells them apart. */
static void small_coordinates(void)
{
    static const char *const points[2][2] = {
        {"04d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d70000000000000000000000000000000000000000000000000000000000000005",
         "04d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7ffffffff00000001000000000000000000000001000000000000000000000004"},
        {"04000000000000000000000000000000000000000000000000000000000000000066485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4",
         "04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4"}};
    for (int i = 0; i < 2; i++) {
        uint8_t bytes[65];
        claim(bytes_of(bytes, 65, points[i][0]) == 65 && group_acceptable(&group_p256, bytes, 65), "p256 takes a point with %s", i == 0 ? "y = 5" : "x = 0");
        claim(bytes_of(bytes, 65, points[i][1]) == 65 && !group_acceptable(&group_p256, bytes, 65), "p256 refuses the same with %s", i == 0 ? "y + p" : "x + p");
    }
}

/* Exponents at the edges: 0, 1, q-1, q. */
static void edges(const struct group *group)
{
    uint8_t g[ELEMENT_LIMIT], inverse[ELEMENT_LIMIT], back[ELEMENT_LIMIT];
    const uint32_t zero[SCALAR_WORDS] = {0}, one[SCALAR_WORDS] = {1}, two[SCALAR_WORDS] = {2};
    uint32_t q[SCALAR_WORDS], less[SCALAR_WORDS];
    memcpy(q, group->order->n, sizeof q);
    memcpy(less, q, sizeof less);
    less[0] -= 1;
    claim(group_power(group, g, NULL, zero) == -1 && group_power(group, g, NULL, q) == -1, "%s: g^0 and g^q are the identity, and reported", group->name);
    claim(group_power(group, g, NULL, one) == 0 && group_acceptable(group, g, group->element_length), "%s: g^1 is an element", group->name);
    int good = group_power(group, inverse, NULL, less) == 0 && group_power(group, back, inverse, less) == 0;
    claim(good && memcmp(g, back, group->element_length) == 0 && memcmp(g, inverse, group->element_length) != 0, "%s: the inverse of the inverse of g is g", group->name);
    good = group_power(group, inverse, NULL, two) == 0 && group_power(group, back, g, two) == 0;
    claim(good && memcmp(inverse, back, group->element_length) == 0, "%s: g as a base and as the generator agree", group->name);
    good = group_product(group, back, g, g) == 0;
    claim(good && memcmp(inverse, back, group->element_length) == 0, "%s: g g is g^2", group->name);
    good = group_power(group, inverse, NULL, less) == 0;
    claim(good && group_product(group, back, inverse, g) == -1, "%s: g times its inverse is the identity, and reported", group->name);
    uint32_t a[SCALAR_WORDS], b[SCALAR_WORDS];
    mont_enter(a, two, group->order);
    mont_inverse(b, a, group->order);
    mont_mul(a, a, b, group->order);
    mont_leave(a, a, group->order);
    claim(memcmp(a, one, sizeof a) == 0, "%s: 2 times its inverse mod q is 1", group->name);
}

static void scalars(void)
{
    struct augpake a;
    uint32_t x[SCALAR_WORDS] = {0};
    memset(&a, 0, sizeof a);
    a.group = &group_p256;
    a.profile = augpake_profile_by_name("rfc6628");
    augpake_provision(&a, (const uint8_t *)"pw", 2);
    claim(augpake_start(&a, x) == -1 && a.state == PROVISIONED, "x = 0 is refused");
    claim(augpake_start(&a, group_p256.order->n) == -1, "x = q is refused");
    memcpy(x, group_p256.order->n, sizeof x);
    x[0] -= 1;
    claim(augpake_start(&a, x) == 0, "x = q-1 is taken");
    /* x + w' r = 0 cannot be built from outside, r being a hash of X; so w' is chosen to fit. r = H'(X) for x = 1: */
    uint32_t one[SCALAR_WORDS] = {1}, r[SCALAR_WORDS], minus[SCALAR_WORDS];
    const struct modulus *q = group_p256.order;
    memset(a.w, 0, sizeof a.w);
    a.w[0] = 1;
    augpake_start(&a, one);
    mont_sub(r, a.z_inverse, one, q); /* 1 + 1 r - 1 */
    mont_enter(r, r, q);
    mont_inverse(r, r, q);
    mont_leave(r, r, q);
    memcpy(minus, (const uint32_t[SCALAR_WORDS]){0}, sizeof minus);
    mont_sub(a.w, minus, r, q); /* w' = -1/r */
    claim(augpake_start(&a, one) == -1 && a.state == PROVISIONED, "x with x + w' r = 0 is refused, so that z exists");
}

/* W = g^(-x/r) makes X W^r the identity, whatever the password: it cannot be met by chance, but it is looked for. */
static void identity(const struct group *group)
{
    struct augpake a;
    uint8_t x_element[ELEMENT_LIMIT], y_element[ELEMENT_LIMIT], other[ELEMENT_LIMIT];
    uint32_t x[SCALAR_WORDS] = {5}, y[SCALAR_WORDS] = {7}, r[SCALAR_WORDS], zero[SCALAR_WORDS] = {0};
    memset(&a, 0, sizeof a);
    a.group = group;
    a.profile = augpake_profile_by_name("framed");
    group_power(group, x_element, NULL, x);
    memcpy(a.x_element, x_element, group->element_length);
    hash_to_scalar(r, &a, HASH_R, x_element, group->element_length);
    mont_enter(r, r, group->order);
    mont_inverse(r, r, group->order);
    mont_mul(r, r, x, group->order); /* leaves Montgomery form: x is not in it */
    mont_sub(r, zero, r, group->order);
    group_power(group, other, NULL, r);
    claim(augpake_enroll(&a, other, group->element_length) == 0 && augpake_answer(&a, y_element, x_element, y) == ANSWER_IDENTITY && a.state == PROVISIONED,
          "%s: an X that makes X W^r the identity is refused", group->name);
    group_power(group, x_element, NULL, y);
    claim(augpake_answer(&a, y_element, x_element, zero) == ANSWER_BAD_SCALAR && augpake_answer(&a, y_element, x_element, group->order->n) == ANSWER_BAD_SCALAR &&
              augpake_answer(&a, y_element, x_element, y) == ANSWER_GIVEN, "%s: y = 0 and y = q are refused, another X is answered", group->name);
}

int main(void)
{
    hashes();
    ciphers();
    sealed();
    padding();
    handshakes();
    small_coordinates();
    edges(&group_modp2048_q256);
    edges(&group_p256);
    scalars();
    identity(&group_modp2048_q256);
    identity(&group_p256);
    return tap_finish();
}
