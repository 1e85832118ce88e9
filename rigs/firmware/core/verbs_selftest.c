/* SELFTEST: a known answer of every primitive, on the board itself. Numbers from standards or from vectors.json. */
#include <string.h>

#include "ascon.h"
#include "crc16.h"
#include "gcm.h"
#include "handler.h"
#include "hkdf.h"
#include "pbkdf2.h"
#include "hop.h"
#include "modes.h"
#include "sha256.h"

#ifndef WITHOUT_LONG_SELFTEST
#include "selftest_data.h"
#endif

static uint8_t digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static uint8_t byte_at(flash_text hex, size_t i)
{
    return (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

static int same_bytes(const uint8_t *seen, flash_text hex, size_t length)
{
    int good = text_length(hex) == 2 * length;
    for (size_t i = 0; good && i < length; i++) {
        good = seen[i] == byte_at(hex, i);
    }
    return good;
}

#define same(seen, literal, length) same_bytes(seen, TEXT(literal), length)

#ifndef WITHOUT_LONG_SELFTEST
static size_t bytes_of(uint8_t *out, size_t limit, flash_text hex)
{
    size_t length = text_length(hex) / 2;
    for (size_t i = 0; i < length && i < limit; i++) {
        out[i] = byte_at(hex, i);
    }
    return length <= limit ? length : 0;
}
#endif

static int test_crc(void)
{
    return crc16("123456789", 9) == 0x29b1;
}

/* FIPS 180-4's example "abc" */
static int test_sha256(void)
{
    struct sha256 sha;
    uint8_t digest[32];
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t *)"abc", 3);
    sha256_end(&sha, digest);
    return same(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 32);
}

#ifndef WITHOUT_LONG_SELFTEST
/* RFC 4231, test case 1 */
static int test_hmac(void)
{
    struct hmac hmac;
    uint8_t key[20], tag[32];
    memset(key, 0x0b, sizeof key);
    hmac_start(&hmac, key, sizeof key);
    hmac_add(&hmac, (const uint8_t *)"Hi There", 8);
    hmac_end(&hmac, tag);
    return same(tag, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 32);
}
#endif

#ifndef WITHOUT_DERIVE
/* RFC 5869, test case 1 */
static int test_hkdf(void)
{
    uint8_t ikm[22], salt[13], info[10], out[42];
    memset(ikm, 0x0b, sizeof ikm);
    for (uint8_t i = 0; i < sizeof salt; i++) {
        salt[i] = i;
    }
    for (uint8_t i = 0; i < sizeof info; i++) {
        info[i] = 0xf0 + i;
    }
    hkdf(out, sizeof out, (struct hkdf_input){ikm, sizeof ikm}, (struct hkdf_input){salt, sizeof salt}, (struct hkdf_input){info, sizeof info});
    return same(out, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", sizeof out);
}
#endif

#ifndef WITHOUT_LONG_SELFTEST
/* RFC 7914 section 11, one iteration; and three of "Password" and "NaCl", which show that later ones count */
static int test_pbkdf2(void)
{
    uint8_t out[32];
    struct hmac_key password;
    hmac_key(&password, (const uint8_t *)"passwd", 6);
    pbkdf2(out, &password, (struct pbkdf2_salt){(const uint8_t *)"salt", 4}, 1);
    const int good = same(out, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc", 32);
    hmac_key(&password, (const uint8_t *)"Password", 8);
    pbkdf2(out, &password, (struct pbkdf2_salt){(const uint8_t *)"NaCl", 4}, 3);
    return good & same(out, "2cbf669a7229a97b4823c88db2edc2bc37e84c55a40ea0dd548b22141c820da8", 32);
}
#endif

/* The paper's appendix: key 0, block 0 */
static int test_present(void)
{
    struct present present;
    const uint8_t key[16] = {0};
    const uint8_t zero[8] = {0};
    int good = 1;
    for (int i = 0; i < 2; i++) {
        uint8_t block[8] = {0};
        present_key(&present, key, i == 0 ? 80 : 128);
        present_encrypt(&present, block);
        good &= same_bytes(block, i == 0 ? TEXT("5579c1387b228445") : TEXT("96db702a2e6900af"), 8);
        present_decrypt(&present, block);
        good &= memcmp(block, zero, 8) == 0;
    }
    return good;
}

#ifndef WITHOUT_LONG_SELFTEST
static int test_mode(const FLASH struct mode_case *c)
{
    struct present key;
    uint8_t bytes[16], nonce[8], ad[16], plain[16], out[24], tag[8];
    size_t key_length = bytes_of(bytes, sizeof bytes, c->key);
    size_t length = bytes_of(plain, sizeof plain, c->plaintext);
    struct eax_header header = {nonce, bytes_of(nonce, sizeof nonce, c->nonce), ad, bytes_of(ad, sizeof ad, c->ad)};
    present_key(&key, bytes, (unsigned)(8 * key_length));
    size_t padded = ecb_seal(&key, out, plain, length);
    int good = same_bytes(out, c->ecb_pkcs7, padded) && ecb_open(&key, out, out, padded) == (int)length;
    ctr(&key, out, plain, length, nonce);
    good &= same_bytes(out, c->ctr_iv_nonce, length);
    cmac(&key, tag, plain, length);
    good &= same_bytes(tag, c->cmac, 8);
    eax_seal(&key, out, tag, plain, length, &header);
    good &= same_bytes(out, c->eax_ciphertext, length) && same_bytes(tag, c->eax_tag, 8);
    good &= eax_open(&key, out, tag, out, length, &header) == 0 && memcmp(out, plain, length) == 0;
    tag[0] ^= 1;
    return good && eax_open(&key, out, tag, plain, length, &header) != 0;
}

static int test_modes(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof mode_cases / sizeof mode_cases[0]; i++) {
        good &= test_mode(&mode_cases[i]);
    }
    return good;
}

#ifndef WITHOUT_AUGMQTT
static int test_gcm_case(const FLASH struct gcm_case *from)
{
    struct gcm_case copy, *c = &copy; /* read by hand: see verb_selftest */
    flash_copy(&copy, from, sizeof copy);
    struct aes key;
    uint8_t bytes[AES_KEY], nonce[GCM_NONCE], ad[20], plain[60], out[60], tag[GCM_TAG];
    const size_t length = bytes_of(plain, sizeof plain, c->plaintext);
    bytes_of(bytes, sizeof bytes, c->key);
    bytes_of(nonce, sizeof nonce, c->nonce);
    const struct gcm_header header = {nonce, ad, bytes_of(ad, sizeof ad, c->ad)};
    aes_key(&key, bytes);
    gcm_seal(&key, out, tag, plain, length, &header);
    int good = same_bytes(out, c->ciphertext, length) && same_bytes(tag, c->tag, GCM_TAG);
    good &= gcm_open(&key, out, tag, out, length, &header) == 0 && memcmp(out, plain, length) == 0;
    tag[GCM_TAG - 1] ^= 0x80;
    return good && gcm_open(&key, out, tag, out, length, &header) != 0;
}

/* AES shows in the tag of an empty message, which is one block encrypted. */
static int test_gcm(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof gcm_cases / sizeof gcm_cases[0]; i++) {
        good &= test_gcm_case(&gcm_cases[i]);
    }
    return good;
}

static int test_hop_case(const FLASH struct hop_case *from)
{
    struct hop_case copy, *c = &copy; /* read by hand: see verb_selftest */
    flash_copy(&copy, from, sizeof copy);
    struct hop hop;
    uint8_t bytes[32], topic[8], payload[16 + HOP_OVERHEAD];
    const size_t length = bytes_of(payload + HOP_NONCE, 16, c->plaintext), total = length + HOP_OVERHEAD;
    const enum hop_direction own = (enum hop_direction)c->direction, other = own == TO_BROKER ? FROM_BROKER : TO_BROKER;
    const struct hop_text text = {topic, bytes_of(topic, sizeof topic, c->topic)};
    memset(&hop, 0, sizeof hop);
    bytes_of(bytes, sizeof bytes, c->sk);
    hop_replace(&hop, bytes);
    bytes_of(bytes, sizeof bytes, c->counter);
    hop.newest.sent = (uint64_t)bytes[7] - 1; /* the cases kept have small counters */
    hop_seal(&hop, own, payload, length, text);
    int good = same_bytes(payload, c->payload, total);
    good &= hop_open(&hop, own, payload, total, text) == HOP_BAD_TAG;
    good &= hop_open(&hop, other, payload, total, text) == HOP_OPENED && same_bytes(payload + HOP_NONCE, c->plaintext, length);
    bytes_of(payload, sizeof payload, c->payload);
    return good && hop_open(&hop, other, payload, total, text) == HOP_REPLAY;
}

static int test_hop(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof hop_cases / sizeof hop_cases[0]; i++) {
        good &= test_hop_case(&hop_cases[i]);
    }
    return good;
}
#endif

#ifndef WITHOUT_HARDENED
static int test_ascon_case(const FLASH struct ascon_case *from)
{
    struct ascon_case copy, *c = &copy; /* read by hand: see verb_selftest */
    flash_copy(&copy, from, sizeof copy);
    uint8_t key[ASCON_KEY], nonce[ASCON_NONCE], ad[20], plain[20], out[20 + ASCON_TAG];
    const size_t length = bytes_of(plain, sizeof plain, c->plaintext);
    bytes_of(key, sizeof key, c->key);
    bytes_of(nonce, sizeof nonce, c->nonce);
    const struct ascon_header header = {nonce, ad, bytes_of(ad, sizeof ad, c->ad)};
    ascon_seal(key, out, out + length, plain, length, &header);
    int good = same_bytes(out, c->sealed, length + ASCON_TAG);
    good &= ascon_open(key, out, out + length, out, length, &header) == 0 && memcmp(out, plain, length) == 0;
    out[length] ^= 1;
    return good && ascon_open(key, out, out + length, plain, length, &header) != 0;
}

static int test_eax_case(const FLASH struct eax_case *from)
{
    struct eax_case copy, *c = &copy;
    flash_copy(&copy, from, sizeof copy);
    struct eax eax;
    uint8_t key[16], nonce[EAX_NONCE], topic[16], plain[16], out[16 + PRESENT_BLOCK];
    const size_t length = bytes_of(plain, sizeof plain, c->plaintext);
    bytes_of(key, sizeof key, c->key);
    bytes_of(nonce, sizeof nonce, c->nonce);
    eax_key(&eax, key);
    eax_topic(&eax, topic, bytes_of(topic, sizeof topic, c->ad));
    eax_next_seal(&eax, out, out + length, plain, length, nonce);
    int good = same_bytes(out, c->sealed, length + PRESENT_BLOCK);
    good &= eax_next_open(&eax, out, out + length, out, length, nonce) == 0 && memcmp(out, plain, length) == 0;
    out[length] ^= 1;
    return good && eax_next_open(&eax, out, out + length, plain, length, nonce) != 0;
}

static int test_hardened(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof ascon_cases / sizeof ascon_cases[0]; i++) {
        good &= test_ascon_case(&ascon_cases[i]);
    }
    for (size_t i = 0; i < sizeof eax_cases / sizeof eax_cases[0]; i++) {
        good &= test_eax_case(&eax_cases[i]);
    }
    return good;
}
#endif

static const struct group *group_of(const FLASH struct handshake_case *c)
{
    char name[16];
    flash_copy(name, c->group, text_length(c->group) + 1);
    return group_by_name(name);
}

static void read_case(struct augpake *augpake, const FLASH struct handshake_case *c)
{
    uint8_t password[PASSWORD_LIMIT];
    char name[16];
    memset(augpake, 0, sizeof *augpake);
    augpake->group = group_of(c);
    flash_copy(name, c->profile, text_length(c->profile) + 1);
    augpake->profile = augpake_profile_by_name(name);
    augpake->client.length = bytes_of(augpake->client.bytes, NAME_LIMIT, c->client);
    augpake->server.length = bytes_of(augpake->server.bytes, NAME_LIMIT, c->server);
    augpake_provision(augpake, password, bytes_of(password, sizeof password, c->password));
}

static void read_scalar(uint32_t scalar[SCALAR_WORDS], flash_text hex)
{
    uint8_t bytes[4 * SCALAR_WORDS] = {0};
    bytes_of(bytes, sizeof bytes, hex);
    words_read(scalar, bytes, SCALAR_WORDS);
}

static int test_client(const FLASH struct handshake_case *c)
{
    struct augpake augpake;
    uint8_t proof[32], key[32];
    uint32_t x[SCALAR_WORDS];
#ifdef WITHOUT_SERVER_ROLE
    uint8_t bytes[ELEMENT_LIMIT];
#else
    uint8_t *const bytes = augpake.verifier; /* a client has no use for it, and a small stack none for another element */
#endif
    read_case(&augpake, c);
    read_scalar(x, c->x);
    if (augpake_start(&augpake, x) != 0) {
        return 0;
    }
    size_t length = bytes_of(bytes, ELEMENT_LIMIT, c->Y);
    if (!group_acceptable(augpake.group, bytes, length) || augpake_step(&augpake, proof, bytes) != 0) {
        return 0;
    }
    int good = same_bytes(proof, c->Vc, 32);
    bytes_of(proof, sizeof proof, c->Vs);
    bytes[length - 1] ^= 1; /* odd modulus, other y: a neighbour of an element of P-256 is none */
    good &= group_acceptable(augpake.group, bytes, length) == (augpake.group != &group_p256);
    return good && augpake_finish(&augpake, key, proof) == 0;
}

static int test_server(const FLASH struct handshake_case *c)
{
    struct augpake augpake;
    uint8_t element[ELEMENT_LIMIT], proof[32]; /* W, X, Y in turn */
    uint32_t scalar[SCALAR_WORDS];
    read_case(&augpake, c);
    read_scalar(scalar, c->x);
    const size_t length = augpake.group->element_length;
    if (group_power(augpake.group, element, NULL, augpake.w) != 0 || augpake_enroll(&augpake, element, length) != 0 ||
        group_power(augpake.group, element, NULL, scalar) != 0) {
        return 0;
    }
    read_scalar(scalar, c->y);
    if (augpake_answer(&augpake, element, element, scalar) != ANSWER_GIVEN || !same_bytes(element, c->Y, length)) {
        return 0;
    }
    bytes_of(proof, sizeof proof, c->Vc);
    return augpake_verify(&augpake, proof, proof) == 0 && same_bytes(proof, c->Vs, 32);
}

/* Both roles of each group the board has, and each profile once. */
static int test_handshakes(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof handshake_cases / sizeof handshake_cases[0]; i++) {
        const FLASH struct handshake_case *c = &handshake_cases[i];
        good &= group_of(c) == NULL || (test_client(c) && test_server(c));
    }
    return good;
}
#else
/* FIPS 186-4's base point: 2 G, as SEC 2's own multiplication tables give it. The board has no room for more. */
static int test_p256(void)
{
    const uint32_t two[SCALAR_WORDS] = {2};
    uint8_t element[ELEMENT_LIMIT];
    return group_power(&group_p256, element, NULL, two) == 0 && same(element + 1, "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978", 32) &&
           group_acceptable(&group_p256, element, sizeof element);
}
#endif

enum verdict verb_selftest(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    static const FLASH struct {
        char words[11];
        int (*run)(void);
    } tests[] = {
        {"crc16", test_crc},       {"sha256", test_sha256}, {"present", test_present},
#ifndef WITHOUT_DERIVE
        {"hkdf", test_hkdf},
#endif
#ifndef WITHOUT_LONG_SELFTEST
        {"hmac", test_hmac},       {"pbkdf2", test_pbkdf2}, {"modes", test_modes},   {"augpake", test_handshakes},
#else
        {"p256", test_p256},
#endif
#if !defined(WITHOUT_AUGMQTT) && !defined(WITHOUT_LONG_SELFTEST)
        {"aes128-gcm", test_gcm},  {"hop", test_hop},
#endif
#if !defined(WITHOUT_HARDENED) && !defined(WITHOUT_LONG_SELFTEST)
        {"hardened", test_hardened},
#endif
    };
    (void)board;
    (void)request;
    const size_t count = sizeof tests / sizeof tests[0];
    uint32_t begin = op_begin();
    for (size_t i = 0; i < count; i++) {
        /* Read by hand: avr-gcc 5.4 turns the loop's index into a pointer and forgets that it points into flash. */
        int (*run)(void);
        flash_copy(&run, &tests[i].run, sizeof run);
        if (!run()) {
            op_end(outcome, begin);
            return say_words(outcome, ERR_SELFTEST, tests[i].words);
        }
    }
    op_end(outcome, begin);
    put(outcome, "tests", count);
    return DONE;
}
