#include "hardened.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ascon.h"
#include "ct.h"
#include "hkdf.h"
#include "sha256.h"
#include "wipe.h"

#define EAX_TAG 8
#define INFO_LIMIT (4 + TOPIC_LIMIT)
#define WINDOW 64

static const FLASH char ciphers[][15] = {[PRESENT128_EAX] = "present128-eax", [ASCON_AEAD128] = "ascon-aead128"};

flash_text cipher_at(size_t index)
{
    return index < sizeof ciphers / sizeof ciphers[0] ? ciphers[index] : NULL;
}

int cipher_by_name(enum pair_cipher *cipher, const char *name)
{
    for (size_t i = 0; cipher_at(i) != NULL; i++) {
        if (text_is(name, cipher_at(i))) {
            *cipher = (enum pair_cipher)i;
            return 0;
        }
    }
    return -1;
}

size_t sealing_tag(enum pair_cipher cipher)
{
    return cipher == PRESENT128_EAX ? EAX_TAG : ASCON_TAG;
}

void sealing_key(struct sealing *sealing, enum pair_cipher cipher, const uint8_t key[SEALING_KEY], const uint8_t *ad, size_t ad_length)
{
    sealing->cipher = cipher;
    sealing->ad = ad;
    sealing->ad_length = ad_length;
    if (cipher == PRESENT128_EAX) {
        eax_key(&sealing->of.eax, key);
        eax_topic(&sealing->of.eax, ad, ad_length);
    } else {
        memcpy(sealing->of.ascon, key, SEALING_KEY);
    }
}

size_t sealing_seal(const struct sealing *sealing, uint8_t *text, size_t length, const uint8_t nonce[SEALING_NONCE])
{
    if (sealing->cipher == PRESENT128_EAX) {
        eax_next_seal(&sealing->of.eax, text, text + length, text, length, nonce);
    } else {
        const struct ascon_header header = {nonce, sealing->ad, sealing->ad_length};
        ascon_seal(sealing->of.ascon, text, text + length, text, length, &header);
    }
    return length + sealing_tag(sealing->cipher);
}

int sealing_open(const struct sealing *sealing, uint8_t *text, size_t length, const uint8_t nonce[SEALING_NONCE])
{
    const size_t tag = sealing_tag(sealing->cipher);
    if (length < tag) {
        return -1;
    }
    length -= tag;
    int result;
    if (sealing->cipher == PRESENT128_EAX) {
        result = eax_next_open(&sealing->of.eax, text, text + length, text, length, nonce);
    } else {
        const struct ascon_header header = {nonce, sealing->ad, sealing->ad_length};
        result = ascon_open(sealing->of.ascon, text, text + length, text, length, &header);
    }
    return result == 0 ? (int)length : -1;
}

void put_u32(uint8_t out[4], uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

void put_u64(uint8_t out[8], uint64_t value)
{
    put_u32(out, (uint32_t)(value >> 32));
    put_u32(out + 4, (uint32_t)value);
}

uint32_t get_u32(const uint8_t in[4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

uint64_t get_u64(const uint8_t in[8])
{
    return (uint64_t)get_u32(in) << 32 | get_u32(in + 4);
}

void count_nonce(uint8_t nonce[SEALING_NONCE], uint64_t count)
{
    put_u64(nonce, 0);
    put_u64(nonce + 8, count);
}

void derive_key(uint8_t *out, size_t length, struct part key, flash_text label, struct part data)
{
    uint8_t info[6 + INFO_LIMIT];
    const size_t start = text_length(label);
    flash_copy(info, label, start);
    memcpy(info + start, data.bytes, data.length);
    hkdf(out, length, (struct hkdf_input){key.bytes, key.length}, (struct hkdf_input){info, 0}, (struct hkdf_input){info, start + data.length});
}

void short_name(uint8_t name[SHORT_NAME], struct part key, struct part first, struct part second)
{
    uint8_t mac[32];
    struct hmac hmac;
    hmac_start(&hmac, key.bytes, key.length);
    hmac_add(&hmac, first.bytes, first.length);
    hmac_add(&hmac, second.bytes, second.length);
    hmac_end(&hmac, mac);
    ct_public(mac, SHORT_NAME);
    memcpy(name, mac, SHORT_NAME);
    wipe(mac, sizeof mac);
}

void wire_topic(uint8_t topic[WIRE_TOPIC], const uint8_t name[SHORT_NAME])
{
    static const FLASH char digits[] = "0123456789abcdef";
    topic[0] = 'h';
    topic[1] = '/';
    for (size_t i = 0; i < SHORT_NAME; i++) {
        topic[2 + 2 * i] = (uint8_t)digits[name[i] >> 4];
        topic[3 + 2 * i] = (uint8_t)digits[name[i] & 15];
    }
}

uint32_t sender_of(const struct augpake_name *client)
{
    uint8_t digest[32];
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t[10]){'h', 'v', '1', '-', 's', 'e', 'n', 'd', 'e', 'r'}, 10);
    sha256_add(&sha, client->bytes, client->length);
    sha256_end(&sha, digest);
    return get_u32(digest);
}

void message_keys(struct message_keys *keys, enum pair_cipher cipher, const struct topic *topic, uint32_t epoch, const uint8_t tk[16], uint32_t sender)
{
    uint8_t number[4], key[32];
    const struct part secret = {tk, 16}, from = {number, sizeof number};
    put_u32(number, sender);
    keys->epoch = epoch;
    keys->sender = sender;
    derive_key(key, COUNTER, secret, TEXT("mask"), from);
    keys->mask = get_u64(key);
    derive_key(key, sizeof key, secret, TEXT("topic"), (struct part){number, 0});
    short_name(keys->name, (struct part){key, sizeof key}, from, (struct part){topic->bytes, topic->length});
    derive_key(key, SEALING_KEY, secret, TEXT("msg"), from);
    sealing_key(&keys->sealing, cipher, key, topic->bytes, topic->length);
    wipe(key, sizeof key);
}

void message_nonce(uint8_t nonce[SEALING_NONCE], const struct message_keys *keys, uint64_t counter)
{
    put_u32(nonce, keys->epoch);
    put_u32(nonce + 4, keys->sender);
    put_u64(nonce + 8, counter);
}

void window_start(struct window *window, uint64_t start)
{
    *window = (struct window){start, start, 0, 0, 0};
}

int window_take(struct window *window, uint64_t counter)
{
    if (counter < window->start) {
        return -1;
    }
    if (counter >= window->next && !window->ended) {
        const uint64_t ahead = counter - window->next + 1;
        window->taken = (ahead >= WINDOW ? 0 : window->taken << ahead) | 1;
        window->next = counter + 1;
        window->ended = window->next == 0; /* the last one there is */
        window->count++;
        return 0;
    }
    const uint64_t behind = window->next - 1 - counter;
    if (behind >= WINDOW || (window->taken >> behind & 1) != 0) {
        return -1;
    }
    window->taken |= (uint64_t)1 << behind;
    window->count++;
    return 0;
}

uint64_t window_missing(const struct window *window)
{
    return window->next - window->start - window->count; /* modulo 2^64, as next is after the last counter */
}

#endif
